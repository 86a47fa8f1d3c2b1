import * as v from "valibot";
import { unknownValue } from "../../provider/domain/unknown";
import type { Json, JsonObject } from "../../provider/resources/resource-handlers";
import { isLiteralSecret, secretRef, type SecretReference } from "../../provider/resources/secret-ref";
import type { SecretRef } from "../../provider/resources/secret-ref-args";
import { shapeFailures, strict } from "../../provider/resources/shape";
import { merchantCertificate, privateKeyPem, withoutLineEnds } from "../support/certificates";
import { keyFile, pkcs12File } from "../support/import-files";

/** As a kind of credential declares it: at the top level for secrets, one level deeper for certificates. */
const schema = strict({
  import: v.optional(secretRef()),
  certificate: v.optional(strict({ p12: secretRef(), password: v.optional(secretRef()) })),
});
const failures = (reference: Json) => shapeFailures(schema, { import: reference });

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/old-AbCdEf";
const secret = "Abcdefghijklmnopqrstuvwxyz012345";
const pem = privateKeyPem();

describe("a reference may be", () => {
  it.each<[string, JsonObject]>([
    ["an environment variable", { env: "SHOP_API_SECRET" }],
    ["an environment variable in small letters", { env: "_shop_secret2" }],
    ["a file beside the program", { file: "apiclient_cert.p12" }],
    ["a file elsewhere", { file: "/run/secrets/商户 key.pem" }],
    ["a file of Windows", { file: "C:\\secrets\\apiclient_key.pem" }],
    ["a file of 1024 characters", { file: "x".repeat(1024) }],
    ["a secret", { secretArn: arn }],
    ["a key of a secret", { secretArn: arn, jsonKey: "wechat.api-key" }],
    ["a secret in China", { secretArn: arn.replace("aws", "aws-cn").replace("us-east-1", "cn-north-1") }],
  ])("%s", (_name, reference) => {
    expect(failures(reference)).toEqual([]);
    expect(shapeFailures(schema, { certificate: { p12: reference, password: reference } })).toEqual([]);
    expect(v.parse(secretRef(), reference)).toEqual(reference);
  });

  it.each<[string, Json]>([
    ["the ARN of a secret that is still to be made", { secretArn: unknownValue }],
    ["such an ARN with a key", { secretArn: unknownValue, jsonKey: "key" }],
    ["not known at all yet", unknownValue],
  ])("%s", (_name, reference) => {
    expect(failures(reference)).toEqual([]);
  });

  it("one variant by its type too", () => {
    const good: SecretRef[] = [
      { env: "A" },
      { file: "a" },
      { secretArn: arn },
      { secretArn: arn, jsonKey: "a" },
    ];
    // @ts-expect-error -- two variants
    const two: SecretRef = { env: "A", file: "a" };
    // @ts-expect-error -- no variant
    const none: SecretRef = {};
    // @ts-expect-error -- a key without a secret
    const key: SecretRef = { file: "a", jsonKey: "a" };
    const parsed: SecretReference = v.parse(secretRef(), { env: "A" });
    expect([...good, two, none, key, parsed]).toHaveLength(8);
  });
});

const variable = "expected the name of an environment variable, such as SHOP_API_SECRET";
const path = "expected the path of a file: 1 to 1024 characters on one line";
const wholeArn = "expected the full ARN of a secret";
const looks = "looks like the secret itself";
const isNone = "is not a reference: { env }, { file } or { secretArn, jsonKey }";
const base64 = keyFile("PKCS#8 in DER").toString("base64");

