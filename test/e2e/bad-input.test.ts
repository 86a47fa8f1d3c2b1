import fs from "node:fs";
import path from "node:path";
import { Engine } from "../../sandbox/engine/engine";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import * as certificates from "../support/certificates";

jest.setTimeout(120_000);

/**
 * What wrong programs are told. The engine stops at the first resource whose check fails, and reports all that is
 * wrong with that one: so a program here makes one resource with many wrong arguments, or catches what
 * constructors throw.
 */
let aws: SecretsManagerSandbox;
let engine: Engine;

const merchantId = "1900000109";
const good = { merchantId, merchantName: "Example Shop Ltd" };

const prelude = `
const pulumi = require("@pulumi/pulumi");
const merchant = require("pulumi-merchant-credentials");
const data = require("./data.json");
`;

beforeAll(async () => {
  aws = await startSecretsManager();
  engine = await Engine.forProgram({ files: { "package.json": "{}", "index.js": prelude } });
  configure({});
});
beforeEach(() => {
  configure({});
  aws.journal.clear();
});
// Whatever was wrong: AWS was not asked, and no certificate got into the state.
afterEach(() => expect(aws.journal.entries()).toEqual([]));
afterAll(async () => {
  const { deployment } = await engine.state();
  engine.dispose();
  await aws.close();
  const types = (deployment.resources ?? []).map(({ type }) => type);
  expect(types.filter((type) => type.includes("merchantCredentials"))).toEqual([]);
});

function configure(settings: Record<string, unknown>): void {
  const config = { "merchant-credentials:endpoint": aws.endpoint, "aws:region": "us-east-1", ...settings };
  engine.write({ "Pulumi.dev.yaml": JSON.stringify({ config }) });
}

/** What a preview of a program says when it fails, in one line. */
async function refusal(program: string, data: unknown = {}): Promise<string> {
  engine.write({ "index.js": prelude + program, "data.json": JSON.stringify(data) });
  const { output } = await engine.preview([], { expectFailure: true });
  const [, diagnostics = ""] = output.split("Diagnostics:");
  return diagnostics.replace(/\s+/g, " ");
}

const declared = `new merchant.MerchantCertificate("shop", data);`;
/** The same, with every text known to the engine only: constructors cannot look into outputs. */
const declaredLater = `
const later = (value) => Object.fromEntries(Object.entries(value).map(([key, text]) => [key, pulumi.output(text)]));
new merchant.MerchantCertificate("shop", later(data));`;

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, "value"]));
const merchantIdExpected = "expected a merchant id of 8 to 10 digits, as text";
const nameExpected = "expected the merchant's name as on the Merchant Platform: 1 to 64 characters";
const secretNameExpected = "expected a name of 1 to 512 letters, digits or /_+=.@-";
const regionExpected = "expected an AWS region such as us-east-1";
const daysExpected = "expected a whole number of days from 7 to 30";
const tagKeyExpected =
  "expected a tag key of 1 to 128 letters, digits, spaces or _.:/=+-@, not starting with aws:";
const tagValueExpected = "expected a tag value of up to 256 letters";
const kmsExpected = "expected the id, alias/name or ARN of a KMS key";

