import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { merchantZip } from "../support/import-files";
import { Printed } from "../support/printed";
import { merchantName, Stage } from "../support/stage";
import { callsFor, inDays, isoTime, signed, stepsOf, twoDaysAfter } from "../support/transitions";

jest.setTimeout(240_000);

const stages: Stage[] = [];
afterAll(() => Promise.all(stages.map((stage) => stage.close())));

async function opened(): Promise<{ stage: Stage; printed: Printed }> {
  const stage = await Stage.open();
  stages.push(stage);
  return { stage, printed: new Printed(stage) };
}

describe("an upgrade, from a certificate that WeChat Pay itself has issued", () => {
  const merchantId = "1900000401";
  const downloads = fs.mkdtempSync(path.join(os.tmpdir(), "downloads-"));
  const zip = path.join(downloads, `${merchantId}.zip`);
  let stage: Stage;
  let printed: Printed;
  let old: string;
  beforeAll(async () => {
    ({ stage, printed } = await opened());
    stage.declare({ shop: { merchantId, issuance: "download" } });
  });
  afterAll(() => fs.rmSync(downloads, { recursive: true, force: true }));

  it("makes no request where the certificate is to be downloaded, and says how", async () => {
    const output = await printed.up();
    expect(output).toContain("Download Certificate (下载证书)");
    const outputs = await stage.outputs("shop");
    expect(outputs).toMatchObject({ status: "awaiting-certificate", certificateRequest: null });
    expect(stage.secret(merchantId).versions).toHaveLength(1);
  });

  it("takes it over with its key from the zip, which leads to WeChat Pay's own issuer", async () => {
    const validity = { notBefore: new Date("2018-03-01"), notAfter: inDays(800) };
    const issued = stage.platform.issueByWechatPay({ merchantName, ...validity });
    old = issued.certificate;
    const inZip = {
      "apiclient_cert.pem": old,
      "apiclient_key.pem": issued.privateKey,
      "apiclient_cert.p12": undefined,
    };
    fs.writeFileSync(zip, merchantZip(inZip), { mode: 0o600 });
    const trustChain = stage.platform.chain("wechat-pay").pem;
    stage.change("shop", { certificate: old, import: { zip: { file: zip } }, trustChain });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(3);
    expect(await stage.outputs("shop")).toMatchObject({
      status: "active",
      keyOrigin: "imported",
      firstIssuedAt: "2018-03-01T00:00:00Z",
      nextSteps: [],
      current: { issuedBy: "wechat-pay" },
      history: [{ reason: "import" }],
    });
    fs.rmSync(zip);
    await stage.expectUnchanged();
  });

  it('lets the next request out at once where `issuance` becomes "request", while the old one serves', async () => {
    const before = stage.serving(merchantId);
    stage.change("shop", { issuance: "request" });
    const output = await printed.up();
    expect(output).toContain("Upgrade Certificate (升级证书)");
    expect(callsFor(stage, merchantId).writes).toBe(1);
    expect(stage.serving(merchantId)).toEqual(before);
    const outputs = await stage.outputs("shop");
    expect(outputs).toMatchObject({ status: "renewal-requested", current: { issuedBy: "wechat-pay" } });
    expect(stepsOf(outputs)).toContain("Upgrade Certificate (升级证书)");
    await stage.expectUnchanged();
  });

  it("makes the CA-issued certificate current, and says that the old one lives 48 hours", async () => {
    stage.change("shop", {
      certificate: await signed(stage, "shop", merchantId, 0, 1800),
      trustChain: stage.platform.chain("certificate-authority").pem,
    });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(4);
    const outputs = await stage.outputs("shop");
    expect(outputs).toMatchObject({
      status: "active",
      keyOrigin: "generated",
      firstIssuedAt: "2018-03-01T00:00:00Z",
      certificateRequest: null,
      current: { issuedBy: "certificate-authority", notBefore: isoTime(inDays(0)) },
      history: [{ reason: "import" }, { reason: "upgrade" }],
    });
    expect(outputs.oldValidUntil).toBe(twoDaysAfter(inDays(0)));
  });

  it("rolls back with the program of before the upgrade, which needs the zip no more", async () => {
    const trustChain = stage.platform.chain("wechat-pay").p7b.toString("base64");
    stage.change("shop", { certificate: old, issuance: "download", trustChain });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBeLessThanOrEqual(2);
    expect(stage.credential(merchantId)).toMatchObject({ certificate: old });
    expect(await stage.outputs("shop")).toMatchObject({
      status: "active",
      keyOrigin: "imported",
      oldValidUntil: null,
      pending: null,
      nextSteps: [],
      history: [{ reason: "import" }, { reason: "upgrade" }, { reason: "roll back" }],
    });
    await stage.expectUnchanged();
    printed.expectNoKeys(merchantId);
  });
});

describe("an upgrade of one that ends in a few days", () => {
  const merchantId = "1900000405";
  const downloads = fs.mkdtempSync(path.join(os.tmpdir(), "downloads-"));
  const key = path.join(downloads, "apiclient_key.pem");
  afterAll(() => fs.rmSync(downloads, { recursive: true, force: true }));

  it("goes through although the run that took it over was red, and the engine kept the inputs of before", async () => {
    const { stage, printed } = await opened();
    stage.declare({ shop: { merchantId, issuance: "download" } });
    await printed.up();
    const validity = { notBefore: new Date("2018-03-01"), notAfter: inDays(5) };
    const { certificate, privateKey } = stage.platform.issueByWechatPay({ merchantName, ...validity });
    fs.writeFileSync(key, privateKey, { mode: 0o600 });
    stage.change("shop", { certificate, import: { privateKey: { file: key } } });
    expect(await printed.red()).toContain("its replacement is not declared yet");
    expect(stage.credential(merchantId)).toMatchObject({ certificate });
    expect((await stage.resources()).shop!.inputs).not.toHaveProperty("certificate");

    stage.change("shop", { issuance: "request" });
    expect(await printed.red()).toContain("Upgrade Certificate (升级证书)");
    await stage.sign({ name: "shop" });
    await printed.up();
    expect(await stage.outputs("shop")).toMatchObject({
      status: "active",
      unmet: [],
      history: [{ reason: "import" }, { reason: "upgrade" }],
    });
    printed.expectNoKeys(merchantId);
  });
});
