import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import fs from "node:fs";
import path from "node:path";
import {
  ellipticCurveKey,
  merchantCertificate,
  pkcs12,
  privateKey,
  type CertificateOptions,
} from "../support/certificates";
import {
  digestOf,
  joinedPkcs12,
  keyFile,
  merchantZip,
  pkcs12File,
  pkcs12Forms,
  publicKeyByOpenssl,
} from "../support/import-files";
import { Stage, type Declaration } from "../support/stage";

jest.setTimeout(240_000);

const day = 24 * 60 * 60 * 1000;
const [password, passphrase] = ["Password-of-1998", "opens the key"];
const [first, second, third] = ["1stSecret", "2ndSecret", "3rdSecret"].map((text) => text.padEnd(32, "0Aa"));

/** Valid whenever the test runs; the engine's clock is the real one. */
function certificate(merchantId: string, options: CertificateOptions = {}): string {
  const [notBefore, notAfter] = [-100, 1000].map((days) => new Date(Date.now() + days * day));
  return merchantCertificate({ merchantId, notBefore, notAfter, ...options });
}

let stage: Stage;
let client: SecretsManagerClient;
beforeAll(async () => {
  stage = await Stage.open();
  client = new SecretsManagerClient({
    endpoint: stage.aws.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "somebody", secretAccessKey: "else" },
  });
});
afterAll(() => stage.close());

/** A file beside the program, as somebody downloaded it. */
function put(name: string, content: string | Buffer): void {
  const file = path.join(stage.engine.folder, "download", name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content, { mode: 0o600 });
}
const remove = (...names: string[]) =>
  names.forEach((name) => fs.rmSync(path.join(stage.engine.folder, "download", name)));
const file = (name: string) => ({ file: `download/${name}` });

/** A secret of another tool; its ARN. */
async function secretOfOthers(Name: string, value: string | Buffer): Promise<string> {
  const content = typeof value === "string" ? { SecretString: value } : { SecretBinary: value };
  return (await client.send(new CreateSecretCommand({ Name, ...content }))).ARN!;
}

