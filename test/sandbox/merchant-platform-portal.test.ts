import { X509Certificate } from "node:crypto";
import { html } from "../../sandbox/merchant-platform/portal/html";
import * as given from "../support/certificates";
import { apiSecret, apiV3Secret, openPlatform, type PlatformScene } from "../support/platform-scene";
import { decrypted, type EncryptedResource } from "../support/wechat-pay-client";

let scene: PlatformScene;
beforeAll(async () => (scene = await openPlatform()));
afterAll(() => scene.platform.close());

const { merchantId } = given;
const address = (action: string, of = merchantId) =>
  `${scene.platform.endpoint}/portal/merchants/${of}/${action}`;
const value = "NewSecret00NewSecret00NewSecret0";

async function sendJson(action: string, body: unknown = {}, of = merchantId) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(address(action, of), { method: "POST", headers, body: text });
  return { status: response.status, answer: (await response.json()) as Record<string, string> };
}

async function sendForm(action: string, fields: Record<string, string> = {}, of = merchantId) {
  const response = await fetch(address(action, of), { method: "POST", body: new URLSearchParams(fields) });
  return { status: response.status, page: await response.text() };
}

const page = async () => (await fetch(scene.platform.endpoint)).text();
const confirmation = async () => ({
  smsCode: (await sendJson("sms-code")).answer.smsCode!,
  loginPassword: scene.account.loginPassword,
});

