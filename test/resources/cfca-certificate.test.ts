import { certificateOfAnAuthority, privateKey, privateKeyPem } from "../support/certificates";
import {
  cfcaCertificate,
  cfcaMerchant,
  cfcaPfx,
  cfcaSerialNumber,
  nextCfcaCertificate,
  nextCfcaSerialNumber,
  platformsCertificate,
  platformsSerialNumber,
} from "../support/cfca";
import { CfcaScene } from "./cfca-scene";

const shop = new CfcaScene();
const certificate = cfcaCertificate();
const next = nextCfcaCertificate();
const platformCertificate = platformsCertificate();

/** Declared and with its key, on the day on which it begins. */
const active = (changes = {}) =>
  shop.on("2026-12-01T09:00:00Z", { certificate, ...shop.refers(cfcaPfx()), ...changes });

const stage = () => [shop.outputs.status, shop.outputs.application];
const stepsText = () => (shop.outputs.nextSteps as string[]).join("\n");

describe("the first application", () => {
  it("goes from the request over the letters, the download and the export to a certificate that serves", async () => {
    expect((await shop.on("2026-11-10")).unmet).toEqual([]);
    expect(stage()).toEqual(["requested", "requested"]);
    expect(shop.outputs).toMatchObject({
      secretName: `merchants/${cfcaMerchant}/cfcaCertificate`,
      lifecycle: "requested",
      nextStepsUntil: null,
      codesValidUntil: null,
    });
    expect(shop.outputs).toMatchObject({ serialNumber: null, current: null, cer: null, keyOrigin: null });
    expect(stepsText()).toContain("Apply for the CFCA certificate with your business manager.");
    expect(shop.writes).toEqual(["CreateSecret"]);

    shop.quiet();
    expect(await shop.on("2026-11-15")).toMatchObject({ changed: false });
    expect((await shop.on("2026-11-18", { codesIssuedAt: "2026-11-17" })).unmet).toEqual([]);
    expect(stage()).toEqual(["letters-received", "letters-received"]);
    expect(shop.outputs.codesValidUntil).toBe("2026-12-01T16:00:00Z");
    expect(stepsText()).toContain("The two codes are valid until 2026-12-01 16:00 UTC");

    expect((await shop.on("2026-11-19", { downloadedAt: "2026-11-19" })).unmet).toEqual([]);
    expect(stage()).toEqual(["downloaded", "downloaded"]);
    expect(stepsText()).toContain("geoswift.pfx");

    expect((await shop.on("2026-12-01T08:00:00Z", { certificate })).unmet).toEqual([]);
    expect(stage()).toEqual(["exported", "exported"]);
    expect(stepsText()).toContain("`pfx: {");
    expect(shop.outputs).toMatchObject({ serialNumber: null, codesValidUntil: null, current: null });
    expect(shop.writes).toEqual([]);

    expect((await active({ platformCertificate })).unmet).toEqual([]);
    expect(stage()).toEqual(["active", null]);
    expect(shop.served).toEqual({
      schema: "merchant-credentials/cfca-certificate/v1",
      merchantId: cfcaMerchant,
      serialNumber: cfcaSerialNumber,
      privateKey: privateKeyPem(privateKey()),
      certificate,
      chain: [],
      platformCertificate,
    });
    expect(shop.outputs).toMatchObject({
      serialNumber: cfcaSerialNumber,
      notAfter: "2029-12-01T08:00:00Z",
      cer: certificate,
      currentVersionId: shop.version,
      current: {
        versionId: shop.version,
        issuer: expect.stringContaining("CN=CFCA ACS OCA31") as string,
        subject: expect.stringContaining(`CN=051@Example Shop@${cfcaMerchant}@1`) as string,
        publicKeySha256: shop.outputs.publicKeySha256,
      },
      platform: { serialNumber: platformsSerialNumber, notAfter: "2030-06-01T00:00:00Z" },
      keyOrigin: "imported",
      firstIssuedAt: "2026-12-01T08:00:00Z",
      lastIssuedAt: "2026-12-01T08:00:00Z",
      lifecycle: "healthy (next request from 2029-10-02T08:00:00Z)",
      nextSteps: [],
      drift: [],
      history: [{ serialNumber: cfcaSerialNumber, versionId: shop.version, reason: "first issuance" }],
    });
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "MC_CERT_1029384756"]);
    expect(shop.writes).toEqual(["PutSecretValue", "UpdateSecretVersionStage", "TagResource"]);
    expect(shop.outputs.history).toMatchObject([{ from: "2026-12-01T09:00:00Z" }]);
  });

  it.each([
    ["on its day", "2026-11-17T16:00:00Z", "letters-received", /valid until/, false],
    ["on day 10", "2026-11-27", "letters-received", /valid until/, false],
    ["a second before its last three days", "2026-11-28T15:59:59Z", "letters-received", /valid until/, false],
    ["on day 12", "2026-11-28T16:00:00Z", "letters-received", /Only until 2026-12-01 16:00 UTC/, false],
    ["in the last second of day 14", "2026-12-01T15:59:59Z", "letters-received", /Only until/, false],
    ["on day 15", "2026-12-01T16:00:00Z", "codes-expired", /ask technical support/, true],
  ])("a letter, %s", async (_day, time, status, says, isRed) => {
    await shop.on("2026-11-17", { codesIssuedAt: "2026-11-17" });
    const { unmet } = await shop.on(time);
    expect(stage()).toEqual([status, status]);
    expect(stepsText()).toMatch(says);
    expect(unmet.join()).toMatch(isRed ? /^codesIssuedAt: the two codes were valid until/ : /^$/);
    shop.quiet();
    // What is red looks again at every run; nothing else does.
    expect(await shop.up()).toMatchObject({ changed: isRed });
    expect(shop.writes).toEqual([]);
  });

  it("stays green after the 14 days where only a warning is wanted", async () => {
    await shop.on("2026-11-17", { codesIssuedAt: "2026-11-17", onExpiry: "warn" });
    expect((await shop.on("2026-12-02")).unmet).toEqual([]);
    expect(stage()).toEqual(["codes-expired", "codes-expired"]);
    expect(await shop.on("2026-12-03")).toMatchObject({ changed: false });
  });

  it("begins again with a new letter", async () => {
    await shop.on("2026-11-17", { codesIssuedAt: "2026-11-17" });
    expect((await shop.on("2026-12-02")).unmet).toHaveLength(1);
    expect((await shop.on("2026-12-05", { codesIssuedAt: "2026-12-04" })).unmet).toEqual([]);
    expect(stage()).toEqual(["letters-received", "letters-received"]);
  });

  it("is red while the letter is one of the future", async () => {
    const { unmet } = await shop.on("2026-11-22", { codesIssuedAt: "2026-11-23" });
    expect(unmet).toEqual([expect.stringMatching(/^codesIssuedAt: expected a day that has come/)]);
    expect((await shop.on("2026-11-23")).unmet).toEqual([]);
  });

  it("needs no letter: what is in use already serves at once", async () => {
    expect((await active()).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", history: [{ reason: "first issuance" }] });
    expect(shop.writes).toEqual([
      "CreateSecret",
      "PutSecretValue",
      "UpdateSecretVersionStage",
      "TagResource",
    ]);
  });
});

