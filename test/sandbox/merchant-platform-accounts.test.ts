import { X509Certificate } from "node:crypto";
import { startMerchantPlatform, type MerchantAccount } from "../../sandbox/merchant-platform";
import { inspect } from "node:util";
import * as given from "../support/certificates";
import {
  apiSecret,
  apiV3Secret,
  confirmed,
  openPlatform,
  type PlatformScene,
} from "../support/platform-scene";

let scene: PlatformScene;
let account: MerchantAccount;
beforeEach(async () => {
  scene = await openPlatform();
  ({ account } = scene);
});
afterEach(() => scene.platform.close());

const value = "NewSecret00NewSecret00NewSecret0";

/** The code and words of a refusal. */
function refusal(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: "done", message: "" };
}

const setters = [
  ["API secret", (text: string, given = confirmed(account)) => account.setApiSecret(text, given)],
  ["APIv3 secret", (text: string, given = confirmed(account)) => account.setApiV3Secret(text, given)],
] as const;

describe.each(setters)("setting the %s", (name, set) => {
  it("is done with a code and the password", () => {
    expect(refusal(() => set(value)).code).toBe("done");
  });

  it.each<[string, string, number]>([
    ["31 characters", value.slice(1), 31],
    ["33 characters", `${value}x`, 33],
    ["34 characters", `"${value}"`, 34],
    ["40 characters", `${value}12345678`, 40],
    ["a symbol", `${value.slice(1)}-`, 32],
    ["a space at the end", `${value.slice(1)} `, 32],
    ["a line end", `${value}\n`, 33],
    ["letters of another alphabet", `${value.slice(1)}é`, 32],
    ["nothing", "", 0],
  ])("is refused for %s, without quoting it", (_, text, length) => {
    const { code, message } = refusal(() => set(text));
    expect(code).toBe("bad-secret");
    expect(message).toBe(
      `The ${name} must be 32 characters, digits and letters only; this one has ${length}.`,
    );
  });

  it("does not use up the code for a value that is none", () => {
    const confirmation = confirmed(account);
    expect(refusal(() => set(value.slice(1), confirmation)).code).toBe("bad-secret");
    expect(refusal(() => set(value, confirmation)).code).toBe("done");
  });

  it.each<[string, () => { smsCode: string; loginPassword: string }, string]>([
    ["a wrong code", () => ({ ...confirmed(account), smsCode: "none" }), "wrong-sms-code"],
    ["a wrong password", () => ({ ...confirmed(account), loginPassword: "none" }), "wrong-login-password"],
    ["no password", () => ({ ...confirmed(account), loginPassword: "" }), "wrong-login-password"],
    [
      "a code before a later one",
      () => (confirmed(account), { ...olderCode(), loginPassword: account.loginPassword }),
      "wrong-sms-code",
    ],
    ["a code that was used", usedCode, "wrong-sms-code"],
    [
      "a code of 5 minutes ago",
      () => ((stale) => (scene.clock.advance(5), stale))(confirmed(account)),
      "wrong-sms-code",
    ],
  ])("is refused with %s", (_, confirmation, code) => {
    const refused = refusal(() => set(value, confirmation()));
    expect(refused.code).toBe(code);
    expect(refused.message).not.toContain(value);
  });

  it("takes a code that is almost 5 minutes old", () => {
    const confirmation = confirmed(account);
    scene.clock.now = new Date(scene.clock.now.getTime() + 5 * 60_000 - 1);
    expect(refusal(() => set(value, confirmation)).code).toBe("done");
  });
});

function usedCode() {
  const used = confirmed(account);
  account.setApiV3Secret(value, used);
  return used;
}

function olderCode() {
  const older = account.requestSmsCode();
  let newer = account.requestSmsCode();
  while (newer === older) newer = account.requestSmsCode();
  return { smsCode: older };
}

describe("the API secret", () => {
  it("must differ from the one before, and only its owner learns that it does not", () => {
    expect(refusal(() => account.setApiSecret(apiSecret, confirmed(account))).code).toBe("same-secret");
    const stranger = { ...confirmed(account), smsCode: "none" };
    expect(refusal(() => account.setApiSecret(apiSecret, stranger)).code).toBe("wrong-sms-code");
  });

  it("may be the same as before for APIv3", () => {
    expect(refusal(() => account.setApiV3Secret(apiV3Secret, confirmed(account))).code).toBe("done");
  });
});

describe("an SMS code", () => {
  it("has six digits", () => {
    expect(account.requestSmsCode()).toMatch(/^\d{6}$/);
  });

  it("is of one merchant", () => {
    const other = scene.platform.addMerchant({ merchantId: "1900000110", merchantName: "Other" });
    const theirs = { ...confirmed(other), loginPassword: account.loginPassword };
    expect(refusal(() => account.setApiSecret(value, theirs)).code).toBe("wrong-sms-code");
  });
});

