import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { loadOrCreateCertificateAuthority } from "../../sandbox/merchant-platform";
import { runCommand } from "../../sandbox/merchant-platform/command";
import * as given from "../support/certificates";
import { describeCertificate, opensslOutput, verifyChain } from "../support/openssl";

const { merchantId } = given;
const request = given.requestFor();
const now = new Date("2026-03-01T09:00:00Z");

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "merchant-platform-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(args: string[], input = "") {
  let out = "";
  let err = "";
  const status = await runCommand(args, {
    readStandardInput: async () => input,
    out: (text) => (out += text),
    err: (text) => (err += text),
    now: () => now,
    stopped: () => Promise.resolve(),
  });
  return { status, out, err };
}

describe("merchant-platform sign", () => {
  it("signs the request on standard input for five years, and says nothing else", async () => {
    const { status, out, err } = await run(["sign", "--merchant-id", merchantId], request);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(describeCertificate(out)).toMatchObject({
      notBefore: now,
      notAfter: new Date("2031-03-01T09:00:00Z"),
    });
  });

  it("takes a file, a name and a number of days", async () => {
    const file = join(folder, "request.pem");
    writeFileSync(file, request);
    const named = ["--merchant-name", "示例商店", "--request", file, "--days", "40"];
    const { out } = await run(["sign", "--merchant-id", merchantId, ...named]);
    expect(describeCertificate(out).notAfter).toEqual(new Date("2026-04-10T09:00:00Z"));
    expect(describeCertificate(out).subject).toContain("OU=示例商店");
  });

  it("takes the end as a date", async () => {
    const args = ["sign", "--merchant-id", merchantId, "--not-after", "2027-05-01T12:00:00Z"];
    expect(describeCertificate((await run(args, request)).out).notAfter).toEqual(
      new Date("2027-05-01T12:00:00Z"),
    );
  });

  it.each<[string, string[], string, string]>([
    ["an annual one", ["--validity", "annual"], "2026-03-01T09:00:00Z", "2027-03-01T09:00:00Z"],
    [
      "one that begins at a date",
      ["--not-before", "2026-02-01", "--validity", "annual"],
      "2026-02-01T00:00:00Z",
      "2027-02-01T00:00:00Z",
    ],
    [
      "one with the last days of its year left",
      ["--validity", "annual", "--days", "20"],
      "2025-03-21T09:00:00Z",
      "2026-03-21T09:00:00Z",
    ],
    [
      "one with both dates",
      ["--not-before", "2026-02-01", "--not-after", "2026-05-01"],
      "2026-02-01T00:00:00Z",
      "2026-05-01T00:00:00Z",
    ],
  ])("takes %s", async (_, period, notBefore, notAfter) => {
    const { out, err } = await run(["sign", "--merchant-id", merchantId, ...period], request);
    expect(err).toBe("");
    expect(describeCertificate(out)).toMatchObject({
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
    });
  });

  it.each<[string, string[], string]>([
    ["a year more", [], "2027-03-21T09:00:00Z"],
    ["five years in all", ["--validity", "five-year"], "2030-03-21T09:00:00Z"],
    ["until a date", ["--not-after", "2026-12-01"], "2026-12-01T00:00:00Z"],
  ])("renews a certificate without a request: %s", async (_, period, notAfter) => {
    const sign = ["sign", "--merchant-id", merchantId];
    const annual = await run([...sign, "--validity", "annual", "--days", "20"], request);
    const file = join(folder, "certificate.pem");
    writeFileSync(file, annual.out);
    const { status, out } = await run([...sign, "--renew", file, ...period]);
    expect(status).toBe(0);
    expect(describeCertificate(out)).toMatchObject({ notBefore: now, notAfter: new Date(notAfter) });
    const publicKey = (pem: string) => opensslOutput(["x509", "-noout", "-pubkey"], pem).toString();
    expect(publicKey(out)).toBe(publicKey(annual.out));
  });

  it("uses the CA in the folder for every call", async () => {
    const args = ["sign", "--merchant-id", merchantId, "--folder", folder];
    const certificates = [(await run(args, request)).out, (await run(args, request)).out];
    const chain = await run(["chain", "--folder", folder]);
    const { rootPem } = loadOrCreateCertificateAuthority({ folder });
    for (const certificate of certificates) {
      expect(verifyChain({ certificate, untrusted: chain.out, trusted: rootPem, at: now })).toEqual({
        ok: true,
        error: "",
      });
    }
  });

  it("ends with 1 and the reason if the platform refuses", async () => {
    expect(await run(["sign", "--merchant-id", "1900000110"], request)).toEqual({
      status: 1,
      out: "",
      err: "Refused: The request is for merchant 1900000109, not for merchant 1900000110.\n",
    });
  });

  it("ends with 1 if the file is missing", async () => {
    const { status, err } = await run([
      "sign",
      "--merchant-id",
      merchantId,
      "--request",
      join(folder, "none"),
    ]);
    expect(status).toBe(1);
    expect(err).toMatch(/no such file/);
  });

  it("never repeats a private key that was pasted by mistake", async () => {
    const { status, err } = await run(["sign", "--merchant-id", merchantId], given.privateKeyPem());
    expect(status).toBe(1);
    expect(err).toBe("Refused: This is a private key; keep it, and paste the request string.\n");
  });
});

