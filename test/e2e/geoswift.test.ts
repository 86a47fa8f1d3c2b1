import { X509Certificate } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { exportTo, openCfca, type Codes, type Downloaded } from "../../sandbox/cfca";
import { merchantCredentials } from "../../sandbox/demo/command-line";
import {
  filesBelow,
  findCanaries,
  keyCanaries,
  textCanaries,
  windowCanaries,
  type Canary,
} from "../support/canaries";
import { keyFile, keysByOpenssl, publicKeyByOpenssl } from "../support/import-files";
import { opensslOutput } from "../support/openssl";
import { privateKeys, Stage, type Kind } from "../support/stage";

jest.setTimeout(240_000);

const carryOn = "--continue-on-error";
const ids = { shop: "G90000001", byHand: "G90000002", late: "G90000003" };
const password = "Canary-of-the-PFX-4711";
const passphrase = "Canary of the passphrase";
const exportName = "ExampleShop";

/** The day in Asia/Shanghai, so many days from now. */
const shanghaiDay = (days: number) =>
  new Date(Date.now() + (24 * days + 8) * 60 * 60 * 1000).toISOString().slice(0, 10);

const cfca = openCfca();
/** Key and certificate as they are on the computer of whoever applied, so many minutes ago. */
function applied(merchantId: string, minutes: number): Downloaded & Codes {
  const codes = cfca.sendLetters({ merchantId, company: "Example Shop Ltd" });
  const notBefore = new Date(Date.now() - minutes * 60 * 1000);
  return { ...codes, ...cfca.download(codes, { notBefore }) };
}
const [first, second, late] = [applied(ids.shop, 20), applied(ids.shop, 10), applied(ids.late, 10)];
const platformCertificate = cfca.platformCertificate();

let stage: Stage;
/** What the state says since the last `up`. */
let state: Awaited<ReturnType<Stage["resources"]>> = {};
/** What was printed, to be looked through at the end. */
const outputs: [string, string][] = [];
/** What the vault was asked, with digests in place of values. */
const journal: object[] = [];
/** Secret files as they were, which are deleted on the way. */
const files: Buffer[] = [];

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const downloads = (...names: string[]) => path.join(stage.engine.folder, "download", ...names);

/** What the wizard of Windows leaves; reference and password for it. */
function exported(downloaded: Downloaded, name: string, encryption: "aes" | "legacy") {
  const passwordFile = path.join(os.tmpdir(), `password-${process.pid}`);
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  exportTo(downloads(), downloaded, { name, passwordFile, encryption, withChain: false });
  fs.rmSync(passwordFile);
  files.push(fs.readFileSync(downloads(`${name}.pfx`)));
  return {
    certificate: fs.readFileSync(downloads(`${name}.cer`), "utf8"),
    pfx: { file: `download/${name}.pfx` },
    password: { env: "CFCA_PASSWORD" },
  };
}

/** `pulumi up`; with `logged` it says all that the engine knows, which takes its time. */
async function up({
  red = false,
  logged = false,
  word = password,
  args = [] as string[],
} = {}): Promise<string> {
  const all = [...(red ? [carryOn] : []), ...args, ...(logged ? ["--logtostderr", "-v=9"] : [])];
  const env = { CFCA_PASSWORD: word, KEY_PASSPHRASE: passphrase };
  const { output } = await stage.up(all, { expectFailure: red, env });
  outputs.push([`up ${args.join(" ")}`, output]);
  journal.push(...stage.aws.journal.entries());
  state = await stage.resources();
  return output;
}

async function preview(): Promise<string[]> {
  const { output } = await stage.preview([], { env: { CFCA_PASSWORD: password } });
  outputs.push(["preview", output]);
  expect(stage.calls()).toEqual([]);
  return output.split("\n").flatMap((line) => /^ {6}([~+-] .*)$/.exec(line)?.[1]?.replace(/ +:/, ":") ?? []);
}

async function command(...args: string[]) {
  const input = args[0] === "status" ? JSON.stringify(await stage.engine.state()) : "";
  const at = args[0] === "status" ? ["--file", "-"] : ["--endpoint", stage.aws.endpoint];
  const result = await merchantCredentials([...args, ...at], input);
  outputs.push([`merchant-credentials ${args[0]!}`, result.output]);
  return result;
}

const labels = (merchantId: string, kind: Kind) =>
  stage
    .secret(merchantId, kind)
    .versions.flatMap(({ labels }) => labels)
    .filter((label) => label.startsWith("MC_"))
    .sort();

