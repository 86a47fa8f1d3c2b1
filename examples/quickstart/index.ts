import * as pulumi from "@pulumi/pulumi";
import * as merchant from "pulumi-merchant-credentials";

const config = new pulumi.Config();
const shop = new merchant.Merchant("shop", {
  merchantId: "1900000109",
  merchantName: "Example Shop Ltd",
  certificate: config.get("shopCertificate"), // public; set when the platform has issued it
});
export const request = shop.certificateRequest; // paste it on the Merchant Platform
export const nextSteps = shop.nextSteps;
export const secretArns = shop.secretArns;