describe("usage", () => {
  it.each<[string, string[], RegExp]>([
    ["no command", [], /Which command/],
    ["an unknown command", ["issue"], /Unknown command "issue"/],
    ["an unknown option", ["sign", "--merchant", merchantId], /--merchant/],
    ["no merchant id", ["sign"], /--merchant-id is missing/],
    ["a merchant id with letters", ["sign", "--merchant-id", "19000001a9"], /8 to 10 digits/],
    [
      "two ends",
      ["sign", "--merchant-id", merchantId, "--days", "1", "--not-after", "2030-01-01"],
      /not both/,
    ],
    ["no days", ["sign", "--merchant-id", merchantId, "--days", "0"], /whole number/],
    ["half a day", ["sign", "--merchant-id", merchantId, "--days", "0.5"], /whole number/],
    ["no date", ["sign", "--merchant-id", merchantId, "--not-after", "tomorrow"], /ISO 8601/],
    ["a file without its option", ["sign", "request.pem"], /--request/],
    ["a chain of no folder", ["chain"], /--folder is missing/],
    ["an unknown length", ["sign", "--merchant-id", merchantId, "--validity", "1y"], /annual or five-year/],
    [
      "no date to begin",
      ["sign", "--merchant-id", merchantId, "--not-before", "now"],
      /--not-before must be/,
    ],
    [
      "an end before the beginning",
      ["sign", "--merchant-id", merchantId, "--not-before", "2027-01-01", "--days", "1"],
      /end before it begins/,
    ],
    [
      "a length between two dates",
      [
        "sign",
        "--merchant-id",
        merchantId,
        "--not-before",
        "2026-01-01",
        "--days",
        "1",
        "--validity",
        "annual",
      ],
      /With --not-before give --validity or the end, not both/,
    ],
    [
      "a renewal with a length and an end",
      ["sign", "--merchant-id", merchantId, "--renew", "x", "--days", "1", "--validity", "annual"],
      /With --renew give --validity or the end, not both/,
    ],
    [
      "an unknown kind",
      ["chain", "--folder", "x", "--kind", "wechat"],
      /wechat-pay or certificate-authority/,
    ],
    ["another command's option", ["sign", "--kind", "wechat-pay"], /^sign has no option --kind\./],
  ])("%s ends with 2 and the way to the help", async (_, args, message) => {
    const { status, out, err } = await run(args, request);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).toMatch(/merchant-platform --help\n$/);
  });

  it.each([[["--help"]], [["sign", "-h"]], [["help"]]])("%j prints the help", async (args) => {
    const { status, out, err } = await run(args);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const options = ["merchant-id", "merchant-name", "request", "renew", "validity", "not-before", "days"];
    const others = ["not-after", "folder", "to", "kind", "p7b"];
    for (const option of [...options, ...others].map((name) => `--${name} `)) {
      expect(out).toContain(option);
    }
  });
});

