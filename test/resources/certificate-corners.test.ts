import { readCertificateText } from "../../provider/domain/certificate-text";
import { requestFingerprint } from "../../provider/domain/staging-labels";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { connection } from "../../provider/resources/secret-location";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import { VaultError, type Vault } from "../../provider/vault/vault";
import {
  certificateIssuedByWeChatPay,
  merchantCertificate,
  privateKey,
  privateKeyPem,
  testAuthority,
} from "../support/certificates";
import { fingerprint, requestValue } from "../domain/vault-states";
import { Clock, MerchantScene, merchantId, merchantName } from "../support/merchant";

/** Corners in which a leaked key could come back, or a merchant could be stuck; each was found by trying it. */
let scene: MerchantScene;
/** Stops the provider before the next move of this label. */
let stopAt: string | undefined;
const clock = new Clock();

const stopping = (vault: Vault): Vault => ({
  ...vault,
  moveLabel: (id, label, move) =>
    label === stopAt
      ? Promise.reject(new VaultError("refused", "stopped", "UpdateSecretVersionStage"))
      : vault.moveLabel(id, label, move),
});

beforeEach(async () => {
  clock.set("2026-11-22T12:00:00Z");
  stopAt = undefined;
  scene = await MerchantScene.start({ clock, wrap: stopping });
});
afterEach(() => scene.close());

const serialOf = (pem: string): string => readCertificateText(pem).certificate.serialNumber;
const served = (): string | undefined => scene.state!.outputs.serialNumber as string | undefined;
const labels = (): string[] => [...scene.secret.versions.values()].flatMap(({ labels }) => [...labels]);
const steps = (): string => (scene.state!.outputs.nextSteps as string[]).join("\n");
const openFingerprint = (): string =>
  requestFingerprint((scene.state!.outputs.pending as JsonObject).publicKeySha256 as string);

async function serving(notAfter: string): Promise<string> {
  await scene.up();
  const certificate = scene.sign({ notBefore: new Date("2026-01-01"), notAfter: new Date(notAfter) });
  await scene.up({ certificate });
  return certificate;
}

/** What somebody does with the secret by other means. */
const byHand = (): Vault =>
  secretsManagerVault(connection(scene.config, "us-east-1"), new AbortController().signal);

/** The same key under another certificate, as the platform prolongs it. */
const renewalOf = (pem: string, notAfter: string): string =>
  scene.platform.issue(undefined, { merchantId, renew: pem, notAfter: new Date(notAfter) });

describe("a leaked key that two certificates have had", () => {
  it("is barred under both, and both are to be revoked", async () => {
    const first = await serving("2027-11-01");
    clock.set("2027-09-20T12:00:00Z");
    const renewed = renewalOf(first, "2029-11-01");
    await scene.up({ certificate: renewed });
    clock.set("2027-09-25T12:00:00Z");
    await scene.up({ renewBeforeDays: 770 });
    const next = scene.sign({ notAfter: new Date("2032-11-01") });
    await scene.up({ certificate: next, renewBeforeDays: 60 });
    expect(served()).toBe(serialOf(next));

    await scene.up({ compromised: serialOf(first) });
    for (const pem of [first, renewed]) {
      expect(labels()).toContain(`MC_COMPROMISED_${serialOf(pem)}`);
      expect(labels()).not.toContain(`MC_CERT_${serialOf(pem)}`);
      expect(steps()).toContain(`Revoke (作废) certificate ${serialOf(pem)}`);
    }
    // Neither the end of the one that was named nor the removal of its name lets the other one back.
    clock.set("2027-12-01T00:00:00Z");
    await scene.up({ compromised: undefined });
    const { unmet } = await scene.up({ certificate: renewed });
    expect(unmet.join()).toContain("is marked as compromised and cannot come back");
    expect(served()).toBe(serialOf(next));
  });

  it("is not asked to be revoked any more once it has expired", async () => {
    await serving("2027-06-01");
    const leaked = served()!;
    await scene.up({ compromised: leaked });
    await scene.up({ certificate: scene.sign() });
    expect(steps()).toContain(`Revoke (作废) certificate ${leaked}`);
    clock.set("2027-06-01T00:00:00Z");
    expect((await scene.up()).changed).toBe(true);
    expect(scene.state!.outputs.nextSteps).toEqual([]);
  });
});

