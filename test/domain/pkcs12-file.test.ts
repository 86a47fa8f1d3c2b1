import { randomBytes } from "node:crypto";
import { createSecureContext } from "node:tls";
import { parseCertificate, type Certificate } from "../../provider/domain/certificate";
import { readPkcs12 } from "../../provider/domain/pkcs12";
import { pkcs12File } from "../../provider/domain/pkcs12-file";
import { findCanaries, keyCanaries, textCanaries, windowCanaries } from "../support/canaries";
import { der, merchantCertificate, privateKey, privateKeyPem, testAuthority } from "../support/certificates";
import { digestOf, publicKeyByOpenssl } from "../support/import-files";
import { openssl } from "../support/openssl";

const certificate = (pem: string): Certificate => parseCertificate(der(pem))!;
const own = certificate(merchantCertificate());
const { issuerPem, rootPem } = testAuthority();
const chain = [certificate(issuerPem), certificate(rootPem)];
const password = "correct horse";

const made = (given: Partial<Parameters<typeof pkcs12File>[0]> = {}, source = randomBytes): Buffer =>
  pkcs12File(
    {
      privateKey: privateKey(),
      certificates: [own, ...chain],
      password: Buffer.from(password),
      friendlyName: "ExampleShop",
      ...given,
    },
    source,
  );

/** What the openssl command reads, without its legacy provider. */
const read = (file: Buffer, given = password, ...args: string[]) =>
  openssl(["pkcs12", "-passin", `pass:${given}`, ...args], file);

const file = made();

describe("a PKCS#12 file that is written here", () => {
  it("is encrypted as openssl says", () => {
    expect(read(file, password, "-info", "-noout").stderr.split("\n").filter(Boolean)).toEqual([
      "MAC: sha256, Iteration 50000",
      "MAC length: 32, salt length: 16",
      "PKCS7 Data",
      "Certificate bag",
      "Certificate bag",
      "Certificate bag",
      "PKCS7 Data",
      "Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC, Iteration 50000, PRF hmacWithSHA256",
    ]);
  });

  it("has the key, its certificate and the chain, the first two under the name", () => {
    const key = read(file, password, "-nodes", "-nocerts");
    expect({ status: key.status, stderr: key.stderr }).toEqual({ status: 0, stderr: "" });
    expect(publicKeyByOpenssl(key.stdout)).toBe(digestOf(privateKeyPem()));
    const pem = (text: Buffer) => text.toString().match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g);
    expect(pem(read(file, password, "-nokeys", "-clcerts").stdout)).toEqual([own.pem]);
    expect(pem(read(file, password, "-nokeys", "-cacerts").stdout)).toEqual(chain.map((each) => each.pem));
    const all = read(file, password, "-nodes").stdout.toString();
    expect(all.match(/friendlyName: ExampleShop\n/g)).toHaveLength(2);
    expect(new Set(all.match(/localKeyID: .*/g))).toHaveProperty("size", 1);
  });

  it("is read by Node's TLS", () => {
    expect(() => createSecureContext({ pfx: file, passphrase: password })).not.toThrow();
  });

  it("is read by what imports such files here", () => {
    const { privateKey: key, certificates } = readPkcs12(file, password);
    expect(key.equals(privateKey())).toBe(true);
    expect(certificates).toEqual([own, ...chain]);
  });

  it("opens with no other password", () => {
    const { status, stderr } = read(file, `${password} `, "-noout");
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/mac verify (error|failure)/i);
    expect(() => createSecureContext({ pfx: file, passphrase: "Correct horse" })).toThrow();
  });

  it("holds neither the key nor the password as they are", () => {
    const canaries = [
      ...keyCanaries("key", privateKeyPem()),
      ...textCanaries("password", password),
      ...windowCanaries("password", Buffer.from(password, "utf16le").swap16()),
    ];
    expect(findCanaries(file, canaries)).toEqual([]);
    expect(findCanaries(Buffer.from(privateKeyPem()), canaries)).not.toEqual([]);
  });

  it.each<[string, string]>([
    ["eight characters", "12345678"],
    ["31, which fill one block of the MAC's derivation with the end", "x".repeat(31)],
    ["32, which are one more", "x".repeat(32)],
    ["64, which fill two and begin a third", "y".repeat(64)],
    [
      "every printable character of ASCII",
      String.fromCharCode(...Array.from({ length: 95 }, (_, n) => n + 32)),
    ],
  ])("takes a password of %s", (_, text) => {
    const under = made({ certificates: [own], password: Buffer.from(text) });
    expect(read(under, text, "-noout")).toMatchObject({ status: 0, stderr: "" });
    expect(() => createSecureContext({ pfx: under, passphrase: text })).not.toThrow();
  });

  it("takes a key of 3072 bits", () => {
    const key = privateKey("long", 3072);
    const longer = certificate(merchantCertificate({ key }));
    const { stdout } = read(
      made({ privateKey: key, certificates: [longer] }),
      password,
      "-nodes",
      "-nocerts",
    );
    expect(publicKeyByOpenssl(stdout)).toBe(longer.publicKeySha256);
  });

  it("draws two salts and a vector, and depends on nothing else", () => {
    const asked: number[] = [];
    const counting = (count: number): Buffer => {
      asked.push(count);
      return Buffer.alloc(count, asked.length);
    };
    const once = made({}, counting as typeof randomBytes);
    expect(asked).toEqual([16, 16, 16]);
    asked.length = 0;
    expect(made({}, counting as typeof randomBytes).equals(once)).toBe(true);
    for (const drawn of [1, 2, 3]) expect(once.includes(Buffer.alloc(16, drawn))).toBe(true);
    expect(made().equals(file)).toBe(false);
  });

  it("leaves the password as it was given", () => {
    const given = Buffer.from(password);
    made({ password: given });
    expect(given.toString()).toBe(password);
  });
});