const refused: [name: string, reference: Json, starts: string, says: string][] = [
  [
    "two variants",
    { env: "A", file: "a" },
    "import: ",
    "exactly one of env, file and secretArn, found env and file",
  ],
  ["three variants", { env: "A", file: "a", secretArn: arn }, "import: ", "found env and file and secretArn"],
  ["no variant", {}, "import: ", "exactly one of env, file and secretArn, found none"],
  ["a key alone", { jsonKey: "key" }, "import: ", "found none"],
  ["a key of a file", { file: "a.json", jsonKey: "key" }, "import: ", "jsonKey beside secretArn only"],
  ["a mistyped member", { evn: "SHOP" }, "import.evn: ", "is not a known argument. Did you mean `env`?"],
  ["another mistyped member", { secretArm: arn }, "import.secretArm: ", "Did you mean `secretArn`?"],
  ["a further member", { env: "A", encoding: "hex" }, "import.encoding: ", "is not a known argument"],
  ["a text", "shop-secret-of-mine", "import: ", isNone],
  ["a short text", "hunter2", "import: ", isNone],
  ["the secret itself", secret, "import: ", isNone],
  ["a private key", pem, "import: ", isNone],
  ["a number", 1900000109, "import: ", isNone],
  ["a list", [{ env: "A" }], "import: ", isNone],
  ["null", null, "import: ", isNone],
  [
    "a variable that is no name",
    { env: "SHOP-SECRET" },
    "import.env: ",
    `${variable}, found a text of 11 characters`,
  ],
  ["a variable with $", { env: "$SHOP" }, "import.env: ", variable],
  ["a variable of digits", { env: "1900000109" }, "import.env: ", variable],
  ["an empty variable", { env: "" }, "import.env: ", `${variable}, found an empty text`],
  ["a number as variable", { env: 1900000109 }, "import.env: ", `${variable}, found no text`],
  ["a secret as variable", { env: secret }, "import.env: ", looks],
  ["a secret with a line end as variable", { env: `${secret}\n` }, "import.env: ", looks],
  ["a key as variable", { env: pem }, "import.env: ", looks],
  ["a key on one line as variable", { env: withoutLineEnds(pem) }, "import.env: ", looks],
  ["a key in Base64 as variable", { env: base64 }, "import.env: ", looks],
  ["a .p12 in Base64 as variable", { env: pkcs12File().toString("base64") }, "import.env: ", looks],
  ["an empty file name", { file: "" }, "import.file: ", `${path}, found an empty text`],
  ["a path of 1025 characters", { file: "x".repeat(1025) }, "import.file: ", `${path}, found a text of 1025`],
  ["a path with a line end", { file: "a\nb" }, "import.file: ", path],
  ["a path with NUL", { file: "a\0b" }, "import.file: ", path],
  ["a secret as path", { file: secret }, "import.file: ", looks],
  ["a key as path", { file: pem }, "import.file: ", looks],
  ["a certificate as path", { file: merchantCertificate() }, "import.file: ", path],
  ["an object as path", { file: { path: "a" } }, "import.file: ", `${path}, found no text`],
  ["a name for an ARN", { secretArn: "merchants/shop" }, "import.secretArn: ", `${wholeArn}`],
  ["an ARN without its suffix", { secretArn: arn.slice(0, -7) }, "import.secretArn: ", wholeArn],
  ["the ARN of something else", { secretArn: "arn:aws:s3:::shop" }, "import.secretArn: ", wholeArn],
  ["a secret as ARN", { secretArn: secret }, "import.secretArn: ", looks],
  ["an empty key", { secretArn: arn, jsonKey: "" }, "import.jsonKey: ", "1 to 256 characters on one line"],
  ["a long key", { secretArn: arn, jsonKey: "x".repeat(257) }, "import.jsonKey: ", "found a text of 257"],
  ["a number as key", { secretArn: arn, jsonKey: 0 }, "import.jsonKey: ", "found no text"],
  ["a secret as key", { secretArn: arn, jsonKey: secret }, "import.jsonKey: ", looks],
];

describe("anything else is refused in preview, and the value is not shown:", () => {
  it.each(refused)("%s", (_name, reference, starts, says) => {
    const [first, ...rest] = failures(reference);
    expect(rest).toEqual([]);
    // The engine prints the value of a property that is named.
    expect(first!.property).toBe("");
    expect(first!.reason.startsWith(starts)).toBe(true);
    expect(first!.reason).toContain(says);
    expect(first!.reason).toMatch(/[.?]$/);
    for (const text of textsIn(reference).filter((each) => each.length > 6 && !each.startsWith("arn:")))
      expect(first!.reason).not.toContain(text.slice(0, 12));
  });

  it.each(refused)("%s, one level deeper", (_name, reference, starts) => {
    const [first] = shapeFailures(schema, { certificate: { p12: { env: "A" }, password: reference } });
    expect(first!.property).toBe("");
    expect(first!.reason.startsWith(starts.replace("import", "certificate.password"))).toBe(true);
  });
});

/** Every text and number in a value, names left out. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

it.each([
  ["32 letters and digits", secret, true],
  ["the same with a line end", `${secret}\r\n`, true],
  ["a key in PEM", pem, true],
  ["an encrypted key", keyFile("encrypted PKCS#8 in PEM", "word").toString(), true],
  ["a key in Base64", base64, true],
  ["a .p12 in Base64", pkcs12File().toString("base64"), true],
  ["31 letters and digits", secret.slice(1), false],
  ["33 letters and digits", `${secret}6`, false],
  ["the name of a variable", "SHOP_API_SECRET_OF_THE_FIRST_ONE", false],
  ["a path", "keys/apiclient_key.pem", false],
  ["a certificate", merchantCertificate(), false],
  ["a value that is not known yet", unknownValue, false],
  ["nothing", "", false],
])("tells a secret from a name: %s", (_name, text, literal) => {
  expect(isLiteralSecret(text)).toBe(literal);
});