/** Per argument, wrong values and what is said of each. The n-th program takes the n-th of each argument. */
const wrong: Record<string, [value: unknown, said: string][]> = {
  merchantId: [
    [
      "1234567",
      `merchantId: ${merchantIdExpected}, found a text of 7 characters. Copy it from the Merchant Platform`,
    ],
    ["12345678901", `merchantId: ${merchantIdExpected}, found a text of 11 characters`],
    [" 1900000109 ", `merchantId: ${merchantIdExpected}, found a text of 12 characters`],
    ["19000OO109", `merchantId: ${merchantIdExpected}, found a text of 10 characters`],
    [
      1900000109,
      `merchantId: ${merchantIdExpected}, found the number 1900000109. Copy it from the Merchant Platform, in quotes`,
    ],
    [undefined, "merchantId: is missing"],
  ],
  merchantName: [
    ["", `merchantName: ${nameExpected}`],
    ["x".repeat(65), `merchantName: ${nameExpected}`],
    ["Example\tShop", `merchantName: ${nameExpected}`],
    ["Example  Shop", `merchantName: ${nameExpected}`],
    [undefined, "merchantName: is missing"],
    [["Shop"], `merchantName: ${nameExpected}`],
  ],
  secretName: [
    ["", `secretName: ${secretNameExpected}`],
    ["a secret", `secretName: ${secretNameExpected}`],
    ["/merchants/1", `secretName: ${secretNameExpected}, without a leading slash`],
    ["x".repeat(513), "found a text of 513 characters"],
    ["shop-abcdef", "without a hyphen and six characters at its end"],
    [7, `secretName: ${secretNameExpected}`],
  ],
  tags: [
    [{ "aws:x": "1" }, `tags.aws:x: ${tagKeyExpected}`],
    [
      { "merchant-credentials:owner": "me" },
      `tags.merchant-credentials:owner: ${tagKeyExpected} or merchant-credentials:`,
    ],
    [{ "": "x" }, tagKeyExpected],
    [many(44), "tags: expected at most 42 tags"],
    [{ team: 1, owner: "a?" }, `tags.team: ${tagValueExpected}`],
    [{ team: "x".repeat(257) }, `tags.team: ${tagValueExpected}`],
    [["team"], "tags: expected an object of tags"],
  ],
  replicaRegions: [
    [["Europe"], `replicaRegions.0: ${regionExpected}`],
    ["eu-west-1", "replicaRegions: expected a list of regions"],
    [["eu-west-1", 1], `replicaRegions.1: ${regionExpected}`],
  ],
  recoveryWindowInDays: [
    [6, `recoveryWindowInDays: ${daysExpected}, found the number 6`],
    [31, `recoveryWindowInDays: ${daysExpected}, found the number 31`],
    [7.5, `recoveryWindowInDays: ${daysExpected}, found the number 7.5`],
    ["30", `recoveryWindowInDays: ${daysExpected}, found a text`],
  ],
  kmsKeyId: [
    ["my key", `kmsKeyId: ${kmsExpected}`],
    ["alias", `kmsKeyId: ${kmsExpected}`],
    ["arn:aws:iam::123456789012:role/x", `kmsKeyId: ${kmsExpected}`],
  ],
  onExpiry: [["ignore", 'onExpiry: expected "fail" or "warn"']],
  deletionProtection: [["false", "deletionProtection: expected true or false"]],
  adopt: [["yes", "adopt: expected true or false"]],
  issuance: [["import", 'issuance: expected "request" or "download"']],
  compromised: [
    ["xyz", "compromised: expected the serial number of a certificate: up to 40 hex digits, or decimal"],
    ["A".repeat(41), "compromised: expected the serial number of a certificate"],
  ],
  abandonRequest: [
    ["0123456789ABCDEF", "abandonRequest: expected the fingerprint of a request: 16 hex digits, lower case"],
    ["0123456789abcde", "abandonRequest: expected the fingerprint of a request"],
  ],
  policy: [["5-year", 'policy: expected "annual" or "five-year"']],
  renewBeforeDays: [
    [0, "renewBeforeDays: expected a whole number of days from 1 to 1825"],
    [-1, "renewBeforeDays: expected a whole number of days from 1 to 1825"],
    ["soon", "renewBeforeDays: expected a whole number of days from 1 to 1825"],
  ],
  failBeforeDays: [
    [-1, "failBeforeDays: expected a whole number of days from 0 to 1825"],
    [0.5, "failBeforeDays: expected a whole number of days from 0 to 1825"],
  ],
  subject: [
    [{ country: "China" }, "subject.country: expected a country code of two capital letters"],
    [{ locality: "" }, "subject.locality: expected 1 to 128 characters"],
    ["CN=1900000109", "subject: expected an object"],
  ],
  certificate: [[7, "certificate: expected a certificate in PEM, as text"]],
};

