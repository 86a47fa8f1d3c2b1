import { readPkcs12 } from "../../provider/domain/pkcs12";
import { publicKeySha256 } from "../../provider/domain/private-key";
import { readPrivateKeyFile } from "../../provider/domain/private-key-file";
import {
  certificateOfAnAuthority,
  der,
  ellipticCurveKey,
  merchantCertificate,
  merchantId,
  pkcs12,
  privateKey,
  privateKeyPem,
  renewedCertificate,
} from "../support/certificates";
import { findCanaries, keyCanaries, textCanaries } from "../support/canaries";
import {
  joinedPkcs12,
  keysByOpenssl,
  merchantZip,
  pkcs12File,
  pkcs12Forms,
  refusalOf,
} from "../support/import-files";
import { openssl, opensslOutput } from "../support/openssl";

describe("a PKCS#12 file is read as the openssl command reads it:", () => {
  it.each(Object.entries(pkcs12Forms))("%s", (_name, args) => {
    const file = pkcs12File({ args });
    const { privateKey: key, certificates } = readPkcs12(file, merchantId);
    expect(keysByOpenssl(file)).toEqual([publicKeySha256(key)]);
    expect(certificates.map(({ pem }) => pem)).toEqual([merchantCertificate()]);
  });

  it("RC2-40 without -legacy is what OpenSSL 3 refuses", () => {
    const { status } = openssl(
      ["pkcs12", "-nodes", "-passin", `pass:${merchantId}`],
      pkcs12File({ args: pkcs12Forms["RC2-40 for both"] }),
    );
    expect(status).not.toBe(0);
  });

  it.each([
    ["AES-256, as OpenSSL 3 writes it", "密码 é"],
    ["RC2-40 for certificates and 3DES for the key, as OpenSSL 1 wrote it", "密码 é"],
    ["AES-256, as OpenSSL 3 writes it", "a b\"'$\\"],
  ] as const)("%s, with a password of other characters", (form, password) => {
    const file = pkcs12File({ args: pkcs12Forms[form], password });
    expect(keysByOpenssl(file, password)).toEqual([publicKeySha256(readPkcs12(file, password).privateKey)]);
  });

  it("with CA certificates and several leaf certificates, in the order of the file", () => {
    const others = [certificateOfAnAuthority(), renewedCertificate()];
    const file = pkcs12File({ others: others.join("") });
    const { certificates } = readPkcs12(file, merchantId);
    expect(certificates.map(({ pem }) => pem)).toEqual([merchantCertificate(), ...others]);
  });

  it("with the same key twice, once for each of its certificates", () => {
    const once = pkcs12File({ args: ["-nomac"] });
    const file = joinedPkcs12(once, pkcs12File({ certificate: renewedCertificate(), args: ["-nomac"] }));
    expect(keysByOpenssl(file)).toHaveLength(2);
    const { privateKey: key, certificates } = readPkcs12(file, merchantId);
    expect(publicKeySha256(key)).toBe(keysByOpenssl(once)[0]);
    expect(certificates).toHaveLength(2);
  });
});

const password = "canary-PassW0rd-of-the-file";
const wrong = "canary-An0ther-word";
const keys = [privateKey(), privateKey("second"), privateKey("small", 1024), privateKey("large", 4096)];
const canaries = [
  ...[...keys, ellipticCurveKey()].flatMap((key, n) =>
    textCanaries(
      `key ${n}`,
      privateKeyPem(key)
        .replace(/-----[A-Z ]+-----/g, "")
        .trim(),
    ),
  ),
  ...keys.flatMap((key, n) => keyCanaries(`key ${n}`, privateKeyPem(key))),
  ...textCanaries("password", password),
  ...textCanaries("wrong password", wrong),
];

const good = () => pkcs12File({ password });
const withRounds = (count: number): Buffer => pkcs12File({ password, args: ["-iter", String(count)] });
/** The rounds of the MAC are the last integer of the file. */
const withMacRounds = (count: number): Buffer => {
  const file = withRounds(100_000);
  const at = file.lastIndexOf(Buffer.from([0x02, 0x03, 0x01, 0x86, 0xa0]));
  file.writeUIntBE(count, at + 2, 3);
  return file;
};
const flipped = (file: Buffer, at: number): Buffer => {
  const copy = Buffer.from(file);
  copy[at]! ^= 0xff;
  return copy;
};

interface Refused {
  file: () => Buffer;
  password?: string;
  property?: string;
  says: RegExp;
}