const outputsOf = (name: string): Record<string, unknown> => state[name]!.outputs!;
const statuses = () =>
  Object.fromEntries(Object.entries(state).map(([name, { outputs }]) => [name, outputs!.status]));

/** The key that serves, by the openssl command. */
const serves = (merchantId: string, kind: Kind) =>
  publicKeyByOpenssl(String(stage.credential(merchantId, kind).privateKey));

interface KeyFacts {
  versionId: string;
  publicKey: string;
  publicKeySha256: string;
}

describe("a merchant of the open platform, from the first run to the last", () => {
  it("begins with an application, and with a key that waits; a key in use serves at once", async () => {
    fs.mkdirSync(downloads(), { recursive: true });
    const inUse = keyFile("encrypted PKCS#8 in PEM", passphrase);
    fs.writeFileSync(downloads("inUse.pem"), inUse, { mode: 0o600 });
    stage.declare({
      signing: { class: "MerchantKey", merchantId: ids.shop, partner: "Geoswift", triggers: ["first"] },
      byHand: { class: "MerchantKey", merchantId: ids.byHand },
      inUse: {
        class: "MerchantKey",
        merchantId: ids.late,
        import: { privateKey: { file: "download/inUse.pem" }, passphrase: { env: "KEY_PASSPHRASE" } },
      },
      cfca: { class: "CfcaCertificate", merchantId: ids.shop, exportName, platformCertificate },
      late: {
        class: "CfcaCertificate",
        merchantId: ids.late,
        exportName: "Late",
        codesIssuedAt: shanghaiDay(-15),
      },
    });
    const output = await up({ red: true, logged: true });
    expect(output.match(/^\s+\* codesIssuedAt: the two codes were valid until /gm)).toHaveLength(1);
    expect(statuses()).toEqual({
      signing: "awaiting-activation",
      byHand: "awaiting-activation",
      inUse: "active",
      cfca: "requested",
      late: "codes-expired",
    });
    expect(serves(ids.late, "merchantKey")).toBe(publicKeyByOpenssl(inUse, passphrase));
    for (const kind of ["merchantKey", "cfcaCertificate"] as const)
      expect(stage.credential(ids.shop, kind)).toEqual({ schema: "merchant-credentials/empty/v1" });
    expect((await command("status")).exitCode).toBe(11);
  });

  it("shows in the preview that the letters are there, and the key that the program activates", async () => {
    const { versionId, publicKey, publicKeySha256 } = outputsOf("signing").pending as KeyFacts;
    const { secretArn, pendingVersionId } = outputsOf("byHand");
    const promoted = await command("promote", String(secretArn), "--version", String(pendingVersionId));
    expect(promoted.exitCode).toBe(0);
    stage.change("signing", { activation: { version: versionId } });
    stage.change("cfca", { codesIssuedAt: shanghaiDay(0) });
    stage.change("late", { codesIssuedAt: shanghaiDay(-10) });
    const [today, then] = [14, 4].map((days) => `${shanghaiDay(days)}T16:00:00Z`);
    expect((await preview()).filter((line) => line.includes("lifecycle")).sort()).toEqual([
      expect.stringMatching(
        `~ lifecycle: "codes-expired \\(since .*\\)" => "letters-received \\(codes end ${then}\\)"`,
      ),
      `~ lifecycle: "requested" => "letters-received (codes end ${today})"`,
    ]);

    await up({ args: ["--refresh"] });
    expect(statuses()).toEqual({
      signing: "active",
      byHand: "active",
      inUse: "active",
      cfca: "letters-received",
      late: "letters-received",
    });
    expect(serves(ids.shop, "merchantKey")).toBe(publicKeySha256);
    expect(outputsOf("signing")).toMatchObject({
      publicKey,
      current: { versionId },
      history: [{ versionId, reason: "first value" }],
    });
    expect(outputsOf("byHand")).toMatchObject({ history: [{ reason: "promoted" }] });
    expect((await command("status")).exitCode).toBe(10);
  });

  it("is red with a wrong password, and changes nothing; the other merchant's goes through", async () => {
    const before = stage.secret(ids.shop, "cfcaCertificate").versions;
    stage.change("cfca", { downloadedAt: shanghaiDay(0), ...exported(first, exportName, "legacy") });
    stage.change("late", { ...exported(late, "Late", "aes"), password: { file: "download/late.txt" } });
    fs.writeFileSync(downloads("late.txt"), `${password}\n`, { mode: 0o600 });
    stage.change("signing", { triggers: ["second"] });
    const output = await up({ red: true, logged: true, word: "Another-Canary-4712" });
    expect(output.match(/^\s+\* password: the PKCS#12 file does not open /gm)).toHaveLength(1);
    expect(output).not.toMatch(/^\s+at /m);
    expect(stage.secret(ids.shop, "cfcaCertificate").versions).toEqual(before);
    expect(statuses()).toMatchObject({ cfca: "exported", late: "active", signing: "rotation-pending" });
  });

  it("serves with the right one, and the next key beside the one before", async () => {
    const { current, pending } = outputsOf("signing") as Record<string, KeyFacts>;
    stage.change("signing", { activation: { version: pending!.versionId } });
    await up({ logged: true });
    expect(statuses()).toMatchObject({ cfca: "active", signing: "active" });
    const { serialNumber, cer, keyOrigin, platform } = outputsOf("cfca");
    expect({ serialNumber, keyOrigin, platform }).toMatchObject({
      serialNumber: new X509Certificate(first.certificate).serialNumber.padStart(40, "0"),
      keyOrigin: "imported",
      platform: { subject: expect.stringContaining("051@Geoswift@") as string },
    });
    expect(new X509Certificate(String(cer)).raw).toEqual(new X509Certificate(first.certificate).raw);
    expect(serves(ids.shop, "cfcaCertificate")).toBe(publicKeyByOpenssl(first.privateKey));
    expect(serves(ids.shop, "merchantKey")).toBe(pending!.publicKeySha256);
    expect(outputsOf("signing")).toMatchObject({
      previous: { publicKeySha256: current!.publicKeySha256 },
    });
    expect(labels(ids.shop, "merchantKey")).toContain(`MC_VERIFY_${current!.publicKeySha256.slice(0, 16)}`);
    const status = await command("status");
    expect({ ...status, output: status.output.split("\n").at(-2) }).toEqual({
      exitCode: 0,
      output: "5 credentials: 5 healthy",
    });
  });

  it("needs neither file nor variable any more", async () => {
    fs.rmSync(downloads(), { recursive: true });
    await stage.expectUnchanged();
  });

  it("activates no other key during the overlap; the next certificate serves meanwhile", async () => {
    stage.change("signing", { triggers: ["third"] });
    await up();
    const { pendingVersionId } = outputsOf("signing");
    const serving = stage.serving(ids.shop, "merchantKey");
    stage.change("signing", { activation: { version: pendingVersionId } });
    stage.change("cfca", exported(second, exportName, "aes"));
    const output = await up({ red: true });
    expect(
      output.match(/^\s+\* activation\.version: version .* `overlapDays: 0` ends the overlap now/gm),
    ).toHaveLength(1);
    expect(stage.serving(ids.shop, "merchantKey")).toEqual(serving);
    expect(serves(ids.shop, "cfcaCertificate")).toBe(publicKeyByOpenssl(second.privateKey));
    fs.rmSync(downloads(), { recursive: true });
  });

  it("ends the overlap when told to, and rolls back to the certificate before without its file", async () => {
    const { pendingVersionId } = outputsOf("signing");
    stage.change("signing", { overlapDays: 0 });
    stage.change("cfca", { certificate: first.certificate });
    await up();
    expect(outputsOf("signing")).toMatchObject({
      currentVersionId: pendingVersionId,
      previous: null,
      overlapUntil: null,
      unmet: [],
    });
    expect(labels(ids.shop, "merchantKey")).toEqual([]);
    expect(serves(ids.shop, "cfcaCertificate")).toBe(publicKeyByOpenssl(first.privateKey));
    expect(outputsOf("cfca").history).toMatchObject([{}, {}, { reason: "roll back" }]);
  });

  it("writes what is stored as .cer and .pfx, which openssl reads", async () => {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "exported-")));
    const word = path.join(folder, "word");
    fs.writeFileSync(word, `${password}\n`, { mode: 0o600 });
    const { secretArn } = outputsOf("cfca");
    const wish = ["--name", exportName, "--to", folder, "--password-file", word];
    expect(await command("export", String(secretArn), ...wish)).toMatchObject({ exitCode: 0 });
    const [cer, pfx] = ["cer", "pfx"].map((ending) => path.join(folder, `${exportName}.${ending}`));
    expect(keysByOpenssl(fs.readFileSync(pfx!), password)).toEqual([publicKeyByOpenssl(first.privateKey)]);
    const text = opensslOutput(["x509", "-in", cer!, "-noout", "-serial"]).toString();
    expect(text).toBe(`serial=${new X509Certificate(first.certificate).serialNumber}\n`);
    for (const file of [cer!, pfx!]) expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    fs.rmSync(folder, { recursive: true });
  });

  it("keeps its keys when it is renamed, and replaced", async () => {
    const kinds = ["merchantKey", "cfcaCertificate"] as const;
    const before = kinds.map((kind) => stage.serving(ids.shop, kind));
    const untouched = (): void => {
      expect(kinds.map((kind) => stage.serving(ids.shop, kind))).toEqual(before);
      expect(stage.calls()).not.toContain("DeleteSecret");
    };
    stage.rename({ cfca: "certificate", signing: "signature" });
    await up();
    untouched();
    const { certificate, signature } = state;
    await up({ args: ["--replace", certificate!.urn, "--replace", signature!.urn] });
    untouched();
    expect(statuses()).toMatchObject({ certificate: "active", signature: "active" });
  });

  it("is not destroyed while it is protected", async () => {
    const secrets = () => stage.aws.secrets().filter(({ deletionDate }) => deletionDate === undefined);
    const { output } = await stage.engine.destroy([carryOn], { expectFailure: true });
    outputs.push(["destroy", output]);
    expect(output.match(/\[deletion-protected\]/g)!.length).toBeGreaterThanOrEqual(5);
    expect(secrets()).toHaveLength(5);
    for (const name of Object.keys(state)) stage.change(name, { deletionProtection: false });
    await up();
    await stage.engine.destroy();
    expect(secrets()).toEqual([]);
  });
});

