import { createPrivateKey, type KeyObject } from "node:crypto";
import { asn1, pkcs12, pki, util } from "node-forge";
import { MerchantCredentialsError } from "../errors";
import { parseCertificate, type Certificate } from "./certificate";
import { otherFile } from "./file-kind";
import { isPkcs12 } from "./private-key";
import { apiCertificateKey, soleRsaKey, type KeyRule } from "./rsa-key";

export interface Pkcs12 {
  /** RSA. Secret. */
  privateKey: KeyObject;
  /** In the order of the file, CA certificates included. */
  certificates: Certificate[];
}

/** Deriving a key takes about 20 microseconds a round, and nothing else runs meanwhile. */
const mostRounds = 1_000_000;

/**
 * Reads a PKCS#12 file (RFC 7292) with one private key: encrypted by AES (PBES2), 3DES or RC2-40, or not at all, with
 * or without a MAC.
 *
 * @throws MerchantCredentialsError `invalid-input`, on `properties.file` or, where the password does not open it, on
 *   `properties.password`.
 */
export function readPkcs12(
  bytes: Buffer,
  password: string,
  properties = { file: "import.p12", password: "import.password" },
  rule: KeyRule = apiCertificateKey,
): Pkcs12 {
  const refuse = (summary: string, actual: string, hint: string): never => {
    throw new MerchantCredentialsError("invalid-input", summary, {
      property: properties.file,
      expected: "a PKCS#12 file with one private key",
      actual,
      hint,
    });
  };
  if (!isPkcs12(bytes))
    throw otherFile(bytes, rule.advice, {
      property: properties.file,
      summary: "this is not a PKCS#12 file",
      expected: rule.files.p12,
    });
  if (!parsed(bytes))
    return refuse(
      "this PKCS#12 file is damaged",
      `${bytes.length} bytes, cut off or changed`,
      "Copy it again",
    );
  if (rounds(bytes.toString("latin1")) > mostRounds)
    return refuse("this PKCS#12 file takes too long to open", `more than ${mostRounds} rounds`, rule.takeOut);

  const bags = opened(bytes, password);
  if (bags === "unsupported")
    return refuse(
      "this PKCS#12 file is of a kind that is not read",
      "another encryption or content",
      rule.takeOut,
    );
  if (bags === "closed")
    throw new MerchantCredentialsError("invalid-input", "the PKCS#12 file does not open", {
      property: properties.password,
      expected: "the password that the file was made with",
      actual: "another one",
      hint: `${
        rule.defaultPassword
          ? `Where \`${properties.password}\` is not given it is ${rule.defaultPassword}; if`
          : "If"
      } the password is right, the file is damaged`,
    });
  const keys = bags.keys.map(keyOf);
  if (keys.includes(undefined))
    return refuse(
      "a private key in this PKCS#12 file is damaged",
      "one that cannot be read",
      "Export it again",
    );
  return {
    privateKey: soleRsaKey(keys as KeyObject[], properties.file, rule),
    certificates: bags.certificates.flatMap((bag) => certificateOf(bag) ?? []),
  };
}

interface Bags {
  keys: pkcs12.Bag[];
  certificates: pkcs12.Bag[];
}

function opened(bytes: Buffer, password: string): Bags | "closed" | "unsupported" {
  const result = openedWith(parsed(bytes)!, password);
  if (result !== "closed" || /^[\x20-\x7e]*$/.test(password)) return result;
  // A MAC takes the password in UTF-16 and PBES2 in UTF-8 (RFC 7292, appendix B.1); forge gives both the same text.
  const withoutMac = parsed(bytes)!;
  (withoutMac.value as asn1.Asn1[]).length = 2;
  return openedWith(withoutMac, util.encodeUtf8(password));
}

function openedWith(file: asn1.Asn1, password: string): Bags | "closed" | "unsupported" {
  const { keyBag, pkcs8ShroudedKeyBag, certBag } = pki.oids as Record<string, string>;
  try {
    const content = pkcs12.pkcs12FromAsn1(file, true, password);
    const bags = (type: string): pkcs12.Bag[] => content.getBags({ bagType: type })[type] ?? [];
    return { keys: [...bags(keyBag!), ...bags(pkcs8ShroudedKeyBag!)], certificates: bags(certBag!) };
  } catch (error) {
    // Only these two marks are looked at: the text of the error could quote what was decrypted.
    const { oid, message } = error as { oid?: unknown; message?: unknown };
    return oid !== undefined || /unsupported MAC/i.test(String(message)) ? "unsupported" : "closed";
  }
}

function keyOf({ key, asn1: other }: pkcs12.Bag): KeyObject | undefined {
  // forge knows RSA only; other keys stay as they are, so that their type can be told.
  const [source, type] = key ? [pki.privateKeyToAsn1(key), "pkcs1" as const] : [other, "pkcs8" as const];
  try {
    return createPrivateKey({ key: derOf(source), format: "der", type });
  } catch {
    return undefined;
  }
}

function certificateOf({ cert, asn1: other }: pkcs12.Bag): Certificate | undefined {
  return parseCertificate(derOf(cert ? pki.certificateToAsn1(cert) : other));
}

function derOf(source: asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(source).getBytes(), "latin1");
}

function parsed(bytes: Buffer): asn1.Asn1 | undefined {
  return fromDer(bytes.toString("latin1"));
}

function fromDer(der: string): asn1.Asn1 | undefined {
  try {
    return asn1.fromDer(der, true);
  } catch {
    return undefined;
  }
}

/** The most rounds that a key derivation asks for: the integer behind each salt (RFC 7292; RFC 8018, appendix A). */
function rounds(der: string, depth = 0): number {
  const visit = ({ type, value }: asn1.Asn1): number => {
    if (typeof value === "string")
      return type === asn1.Type.OCTETSTRING && value.startsWith("0") && depth < 6
        ? rounds(value, depth + 1)
        : 0;
    return value.reduce((most, member, index) => {
      const salted = value[index - 1]?.type === asn1.Type.OCTETSTRING && member.type === asn1.Type.INTEGER;
      return Math.max(most, salted ? unsigned(member.value as string) : 0, visit(member));
    }, 0);
  };
  const file = fromDer(der);
  return file ? visit(file) : 0;
}

function unsigned(bytes: string): number {
  return Number(`0x0${Buffer.from(bytes, "latin1").toString("hex")}`);
}