describe("arguments of the wrong shape", () => {
  const rounds = Math.max(...Object.values(wrong).map((values) => values.length));
  it.each(Array.from({ length: rounds }, (_, round) => round))(
    "are all named at once, each with what was expected (%i)",
    async (round) => {
      const chosen = Object.entries(wrong).flatMap(([name, values]) =>
        values[round] ? [[name, ...values[round]] as const] : [],
      );
      const data = { ...good, ...Object.fromEntries(chosen.map(([name, value]) => [name, value])) };
      const said = await refusal(declared, data);
      expect(chosen.filter(([, , sentence]) => !said.includes(sentence))).toEqual([]);
    },
  );

  it("are named likewise where the value comes from an output", async () => {
    const data = { merchantId: 7, merchantName: "", tags: { "aws:x": "1" }, subject: { organisation: "x" } };
    const said = await refusal(declaredLater, data);
    for (const name of ["merchantId", "merchantName", "tags.aws:x", "subject.organisation"]) {
      expect(said).toContain(`${name}: `);
    }
  });
});

/** The same of an ApiSecret. */
const wrongSecret: Record<string, [value: unknown, said: string][]> = {
  merchantId: [["1234567", `merchantId: ${merchantIdExpected}`]],
  maxAgeDays: [
    [0, "maxAgeDays: expected a whole number of days from 1 to 3650, found the number 0"],
    ["yearly", "maxAgeDays: expected a whole number of days from 1 to 3650, found a text"],
  ],
  rotationFrom: [
    ["2026-02-30", "rotationFrom: expected a day, YYYY-MM-DD"],
    [20260228, "rotationFrom: expected a day, YYYY-MM-DD, found the number 20260228"],
  ],
  triggers: [["audit", "triggers: expected a list"]],
  failAfterDays: [
    [-1, "failAfterDays: expected a whole number of days from 0 to 3650"],
    [1.5, "failAfterDays: expected a whole number of days from 0 to 3650"],
  ],
  activation: [
    [
      "auto",
      'activation: expected "manual", { version: "<pendingVersionId>" }, "live" or "immediate", found a text of 4 characters',
    ],
    [
      { version: "5f0c" },
      "activation.version: expected a version id of 64 hex digits, found a text of 4 characters. Copy the output pendingVersionId.",
    ],
  ],
  import: [
    [7, "import: is not a reference: { env }, { file } or { secretArn, jsonKey }. Put the value into"],
    [
      { env: "SHOP", file: "shop.txt" },
      "import: expected exactly one of env, file and secretArn, found env and file",
    ],
    [
      { secretArn: "shop" },
      "import.secretArn: expected the full ARN of a secret, as in arn:aws:secretsmanager:",
    ],
  ],
  adopt: [
    ["yes", "adopt: expected true or false"],
    [{ apiSecret: "" }, "adopt.apiSecret: expected the name of a key"],
  ],
};

describe("arguments of an API secret of the wrong shape", () => {
  it.each([0, 1, 2])("are all named at once, each with what was expected (%i)", async (round) => {
    const chosen = Object.entries(wrongSecret).flatMap(([name, values]) =>
      values[round] ? [[name, ...values[round]] as const] : [],
    );
    const data = { merchantId, ...Object.fromEntries(chosen.map(([name, value]) => [name, value])) };
    const said = await refusal(`new merchant.ApiSecret("shop", data);`, data);
    expect(chosen.filter(([, , sentence]) => !said.includes(sentence))).toEqual([]);
  });

  it("that would break live payments is refused before anything is drawn", async () => {
    configure({ "merchant-credentials:endpoint": "https://secretsmanager.us-east-1.amazonaws.com" });
    const said = await refusal(`new merchant.ApiV3Secret("shop", data);`, {
      merchantId,
      activation: "immediate",
    });
    expect(said).toContain(
      'activation: expected "manual", { version } or "live", found "immediate". It would break live payments',
    );
  });
});

