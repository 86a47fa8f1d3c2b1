import { X509Certificate } from "node:crypto";
import type { Fault } from "../../sandbox/merchant-platform";
import { apiV3Secret, openPlatform, type PlatformScene } from "../support/platform-scene";
import { decrypted, isSignedBy, type Answer, type EncryptedResource } from "../support/wechat-pay-client";

let scene: PlatformScene;
beforeAll(async () => (scene = await openPlatform()));
beforeEach(() => {
  scene.platform.faults.clear();
  scene.platform.journal.clear();
});
afterAll(() => scene.platform.close());

const get = () => scene.client.send("/v3/certificates");
const entry = () => scene.platform.journal.entries().at(-1);
const certificate = () => new X509Certificate(scene.account.platformCertificates[0]!.pem);
const isSigned = ({ headers, text }: Answer) => isSignedBy(certificate().publicKey, headers, text);

function decrypts({ text }: Answer): boolean {
  const { data } = JSON.parse(text) as { data: { encrypt_certificate: EncryptedResource }[] };
  try {
    return decrypted(data[0]!.encrypt_certificate, apiV3Secret).includes("BEGIN CERTIFICATE");
  } catch {
    return false;
  }
}

it("a request that is too large is dropped, and the platform goes on", async () => {
  const body = "x".repeat(2_000_000);
  await expect(
    fetch(`${scene.platform.endpoint}/v3/certificates`, { method: "POST", body }),
  ).rejects.toThrow();
  expect((await get()).status).toBe(200);
});

describe("a fault", () => {
  it.each<[number, string]>([
    [500, "SYSTEM_ERROR"],
    [502, "SYSTEM_ERROR"],
    [429, "FREQUENCY_LIMITED"],
    [400, "INVALID_REQUEST"],
  ])("answers with status %d, without effect", async (status, code) => {
    const nonce = `${status}`.padEnd(32, "0");
    scene.platform.faults.next({ do: { status } });
    const answer = await scene.client.send("/v3/certificates", { nonce });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ code });
    expect(answer.headers.get("wechatpay-signature")).toBeNull();
    expect(entry()).toMatchObject({ verdict: "not-judged", status, fault: { status } });
    expect((await scene.client.send("/v3/certificates", { nonce })).status).toBe(200);
  });

  it("drops the connection", async () => {
    scene.platform.faults.next({ do: "drop" });
    await expect(get()).rejects.toThrow("fetch failed");
    expect(entry()).toMatchObject({ verdict: "not-judged", status: 0, fault: "drop" });
  });

  it("never answers, until the client gives up", async () => {
    scene.platform.faults.next({ do: "hang" });
    const giveUp = new AbortController();
    const asked = fetch(`${scene.platform.endpoint}/v3/certificates`, { signal: giveUp.signal });
    while (!entry()) await new Promise((resolve) => setImmediate(resolve));
    giveUp.abort();
    await expect(asked).rejects.toThrow("aborted");
    expect(entry()).toMatchObject({ verdict: "not-judged", status: 0, fault: "hang" });
  });

  it("takes its time", async () => {
    scene.platform.faults.next({ do: { latencyMs: 30 } });
    const began = performance.now();
    expect((await get()).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(25);
  });

  it.each<[Fault, { signed: boolean; decrypts: boolean }]>([
    ["truncated-tag", { signed: true, decrypts: false }],
    ["wrong-associated-data", { signed: true, decrypts: false }],
    ["unsigned", { signed: false, decrypts: true }],
    ["other-key", { signed: false, decrypts: true }],
    ["unknown-serial", { signed: false, decrypts: true }],
    ["signature-probe", { signed: false, decrypts: true }],
    ["oversized-body", { signed: true, decrypts: true }],
  ])("%s: status 200, and one thing is wrong", async (fault, expected) => {
    scene.platform.faults.next({ do: fault });
    const answer = await get();
    expect(answer.status).toBe(200);
    expect({ signed: isSigned(answer), decrypts: decrypts(answer) }).toEqual(expected);
    const named = answer.headers.get("wechatpay-serial");
    if (fault === "unsigned") expect(named).toBeNull();
    else expect(named === certificate().serialNumber).toBe(fault !== "unknown-serial");
    expect(answer.text.length > 2 * 1024 * 1024).toBe(fault === "oversized-body");
    expect(entry()).toMatchObject({ verdict: "accepted", fault });
    const next = await get();
    expect({ signed: isSigned(next), decrypts: decrypts(next) }).toEqual({ signed: true, decrypts: true });
  });

  it.each<[Fault, string]>([
    ["garbage-body", "<html><body>It works!</body>"],
    ["empty-body", ""],
  ])("%s: status 200, signed, and not JSON", async (fault, text) => {
    scene.platform.faults.next({ do: fault });
    const answer = await get();
    expect(answer).toMatchObject({ status: 200, text });
    expect(isSigned(answer)).toBe(true);
  });

  it("meets API v2 as well", async () => {
    scene.platform.faults.next({ on: "/xdc", do: "garbage-body" });
    const answer = await fetch(`${scene.platform.endpoint}/xdc/apiv2getsignkey/sign/getsignkey`, {
      method: "POST",
      body: "<xml></xml>",
    });
    expect(await answer.text()).toContain("It works!");
  });
});

