import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCertificate } from "../../provider/domain/certificate";
import { keyFromPfx } from "../../provider/domain/cfca-pfx";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";
import { der, ellipticCurveKey, pkcs12, privateKey, privateKeyPem } from "../support/certificates";
import {
  cfcaCertificate,
  cfcaPfx,
  cfcaSerialNumber,
  nextCfcaCertificate,
  nextCfcaSerialNumber,
  pfxPassword,
  pfxWithTwoKeys,
  type PfxOptions,
} from "../support/cfca";
import { keysByOpenssl, merchantZip, pkcs12File, pkcs12Forms, refusalOf } from "../support/import-files";
import { openssl, opensslOutput } from "../support/openssl";

const read = (pem: string) => parseCertificate(der(pem))!;
const declared = read(cfcaCertificate());
const opened = (pfx: Buffer, password = pfxPassword, certificate = declared) =>
  keyFromPfx({ pfx, password }, certificate);

const own = privateKeyPem(privateKey());

describe("the key in an exported .pfx is the declared certificate's, as PKCS#8:", () => {
  const forms = Object.keys(pkcs12Forms) as (keyof typeof pkcs12Forms)[];

  it.each(forms)("%s", (form) => expect(opened(cfcaPfx({ form }))).toBe(own));

  it.each(forms)("%s, with the chain", (form) => {
    expect(opened(cfcaPfx({ form, withChain: true }))).toBe(own);
  });

  it.each<[string, PfxOptions]>([
    ["3072", { key: privateKey("three", 3072) }],
    ["4096", { key: privateKey("four", 4096) }],
  ])("of %s bits", (_bits, { key }) => {
    const certificate = cfcaCertificate({ key });
    expect(opened(cfcaPfx({ key, certificate }), pfxPassword, read(certificate))).toBe(privateKeyPem(key));
  });

  it("under a password with a line end, as files and echo leave one", () => {
    expect(opened(cfcaPfx(), `${pfxPassword}\n`)).toBe(own);
    expect(opened(cfcaPfx(), `${pfxPassword}\r\n`)).toBe(own);
  });

  it("under a password of other characters", () => {
    expect(opened(cfcaPfx({ password: "密码 é" }), "密码 é")).toBe(own);
  });

  it("without its certificate", () => {
    const password = ["-passout", `pass:${pfxPassword}`];
    const pfx = opensslOutput(["pkcs12", "-export", "-nocerts", "-iter", "10", ...password], own);
    expect(opened(pfx)).toBe(own);
  });

  it("signed with SHA-1 by an old CA", () => {
    const certificate = cfcaCertificate({ hash: "sha1" });
    expect(opened(cfcaPfx({ certificate }), pfxPassword, read(certificate))).toBe(own);
  });

  it("RC2 is what OpenSSL 3 refuses without -legacy", () => {
    const pfx = cfcaPfx({ form: "RC2-40 for both" });
    expect(openssl(["pkcs12", "-nodes", "-passin", `pass:${pfxPassword}`], pfx).status).not.toBe(0);
    expect(keysByOpenssl(pfx, pfxPassword)).toHaveLength(1);
  });
});

const wrong = "c4n4ry-Another-w0rd";
const keys = ["merchant", "next"].map((name) => privateKey(name));
const canaries = [
  ...keys.flatMap((key, n) => keyCanaries(`key ${n}`, privateKeyPem(key))),
  ...textCanaries("the password", pfxPassword),
  ...textCanaries("the wrong password", wrong),
];

const small = privateKey("small", 1024);
const ofWeakKey = (key = small) => cfcaPfx({ key, certificate: cfcaCertificate({ key }) });

interface Refused {
  file: () => Buffer;
  password?: string;
  property?: "password";
  says: RegExp;
}

