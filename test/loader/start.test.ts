import type { CredentialErrorCode, CredentialKind, LoadOptions } from "merchant-credentials-loader";
import { credentialKinds } from "../../loader/kinds";
import { merchantId, privateKey } from "../support/certificates";
import { apiV3Secret, platformEntry, publicKeyPem, StoredMerchant, values } from "./stored-merchant";

let stored: StoredMerchant;
beforeEach(async () => {
  stored = await StoredMerchant.start();
});
afterEach(() => stored.close());

/** What is stored in place of the right value; nothing is stored for null. */
type Instead = { readonly [kind in CredentialKind]?: string | null };

/** What a `Merchant` hands over: the ARN of every secret that was declared. */
async function storeAllBut(instead: Instead): Promise<Partial<Record<CredentialKind, string>>> {
  const arns: Partial<Record<CredentialKind, string>> = {};
  for (const kind of credentialKinds) {
    const text = instead[kind] === undefined ? values[kind]() : instead[kind];
    if (text !== null) arns[kind] = await stored.store(kind, text);
  }
  return arns;
}

const codeOf = (loading: Promise<unknown>) =>
  loading.then(
    () => "starts",
    (error: { code: CredentialErrorCode }) => error.code,
  );

const placeholder = values.placeholder();
const ended = values.platformCertificates(platformEntry({ expireTime: "2026-01-02T00:00:00.000Z" }));
const merchantsOwn = values.platformPublicKey({ publicKey: publicKeyPem(privateKey()) });
const denied = (kind: CredentialKind) =>
  stored.aws.faults.add({
    kind: "error",
    errorType: "AccessDeniedException",
    secretId: kind,
    times: 9,
  });
const away = (kind: CredentialKind) =>
  stored.aws.faults.add({ kind: "drop-before", secretId: kind, operation: "GetSecretValue", times: 9 });

interface Start {
  what: string;
  instead: Instead;
  faults?: () => void;
  byName: CredentialErrorCode | "starts";
  byArn: CredentialErrorCode | "starts";
  /** By ARN. */
  warnings?: RegExp[];
}

const starts: Start[] = [
  { what: "all is well", instead: {}, byName: "starts", byArn: "starts" },
  {
    what: "WeChat Pay's public key serves, and no platform certificate ever comes",
    instead: { platformCertificates: placeholder },
    byName: "starts",
    byArn: "starts",
  },
  {
    what: "platform certificates serve, and the public key is still to come",
    instead: { platformPublicKey: placeholder },
    byName: "starts",
    byArn: "starts",
  },
  {
    what: "one of the platform's kinds may not be read",
    instead: {},
    faults: () => denied("platformCertificates"),
    byName: "starts",
    byArn: "starts",
    warnings: [
      /platformCertificates.*needs `secretsmanager:GetSecretValue`.* The application starts without it\.$/,
    ],
  },
  {
    what: "one of the platform's kinds cannot be read just now",
    instead: {},
    faults: () => away("platformPublicKey"),
    byName: "starts",
    byArn: "starts",
    warnings: [/platformPublicKey.*AWS did not answer.* The application starts without it\.$/],
  },
  {
    what: "neither of the platform's kinds is ready",
    instead: { platformCertificates: placeholder, platformPublicKey: placeholder },
    byName: "starts",
    byArn: "not-ready",
  },
  {
    what: "the only one of the platform's kinds is not ready",
    instead: { platformCertificates: placeholder, platformPublicKey: null },
    byName: "starts",
    byArn: "not-ready",
  },
  {
    what: "all platform certificates have ended, and there is no public key",
    instead: { platformCertificates: ended, platformPublicKey: null },
    byName: "starts",
    byArn: "not-ready",
  },
  {
    what: "all platform certificates have ended, and the public key is still to come",
    instead: { platformCertificates: ended, platformPublicKey: placeholder },
    byName: "starts",
    byArn: "not-ready",
  },
  {
    what: "all platform certificates have ended, and the public key cannot be read just now",
    instead: { platformCertificates: ended },
    faults: () => away("platformPublicKey"),
    byName: "starts",
    byArn: "not-ready",
  },
  {
    what: "all platform certificates have ended, and the public key serves",
    instead: { platformCertificates: ended },
    byName: "starts",
    byArn: "starts",
  },
  {
    what: "the shop has no key of the platform at all",
    instead: { platformCertificates: null, platformPublicKey: null },
    byName: "starts",
    byArn: "starts",
  },
  {
    what: "the API secret is not active yet, in a shop of APIv3 only",
    instead: { apiSecret: placeholder },
    byName: "starts",
    byArn: "starts",
    warnings: [/apiSecret\S* holds the placeholder: .* The application starts without it\.$/],
  },
  { what: "there is no API secret", instead: { apiSecret: null }, byName: "starts", byArn: "starts" },
  {
    what: "the API secret may not be read",
    instead: {},
    faults: () => denied("apiSecret"),
    byName: "starts",
    byArn: "access-denied",
  },
  {
    what: "the APIv3 secret is not active yet",
    instead: { apiV3Secret: placeholder },
    byName: "not-ready",
    byArn: "not-ready",
  },
  {
    what: "an API secret holds an APIv3 secret",
    instead: { apiSecret: values.apiV3Secret() },
    byName: "another-kind",
    byArn: "another-kind",
  },
  {
    what: "the platform's two kinds are in each other's place",
    instead: {
      platformCertificates: values.platformPublicKey(),
      platformPublicKey: values.platformCertificates(),
    },
    byName: "another-kind",
    byArn: "another-kind",
  },
  {
    what: "one of the platform's kinds is damaged, though the other serves",
    instead: { platformPublicKey: "{" },
    byName: "unreadable",
    byArn: "unreadable",
  },
  {
    what: "the merchant's own key is in the platform's place",
    instead: { platformPublicKey: merchantsOwn },
    byName: "another-kind",
    byArn: "another-kind",
  },
  {
    what: "the API secret is another merchant's",
    instead: { apiSecret: values.apiSecret().replace(merchantId, "1900000110") },
    byName: "wrong-merchant",
    byArn: "wrong-merchant",
  },
];