describe("the portal's calls", () => {
  it("set the APIv3 secret that the API encrypts with", async () => {
    expect(await sendJson("apiv3-secret", { value, ...(await confirmation()) })).toEqual({
      status: 200,
      answer: {},
    });
    const { text } = await scene.client.send("/v3/certificates");
    const { data } = JSON.parse(text) as { data: { encrypt_certificate: EncryptedResource }[] };
    expect(decrypted(data[0]!.encrypt_certificate, value)).toContain("BEGIN CERTIFICATE");
    await sendJson("apiv3-secret", { value: apiV3Secret, ...(await confirmation()) });
  });

  it("give a certificate that the API accepts, revoke it and restore it", async () => {
    const request = given.requestFor();
    const { answer } = await sendJson("certificate", { request, ...(await confirmation()) });
    const { serialNumber } = new X509Certificate(answer.certificate!);
    expect(answer.serialNumber).toBe(serialNumber);
    const status = async () => (await scene.client.send("/v3/certificates", { serialNumber })).status;
    expect(await status()).toBe(200);
    await sendJson("revoke", { serialNumber, ...(await confirmation()) });
    expect(await status()).toBe(401);
    await sendJson("restore", { serialNumber, ...(await confirmation()) });
    expect(await status()).toBe(200);
  });

  it("tell what may be known of every merchant, and no secret", async () => {
    const response = await fetch(`${scene.platform.endpoint}/portal/merchants`);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual([
      {
        merchantId,
        merchantName: given.merchantName,
        mode: "platform-certificates",
        apiSecret: "set",
        apiV3Secret: "set",
        certificates: expect.arrayContaining([
          {
            serialNumber: new X509Certificate(scene.certificate).serialNumber,
            notBefore: "2026-09-01T10:00:00.000Z",
            notAfter: "2031-09-01T10:00:00.000Z",
            status: "valid",
          },
        ]) as object,
        platformCertificates: [
          {
            serialNumber: scene.account.platformCertificates[0]!.serialNumber,
            effectiveTime: "2026-09-01T10:00:00.000Z",
            expireTime: "2031-09-01T10:00:00.000Z",
          },
        ],
      },
    ]);
    for (const secret of [apiSecret, apiV3Secret, scene.account.loginPassword, "PRIVATE KEY"]) {
      expect(text).not.toContain(secret);
    }
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

describe("the portal refuses", () => {
  it.each<[string, string, () => Promise<unknown>, string, number]>([
    [
      "a wrong code",
      "api-secret",
      async () => ({ ...(await confirmation()), smsCode: "none", value }),
      "wrong-sms-code",
      400,
    ],
    [
      "no code",
      "api-secret",
      async () => ({ loginPassword: scene.account.loginPassword, value }),
      "wrong-sms-code",
      400,
    ],
    [
      "a wrong password",
      "api-secret",
      async () => ({ ...(await confirmation()), loginPassword: "none", value }),
      "wrong-login-password",
      400,
    ],
    [
      "31 characters",
      "apiv3-secret",
      async () => ({ ...(await confirmation()), value: value.slice(1) }),
      "bad-secret",
      400,
    ],
    ["no value", "api-secret", confirmation, "bad-secret", 400],
    [
      "the secret as it is",
      "api-secret",
      async () => ({ ...(await confirmation()), value: apiSecret }),
      "same-secret",
      400,
    ],
    [
      "a private key",
      "certificate",
      async () => ({ ...(await confirmation()), request: given.privateKeyPem() }),
      "not-a-request",
      400,
    ],
    ["no serial number", "revoke", confirmation, "unknown-certificate", 400],
    ["what is not JSON", "api-secret", async () => `{"value":"${value}"`, "not-a-form", 400],
    ["a list", "api-secret", async () => [value], "not-a-form", 400],
    ["a number", "api-secret", async () => ({ value: 1 }), "not-a-form", 400],
  ])("%s, and never says what was typed", async (_, action, body, code, status) => {
    const refused = await sendJson(action, await body());
    expect(refused).toMatchObject({ status, answer: { code } });
    expect(refused.answer.message).not.toContain(value.slice(1));
    expect(refused.answer.message).not.toContain("BEGIN PRIVATE");
    expect(scene.platform.journal.entries().at(-1)).toMatchObject({
      target: `/portal/merchants/${merchantId}/${action}`,
      merchant: merchantId,
      verdict: code,
      status,
    });
  });

  it("a code that was used", async () => {
    const used = await confirmation();
    expect((await sendJson("apiv3-secret", { value: apiV3Secret, ...used })).status).toBe(200);
    expect((await sendJson("apiv3-secret", { value, ...used })).answer.code).toBe("wrong-sms-code");
  });

  it("a merchant that nobody is", async () => {
    expect(await sendJson("sms-code", {}, "1900000110")).toMatchObject({
      status: 404,
      answer: { code: "unknown-merchant" },
    });
  });

  it.each(["/portal/merchants/1900000109/nothing", "/portal/merchants/1900000109/toString", "/portal/other"])(
    "the address %s",
    async (path) => {
      expect((await fetch(scene.platform.endpoint + path, { method: "POST" })).status).toBe(404);
    },
  );
});

describe("the page", () => {
  it("has forms for everything, and asks for code and password in each but the first", async () => {
    const text = await page();
    const forms = [...text.matchAll(/<form[^>]*action="([^"]+)"[^>]*>(.*?)<\/form>/gs)];
    const wanted = forms.map(([, action = "", inputs = ""]) => [
      action.split("/").at(-1),
      /name="smsCode"/.test(inputs) && /name="loginPassword"/.test(inputs),
    ]);
    expect(Object.fromEntries(wanted)).toEqual({
      "sms-code": false,
      "api-secret": true,
      "apiv3-secret": true,
      certificate: true,
      revoke: true,
    });
  });

  it("shows the phone, then sets the secret, and forgets what was typed", async () => {
    const phone = await sendForm("sms-code");
    const smsCode = /phone says: (\d{6}) is the code/.exec(phone.page)?.[1] ?? "";
    const { loginPassword } = scene.account;
    const set = await sendForm("api-secret", { value, smsCode, loginPassword });
    expect(set.status).toBe(200);
    expect(set.page).toContain("The API secret is set");
    for (const text of [set.page, await page()]) {
      for (const secret of [value, loginPassword]) expect(text).not.toContain(secret);
      // The six digits themselves may be part of a serial number by chance.
      expect(text).not.toMatch(/phone says|is the code/);
    }
  });

  it("shows the certificate string, to copy", async () => {
    const fields = { request: given.requestFor().replaceAll("\n", "\r\n"), ...(await confirmation()) };
    const { page: text } = await sendForm("certificate", fields);
    const shown = /<textarea readonly[^>]*>([^<]+)<\/textarea>/.exec(text)?.[1] ?? "";
    expect(new X509Certificate(shown).subject).toContain(`CN=${merchantId}`);
    await sendForm("revoke", {
      serialNumber: new X509Certificate(shown).serialNumber,
      ...(await confirmation()),
    });
    expect(await page()).toContain("/restore");
  });

  it("says why something was refused", async () => {
    const { status, page: text } = await sendForm("api-secret", {
      value,
      smsCode: "<b>",
      loginPassword: "x",
    });
    expect(status).toBe(400);
    expect(text).toContain("The login password is wrong.");
    expect(text).not.toContain("<b>");
    expect((await sendForm("sms-code", {}, "1900000110")).status).toBe(404);
  });

  it("escapes what merchants and requests are called", async () => {
    scene.platform.addMerchant({ merchantId: "19000002", merchantName: `<script>alert("1")</script>&'` });
    await fetch(`${scene.platform.endpoint}/v3/certificates?a=<img src=x onerror=alert(1)>`, {
      headers: { Authorization: `WECHATPAY2-SHA256-RSA2048 mchid="<i>x</i>",serial_no="<u>"` },
    });
    const text = await page();
    expect(text).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;");
    expect(text).toContain("&lt;i&gt;x&lt;/i&gt;");
    expect(text).not.toMatch(/<(script|img|i|u)\b/);
  });

  it("runs no script and is in no frame", async () => {
    const { headers } = await fetch(scene.platform.endpoint);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("html", () => {
  it.each<[string, { text: string }, string]>([
    ["texts", html`<a>${`<>&"'`}</a>`, "<a>&lt;&gt;&amp;&quot;&#39;</a>"],
    ["lists", html`${["<", html`<b></b>`]}`, "&lt;<b></b>"],
    ["nothing", html`[${undefined}]`, "[]"],
    ["numbers", html`${0}`, "0"],
  ])("escapes %s, and markup never twice", (_, { text }, expected) => {
    expect(text).toBe(expected);
  });
});
