import type { CredentialError } from "merchant-credentials-loader";
import { readPlatformCertificates } from "../../loader/platform-keys";
import { ellipticCurveKey, merchantCertificate, merchantId, privateKey } from "../support/certificates";
import {
  platformCertificate,
  platformEntry,
  platformSerial,
  publicKeyId,
  publicKeyPem,
  serialNumber,
  StoredMerchant,
  values,
} from "./stored-merchant";

const otherSerial = "AA".repeat(20);
const other = (changes: object = {}) =>
  platformEntry({
    serialNumber: otherSerial,
    certificate: platformCertificate({ key: privateKey("next"), serialNumber: otherSerial }),
    ...changes,
  });

describe("one odd entry among the platform's certificates takes no other away:", () => {
  const odd: [string, object, RegExp][] = [
    [
      "damaged",
      other({ certificate: "-----BEGIN CERTIFICATE-----\n" }),
      /A{40} is a damaged PEM of CERTIFICATE/,
    ],
    [
      "under a wrong serial number",
      other({ serialNumber: "0".repeat(40) }),
      /serialNumber is 0{40}, and the certificate's is A{40}: it is of another certificate/,
    ],
    ["with an end that is no time", other({ expireTime: "soon" }), /expireTime of A{40} is not a time/],
    [
      "the merchant's own",
      platformEntry({ serialNumber, certificate: merchantCertificate() }),
      /certificate 5157F0\w+ is merchant 1900000109's own, not one of WeChat Pay's/,
    ],
    [
      "with a key that is not RSA",
      other({ certificate: platformCertificate({ key: ellipticCurveKey(), serialNumber: otherSerial }) }),
      /A{40} is a certificate whose key is not RSA/,
    ],
  ];

  it.each(odd)("one %s", (_what, entry, says) => {
    const warnings: CredentialError[] = [];
    const version = {
      secretId: "s",
      versionId: "v",
      labels: [],
      text: values.platformCertificates(entry, platformEntry()),
    };
    const { keys } = readPlatformCertificates(version, (warning) => void warnings.push(warning));
    expect(keys.map(({ serial }) => serial)).toEqual([platformSerial]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(new RegExp(`^s: .*${says.source}\\. This certificate is not used\\.$`)) as string,
    ]);
  });

  it("all of them together are an error", () => {
    const text = values.platformCertificates(odd[0]![1], odd[1]![1]);
    expect(() =>
      readPlatformCertificates({ secretId: "s", versionId: "v", labels: [], text }, () => undefined),
    ).toThrow(/damaged PEM of CERTIFICATE\. s: serialNumber is 0{40}/);
  });

  it("and none at all is an error too", () => {
    const text = values
      .platformCertificates(platformEntry())
      .replace(/"certificates":\[.*\]/, '"certificates":[]');
    expect(() =>
      readPlatformCertificates({ secretId: "s", versionId: "v", labels: [], text }, () => undefined),
    ).toThrow(/^s lists no certificate: run `pulumi up`\.$/);
  });
});

describe("an application", () => {
  let stored: StoredMerchant;
  beforeEach(async () => {
    stored = await StoredMerchant.start();
    await stored.store("certificate", values.certificate());
    await stored.store("apiV3Secret", values.apiV3Secret());
  });
  afterEach(() => stored.close());

  it("starts with the good entries, and is told of the odd one once", async () => {
    await stored.store(
      "platformCertificates",
      values.platformCertificates(other({ expireTime: "soon" }), platformEntry()),
    );
    const shop = await stored.load();
    stored.clock.advanceDays(1);
    expect(Object.keys(await shop.platformKeys())).toEqual([platformSerial]);
    expect(stored.warnings.map(({ code }) => code)).toEqual(["unreadable"]);
  });

  it("that runs goes on with WeChat Pay's keys when someone stores the merchant's own beside them", async () => {
    await stored.store("platformCertificates", values.platformCertificates());
    const shop = await stored.load();
    const publicKey = publicKeyPem(privateKey());
    await stored.store("platformPublicKey", values.platformPublicKey({ publicKey }));
    stored.clock.advanceDays(1);
    for (let times = 0; times < 2; times += 1)
      expect(Object.keys(await shop.platformKeys())).toEqual([platformSerial]);
    expect(stored.warnings.map(({ message }) => message)).toEqual([
      `The platform key ${publicKeyId} is the key of merchant ${merchantId}'s own certificate, not WeChat Pay's. It is not used.`,
    ]);
  });

  it("compares keys of two types never, because Node 20 would fail at the next reading of a key", async () => {
    const odd = other({
      certificate: platformCertificate({ key: ellipticCurveKey(), serialNumber: otherSerial }),
    });
    await stored.store("platformCertificates", values.platformCertificates(odd, platformEntry()));
    const shop = await stored.load();
    await shop.platformKeys();
    await shop.refresh();
    expect(Object.keys((await shop.wechatpayAxiosPlugin()).certs)).toEqual([platformSerial]);
  });
});