const refused: Record<string, Refused> = {
  "a wrong password": {
    file: good,
    password: wrong,
    property: "import.password",
    says: /does not open.*merchant id/,
  },
  "a wrong password, RC2": {
    file: () => pkcs12File({ password, args: pkcs12Forms["RC2-40 for both"] }),
    password: wrong,
    property: "import.password",
    says: /does not open/,
  },
  "a wrong password, no MAC": {
    file: () => pkcs12File({ password, args: ["-nomac"] }),
    password: wrong,
    property: "import.password",
    says: /does not open/,
  },
  "a wrong password of other characters": {
    file: good,
    password: "密码",
    property: "import.password",
    says: /does not open/,
  },
  "a changed byte in what is encrypted": {
    file: () => flipped(good(), 900),
    property: "import.password",
    says: /if the password is right, the file is damaged/,
  },
  "an empty file": { file: () => Buffer.alloc(0), says: /not a PKCS#12 file.*an empty file/ },
  "a file that is cut off": { file: () => good().subarray(0, 1000), says: /damaged.*1000 bytes/ },
  "only the first bytes": { file: () => good().subarray(0, 8), says: /damaged|not a PKCS#12/ },
  "a private key in PEM": {
    file: () => Buffer.from(privateKeyPem()),
    says: /a private key in PEM.*`import.privateKey`/,
  },
  "a certificate in PEM": { file: () => Buffer.from(merchantCertificate()), says: /without a private key/ },
  "a certificate in DER": {
    file: () => der(merchantCertificate()),
    says: /a certificate without a private key/,
  },
  "a zip file": { file: () => merchantZip(), says: /a zip file.*`import.zip`/ },
  "its Base64": { file: () => Buffer.from(good().toString("base64")), says: /Base64 text.*base64 -d/ },
  "a Java keystore": { file: () => Buffer.from("feedfeed00000002", "hex"), says: /a Java keystore.*keytool/ },
  "random bytes": { file: () => Buffer.from("00ff17".repeat(40), "hex"), says: /120 bytes of another kind/ },
  "a text": { file: () => Buffer.from("not found"), says: /9 bytes of another kind/ },
  "no key": { file: () => pkcs12({ withKey: false, password }), says: /no private key/ },
  "two keys": {
    file: () =>
      joinedPkcs12(
        pkcs12File({ password, args: ["-nomac"] }),
        pkcs12File({ password, key: privateKey("second"), args: ["-nomac"] }),
      ),
    says: /more than one private key.*2 keys/,
  },
  "an elliptic curve key": {
    file: () => pkcs12File({ password, key: ellipticCurveKey() }),
    says: /one RSA key of 2048 bits, found an EC key/,
  },
  "RSA of 1024 bits": {
    file: () => pkcs12File({ password, key: privateKey("small", 1024) }),
    says: /found an RSA key of 1024 bits/,
  },
  "RSA of 4096 bits": {
    file: () => pkcs12File({ password, key: privateKey("large", 4096) }),
    says: /found an RSA key of 4096 bits/,
  },
  "a key whose parts do not fit": {
    // Without encryption, so that a byte of the private exponent can be changed.
    file: () => {
      const file = pkcs12File({ password, args: ["-keypbe", "NONE", "-certpbe", "NONE", "-nomac"] });
      const { d } = privateKey().export({ format: "jwk" });
      return flipped(file, file.indexOf(Buffer.from(d!, "base64url")) + 200);
    },
    says: /private key is damaged|a private key in this PKCS#12 file is damaged/,
  },
  "an encryption that is not read": {
    file: () => pkcs12File({ password, args: ["-legacy", "-certpbe", "PBE-SHA1-RC2-128"] }),
    says: /of a kind that is not read.*openssl pkcs12 -legacy -nocerts/,
  },
  "a MAC that is not read": {
    file: () => pkcs12File({ password, args: ["-macalg", "SHA224"] }),
    says: /of a kind that is not read/,
  },
  "a million rounds in the encryption": {
    file: () => pkcs12File({ password, args: ["-nomac", "-iter", "1000001"] }),
    says: /too long to open/,
  },
  "millions of rounds in the MAC": {
    file: () => withMacRounds(10_000_000),
    says: /too long to open.*1000000 rounds/,
  },
};

describe("a file that cannot be read is refused, with what it is and what to do, and nothing of it is shown:", () => {
  it.each(Object.entries(refused))("%s", (_name, { file, password: given = password, property, says }) => {
    const error = refusalOf(() => readPkcs12(file(), given));
    expect(error.details.property).toBe(property ?? "import.p12");
    expect(error.message).toMatch(says);
    expect(error.details.hint).toBeDefined();
    const shown = Buffer.from(JSON.stringify([error.message, error.details, error.stack, error.cause ?? ""]));
    expect(findCanaries(shown, canaries)).toEqual([]);
    expect(error.message).not.toMatch(/forge|ASN\.1|MAC could not|Invalid|OID/);
  });
});

it("what it does not read is read as the error says, by way of the openssl command", () => {
  const old = pkcs12File({
    password,
    args: ["-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC4-128"],
  });
  const words = ["-passin", `pass:${password}`, "-passout", `pass:${wrong}`];
  const pem = opensslOutput(["pkcs12", "-legacy", "-nocerts", ...words], old);
  expect(publicKeySha256(readPrivateKeyFile(pem, wrong))).toBe(keysByOpenssl(old, password)[0]);
});

it("names the arguments that it is told", () => {
  const properties = { file: "pfx", password: "pfxPassword" };
  expect(refusalOf(() => readPkcs12(good(), wrong, properties)).details.property).toBe("pfxPassword");
  expect(refusalOf(() => readPkcs12(Buffer.alloc(0), wrong, properties)).details.property).toBe("pfx");
});