describe("a request whose key is known to others", () => {
  it("is given up by itself, and the next one is made", async () => {
    await serving("2027-01-10");
    await scene.up();
    const before = openFingerprint();
    const certificate = scene.sign();
    await scene.up({ certificate, compromised: serialOf(certificate) });
    expect(labels()).toContain(`MC_ABANDONED_${before}`);
    expect(openFingerprint()).not.toBe(before);
    expect(served()).not.toBe(serialOf(certificate));
  });

  it("is marked even while two requests are open", async () => {
    const first = await serving("2027-01-10");
    await scene.up();
    const other = privateKey("other");
    const request = { token: "other".padEnd(32, "0"), value: requestValue(other) };
    await byHand().put(scene.state!.id, { ...request, labels: [`MC_REQUEST_${fingerprint(other)}`] });
    const { unmet } = await scene.up({ compromised: serialOf(first) });
    expect(unmet.join()).toContain("more than one open certificate request");
    expect(labels()).toContain(`MC_COMPROMISED_${serialOf(first)}`);
  });
});

describe("a request that was given up after its certificate had been written", () => {
  it.each(["in the same run", "in a later run"])("never serves: %s", async (when) => {
    const first = await serving("2027-01-10");
    await scene.up();
    const given = openFingerprint();
    const certificate = scene.sign();
    stopAt = "AWSCURRENT";
    await scene.up({ certificate });
    stopAt = undefined;
    if (when === "in a later run") await scene.up({ certificate: first, abandonRequest: given });
    const { unmet } = await scene.up({ certificate, abandonRequest: given });
    expect(unmet.join()).toContain("was abandoned and is never used again");
    expect(served()).toBe(serialOf(first));
  });
});

describe("an import that can never serve", () => {
  const imported = (certificate: string): JsonObject => {
    scene.env.KEY = privateKeyPem();
    return { certificate, import: { privateKey: { env: "KEY" } } };
  };
  const annual = merchantCertificate({
    notBefore: new Date("2025-11-17T00:00:00Z"),
    notAfter: new Date("2026-11-17T00:00:00Z"),
  });

  it("begins a request when it has expired, and names the platform's action", async () => {
    const { unmet } = await scene.up(imported(annual));
    expect(unmet.join()).toContain("Declare a valid one; there is none yet.");
    expect(steps()).toContain("Upgrade Certificate (升级证书; or 续期证书)");
    expect(steps()).toContain("until 2026-12-17 00:00 UTC (2026-12-17 08:00 +08:00)");
    await scene.up({ certificate: scene.sign() });
    expect(scene.state!.outputs).toMatchObject({ status: "active", unmet: [] });
  });

  it("begins a request when others have its key", async () => {
    const certificate = merchantCertificate();
    await scene.up({ ...imported(certificate), compromised: serialOf(certificate) });
    expect(scene.state!.outputs.certificateRequest).toContain("BEGIN CERTIFICATE REQUEST");
    expect(labels()).not.toContain(`MC_CERT_${serialOf(certificate)}`);
  });

  it("leads to Upgrade where WeChat Pay has issued it", async () => {
    const old = certificateIssuedByWeChatPay({ notAfter: new Date("2026-11-01T00:00:00Z") });
    await scene.up({ ...imported(old), issuance: "download" });
    expect(steps()).toContain('Set `issuance: "request"` of "shop"');
    await scene.up({ issuance: "request" });
    expect(steps()).toContain("Upgrade Certificate (升级证书)");
    expect(steps()).not.toContain("APIv3");
  });
});

