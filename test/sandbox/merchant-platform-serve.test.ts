import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startMerchantPlatform } from "../../sandbox/merchant-platform";
import { runCommand } from "../../sandbox/merchant-platform/command";
import * as given from "../support/certificates";
import { confirmed, openPlatform } from "../support/platform-scene";
import { WeChatPayClient } from "../support/wechat-pay-client";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "merchant-platform-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs until it serves, looks at it, and stops it. */
async function serving(
  args: string[],
  look: (endpoint: string, err: string) => Promise<void> = () => Promise.resolve(),
) {
  let [out, err] = ["", ""];
  let stop: (() => void) | undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const status = await runCommand(["serve", ...args], {
    readStandardInput: async () => "",
    out: (text) => (out += text),
    err: (text) => (err += text),
    now: () => new Date("2026-09-01T10:00:00Z"),
    stopped: async () => {
      await look((JSON.parse(out) as { endpoint: string }).endpoint, err).finally(() => stop?.());
      return stopped;
    },
  });
  return { status, out, err };
}

const shop = "1900000109:示例商店:both";

describe("merchant-platform serve", () => {
  it("prints where, and with which password each merchant logs in; then serves until it is stopped", async () => {
    let endpoint = "";
    const { status, out, err } = await serving(
      ["--merchant", shop, "--merchant", "19000001"],
      async (where) => {
        endpoint = where;
        const response = await fetch(`${where}/portal/merchants`);
        expect(await response.json()).toMatchObject([
          { merchantId: "1900000109", merchantName: "示例商店", mode: "both" },
          { merchantId: "19000001", merchantName: "Merchant 19000001", mode: "platform-certificates" },
        ]);
      },
    );
    expect(status).toBe(0);
    expect(out).toMatch(/^\{"endpoint":"http:\/\/127\.0\.0\.1:\d+"\}\n$/);
    expect(err).toMatch(/^Merchant 1900000109 logs in with \S{12}\nMerchant 19000001 logs in with \S{12}\n$/);
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it("goes on where it stopped, if it has a folder", async () => {
    const first = await serving(["--folder", folder, "--merchant", shop]);
    const again = await serving(
      ["--folder", folder, "--merchant", "1900000109:Other name:public-key"],
      async (where) => {
        const response = await fetch(`${where}/portal/merchants`);
        expect(await response.json()).toMatchObject([{ merchantName: "示例商店", mode: "both" }]);
      },
    );
    expect(again.err).toBe(first.err);
  });

  it.each<[string[], string]>([
    [["--port", "x"], "--port must be a whole number from 0 to 65535."],
    [["--port", "65536"], "--port must be a whole number from 0 to 65535."],
    [["--folder", ""], "--folder must name a folder."],
    [["--merchant", "1234567"], "--merchant must be ID[:NAME[:MODE]]"],
    [["--merchant", "1900000109::both"], "--merchant must be ID[:NAME[:MODE]]"],
    [["--merchant", "1900000109:Shop:certificates"], "--merchant must be ID[:NAME[:MODE]]"],
    [["--merchant", "1900000109:Shop:both:more"], "--merchant must be ID[:NAME[:MODE]]"],
    [["--to", "x"], "serve has no option --to."],
  ])("refuses %j", async (args, message) => {
    const { status, out, err } = await serving(args);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(message);
  });

  it("ends with 1 if the port is taken", async () => {
    const platform = await startMerchantPlatform();
    const { port } = new URL(platform.endpoint);
    const { status, err } = await serving(["--port", port]);
    await platform.close();
    expect(status).toBe(1);
    expect(err).toContain("EADDRINUSE");
  });
});

describe("the platform's folder", () => {
  it("brings secrets, certificates, revocations, mode and platform keys through a restart", async () => {
    const { platform, account, certificate, clock } = await openPlatform({ folder, mode: "both" });
    const now = () => clock.now;
    const revoked = account.applyForCertificate(given.requestFor(), confirmed(account));
    const [, { serialNumber }] = account.certificates as [unknown, { serialNumber: string }];
    account.revokeCertificate(serialNumber, confirmed(account));
    account.announcePlatformCertificate();
    account.replacePlatformCertificate();
    const before = [account.platformCertificates, account.publicKey, account.loginPassword];
    await platform.close();

    const restarted = await startMerchantPlatform({ folder, now, authority: platform.authority });
    const same = restarted.merchant(given.merchantId);
    expect([same.platformCertificates, same.publicKey, same.loginPassword]).toEqual(before);
    const client = (pem: string) =>
      new WeChatPayClient(restarted.endpoint, given.merchantId, pem, given.privateKey(), now);
    const answer = await client(certificate).send("/v3/certificates");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("wechatpay-serial")).toBe(same.platformCertificates[1]!.serialNumber);
    expect((await client(revoked).send("/v3/certificates")).status).toBe(401);
    same.restoreCertificate(serialNumber, confirmed(same));
    expect((await client(revoked).send("/v3/certificates")).status).toBe(200);
    await restarted.close();
  });

  it("keeps the authority as well, unless one is given", async () => {
    const first = await startMerchantPlatform({ folder });
    await first.close();
    const second = await startMerchantPlatform({ folder });
    await second.close();
    expect(second.authority.rootPem).toBe(first.authority.rootPem);
  });

  it("is for its owner's eyes alone, and is never half written", async () => {
    const { platform } = await openPlatform({ folder });
    await platform.close();
    const merchants = join(folder, "merchants");
    expect(readdirSync(merchants)).toEqual([`${given.merchantId}.json`]);
    expect(statSync(merchants).mode & 0o777).toBe(0o700);
    expect(statSync(join(merchants, `${given.merchantId}.json`)).mode & 0o777).toBe(0o600);
  });

  it("that cannot be read is named, and not quoted", async () => {
    const { platform } = await openPlatform({ folder });
    await platform.close();
    const file = join(folder, "merchants", `${given.merchantId}.json`);
    writeFileSync(file, readFileSync(file, "utf8").slice(0, -10));
    await expect(startMerchantPlatform({ folder, authority: platform.authority })).rejects.toThrow(
      `The sandbox cannot read ${file}: delete it to begin anew.`,
    );
  });
});
