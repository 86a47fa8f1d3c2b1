import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  loadMerchant,
  type CredentialKind,
  type LoadOptions,
  type MerchantCredentials,
} from "merchant-credentials-loader";
import { merchantId, privateKeyPem } from "../support/certificates";
import { MerchantScene } from "../support/merchant";
import {
  apiSecret,
  apiV3Secret,
  nameOf,
  platformSerial,
  serialNumber,
  StoredMerchant,
  values,
} from "./stored-merchant";

let stored: StoredMerchant;
beforeEach(async () => {
  stored = await StoredMerchant.start();
});
afterEach(() => stored.close());

async function storeAll(): Promise<Record<CredentialKind, string>> {
  const kinds = [
    "certificate",
    "apiSecret",
    "apiV3Secret",
    "platformCertificates",
    "platformPublicKey",
  ] as const;
  const arns: Partial<Record<CredentialKind, string>> = {};
  for (const kind of kinds) arns[kind] = await stored.store(kind, values[kind]());
  return arns as Record<CredentialKind, string>;
}

async function expectAll(shop: MerchantCredentials): Promise<void> {
  expect(shop.merchantId).toBe(merchantId);
  expect(await shop.certificate()).toMatchObject({ merchantId, serialNumber, privateKey: privateKeyPem() });
  expect(await shop.apiSecret()).toMatchObject({ merchantId, apiSecret });
  expect(await shop.apiV3Secret()).toMatchObject({ merchantId, apiV3Secret });
  expect(Object.keys(await shop.platformKeys())).toContain(platformSerial);
}