describe("what serves", () => {
  it.each([
    ["61 days before its end", "2029-10-01T08:00:00Z", "active", null, null],
    ["60 days before", "2029-10-02T08:00:00Z", "renewal-due", "requested", null],
    ["8 days before", "2029-11-23T08:00:00Z", "renewal-due", "requested", null],
    ["a second before the last 7 days", "2029-11-24T07:59:59Z", "renewal-due", "requested", null],
    ["7 days before", "2029-11-24T08:00:00Z", "renewal-due", "requested", "expires on 2029-12-01 08:00 UTC"],
    ["a second before its end", "2029-12-01T07:59:59Z", "renewal-due", "requested", "expires on"],
    ["at its end", "2029-12-01T08:00:00Z", "expired", "requested", "expired on 2029-12-01 08:00 UTC"],
  ])("%s", async (_when, time, status, application, says) => {
    await active();
    const { unmet } = await shop.on(time);
    expect(stage()).toEqual([status, application]);
    expect(unmet.join("\n")).toMatch(says ?? /^$/);
    expect(stepsText()).toMatch(application ? /Apply for the CFCA certificate/ : /^$/);
    expect(shop.served.serialNumber).toBe(cfcaSerialNumber);
  });

  it("and has expired is no failure where only a warning is wanted", async () => {
    await active({ onExpiry: "warn" });
    expect((await shop.on("2029-12-02")).unmet).toEqual([]);
    expect(shop.outputs.status).toBe("expired");
  });

  it("serves on through the application for the next one, and is kept for a roll back", async () => {
    await active({ codesIssuedAt: "2026-11-25", downloadedAt: "2026-11-26" });
    await shop.on("2029-10-05");
    expect((await shop.on("2029-10-21", { codesIssuedAt: "2029-10-20", downloadedAt: null })).unmet).toEqual(
      [],
    );
    expect(stage()).toEqual(["renewal-due", "letters-received"]);
    expect((await shop.on("2029-11-01", { downloadedAt: "2029-11-01" })).unmet).toEqual([]);
    expect(stage()).toEqual(["renewal-due", "downloaded"]);
    expect((await shop.on("2029-11-02", { certificate: next, pfx: null, password: null })).unmet).toEqual([]);
    expect(stage()).toEqual(["renewal-due", "exported"]);
    expect(shop.outputs).toMatchObject({ serialNumber: cfcaSerialNumber, cer: certificate });

    const pfx = cfcaPfx({ key: privateKey("next"), certificate: next });
    expect((await shop.on("2029-11-03", shop.refers(pfx))).unmet).toEqual([]);
    expect(stage()).toEqual(["active", null]);
    expect(shop.served).toMatchObject({ certificate: next, privateKey: privateKeyPem(privateKey("next")) });
    expect(shop.reasons).toEqual(["first issuance", "replacement"]);

    shop.quiet();
    expect((await shop.on("2029-11-04", { certificate })).unmet).toEqual([]);
    expect(shop.served).toMatchObject({ certificate, privateKey: privateKeyPem(privateKey()) });
    expect(shop.writes).toEqual(["UpdateSecretVersionStage", "TagResource"]);
    expect(shop.asked).toEqual([]);
    expect(shop.reasons).toEqual(["first issuance", "replacement", "roll back"]);
    // The letter has led to the one that was rolled back from: it is spent.
    expect(stage()).toEqual(["renewal-due", "requested"]);
    expect(shop.outputs.lastIssuedAt).toBe("2029-11-01T08:00:00Z");
    expect(await shop.on("2029-11-04T05:00:00Z")).toMatchObject({ changed: false });
    expect((await shop.on("2029-11-20")).unmet).toEqual([]);
  });

  it("is red in its last days while the next one waits for its key", async () => {
    await active();
    await shop.on("2029-11-02", { certificate: next, pfx: null, password: null });
    expect(shop.outputs.unmet).toEqual([]);
    const { unmet } = await shop.on("2029-11-25");
    expect(unmet).toEqual([
      expect.stringMatching(
        /^certificate: 0*1029384756 expires on .* declared without its key\. From then on/,
      ),
    ]);
    expect(stage()).toEqual(["renewal-due", "exported"]);
  });

  it("is read no more once the vault has its key", async () => {
    await active();
    shop.removed();
    shop.quiet();
    expect((await shop.up({ tags: { team: "payments" } })).unmet).toEqual([]);
    expect((await shop.up({ pfx: null, password: null })).unmet).toEqual([]);
    expect(shop.asked).toEqual([]);
    shop.scene.state = undefined;
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ keyOrigin: "imported", history: [{ reason: "first issuance" }] });
    expect(shop.asked).toEqual([]);
  });

  it("that is compromised is replaced and never comes back", async () => {
    await active();
    const { unmet } = await shop.on("2027-03-01", { compromised: "1029384756" });
    expect(unmet).toEqual([expect.stringMatching(/^compromised: certificate 0*1029384756 still serves/)]);
    expect(stage()).toEqual(["compromised", "requested"]);
    expect(stepsText()).toMatch(/revoke certificate 0*1029384756[^]*Apply for/);
    expect(shop.outputs.lifecycle).toBe("compromised (to be replaced at once)");

    const soon = nextCfcaCertificate({ notBefore: new Date("2027-03-02T00:00:00Z") });
    const pfx = cfcaPfx({ key: privateKey("next"), certificate: soon });
    expect((await shop.on("2027-03-03", { certificate: soon, ...shop.refers(pfx) })).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", serialNumber: nextCfcaSerialNumber });
    expect(shop.reasons).toEqual(["first issuance", "replacement of a compromised certificate"]);
    expect(shop.outputs.history).toMatchObject([{ compromised: "2027-03-01T04:00:00Z" }, {}]);
    expect(stepsText()).toMatch(/revoke certificate 0*1029384756/);

    expect((await shop.on("2027-03-04", { compromised: null })).unmet).toEqual([]);
    expect(shop.outputs.nextSteps).toEqual([]);
    const back = await shop.on("2027-03-05", { certificate });
    expect(back.unmet).toEqual([expect.stringMatching(/is marked as compromised and cannot come back/)]);
    expect(shop.served.certificate).toBe(soon);
  });

  it("stays where it is withdrawn from the program, and the run is red", async () => {
    await active();
    const { unmet } = await shop.up({ certificate: null, pfx: null, password: null });
    expect(unmet).toEqual([expect.stringMatching(/^certificate: withdrawn from the program while/)]);
    expect(shop.outputs).toMatchObject({ status: "active", serialNumber: cfcaSerialNumber });
    expect((await shop.up({ certificate })).unmet).toEqual([]);
  });

  it("is taken back to where the program says, and refresh sees what others moved", async () => {
    await active();
    await shop.aws.putSecretValue({
      SecretId: shop.secretName,
      SecretString: JSON.stringify(shop.served) + " ",
    });
    expect(await shop.up()).toMatchObject({ changed: false });
    expect((await shop.refresh())!.drift).not.toEqual([]);
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.outputs.drift).toEqual([]);
  });
});

