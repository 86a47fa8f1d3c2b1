import * as pulumi from "@pulumi/pulumi";
import { X509Certificate } from "node:crypto";
import { publicKeySha256 } from "../../provider/domain/private-key";
import { requestFingerprint } from "../../provider/domain/staging-labels";
import { publishedTrustChains } from "../../provider/domain/trust-chain";
import { sha256Hex } from "../../provider/domain/digest";
import { unknownValue } from "../../provider/domain/unknown";
import { MerchantCertificate, MerchantCredentialsError } from "../../provider/index";
import type { Json, JsonObject } from "../../provider/resources/resource-handlers";
import { findCanaries, keyCanaries } from "../support/canaries";
import {
  certificateIssuedByWeChatPay,
  der,
  pkcs12,
  privateKey,
  privateKeyPem,
  requestFor,
  testAuthority,
  truncated,
} from "../support/certificates";
import { merchantId, merchantName, MerchantScene, restartKeys } from "../support/merchant";

let scene: MerchantScene;
let inputs: JsonObject;

// One scene, emptied for each test, with keys that the tests share: a key takes 0.2 s to make.
beforeAll(async () => {
  scene = await MerchantScene.start();
  inputs = scene.inputs;
});

beforeEach(() => {
  scene.sandbox.reset();
  scene.clock.set("2026-11-22T12:00:00Z");
  restartKeys();
  scene.env = {};
  Object.assign(scene, { state: undefined, inputs });
});

afterAll(() => scene.close());

const key = privateKeyPem();
const canaries = keyCanaries("the key", key);
const chain = testAuthority().chainPem;
/** Valid on the day of the scene, with `privateKey()`. */
const own = () => certificateIssuedByWeChatPay({ notBefore: new Date("2018-03-01") });
const issued = () => {
  const validity = { notBefore: new Date("2026-11-01"), notAfter: new Date("2031-11-01") };
  return scene.platform.issue(requestFor(), { merchantId, merchantName, ...validity });
};

/** What check says of a program, each reason on the property that the engine prints with its value. */
function refusals(news: JsonObject, olds: JsonObject = {}): string[] {
  const { handlers, config } = scene;
  const { failures } = handlers.check({ olds, news: { ...inputs, ...news }, config });
  return failures.map(({ property, reason }) => {
    const value = property === "" ? "" : ` {${JSON.stringify(news[property])}}`;
    return `${property}${value} ${reason}`.trim();
  });
}

function serving(): { id: string; value: unknown } {
  const { id, value } = scene.secret.versions.find(({ labels }) => labels.includes("AWSCURRENT"))!;
  return { id, value };
}

const serialOf = (pem: string): string => new X509Certificate(pem).serialNumber.padStart(40, "0");
const fingerprintOf = (name: string): string => requestFingerprint(publicKeySha256(privateKey(name)));
const labels = (): string[] =>
  scene.secret.versions.flatMap((version) => version.labels).filter((label) => label.startsWith("MC_"));

/** A run that is red for these reasons alone, and writes nothing. */
async function expectRed(changes: JsonObject, ...reasons: (string | RegExp)[]): Promise<void> {
  const before = scene.state && serving();
  scene.sandbox.journal.clear();
  const { unmet } = await scene.up(changes);
  expect(unmet).toEqual(
    reasons.map((reason): unknown =>
      typeof reason === "string" ? expect.stringContaining(reason) : expect.stringMatching(reason),
    ),
  );
  expect(scene.sandbox.journal.count("writes")).toBe(0);
  expect(serving()).toEqual(before);
}

async function active(): Promise<string> {
  await scene.up();
  const certificate = scene.sign();
  expect((await scene.up({ certificate })).unmet).toEqual([]);
  return certificate;
}

/** A serial number by its digits, and an API secret by its length. */
const thirtyTwo = "0123456789ABCDEF0123456789ABCDEF";