const refused: Record<string, Refused> = {
  "a wrong password": {
    file: () => cfcaPfx(),
    password: wrong,
    property: "password",
    says: /the PKCS#12 file does not open .* If the password is right, the file is damaged\.$/,
  },
  "a wrong password, RC2": {
    file: () => cfcaPfx({ form: "RC2-40 for both" }),
    password: wrong,
    property: "password",
    says: /does not open/,
  },
  "the merchant id as a password, which is no default here": {
    file: () => cfcaPfx(),
    password: "G90000001",
    property: "password",
    says: /does not open/,
  },
  "two keys": { file: pfxWithTwoKeys, says: /more than one private key .*found 2 keys/ },
  "no key": {
    file: () => pkcs12({ certificate: cfcaCertificate(), withKey: false, password: pfxPassword }),
    says: /holds no private key .*export it again: with its private key/i,
  },
  "an elliptic curve key": {
    file: () => pkcs12File({ key: ellipticCurveKey(), password: pfxPassword }),
    says: /expected one key, RSA of 2048, 3072 or 4096 bits, found an EC key/,
  },
  "RSA of 1024 bits": { file: ofWeakKey, says: /found an RSA key of 1024 bits/ },
  "the next certificate and its key": {
    file: () => cfcaPfx({ key: privateKey("next"), certificate: nextCfcaCertificate() }),
    says: new RegExp(
      `expected certificate ${cfcaSerialNumber}, as declared, found certificate ${nextCfcaSerialNumber}`,
    ),
  },
  "the declared one's key with another certificate of it": {
    file: () => cfcaPfx({ certificate: nextCfcaCertificate({ key: privateKey() }) }),
    says: new RegExp(
      `expected certificate ${cfcaSerialNumber}, as declared, found certificate ${nextCfcaSerialNumber}`,
    ),
  },
  "the declared certificate's serial number with another key": {
    file: () =>
      cfcaPfx({ key: privateKey("next"), certificate: cfcaCertificate({ key: privateKey("next") }) }),
    says: /this private key is not the declared certificate's .*with public key [0-9a-f]{16}, found public key/,
  },
  "a file that is cut off": { file: () => cfcaPfx().subarray(0, 900), says: /damaged .*900 bytes/ },
  "an empty file": { file: () => Buffer.alloc(0), says: /not a PKCS#12 file .*found an empty file/ },
  "the .cer": {
    file: () => Buffer.from(cfcaCertificate()),
    says: /without a private key.*`certificate`.*\.pfx/,
  },
  "the .cer in DER": { file: () => der(cfcaCertificate()), says: /without a private key/ },
  "the key in PEM": {
    file: () => Buffer.from(own),
    says: /a private key in PEM.* The key comes in its \.pfx/,
  },
  "a zip file": { file: () => merchantZip(), says: /a zip file\). Check that the reference/ },
  "its Base64": { file: () => Buffer.from(cfcaPfx().toString("base64")), says: /Base64 text/ },
  "a text": { file: () => Buffer.from("not found"), says: /9 bytes of another kind/ },
  "an encryption that is not read": {
    file: () => pkcs12File({ password: pfxPassword, args: ["-legacy", "-certpbe", "PBE-SHA1-RC2-128"] }),
    says: /of a kind that is not read.*openssl pkcs12 -export/,
  },
  "millions of rounds": {
    file: () => pkcs12File({ password: pfxPassword, args: ["-nomac", "-iter", "1000001"] }),
    says: /too long to open/,
  },
};

describe("a .pfx is refused, with what it is and what to do, and nothing of it is shown:", () => {
  it.each(Object.entries(refused))("%s", (_name, { file, password, property = "pfx", says }) => {
    const error = refusalOf(() => opened(file(), password));
    expect(error.details.property).toBe(property);
    expect(error.message).toMatch(says);
    expect(error.details.hint).toBeDefined();
    // Words of WeChat Pay's files and arguments.
    expect(error.message).not.toMatch(/import\.|apiclient|Merchant Platform|merchant id|WeChat/);
    const shown = JSON.stringify([error.message, error.details, error.stack, error.cause ?? ""]);
    expect(findCanaries(Buffer.from(shown), canaries)).toEqual([]);
  });
});

it("what it does not read is read after it was written anew, as the error says", () => {
  const old = pkcs12File({
    certificate: cfcaCertificate(),
    password: pfxPassword,
    args: ["-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC4-128"],
  });
  expect(refusalOf(() => opened(old)).details.hint).toContain("openssl pkcs12 -legacy -in FILE");
  const folder = mkdtempSync(join(tmpdir(), "pfx-"));
  const all = join(folder, "ALL.pem");
  try {
    const words = ["-passin", `pass:${pfxPassword}`, "-passout", `pass:${wrong}`];
    writeFileSync(all, opensslOutput(["pkcs12", "-legacy", ...words], old), { mode: 0o600 });
    const renewed = ["-passin", `pass:${wrong}`, "-passout", `pass:${pfxPassword}`];
    expect(opened(opensslOutput(["pkcs12", "-export", "-in", all, ...renewed]))).toBe(own);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
