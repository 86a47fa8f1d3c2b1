import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../sandbox/cfca/command";
import { keysByOpenssl } from "../support/import-files";
import { describeCertificate, openssl, opensslOutput } from "../support/openssl";

let today: Date;
let folder: string;
beforeEach(() => {
  today = new Date("2026-03-01T09:00:00Z");
  folder = mkdtempSync(join(tmpdir(), "cfca-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const holder = ["--merchant-id", "G90000001", "--company", "Example Shop Ltd"];

function run(...args: string[]) {
  let [out, err] = ["", ""];
  const status = runCommand(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    now: () => today,
    folder: at("cfca"),
  });
  return { status, out, err };
}

function fileIn(...path: string[]): Buffer {
  const file = join(folder, ...path);
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  return readFileSync(file);
}

/** The two letters, sent and gone through. */
function downloadedOn(computer: string): void {
  expect(run("letters", ...holder, "--to", at("letters")).status).toBe(0);
  const result = run("download", "--letter", at("letters/codes.txt"), "--to", at(computer));
  expect(result).toMatchObject({ status: 0, err: "" });
}

describe("letters, download and export", () => {
  it("end in a .cer and a .pfx under a password that is made", () => {
    downloadedOn("computer");
    const { status, out } = run("export", "--from", at("computer"), "--name", "Shop", "--to", at("out"));
    expect({ status, out }).toEqual({
      status: 0,
      out: ["Shop.cer", "Shop.pfx", "password.txt"].map((name) => `${at(join("out", name))}\n`).join(""),
    });
    const cer = fileIn("out", "Shop.cer").toString();
    expect(cer).toMatch(
      /^-----BEGIN CERTIFICATE-----\r\n([A-Za-z0-9+/=]{1,64}\r\n)+-----END CERTIFICATE-----\r\n$/,
    );
    const password = fileIn("out", "password.txt").toString().trim();
    expect(password).toMatch(/^[A-Za-z2-9]{16}$/);
    const publicKey = opensslOutput(["x509", "-noout", "-pubkey"], cer);
    const spki = opensslOutput(["pkey", "-pubin", "-outform", "DER"], publicKey);
    expect(keysByOpenssl(fileIn("out", "Shop.pfx"), password)).toEqual([
      opensslOutput(["dgst", "-sha256", "-r"], spki).toString().slice(0, 64),
    ]);
  });

  it("leave files that only their owner reads", () => {
    downloadedOn("computer");
    for (const name of ["codes.txt", "manual.txt"]) fileIn("letters", name);
    fileIn("computer", "certificate-store.json");
    for (const name of readdirSync(at("cfca"))) fileIn("cfca", name);
  });

  it("take a password that is there", () => {
    writeFileSync(at("password"), "My own one\r\nand a second line\n");
    downloadedOn("computer");
    const to = ["--name", "Shop", "--to", at("out"), "--password", at("password")];
    expect(run("export", "--from", at("computer"), ...to).status).toBe(0);
    expect(keysByOpenssl(fileIn("out", "Shop.pfx"), "My own one")).toHaveLength(1);
    expect(readdirSync(at("out"))).toEqual(["Shop.cer", "Shop.pfx"]);
  });

  it("export what was installed last, and in the place of what was there", () => {
    const serial = () => new X509Certificate(fileIn("out", "Shop.cer")).serialNumber;
    const exported = () =>
      run("export", "--from", at("computer"), "--name", "Shop", "--to", at("out")).status;
    downloadedOn("computer");
    expect(exported()).toBe(0);
    const [first, password] = [serial(), fileIn("out", "password.txt")];
    downloadedOn("computer");
    expect(exported()).toBe(0);
    expect(serial()).not.toBe(first);
    expect(fileIn("out", "password.txt")).toEqual(password);
  });
});

describe("issue", () => {
  it.each([
    ["RC2 and 3DES", [], "40BitRC2-CBC", 1],
    ["AES-256 with the chain", ["--encryption", "aes", "--with-chain"], "AES-256-CBC", 3],
  ] as const)("does it all at once: %s", (_, args, cipher, certificates) => {
    const { status } = run("issue", ...holder, "--name", "Shop", "--to", at("out"), "--days", "20", ...args);
    expect(status).toBe(0);
    expect(describeCertificate(fileIn("out", "Shop.cer"))).toMatchObject({
      notBefore: new Date("2023-03-21T09:00:00Z"),
      notAfter: new Date("2026-03-21T09:00:00Z"),
    });
    const password = `file:${at("out/password.txt")}`;
    const read = ["pkcs12", "-in", at("out/Shop.pfx"), "-legacy", "-nodes", "-passin", password];
    expect(
      opensslOutput(read)
        .toString()
        .match(/BEGIN CERTIFICATE/g),
    ).toHaveLength(certificates);
    expect(opensslOutput(["asn1parse", "-inform", "DER", "-in", at("out/Shop.pfx")]).toString()).not.toBe("");
    expect(cipherIn(at("out/Shop.pfx"), password)).toContain(cipher);
  });

  it("issues by the same CA each time", () => {
    for (const name of ["One", "Two"]) run("issue", ...holder, "--name", name, "--to", at("out"));
    const { issuerCertificate } = JSON.parse(fileIn("cfca", "issuer.json").toString()) as {
      issuerCertificate: string;
    };
    const issuer = new X509Certificate(issuerCertificate);
    for (const name of ["One.cer", "Two.cer"])
      expect(new X509Certificate(fileIn("out", name)).verify(issuer.publicKey)).toBe(true);
  });
});

function cipherIn(file: string, password: string): string {
  const args = ["pkcs12", "-in", file, "-legacy", "-info", "-noout", "-passin", password];
  return openssl(args).stderr;
}

describe("platform", () => {
  it("has one certificate, which stays where it is", () => {
    expect(run("platform", "--to", at("out"))).toMatchObject({
      status: 0,
      out: `${at("out/platform.cer")}\n`,
    });
    const cer = fileIn("out", "platform.cer").toString();
    expect(describeCertificate(cer).subject).toContain("CN=051@Geoswift@G00000000@1");
    expect(run("platform", "--to", at("out"))).toEqual({ status: 0, out: "", err: "" });
    run("platform", "--to", at("elsewhere"));
    expect(fileIn("elsewhere", "platform.cer").toString()).toBe(cer);
  });
});

describe("what is refused", () => {
  const shop = ["--name", "Shop"];
  it.each<[string, () => string[], string]>([
    [
      "expired codes",
      () => ["download", "--letter", at("l/codes.txt"), "--to", at("pc")],
      "Refused: These codes were valid through 2026-03-15;",
    ],
    [
      "a letter without codes",
      () => ["download", "--letter", at("l/manual.txt"), "--to", at("pc")],
      "Refused: This letter has no reference number",
    ],
    [
      "a computer without a certificate",
      () => ["export", "--from", at("pc"), ...shop, "--to", at("out")],
      `Refused: ${"@"} has no certificate`,
    ],
    [
      "a digit in the file's name",
      () => ["issue", ...holder, "--name", "Shop1", "--to", at("out")],
      "Refused: The name of an exported file has 1 to 64 letters",
    ],
    [
      "a company with an @",
      () => ["issue", "--merchant-id", "G90000001", "--company", "a@b", ...shop, "--to", at("out")],
      "Refused: A company has a name without @",
    ],
    ["a letter that is not there", () => ["download", "--letter", at("none"), "--to", at("pc")], "ENOENT"],
  ])("%s: 1", (_, args, reason) => {
    run("letters", ...holder, "--to", at("l"));
    today = new Date("2026-03-16T00:00:00Z");
    const { status, out, err } = run(...args());
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(reason.replace("@ has", `${at("pc")} has`));
  });

  it.each([
    ["no command", [], "Which command: letters, download, export, issue, platform?"],
    ["an unknown command", ["leters"], 'Unknown command "leters". Did you mean letters?'],
    ["two commands", ["letters", "download"], "Only one command at a time"],
    ["an unknown option", ["letters", "--merchant", "1"], "Unknown option '--merchant'"],
    ["another command's option", ["letters", "--name", "Shop"], "letters has no option --name."],
    ["a missing option", ["letters", "--company", "Shop", "--to", "x"], "--merchant-id is missing."],
    ["an empty option", ["letters", "--to", ""], "--to is empty."],
    ["days that are none", ["download", "--letter", "x", "--to", "x", "--days", "0"], "--days must be"],
    [
      "two ends",
      ["download", "--letter", "x", "--to", "x", "--days", "1", "--not-after", "2030-01-01"],
      "Give --days or --not-after",
    ],
    ["a date that is none", ["letters", ...holder, "--to", "x", "--sent", "yesterday"], "--sent must be"],
    [
      "an unknown encryption",
      ["issue", ...holder, "--name", "S", "--to", "x", "--encryption", "des"],
      "--encryption must be",
    ],
  ])("%s: 2", (_, args, reason) => {
    const before = process.cwd();
    process.chdir(folder);
    const { status, out, err } = run(...args);
    process.chdir(before);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(reason);
    expect(err).toContain("Try: cfca --help\n");
  });

  it("help says all commands and options", () => {
    const { status, out } = run("--help");
    expect(status).toBe(0);
    for (const word of [
      "letters",
      "download",
      "export",
      "issue",
      "platform",
      "--sent",
      "--with-chain",
      "--folder",
    ])
      expect(out).toContain(word);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
