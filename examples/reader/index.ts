// A merchant's certificate, and the one role that may read it.
//
// It needs an AWS account and the role of an application in it: the sandbox has no IAM, so there is no Pulumi.yaml
// here and `npm run example` does not offer it. Take it into a project of your own, then
//
//   pulumi config set aws:region eu-central-1
//   pulumi config set applicationRole checkout
//   pulumi up
import * as pulumi from "@pulumi/pulumi";
import * as merchant from "pulumi-merchant-credentials";
import { CredentialReader } from "pulumi-merchant-credentials/aws";

const config = new pulumi.Config();

const shop = new merchant.MerchantCertificate("shop", {
  merchantId: config.get("merchantId") ?? "1900000109",
  merchantName: "Example Shop Ltd",
  certificate: config.get("shopCertificate"), // public; set when the platform has issued it
  kmsKeyId: config.get("kmsKey"), // default: the account's aws/secretsmanager key
});

const checkout = new CredentialReader("checkout", {
  credentials: [shop],
  role: config.require("applicationRole"),
});

export const request = shop.certificateRequest; // paste it on the Merchant Platform
export const nextSteps = shop.nextSteps;
export const secretArn = shop.secretArn; // the application reads this, at stage AWSCURRENT
export const policyArn = checkout.policyArn;
export const policyJson = checkout.policyJson;
