import * as fs from "node:fs";
import * as path from "node:path";
import * as merchant from "pulumi-merchant-credentials";

// The zip as downloaded from the Merchant Platform, and the two secrets as they were written down. The provider reads
// them in the first `pulumi up` and never again: delete these three after it. The certificate is public and stays.
const folder = "download";

const shop = new merchant.Merchant("shop", {
  merchantId: "1900000109",
  merchantName: "Example Shop Ltd",
  certificate: fs.readFileSync(path.join(__dirname, folder, "apiclient_cert.pem"), "utf8"),
  certificateSettings: { import: { zip: { file: `${folder}/1900000109.zip` } } },
  // Others: { env: "SHOP_API_SECRET" }, { secretArn: "arn:aws:secretsmanager:…", jsonKey: "api_secret" }.
  apiSecret: { import: { file: `${folder}/api-secret.txt` } },
  apiV3Secret: { import: { file: `${folder}/apiv3-secret.txt` } },
});

export const status = {
  certificate: shop.certificate.status,
  apiSecret: shop.apiSecret?.status,
  apiV3Secret: shop.apiV3Secret?.status,
};
export const serialNumber = shop.certificate.serialNumber;
export const secretArns = shop.secretArns;