describe("what is kept beside it", () => {
  const changed = platformsCertificate({ key: privateKey("platform 2"), serialNumber: "2029384757" });

  beforeEach(async () => {
    await active({ platformCertificate });
    shop.removed();
    shop.quiet();
  });

  it("the platform's certificate is changed with the key in the vault, back and forth", async () => {
    for (const wanted of [changed, platformCertificate, changed]) {
      const before = shop.version;
      shop.quiet();
      expect((await shop.up({ platformCertificate: wanted })).unmet).toEqual([]);
      expect(shop.served).toMatchObject({
        platformCertificate: wanted,
        privateKey: privateKeyPem(privateKey()),
      });
      expect(shop.version).not.toBe(before);
      expect(shop.writes).toEqual(["PutSecretValue", "UpdateSecretVersionStage"]);
    }
    expect(shop.outputs).toMatchObject({
      platform: { serialNumber: "2029384757".padStart(40, "0") },
      keyOrigin: "imported",
      history: [{ versionId: shop.version, reason: "first issuance" }],
    });
    expect(shop.asked).toEqual([]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "MC_CERT_1029384756"]);
  });

  it("the platform's certificate may be taken out", async () => {
    expect((await shop.up({ platformCertificate: null })).unmet).toEqual([]);
    expect(shop.served).not.toHaveProperty("platformCertificate");
    expect(shop.outputs.platform).toBeNull();
  });

  it("a roll back takes the platform's present certificate with it", async () => {
    const soon = nextCfcaCertificate({ notBefore: new Date("2026-12-01T08:30:00Z") });
    const pfx = cfcaPfx({ key: privateKey("next"), certificate: soon });
    await shop.up({ certificate: soon, ...shop.refers(pfx), platformCertificate: changed });
    shop.removed();
    shop.quiet();
    expect((await shop.up({ certificate })).unmet).toEqual([]);
    expect(shop.served).toMatchObject({
      certificate,
      privateKey: privateKeyPem(privateKey()),
      platformCertificate: changed,
    });
    expect(shop.writes).toEqual(["PutSecretValue", "UpdateSecretVersionStage", "TagResource"]);
    expect([shop.asked, shop.reasons.at(-1)]).toEqual([[], "roll back"]);
  });

  it("issuers are changed with the key in the vault", async () => {
    const issuer = certificateOfAnAuthority();
    expect((await shop.up({ certificate: certificate + issuer })).unmet).toEqual([]);
    expect(shop.served).toMatchObject({ certificate, chain: [issuer], platformCertificate });
  });

  it("a platform certificate that has ended, or is one of the future, never takes the place of one that works", async () => {
    const ended = platformsCertificate({ serialNumber: "1", notAfter: new Date("2026-06-01T00:00:00Z") });
    const ofFuture = platformsCertificate({ serialNumber: "2", notBefore: new Date("2027-01-01T00:00:00Z") });
    for (const [given, says] of [
      [ended, /^platformCertificate: 0*1 expired on 2026-06-01 .* is not stored; 0*2029384756 stays/],
      [ofFuture, /^platformCertificate: 0*2 is not valid before 2027-01-01 .* stays/],
    ] as const) {
      const { unmet } = await shop.up({ platformCertificate: given, onExpiry: "warn" });
      expect(unmet).toEqual([expect.stringMatching(says)]);
      expect(shop.served.platformCertificate).toBe(platformCertificate);
      expect(shop.outputs.platform).toMatchObject({ serialNumber: platformsSerialNumber });
    }
    expect((await shop.on("2027-01-01T00:00:00Z")).unmet).toEqual([]);
    expect(shop.served.platformCertificate).toBe(ofFuture);
  });

  it.each([
    ["61 days before its end", "2026-12-31T00:00:00Z", "", null],
    ["60 days before", "2027-01-01T00:00:00Z", "ends 2027-03-02", null],
    ["8 days before", "2027-02-22T00:00:00Z", "ends 2027-03-02", null],
    ["7 days before", "2027-02-23T00:00:00Z", "ends 2027-03-02", "expires on 2027-03-02"],
    ["at its end", "2027-03-02T00:00:00Z", "ended 2027-03-02", "expired on 2027-03-02"],
  ])("a platform certificate %s", async (_when, time, step, says) => {
    await shop.up({
      platformCertificate: platformsCertificate({ notAfter: new Date("2027-03-02T00:00:00Z") }),
    });
    const { unmet } = await shop.on(time);
    expect(stepsText()).toMatch(step);
    expect(stepsText()).toMatch(step === "" ? /^$/ : /./);
    expect(unmet.join("\n")).toMatch(says ?? /^$/);
    expect(shop.outputs.status).toBe("active");
  });
});

