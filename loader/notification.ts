import { CredentialError } from "./errors";
import type { EncryptedResource } from "./wechatpay";

/** A callback, verified and decrypted. The names are WeChat Pay's. */
export interface Notification<T = unknown> {
  id: string;
  /** RFC 3339. */
  create_time: string;
  /** `TRANSACTION.SUCCESS`, say. */
  event_type: string;
  summary: string;
  /** What was encrypted. */
  resource: T;
}

/** A callback's JSON before decryption. */
export type EncryptedNotification = Notification<EncryptedResource>;

/** @throws CredentialError `unreadable` */
export function readNotificationBody(body: string): EncryptedNotification {
  const notification = parsed(body) as Partial<EncryptedNotification> | null | undefined;
  const { resource } = notification ?? {};
  if (!notification || !isEncryptedResource(resource))
    throw new CredentialError(
      "unreadable",
      "The message is WeChat Pay's, and not a callback with a resource.",
    );
  return notification as EncryptedNotification;
}

/**
 * The decrypted resource.
 *
 * @throws CredentialError `unreadable`
 */
export function readResource(text: string): unknown {
  const resource = parsed(text);
  if (resource === undefined)
    throw new CredentialError("unreadable", "The callback's decrypted resource is not JSON.");
  return resource;
}

export function isEncryptedResource(resource: unknown): resource is EncryptedResource {
  if (typeof resource !== "object" || resource === null) return false;
  const { algorithm, ciphertext, nonce, associated_data: data = "" } = resource as Record<string, unknown>;
  return [algorithm, ciphertext, nonce, data].every((field) => typeof field === "string");
}

/** A JSON error quotes its input. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
