import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { pki } from "node-forge";
import {
  createCertificateAuthority,
  signCertificate,
  tenpayIssuer,
  type CertificateAuthority,
  type DistinguishedName,
} from "../../sandbox/merchant-platform";
import { rsaKey } from "./keys";
import { createRequest, opensslOutput } from "./openssl";

export const merchantId = "1900000109";
export const merchantName = "Example Shop Ltd";

/** The middle of a five-year certificate that begins on `issuedOn`. */
export const someDay = new Date("2026-06-01T00:00:00Z");
export const issuedOn = new Date("2026-01-15T08:30:00Z");

const kept = new Map<string, unknown>();

/** Made once a test file. */
function once<Value>(name: string, make: () => Value): Value {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name) as Value;
}

/** The private key `name`, RSA 2048 unless told; the same one each time. */
export function privateKey(name = "merchant", modulusLength = 2048): KeyObject {
  return rsaKey(name, modulusLength);
}

export function ellipticCurveKey(): KeyObject {
  return once("ec", () => generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey);
}

export function privateKeyPem(key: KeyObject = privateKey()): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

/** The CA that signs the certificates below, for a chain of trust. */
export function testAuthority(): CertificateAuthority {
  return once("authority", () =>
    createCertificateAuthority({
      keys: {
        root: privateKey("root"),
        issuer: privateKey("issuer"),
        wechatPayIssuer: privateKey("issuer of WeChat Pay"),
      },
    }),
  );
}

/** A request string (PKCS#10) as the merchant makes it. */
export function requestFor(
  options: { merchantId?: string; merchantName?: string; key?: KeyObject; hash?: "sha256" | "sha1" } = {},
): string {
  const key = options.key ?? privateKey();
  const subject = `/CN=${options.merchantId ?? merchantId}/O=微信商户系统/OU=${options.merchantName ?? merchantName}/C=CN`;
  const { hash = "sha256" } = options;
  const pem = privateKeyPem(key);
  return once(`request ${subject} ${hash} ${pem}`, () => createRequest(pem, subject, hash));
}

export interface CertificateOptions {
  merchantId?: string;
  merchantName?: string;
  /** Default: `privateKey()`. */
  key?: KeyObject;
  notBefore?: Date;
  /** Default: five years after `issuedOn`. */
  notAfter?: Date;
  serialNumber?: string;
  subject?: DistinguishedName;
  issuer?: DistinguishedName;
  hash?: "sha256" | "sha1";
  certificateAuthority?: boolean;
  /** Default: the key of `testAuthority()`. */
  signedBy?: KeyObject;
}

/** A merchant's API certificate, valid on `someDay`; every option is a possible flaw. */
export function merchantCertificate(options: CertificateOptions = {}): string {
  const key = options.key ?? privateKey();
  const signedBy = options.signedBy ?? privateKey("issuer");
  return signCertificate({
    subject: options.subject ?? {
      CN: options.merchantId ?? merchantId,
      O: "微信商户系统",
      OU: options.merchantName ?? merchantName,
      L: "ShenZhen",
      C: "CN",
    },
    issuer: options.issuer ?? tenpayIssuer,
    publicKey: createPublicKey(key),
    issuerPrivateKey: signedBy,
    issuerPublicKey: createPublicKey(signedBy),
    serialNumber: options.serialNumber ?? "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    notBefore: options.notBefore ?? issuedOn,
    notAfter: options.notAfter ?? new Date("2031-01-15T08:30:00Z"),
    hash: options.hash,
    certificateAuthority: options.certificateAuthority,
  });
}

export const certificateOfAnotherMerchant = () => merchantCertificate({ merchantId: "1900000110" });
export const certificateSignedWithSha1 = () => merchantCertificate({ hash: "sha1" });
export const certificateWithSmallKey = () => merchantCertificate({ key: privateKey("small", 1024) });
export const certificateWithEllipticCurveKey = () => merchantCertificate({ key: ellipticCurveKey() });
export const certificateOfAnAuthority = () => merchantCertificate({ certificateAuthority: true });
export const certificateNotYetValid = () => merchantCertificate({ notBefore: new Date("2026-06-04") });
export const expiredCertificate = () =>
  merchantCertificate({ notBefore: new Date("2021-05-01"), notAfter: new Date("2026-05-01") });