describe("arguments that contradict each other", () => {
  it("are named with both sides", async () => {
    const data = {
      ...good,
      replicaRegions: ["us-east-1", "eu-west-1", "eu-west-1"],
      renewBeforeDays: 3,
      certificate: certificates.certificateOfAnotherMerchant(),
    };
    const said = await refusal(declared, data);
    for (const sentence of [
      "replicaRegions.0: us-east-1 is the primary region. Remove it.",
      "replicaRegions.2: eu-west-1 is listed twice. Remove it.",
      "renewBeforeDays: expected at least failBeforeDays (7), found 3.",
      "certificate: its subject CN is 1900000110, expected 1900000109. This is another merchant's certificate",
    ]) {
      expect(said).toContain(sentence);
    }
  });

  it("renewal cannot begin before the certificate does", async () => {
    const certificate = certificates.merchantCertificate({
      notBefore: new Date("2026-11-01T00:00:00Z"),
      notAfter: new Date("2027-11-01T00:00:00Z"),
    });
    const said = await refusal(declared, { ...good, certificate, renewBeforeDays: 365 });
    expect(said).toContain(
      "renewBeforeDays: expected less than the certificate's validity of 365 days, found 365 (60 unless set).",
    );
  });
});

describe("a certificate that is none, or not this merchant's", () => {
  const pem = certificates.merchantCertificate();
  it.each<[string, string, string]>([
    ["empty", "", "found an empty text). Leave `certificate` out until the platform has issued it."],
    [
      "a request",
      certificates.requestFor(),
      "found a certificate request). The request goes to the Merchant Platform",
    ],
    [
      "bytes read as text",
      certificates.der(pem).toString("utf8"),
      "found binary data (DER) read as text). Convert it",
    ],
    ["cut off", certificates.truncated(pem), "found a damaged or truncated certificate). Paste the whole"],
    [
      "two of them",
      pem + certificates.renewedCertificate(),
      "found 2 certificates). Give the newest one only.",
    ],
    [
      "an EC key, SHA-1",
      certificates.merchantCertificate({ key: certificates.ellipticCurveKey(), hash: "sha1" }),
      "its key is EC, expected RSA, 2048 bits.",
    ],
    ["WeChat Pay's own", certificates.platformCertificate(), "WeChat Pay's platform certificate"],
    [
      "contradictory",
      certificates.contradictoryCertificate(),
      "contradict each other (found issuer CN=Tenpay.com Root CA",
    ],
  ])("%s", async (_, certificate, sentence) => {
    const said = await refusal(declared, { ...good, certificate });
    expect(said).toContain("certificate: ");
    expect(said).toContain(sentence);
    expect(said).not.toContain("BEGIN CERTIFICATE REQUEST");
  });
});

