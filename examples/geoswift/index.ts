import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as merchant from "pulumi-merchant-credentials";

const config = new pulumi.Config();
const merchantId = "G90000001";
const exportName = "ExampleShop"; // letters only

// What comes out of Windows goes into this folder. The .cer files are public and stay; the .pfx and its password are
// read in one `pulumi up` and deleted after it.
const folder = "download";
function cer(name: string): string | undefined {
  const file = path.join(__dirname, folder, `${name}.cer`);
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
}

const activated = config.get("signingKey"); // version of the key that the partner verifies with by now
const signing = new merchant.MerchantKey("signing", {
  merchantId,
  partner: "Geoswift",
  triggers: [config.get("rotation") ?? "first"], // another word rotates the key
  activation: activated === undefined ? "manual" : { version: activated },
  overlapDays: config.getNumber("overlapDays"), // default 30; 0 has the key before forgotten at once
});

const certificate = cer(exportName);
const cfca = new merchant.CfcaCertificate("cfca", {
  merchantId,
  exportName,
  codesIssuedAt: config.get("codesIssuedAt"), // the day of the letter; never the codes
  downloadedAt: config.get("downloadedAt"),
  certificate,
  // Others: { env: "CFCA_PASSWORD" }, { secretArn: "arn:aws:secretsmanager:…", jsonKey: "password" }.
  ...(certificate && {
    pfx: { file: `${folder}/${exportName}.pfx` },
    password: { file: `${folder}/password.txt` },
  }),
  platformCertificate: cer("platform"),
});

export const status = { signing: signing.status, cfca: cfca.status };
export const publicKey = signing.publicKey; // of the key that signs now
export const pendingKey = signing.pending; // its public key goes to Geoswift, its version into `signingKey`
export const certificateFile = cfca.cer; // for the merchant backend portal
export const nextSteps = { signing: signing.nextSteps, cfca: cfca.nextSteps };
export const secretArns = { merchantKey: signing.secretArn, cfcaCertificate: cfca.secretArn };