/** Issuer of the first kind, serial number and subject of the second: the votes contradict each other. */
export const contradictoryCertificate = () =>
  merchantCertificate({ serialNumber: "1F2E3D4C5B", subject: { CN: merchantName, C: "CN" } });

export const selfSignedCertificate = () => {
  const subject = { CN: merchantId, O: "微信商户系统", OU: merchantName, L: "ShenZhen", C: "CN" };
  return merchantCertificate({ subject, issuer: subject, signedBy: privateKey() });
};

/** The old kind, issued by WeChat Pay with its key. */
export const certificateIssuedByWeChatPay = (options: CertificateOptions = {}) =>
  merchantCertificate({
    subject: { C: "CN", O: "Tencent", OU: "MMPay", CN: options.merchantName ?? merchantName },
    issuer: { C: "CN", O: "Tencent", OU: "MMPay", CN: "MmpaymchCA" },
    serialNumber: "1F2E3D4C5B",
    notAfter: new Date("2036-01-15T08:30:00Z"),
    ...options,
  });

/** WeChat Pay's own, which signs its answers; merchants mistake it for theirs. */
export const platformCertificate = (options: CertificateOptions = {}) =>
  merchantCertificate({
    subject: { CN: "Tenpay.com sign", O: "Tenpay.com", OU: "Tenpay.com CA Center", C: "CN" },
    key: privateKey("platform"),
    serialNumber: "50062CE505775F070CAB06E697F1BBD1AD4F4D87",
    ...options,
  });

/** The same key and merchant with a later end and another serial number: a renewal by the one-year rules. */
export const renewedCertificate = (options: CertificateOptions = {}) =>
  merchantCertificate({
    notBefore: new Date("2026-05-20T08:30:00Z"),
    notAfter: new Date("2032-01-15T08:30:00Z"),
    serialNumber: "6A17F09EFDC096DE15EBE81A47057A7232F1B8E2",
    ...options,
  });

export type Pkcs12Encryption = "aes-256" | "3des" | "rc2";

const pkcs12Options: Record<Pkcs12Encryption, string[]> = {
  "aes-256": ["-certpbe", "AES-256-CBC", "-keypbe", "AES-256-CBC", "-macalg", "SHA256"],
  "3des": ["-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
  rc2: ["-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES", "-macalg", "SHA1"],
};

/** `apiclient_cert.p12`: certificate and key under a password, which is the merchant id. */
export function pkcs12(
  options: {
    certificate?: string;
    key?: KeyObject;
    password?: string;
    encryption?: Pkcs12Encryption;
    withKey?: boolean;
  } = {},
): Buffer {
  const { certificate = merchantCertificate({ key: options.key }), password = merchantId } = options;
  const { encryption = "aes-256", withKey = true } = options;
  const content = withKey ? privateKeyPem(options.key) + certificate : certificate;
  return opensslOutput(
    [
      "pkcs12",
      "-export",
      ...pkcs12Options[encryption],
      "-passout",
      `pass:${password}`,
      ...(withKey ? [] : ["-nokeys"]),
    ],
    content,
  );
}

export const der = (pem: string): Buffer => Buffer.from(pki.pemToDer(pem).getBytes(), "latin1");
export const concatenated = (...pems: string[]): string => pems.join("");
/** Both lines that frame it are there; the middle is cut. */
export const truncated = (pem: string): string => pem.replace(/(\n[^-]{300})[^-]*(\n-----END)/, "$1$2");
/** As a half-finished paste leaves it. */
export const withoutEnd = (pem: string): string => pem.slice(0, pem.length / 2);
export const withCrlf = (pem: string): string => pem.replace(/\n/g, "\r\n");
export const withoutLineEnds = (pem: string): string => pem.replace(/\n/g, "");