describe("refused by check, with what was expected and found:", () => {
  const word = "expected the serial number of a certificate: up to 40 hex digits, or decimal";
  const digits = "expected the fingerprint of a request: 16 hex digits, lower case";
  it.each<[string, Json, string]>([
    ["issuance", "import", 'issuance: expected "request" or "download", found a text of 6 characters'],
    ["issuance", true, 'issuance: expected "request" or "download"'],
    [
      "compromised",
      "xyz",
      `${word}, found a text of 3 characters. One of 32 digits needs 0x in front of it: without, it could be a secret. Copy the output`,
    ],
    ["compromised", thirtyTwo, `${word}, found a text of 32 characters. One of 32 digits needs 0x`],
    ["compromised", "7".repeat(32), `${word}, found a text of 32 characters. One of 32 digits needs 0x`],
    ["compromised", "A".repeat(41), `${word}, found a text of 41 characters`],
    ["compromised", "1".repeat(50), `${word}, found a text of 50 characters`],
    ["compromised", "0", word],
    ["compromised", "", `${word}, found an empty text`],
    ["compromised", 12345, `${word}, found the number 12345`],
    ["abandonRequest", "0123456789ABCDEF", `${digits}, found a text of 16 characters. Copy it from`],
    ["abandonRequest", "0123456789abcde", `${digits}, found a text of 15 characters`],
    ["abandonRequest", "0123456789abcdef0", `${digits}, found a text of 17 characters`],
    ["abandonRequest", "MC_REQUEST_0123456789abcdef", `${digits}, found a text of 27 characters`],
    ["abandonRequest", "", `${digits}, found an empty text`],
    [
      "operatingCertificatesUntil",
      "soon",
      "operatingCertificatesUntil: expected the output `validUntil` of OperatingCertificates",
    ],
    ["trustChain", 7, "trustChain: expected certificates in PEM, or a .p7b in Base64, as text"],
    [
      "trustAnchors",
      ["CA"],
      "trustAnchors: expected certificates in PEM, or a .p7b in Base64, as text, found a list of 1",
    ],
  ])("%s: %j", (property, value, said) => {
    const found = refusals({ [property]: value });
    expect(found).toEqual([expect.stringContaining(said)]);
    if (typeof value === "string" && value.length === 32)
      expect(found[0]!.replace(`{${JSON.stringify(value)}}`, "")).not.toContain(value);
    expect(scene.sandbox.journal.entries()).toEqual([]);
  });

  it.each([`0x${thirtyTwo}`, `00${thirtyTwo}`, thirtyTwo.match(/../g)!.join(":"), thirtyTwo.slice(1)])(
    "not a `compromised` that no secret looks like: %s",
    (compromised) => expect(refusals({ compromised })).toEqual([]),
  );

  const forms: [string, () => string, string][] = [
    ["nothing", () => "", "found an empty text"],
    ["a private key", () => key, "found a private key"],
    ["a private key among certificates", () => chain + key, "found a private key"],
    ["a PKCS#12", () => pkcs12().toString("base64"), "found a PKCS#12 file, which holds a private key"],
    ["DER read as text", () => der(chain).toString("utf8"), "found binary data (DER) read as text"],
    ["a certificate request", () => requestFor(), "found a certificate request"],
    ["a merchant's certificate", () => own(), "which is not a CA's"],
    ["a truncated certificate", () => truncated(chain), "found a damaged or truncated certificate"],
    ["a file's name", () => "CertTrustChain.p7b", "found text without -----BEGIN CERTIFICATE-----"],
  ];
  it.each(
    (["trustChain", "trustAnchors"] as const).flatMap((property) =>
      forms.map(([what, make, said]) => [property, what, make, said] as const),
    ),
  )("%s: %s", (property, _what, make, said) => {
    const found = refusals({ [property]: make(), certificate: issued() });
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${property}: these are not CA certificates`))]);
    expect(found[0]).toContain(said);
    expect(findCanaries(Buffer.from(found.join()), canaries)).toEqual([]);
  });

  it("nothing, where the values are not known yet", () => {
    const names = ["issuance", "trustChain", "trustAnchors", "compromised", "abandonRequest"];
    for (const name of [...names, "operatingCertificatesUntil"])
      expect({ name, found: refusals({ [name]: unknownValue, certificate: issued() }) }).toEqual({
        name,
        found: [],
      });
  });
});

describe("refused by the constructor:", () => {
  beforeEach(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ name }) => {
          throw new Error(`${name} was registered`);
        },
        call: () => ({}),
      },
      "shop",
      "prod",
    );
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
  });

  function refusal(args: object): MerchantCredentialsError {
    try {
      new MerchantCertificate("shop", { merchantId, merchantName, ...args });
    } catch (error) {
      expect(error).toBeInstanceOf(MerchantCredentialsError);
      return error as MerchantCredentialsError;
    }
    throw new Error("the constructor went through");
  }

  it.each<[string, unknown]>([
    ["a text", "2027-01-01T00:00:00Z"],
    ["a list", []],
    ["null", null],
    ["an object of settings", { installations: [] }],
  ])("operatingCertificates that is %s", (_what, operatingCertificates) => {
    const { message, details } = refusal({ operatingCertificates });
    expect(details.property).toBe("operatingCertificates");
    expect(message).toContain('MerchantCertificate "shop"');
    expect(message).toContain("expected an OperatingCertificates resource");
    expect(message).not.toContain("2027");
  });

  it.each(["trustChain", "trustAnchors", "compromised", "abandonRequest"])(
    "a private key as %s, unechoed",
    (property) => {
      const { message, details } = refusal({ [property]: key });
      expect(details.property).toBe(property);
      expect(message).toContain(
        "this holds a private key. Remove it from the program and treat it as leaked",
      );
      expect(findCanaries(Buffer.from(message), canaries)).toEqual([]);
    },
  );
});

describe("32 letters and digits as `compromised`", () => {
  it.each([thirtyTwo, "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG"])(
    "are not echoed by the constructor: %s",
    (compromised) => {
      const construct = () => new MerchantCertificate("shop", { merchantId, merchantName, compromised });
      expect(construct).toThrow(/compromised.*looks like the secret itself/s);
      expect(construct).not.toThrow(new RegExp(compromised));
    },
  );
});

describe("a certificate of the other kind", () => {
  const imported = { import: { privateKey: { env: "KEY" } } };

  it("is named with what to change: one of the CA's where a download is declared", () => {
    expect(refusals({ certificate: issued(), issuance: "download", ...imported })).toEqual([
      expect.stringMatching(/^certificate: its issuer is CN=Tenpay\.com.* Remove `issuance: "download"`/),
    ]);
  });

  it("is named with what to change by the handler: WeChat Pay's own where a request is declared", async () => {
    const hint =
      /^certificate: its issuer is CN=MmpaymchCA.* To take it over, or to roll back to it, set `issuance: "download"`/;
    // Whether it serves and is about to be upgraded, only the vault knows.
    expect(refusals({ certificate: own() })).toEqual([]);
    expect(refusals({ certificate: own() }, { certificate: issued() })).toEqual([]);
    await scene.up();
    await expectRed({ certificate: own() }, hint, /^certificate: its key [0-9a-f]{16} is not in the vault/);
  });

  it("waits for the handler where it comes with its key: the vault may hold it already", async () => {
    scene.env.KEY = key;
    await scene.up({ issuance: "download" });
    const hint =
      /^certificate: its issuer is CN=MmpaymchCA.* To take it over, or to roll back to it, set `issuance: "download"`/;
    const before = scene.inputs;
    // Not yet in the vault: the handler says so, and neither takes it over nor makes a request instead.
    await expectRed({ certificate: own(), ...imported, issuance: "request", onExpiry: "warn" }, hint);
    scene.inputs = before;
    expect((await scene.up({ certificate: own(), ...imported })).unmet).toEqual([]);

    // In the vault: the engine, which after a red run has the old inputs, does not stand in the way of the upgrade.
    const { handlers, config } = scene;
    const news = { ...scene.inputs, issuance: "request" };
    const { inputs: checked, failures } = handlers.check({ olds: before, news, config });
    expect(failures).toEqual([]);
    const { signal } = new AbortController();
    const { id, outputs } = scene.state!;
    const { outputs: state, unmet } = await handlers.update({ id, outputs, inputs: checked, config, signal });
    expect(unmet).toEqual([]);
    expect(state).toMatchObject({ status: "renewal-requested", current: { issuedBy: "wechat-pay" } });
  });

  it("is named by the published trust chain as well, which has a vote", () => {
    const p7b = testAuthority().chain("certificate-authority").p7b;
    const digest = sha256Hex(p7b);
    const published = publishedTrustChains as Record<string, "wechat-pay" | "certificate-authority">;
    const certificate = testAuthority().issue(requestFor(), {
      merchantId,
      merchantName,
      notBefore: new Date("2026-11-01"),
    });
    const program = { certificate, trustChain: p7b.toString("base64") };
    expect(refusals(program)).toEqual([]);
    try {
      published[digest] = "certificate-authority";
      expect(refusals(program)).toEqual([]);
      published[digest] = "wechat-pay";
      expect(refusals(program)).toEqual([
        expect.stringMatching(
          /^certificate: its fields contradict each other .*serial number [0-9A-F]{40}, 40 digits says certificate-authority.*trust chain with the published digest says wechat-pay/,
        ),
      ]);
    } finally {
      delete published[digest];
    }
  });
});

describe("`compromised`", () => {
  it("is red for a serial number that nobody knows, with those that are known", async () => {
    await scene.up();
    await expectRed({ compromised: "ff" }, /^compromised: found 0{38}FF, expected .* \(there is none\)/);
    const certificate = scene.sign();
    await scene.up({ certificate, compromised: undefined });
    await expectRed({ compromised: "FF:FF" }, `a certificate in the vault (${serialOf(certificate)})`);
    expect((await scene.up({ compromised: undefined })).unmet).toEqual([]);
  });

  it("marks the one that serves, once; the next run only looks", async () => {
    const certificate = await active();
    const { unmet } = await scene.up({ compromised: serialOf(certificate) });
    expect(unmet).toEqual([expect.stringContaining("still serves, and others have its key")]);
    await expectRed({}, "still serves, and others have its key");
    await scene.refresh();
    await expectRed({}, "still serves, and others have its key");
    // The mark is the vault's: the program may forget it, the run does not.
    await expectRed({ compromised: undefined }, "still serves, and others have its key");
  });

  it("bars a renewal of the same key, and a roll back, also without being named", async () => {
    const certificate = await active();
    const compromised = serialOf(certificate);
    await scene.up({ compromised });
    const renewed = scene.platform.issue(undefined, {
      merchantId,
      renew: certificate,
      notBefore: scene.clock.now(),
      notAfter: new Date("2033-01-01"),
    });
    await expectRed(
      { certificate: renewed },
      new RegExp(`${serialOf(renewed)} has the key of ${compromised}, which is marked as compromised`),
      "still serves",
    );
    const replacement = scene.sign();
    expect((await scene.up({ certificate: replacement })).unmet).toEqual([]);
    scene.sandbox.journal.clear();
    expect(await scene.up()).toMatchObject({ changed: false });
    expect(scene.sandbox.journal.entries()).toEqual([]);
    for (const named of [compromised, undefined])
      await expectRed(
        { certificate, compromised: named },
        `${compromised} is marked as compromised and cannot come back`,
      );
    expect(labels()).not.toContain(`MC_CERT_${compromised}`);
  });
});

describe("`abandonRequest`", () => {
  it("is red for a request that is not outstanding, with the one that is", async () => {
    await scene.up();
    const open = fingerprintOf("fresh 0");
    await expectRed({ abandonRequest: "0".repeat(16) }, `of an outstanding request (${open})`);
    const certificate = scene.sign();
    await scene.up({ certificate, abandonRequest: undefined });
    // The key of the certificate that serves: nothing is outstanding any more.
    await expectRed({ abandonRequest: open }, "of an outstanding request (there is none)");
  });

  it("is the way to another subject, and stays in the program without effect", async () => {
    await scene.up();
    const certificate = scene.sign();
    const abandoned = fingerprintOf("fresh 0");
    await expectRed(
      { subject: { locality: "Beijing" } },
      /^subject\.locality: request [0-9a-f]{16} is outstanding with "ShenZhen", found "Beijing"\. .*`abandonRequest: "[0-9a-f]{16}"`\.$/,
    );
    expect((await scene.up({ abandonRequest: abandoned })).unmet).toEqual([]);
    expect(labels().sort()).toEqual([`MC_ABANDONED_${abandoned}`, `MC_REQUEST_${fingerprintOf("fresh 1")}`]);
    await expectRed({ certificate }, `its key ${abandoned} belongs to a request that was abandoned`);
    expect((await scene.up({ certificate: undefined })).unmet).toEqual([]);
    expect((await scene.up({ certificate: scene.sign() })).unmet).toEqual([]);
    expect(scene.state!.outputs.history).toMatchObject([
      { reason: "abandoned request", fingerprint: abandoned },
      { reason: "first issuance" },
    ]);
    expect(await scene.up()).toMatchObject({ changed: false });
  });
});

describe("`operatingCertificates`", () => {
  it.each<[string, string, boolean]>([
    ["none", "none", true],
    ["one that ended a second ago", "2026-11-22T11:59:59Z", true],
    ["one that ends now", "2026-11-22T12:00:00Z", true],
    ["one that lasts a second more", "2026-11-22T12:00:01Z", false],
  ])("%s: whether an operating certificate comes first", async (_what, until, isFirst) => {
    await scene.up({ operatingCertificatesUntil: until });
    expect((scene.state!.outputs.nextSteps as string[]).join()).not.toContain("operating certificate");
    const validity = { notBefore: new Date("2026-01-01"), notAfter: new Date("2027-01-01") };
    await scene.up({ certificate: scene.sign(validity) });
    const [step] = scene.state!.outputs.nextSteps as string[];
    expect(step!.startsWith("First install an operating certificate")).toBe(isFirst);
  });
});