describe("secret material in an argument", () => {
  const key = certificates.privateKeyPem();
  const p12 = certificates.pkcs12().toString("base64");
  /** Any line of the secret's Base64. */
  const echoes = (said: string, secret: string): boolean =>
    secret
      .replaceAll("-----", "\n")
      .split(/\s+/)
      .some((part) => /^[A-Za-z0-9+/=]{20,}$/.test(part) && said.includes(part.slice(0, 40)));

  it.each([
    ["a private key", key],
    ["a PKCS#12", p12],
  ])("%s is refused before the engine sees it", async (_, secret) => {
    const said = await refusal(declared, { ...good, certificate: secret });
    expect(said).toContain(
      "certificate: this holds a private key. Remove it from the program and treat it as leaked",
    );
    expect(echoes(said, secret)).toBe(false);
  });

  it.each([
    ["a private key", key, "found a private key)"],
    ["a PKCS#12", p12, "found a PKCS#12 file, which holds a private key)"],
  ])("%s from an output is refused by check, unechoed", async (_, secret, sentence) => {
    const said = await refusal(declaredLater, { ...good, certificate: secret });
    expect(said).toContain(sentence);
    expect(echoes(said, secret)).toBe(false);
  });

  const literal = "0123456789abcdefghijABCDEFGHIJ01";

  it("32 characters instead of a reference are refused before the engine's own log has them", async () => {
    engine.write({
      "index.js": `${prelude}new merchant.ApiSecret("shop", data);`,
      "data.json": JSON.stringify({ merchantId, import: { env: literal } }),
    });
    const { output } = await engine.preview(["--logtostderr", "-v=9", "--logflow"], { expectFailure: true });
    expect(output).toContain(
      'ApiSecret "shop", import.env: this looks like the secret itself (expected the name of where it is kept)',
    );
    expect(output).not.toContain(literal);
  });

  it("32 characters that arrive later are refused by check, unechoed", async () => {
    const said = await refusal(
      `new merchant.ApiSecret("shop", { ...data, import: pulumi.output({ env: "${literal}" }) });`,
      { merchantId },
    );
    expect(said).toContain(
      "import.env: looks like the secret itself. Put the value into an environment variable",
    );
    expect(said).not.toContain(literal);
  });

  it("is not echoed from wherever it was put by mistake", async () => {
    const data = { merchantId: key, merchantName: key, secretName: key, tags: { a: key }, kmsKeyId: p12 };
    const said = await refusal(declaredLater, data);
    for (const name of ["merchantId", "merchantName", "secretName", "tags.a", "kmsKeyId"]) {
      expect(said).toContain(`${name}: expected`);
    }
    expect(echoes(said, key) || echoes(said, p12)).toBe(false);
  });
});

