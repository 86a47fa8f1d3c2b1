import fs from "node:fs";
import path from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { emptyValue, readValue, serializeValue } from "merchant-credentials-loader/format";
import { MerchantScene } from "../support/merchant";
import { values } from "./stored-merchant";

const folder = path.join(__dirname, "..", "..", "docs", "schemas");
const ajv = new Ajv2020({ strict: true });
for (const file of fs.readdirSync(folder))
  ajv.addSchema(JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as object);

/** What the schema of its kind says of a value; that it does not exist, where there is none. */
function problems(text: string): string[] {
  const value = JSON.parse(text) as { schema: string };
  const validate = ajv.getSchema(
    value.schema.replace("merchant-credentials/", "urn:merchant-credentials:").replace("/v1", ":v1"),
  );
  if (!validate) return ["there is no schema"];
  void validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const request = serializeValue({
  schema: "merchant-credentials/certificate-request/v1",
  merchantId: "1900000109",
  privateKey: "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----\n",
  certificateRequest: "-----BEGIN CERTIFICATE REQUEST-----\n…\n-----END CERTIFICATE REQUEST-----\n",
});

describe("the JSON Schemas in docs/schemas", () => {
  it.each([
    ["a certificate", values.certificate],
    ["an API secret", values.apiSecret],
    ["an APIv3 secret", values.apiV3Secret],
    ["platform certificates", values.platformCertificates],
    ["a platform public key", values.platformPublicKey],
    ["the placeholder", () => emptyValue],
    ["a certificate request", () => request],
  ])("describe %s, with the fields that the parser wants", (_what, make) => {
    const text = make();
    expect(problems(text)).toEqual([]);
    const value = JSON.parse(text) as Record<string, unknown>;
    for (const field of Object.keys(value).filter((name) => name !== "schema")) {
      const without = JSON.stringify({ ...value, [field]: undefined });
      expect(problems(without)).toEqual([` must have required property '${field}'`]);
      expect(readValue(without)).toHaveProperty("found");
    }
    expect(problems(JSON.stringify({ ...value, later: "a field of a later release" }))).toEqual([]);
  });

  it.each([
    [
      "a decimal serial number",
      values.certificate({ serialNumber: "464215447350945048273584823743289" }),
      "/serialNumber",
    ],
    [
      "a key without line ends",
      values.certificate({ privateKey: "-----BEGIN PRIVATE KEY-----MII" }),
      "/privateKey",
    ],
    ["a secret of 31 characters", values.apiSecret("x".repeat(31)), "/apiSecret"],
    ["a secret with a line end", values.apiV3Secret(`${"x".repeat(32)}\n`), "/apiV3Secret"],
    ["a public key's id that is none", values.platformPublicKey({ publicKeyId: "7132D72A" }), "/publicKeyId"],
  ])("refuse %s", (_what, text, where) => {
    expect(problems(text)).toEqual([
      expect.stringMatching(new RegExp(`^${where} must match pattern`)) as string,
    ]);
  });

  it("describe what the provider writes at every step of a certificate", async () => {
    const scene = await MerchantScene.start();
    await scene.up();
    await scene.up({ certificate: scene.sign() });
    const written = scene.secret.versions.map(({ value }) => value as string);
    expect(written.map((text) => (JSON.parse(text) as { schema: string }).schema)).toEqual([
      "merchant-credentials/empty/v1",
      "merchant-credentials/certificate-request/v1",
      "merchant-credentials/certificate/v1",
    ]);
    expect(written.flatMap(problems)).toEqual([]);
    await scene.close();
  });
});