describe("the secret", () => {
  it("of another owner is taken over only where the program says so", async () => {
    await active();
    shop.scene.state = undefined;
    await expect(shop.up({ owner: "other/prod" })).rejects.toThrow(/shop\/prod.*adopt/s);
    expect((await shop.up({ adopt: true })).unmet).toEqual([]);
    expect(shop.outputs).toMatchObject({ status: "active", serialNumber: cfcaSerialNumber });
    expect(shop.secret.tags["merchant-credentials:owner"]).toBe("other/prod");
  });

  it("with another tool's value is refused, without a word of it", async () => {
    shop.hides("the value", "c4n4ry of another tool");
    const SecretString = JSON.stringify({ cert: "c4n4ry of another tool" });
    await shop.aws.createSecret({ Name: shop.secretName, SecretString });
    await expect(active({ adopt: true })).rejects.toThrow(/^the secret's value is not a merchant credential/);
  });

  it("with an API certificate of WeChat Pay is refused", async () => {
    await active();
    const SecretString = JSON.stringify({ ...shop.served, schema: "merchant-credentials/certificate/v1" });
    await shop.aws.putSecretValue({ SecretId: shop.secretName, SecretString });
    await shop.refresh();
    const { unmet } = await shop.up();
    expect(unmet).toEqual([expect.stringMatching(/does not hold what its label says/)]);
    expect(shop.outputs).toMatchObject({ status: "active", serialNumber: cfcaSerialNumber });
  });

  it("tells a look-up what its labels tell", async () => {
    await active();
    const found = await shop.scene.handlers.read({
      id: shop.outputs.secretArn as string,
      outputs: {},
      config: shop.scene.config,
      signal: new AbortController().signal,
    });
    expect(found!.outputs).toMatchObject({
      merchantId: cfcaMerchant,
      serialNumber: cfcaSerialNumber,
      currentVersionId: shop.version,
      ...{ status: null, current: null, cer: null, platform: null, nextSteps: [], history: [] },
    });
    expect(shop.calls.at(-1)).toBe("DescribeSecret");
  });

  it("is deleted only once it is not protected any more", async () => {
    await active();
    await expect(shop.scene.destroy()).rejects.toThrow(/deletionProtection/);
    await shop.up({ deletionProtection: false });
    await shop.scene.destroy();
    expect(shop.secret.deletionDate).toBeDefined();
  });
});
