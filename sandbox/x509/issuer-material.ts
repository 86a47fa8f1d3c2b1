import { createPublicKey, type KeyObject } from "node:crypto";
import { randomSerialNumber } from "./random-serial-number";
import { signCertificate, type DistinguishedName } from "./x509-certificate";

/** PEM of an issuer and of the root above it; holds a private key. */
export interface IssuerMaterial {
  rootCertificate: string;
  issuerCertificate: string;
  issuerPrivateKey: string;
}

/** Wide enough for every clock a test may set. */
const authorityLifetime = { notBefore: new Date("2010-01-01"), notAfter: new Date("2099-12-31") };

/** Issuers that one root signs; it is made for them, and its key is kept by nobody. */
export function issuersUnder(rootName: DistinguishedName, root: KeyObject) {
  const rootPublicKey = createPublicKey(root);
  const sign = (subject: DistinguishedName, key: KeyObject): string =>
    signCertificate({
      ...authorityLifetime,
      subject,
      publicKey: createPublicKey(key),
      issuer: rootName,
      issuerPrivateKey: root,
      issuerPublicKey: rootPublicKey,
      serialNumber: randomSerialNumber(20),
      certificateAuthority: true,
    });
  const rootCertificate = sign(rootName, root);
  return (name: DistinguishedName, key: KeyObject): IssuerMaterial => ({
    rootCertificate,
    issuerCertificate: sign(name, key),
    issuerPrivateKey: key.export({ format: "pem", type: "pkcs8" }).toString(),
  });
}

/** Undefined for what is something else. */
export function issuerMaterial(json: unknown): IssuerMaterial | undefined {
  const { rootCertificate, issuerCertificate, issuerPrivateKey } = (json ?? {}) as Partial<
    Record<keyof IssuerMaterial, unknown>
  >;
  return typeof rootCertificate === "string" &&
    typeof issuerCertificate === "string" &&
    typeof issuerPrivateKey === "string"
    ? { rootCertificate, issuerCertificate, issuerPrivateKey }
    : undefined;
}
