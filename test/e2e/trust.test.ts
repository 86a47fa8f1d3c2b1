import { createCertificateAuthority } from "../../sandbox/merchant-platform";
import { Printed } from "../support/printed";
import { merchantName, Stage } from "../support/stage";
import { callsFor, inDays } from "../support/transitions";

jest.setTimeout(240_000);

describe("the issuers that the program trusts", () => {
  const merchantId = "1900000431";
  let stage: Stage;
  let printed: Printed;
  let own: string;
  const forger = createCertificateAuthority();
  beforeAll(async () => {
    stage = await Stage.open();
    printed = new Printed(stage);
    stage.declare({ shop: { merchantId, trustChain: stage.platform.chainPem } });
    await printed.up();
  });
  afterAll(() => stage.close());

  async function refused(change: object, sentence: RegExp): Promise<void> {
    stage.change("shop", change);
    const output = await printed.preview({ expectFailure: true });
    expect(output.replace(/\s+/g, " ")).toMatch(sentence);
  }

  it("keep a forger out, whose certificate has the right names and the right key", async () => {
    const request = String((await stage.outputs("shop")).certificateRequest);
    const order = { merchantId, merchantName, notBefore: inDays(-1), notAfter: inDays(1800) };
    own = stage.platform.issue(request, order);
    await refused(
      { certificate: forger.issue(request, order) },
      /trustChain: CN=Tenpay\.com Root CA,.* has the name of the issuer of CN=1900000431,.* and did not sign it: one of the two is forged or outdated/,
    );
    await printed.up({ expectFailure: true });
    expect(stage.calls()).toEqual([]);
  });

  it("let the platform's certificate in; a .p7b file in Base64 says the same", async () => {
    stage.change("shop", { certificate: own });
    await printed.up();
    expect(await stage.outputs("shop")).toMatchObject({ status: "active", unmet: [] });
    const before = stage.serving(merchantId);
    const p7b = stage.platform.chain("certificate-authority").p7b.toString("base64");
    stage.change("shop", { trustChain: p7b, trustAnchors: stage.platform.rootPem });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(0);
    expect(stage.serving(merchantId)).toEqual(before);
    await stage.expectUnchanged();
  });

  it("fail the preview where they are another's, and change nothing", async () => {
    const before = stage.serving(merchantId);
    await refused({ trustChain: forger.chainPem, trustAnchors: undefined }, /one of the two is forged/);
    await refused(
      { trustChain: stage.platform.chainPem, trustAnchors: forger.rootPem },
      /trustChain: the path ends at CN=Merchant Platform Sandbox Root,.* expected an end at one of /,
    );
    await refused(
      { trustChain: stage.platform.chain("wechat-pay").pem, trustAnchors: undefined },
      /trustChain: the certificate of .*CN=Tenpay\.com Root CA.* is missing, which issued CN=1900000431/,
    );
    expect(stage.serving(merchantId)).toEqual(before);
    printed.expectNoKeys(merchantId);
  });
});

describe("the operating certificates that the program knows", () => {
  const merchantId = "1900000441";
  const until = (days: number) => inDays(days).toISOString().slice(0, 10);
  const installed = (expires: string) => ({
    operator: "zhang",
    computer: "finance-1",
    installed: until(-400),
    expires,
    verifiedAt: until(-10),
    verifiedBy: "Li Lei",
  });
  const first = "First install an operating certificate, none is valid";
  let stage: Stage;
  let printed: Printed;
  beforeAll(async () => {
    stage = await Stage.open({ files: { "index.js": withOperatingCertificates } });
    printed = new Printed(stage);
    declare([]);
    await printed.up();
  });
  afterAll(() => stage.close());

  function declare(installations: object[], certificate?: string): void {
    stage.engine.write({
      "shop.json": JSON.stringify({ merchantId, merchantName, certificate, installations }),
    });
  }
  const steps = async () => (await stage.outputs("shop")).nextSteps as string[];

  it("go before a renewal where none is valid, but not before the first issuance", async () => {
    expect((await steps()).join()).not.toContain(first);
    const request = String((await stage.outputs("shop")).certificateRequest);
    const validity = { notBefore: inDays(-340), notAfter: inDays(25) };
    declare([], stage.platform.issue(request, { merchantId, merchantName, ...validity }));
    expect(await printed.up()).toContain(first);
    expect((await steps())[0]).toContain(first);
  });

  it("are needed no more once one is installed, which costs no write", async () => {
    const { certificate } = await stage.outputs("shop");
    declare([installed(until(400))], String(certificate));
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(0);
    expect((await steps()).join("\n")).not.toContain(first);
    expect((await steps()).join("\n")).toContain(
      "Use a computer on which an operating certificate is installed.",
    );
    await stage.expectUnchanged();
    printed.expectNoKeys(merchantId);
  });
});

const withOperatingCertificates = `
const { MerchantCertificate, OperatingCertificates } = require("pulumi-merchant-credentials");
const { installations, ...args } = require("./shop.json");
const { merchantId } = args;
const operatingCertificates = new OperatingCertificates("computers", { merchantId, installations });
new MerchantCertificate("shop", { ...args, operatingCertificates });
`;
