import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOrCreateCertificateAuthority } from "../../sandbox/merchant-platform";
import * as given from "../support/certificates";
import { verifyChain } from "../support/openssl";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "merchant-platform-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the CA that is kept in a folder", () => {
  it("is made once, in a folder of its own, readable by its owner only", () => {
    const own = join(folder, "a", "b");
    const first = loadOrCreateCertificateAuthority({ folder: own });
    expect(loadOrCreateCertificateAuthority({ folder: own }).chainPem).toBe(first.chainPem);
    expect(readdirSync(own)).toEqual(["certificate-authority.json"]);
    expect(statSync(own).mode & 0o777).toBe(0o700);
    expect(statSync(join(own, "certificate-authority.json")).mode & 0o777).toBe(0o600);
  });

  it.each(["", "{}", "null", "not JSON"])("is refused, not replaced, if its file holds %j", (text) => {
    writeFileSync(join(folder, "certificate-authority.json"), text);
    expect(() => loadOrCreateCertificateAuthority({ folder })).toThrow(
      /does not hold a certificate authority/,
    );
  });

  it.each(["", "{}", "null", "not JSON"])("is refused too if the issuer added to it is %j", (text) => {
    makeOlder();
    writeFileSync(join(folder, "wechat-pay-issuer.json"), text);
    expect(() => loadOrCreateCertificateAuthority({ folder })).toThrow(
      /wechat-pay-issuer.json does not hold a certificate authority/,
    );
  });

  it("made before WeChat Pay's own issuer was known, gets one and keeps it", () => {
    const { chainPem } = makeOlder();
    const [first, second] = [0, 1].map(() => loadOrCreateCertificateAuthority({ folder }));
    expect(second!.chain("wechat-pay")).toEqual(first!.chain("wechat-pay"));
    expect([first!.chainPem, second!.chainPem]).toEqual([chainPem, chainPem]);
    const { issuerPem: untrusted, rootPem: trusted } = second!.chain("wechat-pay");
    const { certificate } = first!.issueByWechatPay({
      merchantName: given.merchantName,
      key: given.privateKey(),
    });
    expect(verifyChain({ certificate, untrusted, trusted })).toEqual({ ok: true, error: "" });
    expect(statSync(join(folder, "wechat-pay-issuer.json")).mode & 0o777).toBe(0o600);
  });

  it("has one file, with both issuers under one root", () => {
    const authority = loadOrCreateCertificateAuthority({ folder });
    expect(authority.chain("wechat-pay").rootPem).toBe(authority.rootPem);
    expect(loadOrCreateCertificateAuthority({ folder }).chain("wechat-pay")).toEqual(
      authority.chain("wechat-pay"),
    );
    expect(readdirSync(folder)).toEqual(["certificate-authority.json"]);
  });
});

/** A file as it was written before there were two issuers. */
function makeOlder() {
  const authority = loadOrCreateCertificateAuthority({ folder });
  const file = join(folder, "certificate-authority.json");
  const material = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  delete material.wechatPay;
  writeFileSync(file, JSON.stringify(material));
  return authority;
}