describe("merchant-platform download", () => {
  const args = ["download", "--merchant-id", merchantId, "--merchant-name", "Example Shop Ltd"];

  it("leaves what a merchant in business has, and leaves it alone the next time", async () => {
    const silent = { status: 0, out: "", err: "" };
    expect(await run([...args, "--to", folder])).toEqual(silent);
    const contents = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "base64"));
    const before = contents();
    expect(await run([...args, "--to", folder])).toEqual(silent);
    expect(contents()).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual([
      "1900000109.zip",
      "api-secret.txt",
      "apiclient_cert.pem",
      "apiv3-secret.txt",
    ]);
    const secrets = ["api-secret.txt", "apiv3-secret.txt"].map((name) =>
      readFileSync(join(folder, name), "utf8"),
    );
    for (const secret of secrets) expect(secret).toMatch(/^[0-9A-Za-z]{32}\n$/);
    expect(new Set(secrets).size).toBe(2);
  });

  it("packs certificate and key as the platform does, with the merchant id as password", async () => {
    await run([...args, "--to", folder]);
    const files = unzipSync(readFileSync(join(folder, `${merchantId}.zip`)));
    expect(Object.keys(files).sort()).toEqual([
      "apiclient_cert.p12",
      "apiclient_cert.pem",
      "apiclient_key.pem",
    ]);
    const certificate = readFileSync(join(folder, "apiclient_cert.pem"), "utf8");
    expect(Buffer.from(files["apiclient_cert.pem"]!).toString()).toBe(certificate);
    const publicKey = (args: string[], input: Uint8Array | string) =>
      opensslOutput(args, Buffer.from(input)).toString();
    const expected = publicKey(["x509", "-noout", "-pubkey"], certificate);
    expect(publicKey(["pkey", "-pubout"], files["apiclient_key.pem"]!)).toBe(expected);
    const fromP12 = opensslOutput(
      ["pkcs12", "-nocerts", "-nodes", "-passin", `pass:${merchantId}`],
      Buffer.from(files["apiclient_cert.p12"]!),
    );
    expect(publicKey(["pkey", "-pubout"], fromP12)).toBe(expected);
  });

  it("gives what WeChat Pay itself has issued, of the CA in the folder", async () => {
    const ca = join(folder, "ca");
    const old = ["--kind", "wechat-pay", "--not-before", "2018-01-01", "--not-after", "2026-04-01"];
    expect(await run([...args, "--to", folder, "--folder", ca, ...old])).toEqual({
      status: 0,
      out: "",
      err: "",
    });
    const certificate = readFileSync(join(folder, "apiclient_cert.pem"), "utf8");
    expect(describeCertificate(certificate)).toMatchObject({
      subject: "C=CN,O=Tencent,OU=MMPay,CN=Example Shop Ltd",
      notBefore: new Date("2018-01-01"),
      notAfter: new Date("2026-04-01"),
    });
    const untrusted = (await run(["chain", "--folder", ca, "--kind", "wechat-pay"])).out;
    const trusted = loadOrCreateCertificateAuthority({ folder: ca }).chain("wechat-pay").rootPem;
    expect(verifyChain({ certificate, untrusted, trusted, at: now })).toEqual({ ok: true, error: "" });
    const p12 = unzipSync(readFileSync(join(folder, `${merchantId}.zip`)))["apiclient_cert.p12"]!;
    const inside = opensslOutput(
      ["pkcs12", "-nokeys", "-passin", `pass:${merchantId}`],
      Buffer.from(p12),
    ).toString();
    expect(describeCertificate(inside)).toEqual(describeCertificate(certificate));
  });

  it("gives one with the last days of its year left", async () => {
    expect((await run([...args, "--to", folder, "--validity", "annual", "--days", "20"])).status).toBe(0);
    const certificate = readFileSync(join(folder, "apiclient_cert.pem"), "utf8");
    expect(describeCertificate(certificate)).toMatchObject({
      notBefore: new Date("2025-03-21T09:00:00Z"),
      notAfter: new Date("2026-03-21T09:00:00Z"),
    });
  });

  it.each([
    [["download", "--merchant-id", merchantId, "--to", "x"], "--merchant-name is missing."],
    [args, "--to is missing."],
  ])("refuses %p", async (given, sentence) => {
    const { status, err } = await run(given);
    expect({ status, err }).toEqual({ status: 2, err: `${sentence}\nTry: merchant-platform --help\n` });
  });
});

describe("merchant-platform chain", () => {
  it.each(["certificate-authority", "wechat-pay"] as const)(
    "writes that of the kind %s as PKCS#7, which openssl reads, and prints nothing",
    async (kind) => {
      const file = join(folder, "chain.p7b");
      const chain = ["chain", "--folder", folder, "--kind", kind];
      expect(await run([...chain, "--p7b", file])).toEqual({ status: 0, out: "", err: "" });
      const read = opensslOutput(["pkcs7", "-inform", "DER", "-print_certs", "-in", file]).toString();
      const certificates = (text: string) =>
        text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
      expect(certificates(read)).toEqual(certificates((await run(chain)).out));
      expect(certificates(read)).toHaveLength(2);
    },
  );

  it("is the requested ones' unless told", async () => {
    const chain = await run(["chain", "--folder", folder]);
    expect(chain.out).toBe(loadOrCreateCertificateAuthority({ folder }).chainPem);
  });
});