describe("a merchant is loaded", () => {
  it("by its id: all that is there at once", async () => {
    await storeAll();
    const shop = await stored.load({ merchantId });
    expect(stored.reads()).toEqual([
      "apiSecret AWSCURRENT",
      "apiV3Secret AWSCURRENT",
      "certificate AWSCURRENT",
      "platformCertificates AWSCURRENT",
      "platformPublicKey AWSCURRENT",
    ]);
    await expectAll(shop);
    expect(stored.reads()).toEqual([]);
  });

  it("by its id: what `credentials` names at once, the rest when it is needed", async () => {
    await storeAll();
    const shop = await stored.load({ merchantId, credentials: ["certificate", "apiV3Secret"] });
    expect(stored.reads()).toEqual(["apiV3Secret AWSCURRENT", "certificate AWSCURRENT"]);
    await expectAll(shop);
    expect(stored.reads()).toEqual([
      "apiSecret AWSCURRENT",
      "platformCertificates AWSCURRENT",
      "platformPublicKey AWSCURRENT",
    ]);
  });

  it("by the ARNs of its secrets: all of them at once, in their region, and nothing else ever", async () => {
    const arns = { ...(await storeAll()), platformPublicKey: undefined };
    const shop = await stored.load({ arns, region: undefined });
    expect(stored.reads()).toHaveLength(4);
    await expectAll(shop);
    expect(stored.reads()).toEqual([]);
  });

  it("by a whole output `secretArns`, though it names kinds of a later release", async () => {
    const arns = { ...(await storeAll()), merchantKey: "arn:aws:secretsmanager:…", apiSecret: undefined };
    const shop = await stored.load({ arns });
    await expect(shop.apiSecret()).rejects.toMatchObject({
      code: "not-found",
      message: "There is no apiSecret: arns.apiSecret was not given to loadMerchant.",
    });
  });

  it("under another prefix", async () => {
    await expect(stored.load({ merchantId, secretPrefix: "pay/prod" })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("pay/prod/1900000109/certificate (AWSCURRENT)") as string,
    });
  });

  it("with nothing at the start", async () => {
    await storeAll();
    const shop = await stored.load({ merchantId, credentials: [] });
    expect(stored.reads()).toEqual([]);
    await expectAll(shop);
  });

  it("with a client of one's own", async () => {
    await storeAll();
    const { endpoint } = stored.aws;
    const client = new SecretsManagerClient({ region: "us-east-1", endpoint });
    const send = jest.spyOn(client, "send");
    await expectAll(await loadMerchant({ merchantId, client, now: stored.clock.now }));
    expect(send.mock.calls.every(([command]) => command instanceof GetSecretValueCommand)).toBe(true);
    client.destroy();
  });

  it("past any endpoint that the environment names", async () => {
    await storeAll();
    process.env.AWS_ENDPOINT_URL = process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = "http://127.0.0.1:1";
    try {
      await expectAll(await stored.load());
    } finally {
      delete process.env.AWS_ENDPOINT_URL;
      delete process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER;
    }
  });

  it("not when its secrets belong to different merchants", async () => {
    const arns = await storeAll();
    await stored.put("apiSecret", values.apiSecret().replace(merchantId, "1900000110"));
    await expect(stored.load({ arns })).rejects.toMatchObject({ code: "wrong-merchant" });
    await expect(stored.load({ arns, merchantId: "1900000110" })).rejects.toMatchObject({
      code: "wrong-merchant",
      message: expect.stringContaining("is merchant 1900000109's, not 1900000110's") as string,
    });
  });
});

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:merchants/1900000109/certificate-AbCdEf";
const wrong: [string, unknown, RegExp][] = [
  ["nothing", undefined, /the options are missing/],
  ["neither id nor ARNs", {}, /either merchantId or arns is needed/],
  ["an id of 7 digits", { merchantId: "1900000" }, /merchantId is not a text of 8 to 10 digits/],
  ["an id as number", { merchantId: 1900000109 }, /merchantId is not a text of 8 to 10 digits/],
  ["an unknown option", { merchantId, regoin: "us-east-1" }, /there is no option regoin, only merchantId, /],
  ["no ARN", { arns: {} }, /arns names none of certificate, apiSecret, /],
  [
    "a name as ARN",
    { arns: { certificate: nameOf("certificate") } },
    /arns\.certificate is not the full ARN/,
  ],
  [
    "an ARN without its end",
    { arns: { certificate: arn.slice(0, -7) } },
    /arns\.certificate is not the full ARN/,
  ],
  ["the secret itself", { arns: { apiSecret } }, /arns\.apiSecret is not the full ARN/],
  [
    "a misspelled kind",
    { arns: { apiv3Secret: arn } },
    /there is no arns\.apiv3Secret: it is called apiV3Secret/,
  ],
  [
    "ARNs of two regions",
    { arns: { certificate: arn, apiSecret: arn.replace("us-east-1", "eu-west-1") }, region: undefined },
    /arns\.apiSecret is of region eu-west-1, not us-east-1/,
  ],
  [
    "another region than the ARN's",
    { arns: { certificate: arn }, region: "eu-west-1" },
    /not eu-west-1: a replica's/,
  ],
  ["an unknown kind", { merchantId, credentials: ["apiKey"] }, /credentials has a word that is none of/],
  [
    "a kind that has no ARN",
    { arns: { certificate: arn }, credentials: ["apiSecret"] },
    /credentials asks for apiSecret, and arns\.apiSecret is missing/,
  ],
  ["ARNs, and nothing to load", { arns: { certificate: arn }, credentials: [] }, /then merchantId is needed/],
  [
    "a prefix with a slash at the end",
    { merchantId, secretPrefix: "pay/" },
    /secretPrefix is not the beginning/,
  ],
  ["an empty prefix", { merchantId, secretPrefix: "" }, /secretPrefix is not the beginning/],
  [
    "an endpoint on another machine",
    { merchantId, endpoint: "http://10.0.0.1" },
    /endpoint is http to another machine/,
  ],
  [
    "an endpoint with a password",
    { merchantId, endpoint: "https://a:b@host" },
    /endpoint is a URL with credentials in it/,
  ],
  [
    "an endpoint of another scheme",
    { merchantId, endpoint: "ftp://host" },
    /endpoint is a URL of scheme ftp/,
  ],
  ["an endpoint that is none", { merchantId, endpoint: "localhost" }, /endpoint is not a URL/],
  ["a negative time", { merchantId, cacheSeconds: -1 }, /cacheSeconds is not a number of seconds/],
  ["null as prefix", { merchantId, secretPrefix: null }, /secretPrefix is not the beginning/],
  ["a number as prefix", { merchantId, secretPrefix: 5 }, /secretPrefix is not the beginning/],
  ["null in place of ARNs", { merchantId, arns: null }, /arns is not an object with the ARNs of secrets/],
  ["a text in place of ARNs", { arns: `{"certificate":"${arn}"}` }, /arns is not an object/],
  ["a list of ARNs", { arns: [arn] }, /arns is not an object/],
  ["an ARN of no region", { arns: { certificate: arn.replace("us-east-1", "nowhere") } }, /not the full ARN/],
  ["a word as credentials", { merchantId, credentials: "certificate" }, /credentials is not a list/],
  ["a region that is none", { merchantId, region: "Frankfurt" }, /region is not the name of an AWS region/],
  ["an availability zone", { merchantId, region: "us-east-1a" }, /region is not the name of an AWS region/],
  ["an empty region", { merchantId, region: "" }, /region is not the name of an AWS region/],
  ["null as region", { merchantId, region: null }, /region is not the name of an AWS region/],
  [
    "a client that cannot send",
    { merchantId, region: undefined, client: {} },
    /client is not a SecretsManagerClient/,
  ],
  ["null as client", { merchantId, region: undefined, client: null }, /client is not a SecretsManagerClient/],
  ["a time as text", { merchantId, cacheSeconds: "300" }, /cacheSeconds is not a number of seconds/],
  ["a time in place of a clock", { merchantId, now: new Date(0) }, /now is not a function that gives/],
  ["a clock that gives a number", { merchantId, now: Date.now }, /now is not a function that gives/],
  [
    "a clock that gives no time",
    { merchantId, now: () => new Date("soon") },
    /now is not a function that gives/,
  ],
  [
    "a clock that throws",
    {
      merchantId,
      now: () => {
        throw new Error("not now");
      },
    },
    /now is not a function that gives/,
  ],
  ["a listener that is none", { merchantId, onWarning: "console" }, /onWarning is not a function/],
  ["null as listener", { merchantId, onWarning: null }, /onWarning is not a function/],
  [
    "a client and a region",
    { merchantId, client: { send: () => undefined }, endpoint: undefined },
    /client has a region and an endpoint/,
  ],
];