describe("merchants who have everything already, next to some whose files are wrong", () => {
  const ids = {
    modern: "1900000301",
    old: "1900000302",
    key: "1900000303",
    zip: "1900000304",
    kept: "1900000305",
    byVariable: "1900000306",
    bySecret: "1900000307",
    adopted: "1900000308",
    wrongPassword: "1900000311",
    twoKeys: "1900000312",
    noKey: "1900000313",
    elliptic: "1900000314",
    foreign: "1900000315",
    unset: "1900000316",
    missing: "1900000317",
    short: "1900000318",
  };
  type Name = keyof typeof ids;
  const certificates = ["modern", "old", "key", "zip", "kept"] as const;
  const wrong: Partial<Record<Name, RegExp>> = {
    wrongPassword: /^import\.password: the PKCS#12 file does not open /,
    twoKeys: /^import\.p12: this file holds more than one private key /,
    noKey: /^import\.p12: this file holds no private key /,
    elliptic: /^import\.p12: this key cannot be a merchant's \(.* found an EC key\)/,
    foreign: /^import\.p12: this private key is not the declared certificate's /,
    unset: /^import\.env: the environment variable is not set \(expected a value in NOT_SET_YET/,
    missing: /^import\.file: the file cannot be read .* A relative path starts at /,
    short: /^import: this is not a secret of WeChat Pay .* found 31 characters\)/,
  };
  const env = {
    OLD_PASSWORD: password,
    KEY_PASSPHRASE: passphrase,
    API_SECRET: first!,
    SHORT: first!.slice(1),
  };

  const p12Of = (name: Name, options: Parameters<typeof pkcs12File>[0] = {}): Buffer => {
    const own = certificate(ids[name], options.key && { key: options.key });
    return pkcs12File({ password: ids[name], certificate: own, ...options });
  };
  const merchant = (name: Name, args: object): [Name, Declaration] => [
    name,
    { merchantId: ids[name], certificate: certificate(ids[name]), ...args },
  ];
  const apiSecret = (name: Name, args: object): [Name, Declaration] => [
    name,
    { class: "ApiSecret", merchantId: ids[name], ...args },
  ];

  let output: string;
  beforeAll(async () => {
    put("modern.p12", p12Of("modern"));
    put("old.p12", p12Of("old", { password, args: pkcs12Forms["RC2-40 for both"] }));
    put("key.pem", keyFile("encrypted PKCS#8 in PEM", passphrase));
    put("1900000304.zip", merchantZip({ "apiclient_cert.pem": certificate(ids.zip) }, "cert/"));
    const p12 = await secretOfOthers("sources/p12", p12Of("kept", { password }));
    const words = await secretOfOthers("sources/words", JSON.stringify({ p12: password, v3: second }));
    await secretOfOthers("theirs/shop", JSON.stringify({ user: "shop", key: third }));

    put("wrongPassword.p12", p12Of("wrongPassword", { password }));
    const bare = { args: pkcs12Forms["no encryption and no MAC"] };
    put(
      "twoKeys.p12",
      joinedPkcs12(p12Of("twoKeys", bare), p12Of("twoKeys", { ...bare, key: privateKey("another") })),
    );
    put("noKey.p12", pkcs12({ password: ids.noKey, withKey: false }));
    put("elliptic.p12", p12Of("elliptic", { key: ellipticCurveKey() }));
    put("foreign.p12", p12Of("foreign", { key: privateKey("another") }));

    stage.declare(
      Object.fromEntries([
        merchant("modern", { import: { p12: file("modern.p12") } }),
        merchant("old", { import: { p12: file("old.p12"), password: { env: "OLD_PASSWORD" } } }),
        merchant("key", { import: { privateKey: file("key.pem"), passphrase: { env: "KEY_PASSPHRASE" } } }),
        merchant("zip", { import: { zip: file("1900000304.zip") } }),
        merchant("kept", {
          import: { p12: { secretArn: p12 }, password: { secretArn: words, jsonKey: "p12" } },
        }),
        apiSecret("byVariable", { import: { env: "API_SECRET" } }),
        apiSecret("bySecret", { class: "ApiV3Secret", import: { secretArn: words, jsonKey: "v3" } }),
        apiSecret("adopted", { secretName: "theirs/shop", adopt: { apiSecret: "key" } }),
        ...(["wrongPassword", "twoKeys", "noKey", "elliptic", "foreign"] as const).map((name) =>
          merchant(name, { import: { p12: file(`${name}.p12`) } }),
        ),
        apiSecret("unset", { import: { env: "NOT_SET_YET" } }),
        apiSecret("missing", { import: file("missing.txt") }),
        apiSecret("short", { import: { env: "SHORT" } }),
      ]),
    );
    output = (await stage.up(["--continue-on-error"], { expectFailure: true, env })).output;
  });

  it("takes over what can be read; it serves at once", async () => {
    const resources = await stage.resources();
    for (const name of certificates) {
      expect({ name, ...resources[name]!.outputs }).toMatchObject({
        name,
        status: "active",
        keyOrigin: "imported",
        unmet: [],
      });
      const { privateKey: key } = stage.credential(ids[name]);
      expect(digestOf(String(key))).toBe(publicKeyByOpenssl(keyFile("PKCS#8 in PEM")));
    }
    expect(stage.credential(ids.byVariable, "apiSecret")).toMatchObject({ apiSecret: first });
    expect(stage.credential(ids.bySecret, "apiV3Secret")).toMatchObject({ apiV3Secret: second });
    for (const name of ["byVariable", "bySecret"])
      expect({ name, ...resources[name]!.outputs }).toMatchObject({
        status: "active",
        history: [{ reason: "import" }],
      });
  });

  it("writes another tool's value anew in our form, and keeps theirs as previous", async () => {
    const { versions } = stage.aws.secrets().find(({ name }) => name === "theirs/shop")!;
    const labelled = (label: string) =>
      JSON.parse(String(versions.find(({ labels }) => labels.includes(label))!.value)) as unknown;
    expect(labelled("AWSPREVIOUS")).toEqual({ user: "shop", key: third });
    expect(labelled("AWSCURRENT")).toEqual({
      schema: "merchant-credentials/api-secret/v1",
      merchantId: ids.adopted,
      apiSecret: third,
    });
    expect((await stage.outputs("adopted")).history).toMatchObject([{ reason: "adoption" }]);
  });

  it("names what is wrong with each of the others once, and keeps them in the state", async () => {
    const resources = await stage.resources();
    for (const [name, sentence] of Object.entries(wrong)) {
      const { unmet, currentVersionId, secretArn } = resources[name]!.outputs!;
      expect({ name, unmet, currentVersionId }).toEqual({
        name,
        unmet: [expect.stringMatching(sentence)],
        currentVersionId: null,
      });
      expect(secretArn).toContain(ids[name as Name]);
      const [reason] = unmet as string[];
      expect({ name, said: output.split(reason!).length - 1 }).toEqual({ name, said: 1 });
    }
    expect(output).not.toMatch(/^\s+at /m);
  });

  it("needs neither files nor variables any more; what was wrong and is right now comes in", async () => {
    const before = certificates.map((name) => stage.serving(ids[name]));
    remove("modern.p12", "old.p12", "key.pem", "1900000304.zip");
    for (const name of [...certificates, "bySecret", "adopted"])
      stage.change(name, { tags: { team: "payments" } });
    stage.change("byVariable", { import: { env: "NEXT_SECRET" } });
    for (const name of ["wrongPassword", "twoKeys", "noKey", "elliptic", "foreign"] as const)
      put(`${name}.p12`, p12Of(name));
    put("missing.txt", `${second}\n`);
    await stage.up([], { env: { NOT_SET_YET: first!, SHORT: second!, NEXT_SECRET: third! } });

    expect(certificates.map((name) => stage.serving(ids[name]))).toEqual(before);
    expect(stage.secret(ids.modern).tags).toMatchObject({ team: "payments" });
    expect(stage.aws.journal.count("GetSecretValue", "sources/")).toBe(0);
    expect(stage.credential(ids.byVariable, "apiSecret")).toMatchObject({ apiSecret: third });
    expect(stage.credential(ids.missing, "apiSecret")).toMatchObject({ apiSecret: second });
    const resources = await stage.resources();
    for (const name of Object.keys(wrong))
      expect({ name, ...resources[name]!.outputs }).toMatchObject({ name, status: "active", unmet: [] });
    expect(await stage.outputs("byVariable")).toMatchObject({
      history: [{ reason: "import" }, { reason: "import" }],
    });
  });

  it("asks neither the vault nor a file when nothing changes", async () => {
    fs.rmSync(path.join(stage.engine.folder, "download"), { recursive: true });
    await stage.expectUnchanged();
  });
});