describe("certificates", () => {
  const apply = (order: object = {}) =>
    account.applyForCertificate(given.requestFor(), { ...confirmed(account), ...order });
  const serialOf = (pem: string) => new X509Certificate(pem).serialNumber;
  const statuses = () => account.certificates.map(({ status }) => status);

  it("are issued by the authority, in the merchant's name, for five years", () => {
    const certificate = new X509Certificate(apply());
    expect(certificate.verify(new X509Certificate(scene.platform.authority.issuerPem).publicKey)).toBe(true);
    expect(certificate.subject).toContain(`CN=${given.merchantId}`);
    expect(certificate.subject).toContain(`OU=${given.merchantName}`);
    expect(new Date(certificate.validTo)).toEqual(new Date("2031-09-01T10:00:00Z"));
  });

  it("may begin and end when it is asked for", () => {
    const notAfter = new Date("2026-10-01T00:00:00Z");
    expect(new Date(new X509Certificate(apply({ notAfter })).validTo)).toEqual(notAfter);
  });

  it("are three at once, and no fourth before one is revoked or over", () => {
    apply({ notAfter: new Date("2026-10-01T00:00:00Z") });
    const third = apply();
    expect(refusal(() => apply()).code).toBe("too-many-certificates");
    account.revokeCertificate(serialOf(third), confirmed(account));
    apply();
    expect(refusal(() => apply()).code).toBe("too-many-certificates");
    const restored = refusal(() => account.restoreCertificate(serialOf(third), confirmed(account)));
    expect(restored.code).toBe("too-many-certificates");
    scene.clock.now = new Date("2026-10-01T00:00:00Z");
    expect(refusal(() => apply()).code).toBe("too-many-certificates");
    scene.clock.now = new Date("2026-10-01T00:00:01Z");
    apply();
    expect(statuses()).toEqual(["valid", "expired", "revoked", "valid", "valid"]);
  });

  it("can be restored for 7 days", () => {
    const serialNumber = serialOf(scene.certificate);
    const restore = () => account.restoreCertificate(serialNumber, confirmed(account));
    account.revokeCertificate(serialNumber, confirmed(account));
    scene.clock.advance(7 * 24 * 60);
    restore();
    expect(statuses()).toEqual(["valid"]);
    account.revokeCertificate(serialNumber, confirmed(account));
    scene.clock.advance(7 * 24 * 60 + 1);
    expect(refusal(restore).code).toBe("not-restorable");
    expect(statuses()).toEqual(["revoked"]);
  });

  it.each<[string, () => unknown, string]>([
    [
      "a request for another",
      () => account.applyForCertificate(given.requestFor({ merchantId: "1900000110" }), confirmed(account)),
      "wrong-merchant",
    ],
    [
      "a private key",
      () => account.applyForCertificate(given.privateKeyPem(), confirmed(account)),
      "not-a-request",
    ],
    ["a request without a code", () => apply({ smsCode: "" }), "wrong-sms-code"],
    [
      "revoking what is not there",
      () => account.revokeCertificate("5".repeat(40), confirmed(account)),
      "unknown-certificate",
    ],
    [
      "revoking without a code",
      () => account.revokeCertificate(serialOf(scene.certificate), { ...confirmed(account), smsCode: "" }),
      "wrong-sms-code",
    ],
    [
      "restoring what is not revoked",
      () => account.restoreCertificate(serialOf(scene.certificate), confirmed(account)),
      "not-restorable",
    ],
    ["adding what is not a certificate", () => account.addCertificate("-----BEGIN"), "unknown-certificate"],
    [
      "adding what another authority issued",
      () => account.addCertificate(given.merchantCertificate()),
      "unknown-certificate",
    ],
    [
      "adding another merchant's",
      () =>
        account.addCertificate(
          scene.platform.authority.issue(given.requestFor({ merchantId: "1900000110" }), {
            merchantId: "1900000110",
          }),
        ),
      "wrong-merchant",
    ],
  ])("are refused: %s", (_, action, code) => {
    const refused = refusal(action);
    expect(refused.code).toBe(code);
    expect(refused.message).not.toContain("BEGIN");
    expect(statuses()).toEqual(["valid"]);
  });

  it("that were issued elsewhere become known, once, and a fourth one too", async () => {
    const { authority } = scene.platform;
    const pem = authority.issue(given.requestFor(), {
      merchantId: given.merchantId,
      notBefore: scene.clock.now,
      serialNumber: "00AB".padStart(40, "0"),
    });
    account.addCertificate(pem);
    account.addCertificate(pem);
    apply();
    expect(statuses()).toEqual(["valid", "valid", "valid"]);
    account.addCertificate(
      authority.issue(given.requestFor(), { merchantId: given.merchantId, notBefore: scene.clock.now }),
    );
    expect(statuses()).toHaveLength(4);
    const padded = await scene.client.send("/v3/certificates", { serialNumber: "AB".padStart(40, "0") });
    expect(padded.status).toBe(200);
  });
});

describe("the platform", () => {
  it.each([["1234567"], ["12345678901"], ["19000001a9"], [""]])("has no merchant %j", (merchantId) => {
    expect(() => scene.platform.addMerchant({ merchantId, merchantName: "x" })).toThrow("8 to 10 digits");
    expect(() => scene.platform.merchant(merchantId)).toThrow("There is no merchant");
  });

  it("has a merchant once", () => {
    const { merchantId, merchantName } = given;
    expect(() => scene.platform.addMerchant({ merchantId, merchantName })).toThrow("is here already");
    expect(scene.platform.merchant(merchantId)).toBe(account);
  });

  it("makes an authority of its own unless it is given one, and listens on the loopback address alone", async () => {
    const platform = await startMerchantPlatform();
    expect(platform.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(platform.authority.rootPem).not.toBe(scene.platform.authority.rootPem);
    await platform.close();
  });

  it("shows no secret when somebody logs it", async () => {
    await scene.client.send("/v3/certificates");
    const logged = inspect([scene.platform, account], { depth: 9, showHidden: true });
    for (const secret of [apiSecret, apiV3Secret, "PRIVATE KEY"]) expect(logged).not.toContain(secret);
  });
});
