import type { KeyObject } from "node:crypto";
import { cfcaIssuer } from "../../sandbox/cfca";
import {
  certificateOfAnAuthority,
  merchantCertificate,
  privateKey,
  type CertificateOptions,
} from "./certificates";
import { joinedPkcs12, pkcs12File, pkcs12Forms } from "./import-files";

/** A merchant of the open platform. */
export const cfcaMerchant = "G90000001";

/** Of `cfcaCertificate()`, padded. */
export const cfcaSerialNumber = "1029384756".padStart(40, "0");

/** Three years, as CFCA issues it; every option is a possible flaw. */
export const cfcaCertificate = (options: CertificateOptions = {}): string =>
  merchantCertificate({
    subject: { C: "CN", O: "CFCA ACS OCA31", OU: "Geoswift", CN: `051@Example Shop@${cfcaMerchant}@1` },
    issuer: cfcaIssuer,
    serialNumber: "1029384756",
    notBefore: new Date("2026-12-01T08:00:00Z"),
    notAfter: new Date("2029-12-01T08:00:00Z"),
    ...options,
  });

/** The next one, with a key of its own. */
export const nextCfcaCertificate = (options: CertificateOptions = {}): string =>
  cfcaCertificate({
    key: privateKey("next"),
    serialNumber: "1029384757",
    notBefore: new Date("2029-11-01T08:00:00Z"),
    notAfter: new Date("2032-11-01T08:00:00Z"),
    ...options,
  });

export const nextCfcaSerialNumber = "1029384757".padStart(40, "0");

/** The platform's own, with which requests are encrypted. */
export const platformsCertificate = (options: CertificateOptions = {}): string =>
  cfcaCertificate({
    subject: { C: "CN", O: "CFCA ACS OCA31", OU: "Geoswift", CN: "051@Geoswift@G00000000@1" },
    key: privateKey("platform"),
    serialNumber: "2029384756",
    notBefore: new Date("2026-01-01T00:00:00Z"),
    notAfter: new Date("2030-06-01T00:00:00Z"),
    ...options,
  });

export const platformsSerialNumber = "2029384756".padStart(40, "0");

/** What the wizard exports, made by the openssl command. */
export interface PfxOptions {
  key?: KeyObject;
  certificate?: string;
  password?: string;
  form?: keyof typeof pkcs12Forms;
  /** "Include all certificates in the certification path if possible". */
  withChain?: boolean;
}

export const pfxPassword = "c4n4ry-Export-Wort 93ae";

/** Before `-nomac`, which it would undo. */
const fewRounds = ["-iter", "10"];

export function cfcaPfx({ form, withChain, password = pfxPassword, ...options }: PfxOptions = {}): Buffer {
  const { key = privateKey(), certificate = cfcaCertificate({ key }) } = options;
  const args = [...fewRounds, ...(form ? pkcs12Forms[form] : [])];
  const others = withChain ? certificateOfAnAuthority() : undefined;
  return pkcs12File({ key, certificate, password, args, ...(others && { others }) });
}

/** Two keys in one file; without MACs, as they can only be joined. */
export function pfxWithTwoKeys(): Buffer {
  const form = "AES-256 without a MAC";
  const other = cfcaPfx({ key: privateKey("next"), certificate: nextCfcaCertificate(), form });
  return joinedPkcs12(cfcaPfx({ form }), other);
}