describe("the platform's clock", () => {
  it.each([
    [4, 200, "accepted"],
    [6, 401, "timestamp"],
    [-6, 401, "timestamp"],
    [-10, 401, "timestamp"],
  ])("is %d minutes off: %d", async (clockMinutes, status, verdict) => {
    scene.platform.faults.next({ do: { clockMinutes } });
    const { status: answered, headers } = await get();
    expect(answered).toBe(status);
    expect(entry()?.verdict).toBe(verdict);
    const off = new Date(headers.get("date") ?? "").getTime() - scene.clock.now.getTime();
    expect(off).toBe(clockMinutes * 60_000);
  });

  it("counts for what is signed", async () => {
    scene.platform.faults.next({ do: { clockMinutes: 4 } });
    const seconds = Number((await get()).headers.get("wechatpay-timestamp"));
    expect(seconds - scene.clock.now.getTime() / 1000).toBe(240);
  });
});

describe("the rules of faults", () => {
  const fault500 = { status: 500 };

  it("each `next` meets one request, in order, before any `always`", async () => {
    const { faults } = scene.platform;
    faults.always({ do: { status: 503 } });
    faults.next({ do: fault500 });
    faults.next({ do: { status: 502 } });
    const statuses = [];
    for (let request = 0; request < 4; request++) statuses.push((await get()).status);
    expect(statuses).toEqual([500, 502, 503, 503]);
    faults.clear();
    expect((await get()).status).toBe(200);
  });

  it("wait for the path that they are for, and tell which of them nobody has met", async () => {
    const { faults } = scene.platform;
    faults.next({ on: "/v3/security", do: fault500 });
    expect((await get()).status).toBe(200);
    expect(faults.pending()).toEqual([{ on: "/v3/security", do: fault500 }]);
    expect((await scene.client.send("/v3/security/echo", { body: "{}" })).status).toBe(500);
    expect(faults.pending()).toEqual([]);
  });

  it("leave the page for people alone", async () => {
    scene.platform.faults.always({ do: fault500 });
    expect((await fetch(scene.platform.endpoint)).status).toBe(200);
  });

  it.each([
    "hangs",
    { status: 200 },
    { status: 600 },
    { latencyMs: -1 },
    { clockMinutes: NaN },
    { status: 500, latencyMs: 1 },
    {},
  ])("are refused if they can never fire: %j", (fault) => {
    expect(() => scene.platform.faults.next({ do: fault as Fault })).toThrow("The platform has no fault");
    expect(() => scene.platform.faults.always({ do: fault as Fault })).toThrow("The platform has no fault");
  });
});
