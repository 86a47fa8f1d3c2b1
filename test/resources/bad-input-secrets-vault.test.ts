import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyValue } from "../../provider/domain/credential-value";
import { secretValue } from "../../provider/domain/secret-kind";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { privateKeyPem } from "../support/certificates";
import { canary, SecretScene } from "./secret-scene";

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/old-AbCdEf";
const pem = privateKeyPem();

const shop = new SecretScene();
const folder = mkdtempSync(join(tmpdir(), "bad-input-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => (shop.scene.folder = folder));

const elsewhere = (content: { SecretString?: string; SecretBinary?: Buffer }) =>
  shop.aws.createSecret({ Name: "elsewhere", ...content });
const env = (value: string) => () => {
  shop.env.SHOP = value;
  return { env: "SHOP" };
};
const file = (name: string, content: string | Buffer) => () => {
  writeFileSync(join(folder, name), content);
  return { file: name };
};
const inSecret =
  (content: Parameters<typeof elsewhere>[0], more: JsonObject = {}) =>
  async () => {
    const { ARN } = await elsewhere(content);
    return { secretArn: ARN!, ...more };
  };
const denied = (errorType: string) => async () => {
  const { ARN } = await elsewhere({ SecretString: canary("A") });
  shop.scene.sandbox.faults.add({
    kind: "error",
    operation: "GetSecretValue",
    secretId: "elsewhere",
    errorType,
    message: "it is not to be",
    times: 9,
  });
  return { secretArn: ARN! };
};
const wanted = "expected 32 characters, letters and digits only, found";

/** Where the fault is, what is given, and what is said of it. */
const imports: [property: string, name: string, () => JsonObject | Promise<JsonObject>, ...says: string[]][] =
  [
    ["import", "31 characters", env(canary("A").slice(1)), `${wanted} 31 characters`, "It looks cut off"],
    ["import", "33 characters", env(`${canary("A")}A`), `${wanted} 33 characters`, "It is too long"],
    ["import", "34 characters", env(`${canary("A")}AA`), `${wanted} 34 characters`],
    ["import", "40 characters", env(`${canary("A")}AAAAAAAA`), `${wanted} 40 characters`],
    [
      "import",
      "a serial number",
      env("5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
      "A certificate's serial number has 40",
    ],
    ["import", "a symbol in it", env(canary("A").replace("y", "-")), "some of them neither letter nor digit"],
    ["import", "a letter of another script", env(canary("A").replace("y", "у")), "neither letter nor digit"],
    [
      "import",
      "a space at its end",
      env(`${canary("A")} `),
      "with white space at their end",
      "Store the 32 characters alone",
    ],
    ["import", "two line ends in a file", file("two", `${canary("A")}\n\n`), "with white space at their end"],
    ["import", "quotation marks", env(`"${canary("A")}"`), "with quotation marks around them"],
    ["import", "white space alone", env("   "), "found nothing but white space"],
    [
      "import",
      "JSON without a key named",
      env(JSON.stringify({ a: canary("A") })),
      "found a JSON object",
      "Name the key",
    ],
    [
      "import",
      "a private key",
      file("key.pem", pem),
      "found a private key",
      "Refer to the secret, not to the key",
    ],
    [
      "import.env",
      "unset",
      () => ({ env: "NOWHERE" }),
      "the environment variable is not set (expected a value in NOWHERE, found none)",
      "Set it where the pulumi command runs",
    ],
    ["import.env", "empty", env(""), "empty"],
    [
      "import.file",
      "missing",
      () => ({ file: "nowhere.txt" }),
      "the file cannot be read",
      "A relative path starts at",
    ],
    [
      "import.file",
      "a folder",
      () => (mkdirSync(join(folder, "folder"), { recursive: true }), { file: "folder" }),
      "found a folder",
      "Give the path of the file in it",
    ],
    ["import.file", "empty", file("empty", ""), "empty"],
    ["import.file", "over 64 kB", file("large", "A".repeat(65_537)), "65536"],
    ["import.file", "bytes", file("bytes", Buffer.from([0xff, 0xfe, 0x00])), "text"],
    [
      "import.secretArn",
      "not found",
      () => ({ secretArn: arn }),
      "there is no such secret, or it has no current value",
      arn,
    ],
    [
      "import.secretArn",
      "access denied",
      denied("AccessDeniedException"),
      "this secret may not be read",
      "Allow secretsmanager:GetSecretValue on",
    ],
    [
      "import.secretArn",
      "its key cannot be used",
      denied("DecryptionFailure"),
      "the KMS key of this secret cannot be used",
      "allow kms:Decrypt",
    ],
    ["import.secretArn", "bytes", inSecret({ SecretBinary: Buffer.from([0xff, 0xfe, 0x00]) }), "text"],
    [
      "import.jsonKey",
      "absent",
      inSecret({ SecretString: JSON.stringify({ a: canary("A") }) }, { jsonKey: "b" }),
      "key",
    ],
    [
      "import.jsonKey",
      "not a text",
      inSecret({ SecretString: JSON.stringify({ a: 1 }) }, { jsonKey: "a" }),
      "text",
    ],
    [
      "import.jsonKey",
      "not an object",
      inSecret({ SecretString: canary("A") }, { jsonKey: "a" }),
      "JSON object",
    ],
  ];
const badImports = imports.map((each) => [`${each[0]}: ${each[1]}`, each] as const);

describe("an import that cannot be read is red, and leaves the vault as it is:", () => {
  const refused = async (
    [property, , reference, ...says]: (typeof imports)[number],
    changes: JsonObject = {},
  ) => {
    const given = await reference();
    const before = shop.vault;
    shop.quiet();
    const { unmet } = await shop.up({ import: given, ...changes });
    expect(unmet).toHaveLength(1);
    expect(unmet[0]).toMatch(new RegExp(`^${property.replace(".", "\\.")}: `));
    for (const text of says) expect(unmet[0]).toContain(text);
    expect(unmet[0]).toMatch(/\[[a-z-]+\]$/);
    return before;
  };

  // One of each argument at fault; the other state has them all.
  const oneOfEach = badImports.filter(
    ([, [property]], n) => badImports.findIndex(([, [other]]) => other === property) === n,
  );

  it.each(oneOfEach)("%s, of a new secret: only the placeholder is made", async (_name, bad) => {
    await refused(bad);
    expect(shop.writes).toEqual(["CreateSecret"]);
    expect(shop.outputs).toMatchObject({
      status: "awaiting-activation",
      history: [],
      pendingVersionId: null,
    });
    shop.scene.sandbox.faults.clear();
    shop.env.RIGHT = canary("R");
    expect((await shop.up({ import: { env: "RIGHT" } })).unmet).toEqual([]);
    expect(shop.value()).toBe(canary("R"));
  });

  it.each(badImports)("%s, while a value serves: nothing is written", async (_name, bad) => {
    await shop.up({ activation: "immediate" });
    const before = await refused(bad);
    expect(shop.writes).toEqual([]);
    expect(shop.vault).toBe(before);
    expect(shop.outputs).toMatchObject({ status: "active", keyOrigin: "generated" });
  });
});

describe("a version to activate that does not exist is red, and leaves the vault as it is:", () => {
  it.each([
    ["while the first value waits", false],
    ["while a value serves", true],
  ])("%s", async (_name, isActive) => {
    await (isActive ? shop.active() : shop.up());
    const before = shop.vault;
    const version = "0123456789abcdef".repeat(4);
    const reason = await shop.red({ activation: { version } });
    expect(reason).toMatch(
      new RegExp(`^activation\\.version: there is no version ${version} in this secret\\. `),
    );
    expect(reason).toContain(
      isActive
        ? "No value waits"
        : `The value that waits is version ${shop.outputs.pendingVersionId as string}`,
    );
    expect(reason).toContain("declare the output pendingVersionId");
    expect(shop.vault).toBe(before);
    await shop.refresh();
    expect(await shop.red()).toBe(reason);
  });
});

describe("a secret that is not this program's is left as it is:", () => {
  const theirs = (SecretString: string, tags: Record<string, string> = {}) =>
    shop.aws.createSecret({
      Name: shop.secretName,
      SecretString,
      Tags: Object.entries(tags).map(([name, Value]) => ({ Key: `merchant-credentials:${name}`, Value })),
    });
  const owned = { owner: "shop/prod", "merchant-id": "1900000109", kind: "apiSecret", lease: "ffff" };
  const json = JSON.stringify({ key: canary("A"), n: 7 });

  it.each<[string, JsonObject, () => Promise<unknown>, ...string[]]>([
    [
      "of another owner, without adopt",
      {},
      () => theirs(emptyValue, { ...owned, owner: "other/prod" }),
      "owner other/prod",
      "Set `adopt: true` to take it over",
    ],
    [
      "made by something else, without adopt",
      {},
      () => theirs(json),
      "owner none: it was made by something else",
    ],
    [
      "of another merchant, by its tags",
      { adopt: true },
      () => theirs(emptyValue, { ...owned, "merchant-id": "1900000110" }),
      "belongs to merchant 1900000110, not 1900000109",
    ],
    [
      "of another merchant, by its value",
      { adopt: true },
      () => theirs(secretValue("apiSecret", "1900000110", canary("A"))),
      "secretName: this secret holds another merchant's credential",
      "one of merchant 1900000110",
    ],
    [
      "of another kind, by its tags",
      { adopt: true },
      () => theirs(emptyValue, { ...owned, kind: "apiV3Secret" }),
      "kind apiV3Secret, not apiSecret",
    ],
    [
      "of another kind, by its value",
      { adopt: true },
      () => theirs(secretValue("apiV3Secret", "1900000109", canary("A"))),
      "found a credential of another kind",
    ],
    [
      "of another kind, by its value, with a key named",
      { adopt: { apiSecret: "apiV3Secret" } },
      () => theirs(secretValue("apiV3Secret", "1900000109", canary("A"))),
      "found a credential of another kind",
    ],
    [
      "with an unknown schema",
      { adopt: true },
      () => theirs(JSON.stringify({ schema: "theirs/v1", key: canary("A") })),
      "adopt: the secret to adopt cannot be read",
      'adopt: { apiSecret: "<key>" }',
    ],
    [
      "with another text",
      { adopt: true },
      () => theirs("hunter2"),
      "or 32 letters and digits, found another text",
    ],
    [
      "without the key that is named",
      { adopt: { apiSecret: "nothing" } },
      () => theirs(json),
      "adopt.apiSecret: the secret to adopt cannot be read (expected a text under that key of the JSON object, found no such key)",
      "correct the argument",
    ],
    [
      "with a number under that key",
      { adopt: { apiSecret: "n" } },
      () => theirs(json),
      "found no text there",
    ],
    [
      "with another value under that key",
      { adopt: { apiSecret: "key" } },
      () => theirs(JSON.stringify({ key: canary("A").slice(1) })),
      "adopt.apiSecret: this is not a secret of WeChat Pay",
      "found 31 characters",
    ],
    [
      "with a text where an object should be",
      { adopt: { apiSecret: "key" } },
      () => theirs(canary("A")),
      "expected a JSON object, found text that is not one",
    ],
    [
      "that AWS rotates",
      { adopt: true },
      async () => (
        await theirs(emptyValue),
        shop.scene.sandbox.amend(shop.secretName, { rotationEnabled: true })
      ),
      "AWS rotates this secret",
      "Turn its rotation off first",
    ],
    [
      "that a service owns",
      { adopt: true },
      async () => (
        await theirs(emptyValue),
        shop.scene.sandbox.amend(shop.secretName, { owningService: "rds" })
      ),
      "the AWS service rds manages this secret",
    ],
  ])("%s", async (_name, changes, arrange, ...says) => {
    await arrange();
    const before = shop.vault;
    const reason = await shop.red(changes);
    for (const text of says) expect(reason).toContain(text);
    expect(shop.vault).toBe(before);
    expect(shop.scene.state).toBeUndefined();
  });
});

describe("what AWS refuses is told in our words, and put right by the next run:", () => {
  it.each([
    ["access denied", "AccessDeniedException", "docs/iam.md"],
    ["the KMS key is disabled", "EncryptionFailure", "Check that `kmsKeyId` names an enabled key"],
  ])("%s, where the next value is written", async (_name, errorType, says) => {
    await shop.active({ triggers: ["one"] });
    const before = shop.vault;
    shop.scene.sandbox.faults.add({
      kind: "error",
      operation: "PutSecretValue",
      errorType,
      message: "no",
      times: 9,
    });
    expect(await shop.red({ triggers: ["two"] })).toContain(says);
    expect(shop.vault).toBe(before);
    expect(shop.outputs.status).toBe("active");
    shop.scene.sandbox.faults.clear();
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.outputs.status).toBe("rotation-pending");
  });
});
