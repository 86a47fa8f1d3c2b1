import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as merchant from "pulumi-merchant-credentials";

// What the merchant has: a certificate under the 1-year rules with 20 days left, and its key in the platform's zip.
const inUse = fs.readFileSync(path.join(__dirname, "download", "apiclient_cert.pem"), "utf8");

const config = new pulumi.Config();
const shop = new merchant.MerchantCertificate("shop", {
  merchantId: "1900000109",
  merchantName: "Example Shop Ltd",
  certificate: config.get("certificate") ?? inUse, // public; set when the platform has issued the next one
  import: { zip: { file: "download/1900000109.zip" } }, // read in the first `pulumi up` only
});

export const { status, lifecycle, serialNumber, notAfter, oldValidUntil } = shop;
export const request = shop.certificateRequest;
export const nextSteps = shop.nextSteps;
