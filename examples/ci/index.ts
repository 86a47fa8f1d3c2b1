import * as pulumi from "@pulumi/pulumi";
import * as merchant from "pulumi-merchant-credentials";

const config = new pulumi.Config();
const shop = new merchant.Merchant("shop", {
  merchantId: config.require("merchantId"),
  merchantName: config.require("merchantName"),
  certificate: config.get("certificate"), // public; comes by pull request when the platform has issued it
});
export const request = shop.certificateRequest;
export const nextSteps = shop.nextSteps;
export const secretArns = shop.secretArns;
