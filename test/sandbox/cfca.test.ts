import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCfcaIssuer, openCfca, pfxFile, type Cfca, type Codes } from "../../sandbox/cfca";
import { codesIn } from "../../sandbox/cfca/letters";
import { publicKeyByOpenssl } from "../support/import-files";
import { describeCertificate, openssl, verifyChain } from "../support/openssl";

const holder = { merchantId: "G90000001", company: "Example Shop Ltd" };
const sentAt = new Date("2026-03-01T09:00:00Z");
const issuer = createCfcaIssuer();

let today: Date;
beforeEach(() => (today = sentAt));
const opened = (folder?: string): Cfca => openCfca({ folder, now: () => today, issuer });

/** What the page answers on a day. */
function asked(cfca: Cfca, codes: Codes, day: string): string {
  today = new Date(day);
  try {
    cfca.download(codes);
    return "downloaded";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the two letters", () => {
  it("have the codes in the one and the way in the other", () => {
    const { codes, manual, referenceNumber, authorizationCode } = opened().sendLetters(holder);
    expect(codesIn(codes)).toEqual({ referenceNumber, authorizationCode });
    expect(referenceNumber).toMatch(/^\d{10}$/);
    expect(authorizationCode).toMatch(/^[0-9A-Z]{10}$/);
    expect(codes).toContain("Both are valid through 2026-03-15");
    expect(manual).toContain("Microsoft Enhanced Cryptographic Provider V1.0");
    for (const code of [referenceNumber, authorizationCode]) expect(manual).not.toContain(code);
  });

  it("are drawn anew each time", () => {
    const cfca = opened();
    const drawn = Array.from({ length: 20 }, () => cfca.sendLetters(holder).authorizationCode);
    expect(new Set(drawn).size).toBe(20);
  });

  it.each([
    ["a company with the sign that separates the parts of the name", { company: "Shop@Home" }, "without @"],
    ["a company whose name does not fit", { company: "x".repeat(60) }, "at most 48 characters"],
    ["no merchant id", { merchantId: "G-1" }, "1 to 31 letters and digits"],
  ])("are not sent for %s", (_, wrong, reason) => {
    expect(() => opened().sendLetters({ ...holder, ...wrong })).toThrow(reason);
  });
});

describe("the codes", () => {
  it.each([
    ["2026-03-01T09:00:01Z", "downloaded"],
    ["2026-03-15T15:59:59Z", "downloaded"],
    [
      "2026-03-15T16:00:00Z",
      "These codes were valid through 2026-03-15; ask technical support for new ones.",
    ],
    [
      "2026-04-01T00:00:00Z",
      "These codes were valid through 2026-03-15; ask technical support for new ones.",
    ],
  ])("on %s: %s (the 14th day ends at midnight in Shanghai)", (day, answer) => {
    const cfca = opened();
    expect(asked(cfca, cfca.sendLetters(holder), day)).toBe(answer);
  });

  it("lead to one certificate only", () => {
    const cfca = opened();
    const codes = cfca.sendLetters(holder);
    expect(asked(cfca, codes, "2026-03-02")).toBe("downloaded");
    expect(asked(cfca, codes, "2026-03-02")).toBe(
      "A certificate was downloaded with these codes; ask for new ones.",
    );
  });

  it("belong together", () => {
    const cfca = opened();
    const [one, other] = [cfca.sendLetters(holder), cfca.sendLetters(holder)];
    const mixed = { ...one, authorizationCode: other.authorizationCode };
    expect(asked(cfca, mixed, "2026-03-02")).toBe(
      "There is no such reference number with this authorization code.",
    );
  });

  it("are known to the next command, and kept nowhere", () => {
    const folder = mkdtempSync(join(tmpdir(), "cfca-"));
    const codes = opened(folder).sendLetters(holder);
    const kept = readFileSync(join(folder, "letters.json"), "utf8");
    for (const code of [codes.referenceNumber, codes.authorizationCode]) expect(kept).not.toContain(code);
    expect(asked(opened(folder), codes, "2026-03-02")).toBe("downloaded");
    expect(asked(opened(folder), codes, "2026-03-02")).toContain("was downloaded");
    rmSync(folder, { recursive: true });
  });
});