describe("the two codes", () => {
  it("are refused before the engine hears of them, wherever somebody puts them", async () => {
    const mistake = { codesIssuedAt: first.referenceNumber, authorizationCode: first.authorizationCode };
    stage.declare({ shop: { class: "CfcaCertificate", merchantId: ids.shop, exportName, ...mistake } });
    const output = await up({ red: true, logged: true });
    expect(output).toMatch(/codesIssuedAt: this is not a day \(expected a day as YYYY-MM-DD\)/);
    expect(stage.calls()).toEqual([]);
    stage.declare({});
  });
});

describe("keys, the password, the file and the two codes", () => {
  it("are nowhere but in the vault", () => {
    const versions = stage.aws.secrets().flatMap(privateKeys);
    expect(versions.length).toBeGreaterThanOrEqual(8);
    const word = (name: string, text: string): Canary[] => [
      ...textCanaries(name, text),
      ...windowCanaries(name, Buffer.from(text)),
    ];
    const canaries = [
      ...versions.flatMap((key, index) => keyCanaries(`key ${index + 1}`, key)),
      ...word("password", password),
      ...word("wrong password", "Another-Canary-4712"),
      ...word("passphrase", passphrase),
      ...word("reference number", first.referenceNumber),
      ...word("authorization code", first.authorizationCode),
      // Where the encrypted key is.
      ...files.flatMap((file, index) =>
        [150, 600, 1000].flatMap((at) =>
          windowCanaries(`.pfx ${index + 1} at ${at}`, file.subarray(at, at + 48)),
        ),
      ),
    ];
    const places: [string, Buffer][] = [
      ...outputs.map(([name, text]): [string, Buffer] => [`output of ${name}`, Buffer.from(text)]),
      ["journal", Buffer.from(JSON.stringify(journal))],
      ...filesBelow(stage.engine.scratch).map(({ path, bytes }): [string, Buffer] => [path, bytes]),
    ];
    expect(places.length).toBeGreaterThan(40);
    const found = places.flatMap(([place, bytes]) =>
      findCanaries(bytes, canaries).map((name) => `${name} in ${place}`),
    );
    expect(found).toEqual([]);
    // The same scan finds them where they belong.
    const vault = Buffer.from(JSON.stringify(stage.aws.secrets().map(({ versions: all }) => all)));
    expect(findCanaries(vault, canaries).filter((name) => name.startsWith("key "))).not.toEqual([]);
    // The logs have seen where the secrets were, which is how they can have seen everything else.
    const seen = outputs.map(([, text]) => text).join();
    for (const reference of ["CFCA_PASSWORD", "download/ExampleShop.pfx"]) expect(seen).toContain(reference);
  });
});