describe("an upgrade under way", () => {
  const old = certificateIssuedByWeChatPay();

  it.each(["the state is lost", "nothing is lost"])(
    "goes on without issuance and import: %s",
    async (what) => {
      scene.env.KEY = privateKeyPem();
      await scene.up({ certificate: old, issuance: "download", import: { privateKey: { env: "KEY" } } });
      await scene.up({ issuance: null, import: null });
      const given = openFingerprint();
      if (what === "the state is lost") scene.state = undefined;
      const { unmet } = await scene.up();
      expect(unmet).toEqual([]);
      expect(openFingerprint()).toBe(given);
      await scene.up({ certificate: scene.sign() });
      expect(scene.state!.outputs).toMatchObject({ status: "active", unmet: [] });
    },
  );

  it("does not begin for a certificate that the vault does not have", async () => {
    const { unmet } = await scene.up({ certificate: old });
    expect(unmet.join()).toContain("issued by WeChat Pay with a key of its own");
    expect(served()).toBeNull();
  });
});

it("next steps follow the clock: Renew becomes Change after five years of use", async () => {
  scene.env.KEY = privateKeyPem();
  const certificate = merchantCertificate({
    notBefore: new Date("2026-01-15T08:30:00Z"),
    notAfter: new Date("2027-01-15T08:30:00Z"),
  });
  await scene.up({ certificate, import: { privateKey: { env: "KEY" } } });
  await byHand().tag(scene.state!.id, { "merchant-credentials:first-issued": "2021-12-01T00:00:00Z" });
  await scene.up({ renewBeforeDays: 61 });
  expect(steps()).toContain("Renew Certificate (续期证书)");
  expect(scene.state!.outputs.nextStepsUntil).toBe("2026-12-01T00:00:00Z");
  clock.set("2026-11-30T23:59:59Z");
  expect((await scene.up()).changed).toBe(false);
  clock.set("2026-12-01T00:00:00Z");
  expect((await scene.up()).changed).toBe(true);
  expect(steps()).toContain("Change Certificate (更换证书)");
  expect((await scene.up()).changed).toBe(false);
});

describe("what goes into state of trust and of names", () => {
  const { chainPem } = testAuthority();
  const check = (inputs: JsonObject) =>
    scene.handlers.check({ olds: {}, news: { ...scene.inputs, ...inputs }, config: scene.config });

  it.each([
    ["CRLF", chainPem.replace(/\n/g, "\r\n")],
    ["lines between", `subject=CN = Sandbox\n\n${chainPem}`],
  ])("is the same whatever the form: %s", (_form, trustChain) => {
    const [plain, other] = [check({ trustChain: chainPem }), check({ trustChain })];
    expect(other.failures).toEqual([]);
    expect(other.inputs.trustChain).toBe(plain.inputs.trustChain);
  });

  it("is one spelling of a serial number", () => {
    const spelt = ["ab:cd:ef", "0xabcdef", "ABCDEF"].map(
      (compromised) => check({ compromised }).inputs.compromised,
    );
    expect(new Set(spelt)).toEqual(new Set(["ABCDEF".padStart(40, "0")]));
  });

  const body = privateKeyPem(privateKey()).replace(/-----[^-]+-----|\n/g, "");
  it.each([
    ["without its PEM lines, behind", `${chainPem}${body}\n`],
    ["without its PEM lines, in front", `${body}\n${chainPem}`],
    ["with four dashes", `${chainPem}----BEGIN PRIVATE KEY----\n${body}\n----END PRIVATE KEY----\n`],
    ["as JSON", chainPem + JSON.stringify(privateKey().export({ format: "jwk" }))],
    ["in hex", chainPem + Buffer.from(body, "base64").toString("hex")],
  ])("is never a private key beside the certificates: %s", (_form, text) => {
    for (const property of ["trustChain", "trustAnchors"]) {
      const { failures } = check({ [property]: text });
      expect(failures).toEqual([
        {
          property: "",
          reason: expect.stringContaining("something else between the certificates") as string,
        },
      ]);
      expect(JSON.stringify(failures)).not.toContain(body.slice(40, 80));
    }
  });
});

it("a secret is not taken for a serial number", () => {
  const compromised = "0123456789abcdef0123456789abcdef";
  const { failures } = scene.handlers.check({
    olds: {},
    news: { ...scene.inputs, merchantName, compromised },
    config: scene.config,
  });
  expect(failures).toHaveLength(1);
  expect(JSON.stringify(failures)).not.toContain(compromised);
});