describe.each(starts)("when $what,", ({ instead, faults, byName, byArn, warnings = [] }) => {
  it(`an application that loads by name: ${byName}`, async () => {
    await storeAllBut(instead);
    faults?.();
    expect(await codeOf(stored.load())).toBe(byName);
    expect(stored.warnings).toEqual([]);
  });

  it(`an application that loads by ARN: ${byArn}`, async () => {
    const arns = await storeAllBut(instead);
    faults?.();
    expect(await codeOf(stored.load({ arns }))).toBe(byArn);
    expect(stored.warnings.map(({ message }) => message)).toEqual(
      warnings.map((warning) => expect.stringMatching(warning) as string),
    );
  });
});

it.each(["apiSecret", "platformCertificates"] as const)(
  "what `credentials` names must be there, whatever may be missing else: %s",
  async (kind) => {
    const arns = await storeAllBut({ [kind]: placeholder });
    const options: LoadOptions = { arns, credentials: ["certificate", kind, "platformPublicKey"] };
    expect(await codeOf(stored.load(options))).toBe("not-ready");
  },
);

describe("platform certificates that have all ended, named in `credentials`,", () => {
  const kinds = ["certificate", "platformCertificates"] as const;
  beforeEach(() => storeAllBut({ platformCertificates: ended }));

  it("stop the start, and are named", async () => {
    await expect(stored.load({ merchantId, credentials: kinds })).rejects.toMatchObject({
      code: "not-ready",
      message:
        "All platform certificates that are stored have ended (7132D72A03E93CDDF8C03BBD1F37EEDF7132D72A): run `pulumi up`.",
    });
  });

  it("do not where the public key is named too", async () => {
    expect(await codeOf(stored.load({ merchantId, credentials: [...kinds, "platformPublicKey"] }))).toBe(
      "starts",
    );
  });
});

it("an API secret and an APIv3 secret of the same characters are told of", async () => {
  await storeAllBut({ apiSecret: values.apiSecret(apiV3Secret) });
  await stored.load();
  expect(stored.warnings).toMatchObject([
    {
      code: "inconsistent",
      message: expect.stringMatching(/^API secret and APIv3 secret are the same 32 characters: /) as string,
    },
  ]);
  expect(stored.warnings[0]!.message).not.toContain(apiV3Secret);
});

it("an API secret alone must be there, because nothing else tells whose it is", async () => {
  const { apiSecret } = await storeAllBut({ apiSecret: placeholder });
  expect(await codeOf(stored.load({ arns: { apiSecret } }))).toBe("not-ready");
  expect(await codeOf(stored.load({ arns: { apiSecret }, merchantId }))).toBe("starts");
});

it("what was only looked at is not read again for a client that does without it", async () => {
  await storeAllBut({ platformPublicKey: null });
  const shop = await stored.load();
  const client = shop.renewing(() => shop.wechatpayNodeV3({ appid: "wx8888888888888888" }));
  const first = await client();
  stored.clock.advanceDays(1);
  stored.reads();
  expect(await client()).toBe(first);
  await shop.refresh();
  expect(new Set(stored.reads())).toEqual(new Set(["apiV3Secret AWSCURRENT", "certificate AWSCURRENT"]));
});