describe("the certificate", () => {
  it("is named as CFCA names it", () => {
    const cfca = opened();
    const { certificate } = cfca.download(cfca.sendLetters(holder));
    const described = describeCertificate(certificate);
    expect(described).toMatchObject({
      subject: "C=CN,O=CFCA ACS OCA31,OU=Geoswift,OU=Organizational-1,CN=051@Example Shop Ltd@G90000001@1",
      issuer: "C=CN,O=China Financial Certification Authority,CN=CFCA ACS OCA31",
      signatureAlgorithm: "sha256WithRSAEncryption",
      keyAlgorithm: "rsaEncryption",
      keyBits: 2048,
      notBefore: sentAt,
      notAfter: new Date("2029-03-01T09:00:00Z"),
    });
    expect(described.serialNumber).toMatch(/^[1-7][0-9A-F]{9}$/);
  });

  it("leads over the issuer to a root", () => {
    const cfca = opened();
    const { certificate, chain } = cfca.download(cfca.sendLetters(holder));
    const [untrusted, trusted] = chain as [string, string];
    expect(verifyChain({ certificate, untrusted, trusted, at: today })).toEqual({ ok: true, error: "" });
    const platform = cfca.platformCertificate();
    expect(verifyChain({ certificate: platform, untrusted, trusted, at: today }).ok).toBe(true);
  });

  it("is of the key beside it; so is the platform's", () => {
    const cfca = opened();
    const { certificate, privateKey } = cfca.download(cfca.sendLetters(holder));
    expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
    const platform = new X509Certificate(cfca.platformCertificate());
    expect(platform.checkPrivateKey(createPrivateKey(cfca.platformKey()))).toBe(true);
  });

  it.each([
    ["that ends soon began three years before", { notAfter: "2026-03-21" }, "2023-03-21", "2026-03-21"],
    ["with both dates", { notBefore: "2026-01-01", notAfter: "2026-06-01" }, "2026-01-01", "2026-06-01"],
    ["with a beginning", { notBefore: "2026-01-01" }, "2026-01-01", "2029-01-01"],
  ])("%s", (_, period: { notBefore?: string; notAfter?: string }, notBefore, notAfter) => {
    const cfca = opened();
    const dates = Object.entries(period).map(([name, day]) => [name, new Date(day)] as const);
    const { certificate } = cfca.download(cfca.sendLetters(holder), Object.fromEntries(dates));
    expect(describeCertificate(certificate)).toMatchObject({
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
    });
  });

  it("does not end before it begins, and then the codes are still good", () => {
    const cfca = opened();
    const codes = cfca.sendLetters(holder);
    const period = { notBefore: new Date("2026-05-01"), notAfter: new Date("2026-04-01") };
    expect(() => cfca.download(codes, period)).toThrow("A certificate ends after it begins.");
    expect(asked(cfca, codes, "2026-03-02")).toBe("downloaded");
  });
});

describe("the .pfx", () => {
  const password = "Abc123 of the wizard";
  today = sentAt;
  const cfca = opened();
  const { privateKey, certificate, chain } = cfca.download(cfca.sendLetters(holder));
  const file = (encryption: "aes" | "legacy", withChain: boolean) =>
    pfxFile({ privateKey, certificates: [certificate, ...(withChain ? chain : [])], password, encryption });

  function byOpenssl(pfx: Buffer, args: string[], word = password) {
    const folder = mkdtempSync(join(tmpdir(), "pfx-"));
    writeFileSync(join(folder, "it.pfx"), pfx, { mode: 0o600 });
    const result = openssl(["pkcs12", "-in", join(folder, "it.pfx"), ...args, "-passin", `pass:${word}`]);
    rmSync(folder, { recursive: true });
    return { text: result.stdout.toString(), said: result.stderr, status: result.status };
  }

  it.each([
    ["aes", false, [], ["AES-256-CBC", "MAC: sha256"]],
    ["aes", true, [], ["AES-256-CBC", "MAC: sha256"]],
    ["legacy", false, ["-legacy"], ["3-KeyTripleDES-CBC", "40BitRC2-CBC", "MAC: sha1"]],
    ["legacy", true, ["-legacy"], ["3-KeyTripleDES-CBC", "40BitRC2-CBC", "MAC: sha1"]],
  ] as const)("%s, with the chain: %s, is read by openssl", (encryption, withChain, args, ciphers) => {
    const { text, said, status } = byOpenssl(file(encryption, withChain), [...args, "-info", "-nodes"]);
    expect({ status, said }).toMatchObject({ status: 0 });
    for (const cipher of ciphers) expect(said).toContain(cipher);
    expect(text).toContain("Microsoft CSP Name: Microsoft Enhanced Cryptographic Provider v1.0");
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(withChain ? 3 : 1);
    const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text)!;
    expect(publicKeyByOpenssl(key)).toBe(publicKeyByOpenssl(privateKey));
    expect(new X509Certificate(text.slice(text.indexOf("-----BEGIN CERT"))).fingerprint256).toBe(
      new X509Certificate(certificate).fingerprint256,
    );
  });

  it.each(["aes", "legacy"] as const)("%s: does not open with another password", (encryption) => {
    const { status, text } = byOpenssl(file(encryption, false), ["-legacy", "-nodes"], `${password}.`);
    expect({ status, text }).toEqual({ status: 1, text: "" });
  });

  it("is another each time, because it is salted", () => {
    expect(file("aes", false)).not.toEqual(file("aes", false));
  });
});
