import { X509Certificate, type KeyObject } from "node:crypto";
import { decryptResource, type EncryptedResource } from "merchant-credentials-loader/wechatpay";
import { parseCertificate, type Certificate } from "./certificate";
import { pemBlocks } from "./pem";
import { paddedSerialNumber } from "./serial-number";
import { record, text, type ParsedAnswer } from "./wechatpay-answer";

/** One item of the platform's list of certificates. */
export interface EncryptedCertificate {
  /** 40 upper-case hex digits. */
  serialNumber: string;
  /** From and until when WeChat Pay uses it. */
  effectiveTime: Date;
  expireTime: Date;
  resource: EncryptedResource;
}

/** An item whose secret is the right one. */
export interface DownloadedCertificate extends Omit<EncryptedCertificate, "resource"> {
  certificate: Certificate;
  publicKey: KeyObject;
}

/**
 * The items of a list; undefined for an empty one and for what is no list of certificates.
 *
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012551764
 */
export function encryptedCertificates({ json }: ParsedAnswer): readonly EncryptedCertificate[] | undefined {
  if (!Array.isArray(json?.data) || json.data.length === 0) return undefined;
  const items = json.data.map(encryptedCertificate);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function encryptedCertificate(value: unknown): EncryptedCertificate | undefined {
  const item = record(value);
  const serial = text(item?.serial_no);
  const effectiveTime = rfc3339(item?.effective_time);
  const expireTime = rfc3339(item?.expire_time);
  const resource = encryptedResource(record(item?.encrypt_certificate));
  if (!serial || !/^[0-9A-Fa-f]{1,40}$/.test(serial)) return undefined;
  if (!effectiveTime || !expireTime || !resource) return undefined;
  return { serialNumber: paddedSerialNumber(serial), effectiveTime, expireTime, resource };
}

function encryptedResource(
  value: Readonly<Record<string, unknown>> | undefined,
): EncryptedResource | undefined {
  const [algorithm, ciphertext, nonce] = [value?.algorithm, value?.ciphertext, value?.nonce].map(text);
  if (algorithm === undefined || ciphertext === undefined || nonce === undefined) return undefined;
  return { algorithm, ciphertext, nonce, associated_data: text(value?.associated_data) };
}

function rfc3339(value: unknown): Date | undefined {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
  const time = new Date(form.test(text(value) ?? "") ? (value as string) : NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** How many bytes of the ciphertext are its tag. */
const tagBytes = 16;

/**
 * Whether an item is as the platform's page describes it. One that is not was damaged or is of a newer kind, so that it
 * says nothing of the secret that does not open it; one that was damaged and kept its form cannot be told from one
 * encrypted with another secret.
 */
export function isAsDocumented({ resource }: EncryptedCertificate): boolean {
  const { algorithm, ciphertext, nonce, associated_data: associatedData } = resource;
  return (
    algorithm === "AEAD_AES_256_GCM" &&
    Buffer.byteLength(nonce) === 12 &&
    associatedData === "certificate" &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(ciphertext) &&
    ciphertext.length % 4 === 0 &&
    Buffer.from(ciphertext, "base64").length > tagBytes
  );
}

/** What a secret opens of the items; undefined in the place of an item that it does not open. */
export function openedWith(
  items: readonly EncryptedCertificate[],
  apiV3Secret: string,
): readonly (string | undefined)[] {
  return items.map(({ resource }) => decryptResource(resource, apiV3Secret));
}

/** An opened item as what it has to be: one certificate, with the serial number that the list gives it. */
export function downloadedCertificate(
  { serialNumber, effectiveTime, expireTime }: EncryptedCertificate,
  opened: string,
): DownloadedCertificate | undefined {
  const blocks = pemBlocks(opened);
  const certificate = blocks.length === 1 ? parseCertificate(blocks[0]!.der) : undefined;
  if (certificate?.keyType !== "rsa" || certificate.serialNumber !== serialNumber) return undefined;
  const { publicKey } = new X509Certificate(certificate.pem);
  return { serialNumber, effectiveTime, expireTime, certificate, publicKey };
}
