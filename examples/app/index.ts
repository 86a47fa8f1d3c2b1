import * as pulumi from "@pulumi/pulumi";
import * as merchant from "pulumi-merchant-credentials";

const config = new pulumi.Config();

// Another word in the configuration rotates the secret: `pulumi config set apiV3SecretRotation 2027-06`.
const rotation = (secret: string) => ({
  activation: "live" as const, // current once WeChat Pay has it, and not before
  triggers: [config.get(`${secret}Rotation`) ?? "first"],
});

const shop = new merchant.Merchant("shop", {
  merchantId: config.get("merchantId") ?? "1900000109",
  merchantName: config.get("merchantName") ?? "Example Shop Ltd",
  certificate: config.get("certificate"), // public; set when the platform has issued it
  certificateSettings: { verification: "live" },
  apiSecret: rotation("apiSecret"),
  apiV3Secret: rotation("apiV3Secret"),
  platformCertificates: { checkEveryHours: config.getNumber("checkEveryHours") ?? 12 },
});

export const request = shop.certificateRequest; // paste it on the Merchant Platform
export const nextSteps = shop.nextSteps;
export const secretArns = shop.secretArns; // for the server: SECRET_ARNS