describe("what constructors refuse", () => {
  const cases: [construction: string, said: RegExp][] = [
    [
      `certificate("a", { merchantNmae: "x" })`,
      /merchantNmae: is not a known argument\. Did you mean `merchantName`\?/,
    ],
    [
      `certificate("b", { subject: { organisation: "x" } })`,
      /subject\.organisation: is not a known argument\. Did you mean `organization`\?/,
    ],
    [
      `[certificate("c"), certificate("d")]`,
      /merchantId: MerchantCertificate "c" already stands for this merchant\. Remove "d" or "c"/,
    ],
    [`certificate("e", {}, { provider: {} })`, /provider: is not a Provider of pulumi-merchant-credentials/],
    [
      `new merchant.Provider("a", { endpoint: "http://10.1.2.3:4566" })`,
      /endpoint: .*expected https, or http on loopback, found http to another machine/,
    ],
    [`new merchant.Provider("b", { endpoint: "secretsmanager" })`, /endpoint: .*found not a URL/],
    [`new merchant.Provider("c", { endpoint: "ftp://localhost" })`, /endpoint: .*found a URL of scheme ftp/],
    [
      `new merchant.Provider("d", { endpoint: "https://user:hunter-22@vault.example" })`,
      /endpoint: .*found a URL with credentials in it/,
    ],
    [
      `new merchant.Provider("e", { region: "Frankfurt" })`,
      /region: .*expected an AWS region.*found a text of 9 characters/,
    ],
    [
      `new merchant.Provider("f", { profile: "pay", assumeRole: { roleArn: "arn:aws:iam::123456789012:role/pay" } })`,
      /profile: .*A profile can assume the role itself/,
    ],
    [
      `new merchant.Provider("g", { regoin: "eu-west-1" })`,
      /regoin: .*known argument.*Did you mean `region`\?/,
    ],
    [`new merchant.Provider("h", { accessKey: "AKIA-22" })`, /accessKey: .*known argument/],
    [`secret("i", { maxAgeDay: 1 })`, /maxAgeDay: is not a known argument\. Did you mean `maxAgeDays`\?/],
    [`secret("j", { import: { evn: "X" } })`, /import\.evn: is not a known argument\. Did you mean `env`\?/],
    [
      `secret("k", { import: { env: "hunter22".repeat(4) } })`,
      /import\.env: this looks like the secret itself/,
    ],
    [`secret("l", { import: "SHOP_API_SECRET" })`, /import: this looks like the secret itself/],
    [
      `[secret("m"), secret("n")]`,
      /merchantId: ApiSecret "m" already stands for this merchant\. Remove "n" or "m"/,
    ],
    [`new merchant.ApiV3Secret("o")`, /ApiV3Secret "o": the arguments are missing/],
    [`new merchant.Merchant("p")`, /Merchant "p": the arguments are missing/],
    [
      `new merchant.Merchant("q", { merchantId: "${merchantId}", merchantName: "Shop", aplSecret: false })`,
      /Merchant "q", aplSecret: is not a known argument\. Did you mean `apiSecret`\?/,
    ],
  ];

  it("is said in one sentence each, which a program can catch", async () => {
    const attempts = cases.map(([construction]) => `attempt(() => ${construction});`).join("\n");
    const program = `
const certificate = (name, args, opts) =>
  new merchant.MerchantCertificate(name, { merchantId: "${merchantId}", merchantName: "Shop", ...args }, opts);
const secret = (name, args) => new merchant.ApiSecret(name, { merchantId: "${merchantId}", ...args });
const messages = [];
const attempt = (make) => {
  try {
    make();
    messages.push("accepted");
  } catch (error) {
    messages.push(error instanceof merchant.MerchantCredentialsError ? error.message : "another error");
  }
};
${attempts}
require("fs").writeFileSync("messages.json", JSON.stringify(messages));
`;
    engine.write({ "index.js": prelude + program, "data.json": "{}" });
    const { output } = await engine.preview();
    const file = path.join(engine.folder, "messages.json");
    const messages = JSON.parse(fs.readFileSync(file, "utf8")) as string[];
    const pairs = cases.map(([construction, sentence], index) => ({
      construction,
      sentence,
      message: messages[index],
    }));
    expect(pairs.filter(({ sentence, message }) => !sentence.test(message ?? ""))).toEqual([]);
    expect(messages.join() + output).not.toMatch(/hunter-?22|AKIA-22/);
  });

  it("makes the run fail where nobody catches it, and nothing is written", async () => {
    engine.write({ "index.js": `${prelude}${declared}${declared}`, "data.json": JSON.stringify(good) });
    const { output } = await engine.preview([], { expectFailure: true });
    expect(output).toContain('MerchantCertificate "shop" already stands for this merchant');
  });
});

describe("a Provider whose settings come from outputs", () => {
  it("is refused with the resource that uses it", async () => {
    const said = await refusal(
      `const provider = new merchant.Provider("far", { region: "us-east-1", endpoint: pulumi.output("http://10.1.2.3") });
new merchant.MerchantCertificate("shop", data, { provider });`,
      good,
    );
    expect(said).toMatch(/endpoint: .*found http to another machine/);
  });
});

describe("a stack that is configured wrong", () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "an endpoint on another machine",
      { "merchant-credentials:endpoint": "http://10.1.2.3" },
      /endpoint: .*found http to another machine/,
    ],
    [
      "a setting that does not exist",
      { "merchant-credentials:deletionProtecton": "false" },
      /Did you mean `deletionProtection`\?/,
    ],
    ["no region", { "aws:region": "" }, /region: .*Set aws:region/],
    [
      "a default of the wrong shape",
      { "merchant-credentials:onExpiry": "never" },
      /onExpiry: .*expected "fail" or "warn"/,
    ],
  ])("%s", async (_, settings, sentence) => {
    configure(settings);
    expect(await refusal(declared, good)).toMatch(sentence);
  });
});

describe("pulumi up with a wrong program", () => {
  it("fails as the preview does, and leaves no certificate", async () => {
    engine.write({
      "index.js": prelude + declared,
      "data.json": JSON.stringify({ ...good, merchantId: "1" }),
    });
    const { output } = await engine.up([], { expectFailure: true });
    expect(output).toContain(merchantIdExpected);
  });
});