describe("refused before anything is read:", () => {
  it.each(wrong)("%s", async (_what, options, says) => {
    const given = options && { region: "us-east-1", ...options };
    await expect(loadMerchant(given as LoadOptions)).rejects.toMatchObject({
      code: "invalid-options",
      message: expect.stringMatching(says) as string,
    });
    await expect(loadMerchant(given as LoadOptions)).rejects.not.toMatchObject({
      message: expect.stringContaining(apiSecret) as string,
    });
  });
});

describe("what the provider has stored", () => {
  it("is a certificate that the loader reads, from the moment it is complete", async () => {
    const scene = await MerchantScene.start();
    const options: LoadOptions = {
      merchantId,
      credentials: ["certificate"],
      region: "us-east-1",
      endpoint: scene.sandbox.endpoint,
      now: scene.clock.now,
    };
    await scene.up();
    await expect(loadMerchant(options)).rejects.toMatchObject({ code: "not-ready" });
    await scene.up({ certificate: scene.sign() });
    const shop = await loadMerchant({ ...options, onWarning: undefined });
    const { serialNumber: serial, currentVersionId } = scene.state!.outputs;
    expect(await shop.certificate()).toMatchObject({ serialNumber: serial, versionId: currentVersionId });
    await scene.close();
  });

  it.each(["apiSecret", "apiV3Secret"] as const)("is an %s, when it is active", async (kind) => {
    const scene = await MerchantScene.start({ kind });
    const options: LoadOptions = {
      arns: undefined,
      merchantId,
      credentials: [kind],
      region: "us-east-1",
      endpoint: scene.sandbox.endpoint,
    };
    await scene.up();
    await expect(loadMerchant(options)).rejects.toMatchObject({ code: "not-ready" });
    const version = scene.state!.outputs.pendingVersionId;
    await scene.up({ activation: { version } });
    const shop = await loadMerchant(options);
    expect(await shop[kind]()).toMatchObject({
      versionId: version,
      [kind]: expect.stringMatching(/^\w{32}$/) as string,
    });
    await scene.close();
  });
});

describe("while AWS is away", () => {
  it("payments go on with what is in memory, and someone is told", async () => {
    await storeAll();
    const shop = await stored.load();
    await shop.platformKeys();
    const { endpoint } = stored.aws;
    await stored.aws.close();
    stored.clock.advanceDays(1);
    await expect(shop.authorization({ method: "GET", url: "/v3/certificates" })).resolves.toMatch(
      /^WECHATPAY2/,
    );
    expect(await shop.apiV3Secret()).toMatchObject({ apiV3Secret });
    expect(Object.keys(await shop.platformKeys())).toHaveLength(2);
    expect(stored.warnings.map(({ code }) => code)).toEqual(Array(4).fill("unavailable"));
    expect(stored.warnings[0]!.message).toMatch(
      /certificate \(AWSCURRENT\) cannot be read: AWS did not answer \(\w+\)\. The value read at 2026-11-22T12:00:00\.000Z is served on\.$/,
    );
    expect(endpoint).toMatch(/^http:/);
    stored = await StoredMerchant.start();
  });

  it("without onWarning the process warns", async () => {
    await storeAll();
    const emitted = jest.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const shop = await stored.load({ merchantId, onWarning: undefined });
    stored.aws.faults.add({ kind: "error", errorType: "AccessDeniedException", secretId: "certificate" });
    stored.clock.advanceDays(1);
    await shop.certificate();
    expect(emitted).toHaveBeenCalledWith(
      expect.stringMatching(/secretsmanager:GetSecretValue.*is served on\.$/),
      "MerchantCredentialsWarning",
    );
    emitted.mockRestore();
  });

  it("a listener that throws stops nothing", async () => {
    await storeAll();
    const onWarning = () => {
      throw new Error("the logger is broken");
    };
    const shop = await stored.load({ merchantId, onWarning });
    stored.aws.faults.add({ kind: "error", errorType: "AccessDeniedException", secretId: "certificate" });
    stored.clock.advanceDays(1);
    expect(await shop.certificate()).toMatchObject({ serialNumber });
  });
});
