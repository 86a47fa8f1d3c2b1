import { inspect } from "node:util";
import type { MerchantCredentials } from "merchant-credentials-loader";
import Wechatpay from "wechatpay-axios-plugin";
import Pay from "wechatpay-node-v3";
import { findCanaries, keyCanaries, textCanaries, type Canary } from "../support/canaries";
import { merchantId, privateKeyPem } from "../support/certificates";
import { apiSecret, apiV3Secret, serialNumber, StoredMerchant, values } from "./stored-merchant";

let stored: StoredMerchant;
let shop: MerchantCredentials;
let canaries: Canary[];
beforeAll(async () => {
  stored = await StoredMerchant.start();
  for (const kind of ["certificate", "apiSecret", "apiV3Secret", "platformCertificates"] as const)
    await stored.store(kind, values[kind]());
  shop = await stored.load();
  canaries = [
    ...keyCanaries("key", privateKeyPem()),
    ...textCanaries("API secret", apiSecret),
    ...textCanaries("APIv3 secret", apiV3Secret),
  ];
});
afterAll(() => stored.close());

/** Every object that an application gets in its hands. */
const objects = {
  "the merchant": () => shop,
  "a certificate": () => shop.certificate(),
  "what signs": async () => (await shop.certificate()).signer,
  "an API secret": () => shop.apiSecret(),
  "an APIv3 secret": () => shop.apiV3Secret(),
  "options of wechatpay-node-v3": () => shop.wechatpayNodeV3({ appid: "wx8888888888888888" }),
  "options of wechatpay-axios-plugin": () => shop.wechatpayAxiosPlugin(),
  "options that wechatpay-axios-plugin has changed": async () => {
    const options = await shop.wechatpayAxiosPlugin();
    new Wechatpay(options);
    return options;
  },
};

const deep = { depth: 20, maxStringLength: Infinity };
const views: Record<string, (object: object) => string> = {
  "util.inspect": (object) => inspect(object, deep),
  "util.inspect with hidden properties": (object) => inspect(object, { ...deep, showHidden: true }),
  "util.inspect that calls getters": (object) => inspect(object, { ...deep, getters: true }),
  "util.inspect that calls hidden getters": (object) =>
    inspect({ nested: [object] }, { ...deep, showHidden: true, getters: true }),
  "console.log": printed,
  "JSON.stringify": (object) => JSON.stringify(object),
  "JSON inside another object": (object) => JSON.stringify({ nested: [{ object }] }),
  "util.inspect inside another object": (object) =>
    inspect({ nested: [{ object }], map: new Map([[object, object]]) }, deep),
  "a template string": (object) => `${object as unknown as string}`,
  "an error's cause": (object) => inspect(new Error("failed", { cause: object }), deep),
  "an error's property": (object) => inspect(Object.assign(new Error("failed"), { object }), deep),
};

function printed(object: object): string {
  const chunks: string[] = [];
  const write = jest
    .spyOn(process.stdout, "write")
    .mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  try {
    // jest's own console would format it in its way.
    new console.Console(process.stdout).log("%o %O", object, object, object);
  } finally {
    write.mockRestore();
  }
  return chunks.join("");
}

describe.each(Object.entries(objects))("%s shows no secret in", (_object, object) => {
  it.each(Object.entries(views))("%s", async (_view, view) => {
    const shown = view(await object());
    expect(shown).not.toBe("");
    expect(findCanaries(Buffer.from(shown), canaries)).toEqual([]);
  });
});

it.each(["the merchant", "a certificate", "an API secret", "an APIv3 secret"] as const)(
  "%s has no secret among its properties, nor does a copy",
  async (name) => {
    const object = await objects[name]();
    const copies = [
      Object.entries(object),
      { ...object },
      Object.getOwnPropertyDescriptors(object),
      structuredClone({ ...object }),
    ];
    for (const copy of copies)
      expect(
        findCanaries(Buffer.from(inspect(copy, { ...deep, showHidden: true, getters: true })), canaries),
      ).toEqual([]);
  },
);

it("the canaries are found where they are", async () => {
  const { privateKey } = await shop.certificate();
  const { key } = await shop.wechatpayNodeV3({ appid: "wx8888888888888888" });
  expect(findCanaries(Buffer.from(JSON.stringify({ privateKey })), canaries)).not.toEqual([]);
  expect(findCanaries(Buffer.from(key), canaries)).not.toEqual([]);
});

it("what is public stays readable in logs", async () => {
  expect(inspect(await shop.certificate())).toMatch(
    /CertificateCredential \{\s+merchantId: '1900000109',\s+serialNumber: '5157F0/,
  );
  expect(JSON.parse(JSON.stringify(await shop.wechatpayAxiosPlugin({ timeout: 5000 })))).toMatchObject({
    mchid: merchantId,
    privateKey: "[redacted]",
    secret: "[redacted]",
    timeout: 5000,
  });
});

it("only `customInspect: false` beside hidden getters shows a secret, as the guide says", async () => {
  const all = { ...deep, showHidden: true, getters: true, customInspect: false };
  const certificate = await shop.certificate();
  expect(findCanaries(Buffer.from(inspect(certificate, all)), canaries)).not.toEqual([]);
  for (const changes of [{ showHidden: false }, { getters: false }])
    expect(findCanaries(Buffer.from(inspect(certificate, { ...all, ...changes })), canaries)).toEqual([]);
});

it("a copy of options by spread is as quiet in logs, though not in JSON", async () => {
  const copy = { ...(await shop.wechatpayAxiosPlugin()), timeout: 5000 };
  expect(inspect(copy)).toContain("privateKey: '[redacted]'");
});

describe("what the SDKs make of them", () => {
  const canariesIn = (object: object) =>
    ["util.inspect with hidden properties", "JSON.stringify"].flatMap((view) =>
      findCanaries(Buffer.from(views[view]!(object)), canaries),
    );

  it("is no secret in an error of wechatpay-axios-plugin", async () => {
    const client = new Wechatpay(await shop.wechatpayAxiosPlugin({ baseURL: "http://127.0.0.1:1" }));
    const error = await client
      .chain("v3/certificates")
      .get()
      .catch((thrown: object) => thrown);
    expect(error).toMatchObject({ config: { serial: serialNumber }, code: "ECONNREFUSED" });
    expect(canariesIn(error)).toEqual([]);
  });

  it("is the APIv3 secret in a client of wechatpay-node-v3, which the guide says never to log", async () => {
    const client = new Pay(await shop.wechatpayNodeV3({ appid: "wx8888888888888888" }));
    expect(canariesIn(client)).not.toEqual([]);
  });
});
