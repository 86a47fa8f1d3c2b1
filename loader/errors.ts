/** What went wrong, as a word that a program can compare. */
export type CredentialErrorCode =
  /** An option that cannot be right. */
  | "invalid-options"
  /** No such secret, or none with this stage. */
  | "not-found"
  /** A permission on this secret, or on its key, is missing. */
  | "access-denied"
  /** AWS does not know who asks: there are no credentials of AWS, or it does not accept them. */
  | "no-aws-credentials"
  /** The secret is there, and what it is for is still to come. */
  | "not-ready"
  /** The secret holds a credential of another kind. */
  | "another-kind"
  /** The secret belongs to another merchant. */
  | "wrong-merchant"
  /** The secret, or a message, is damaged. */
  | "unreadable"
  /** Key, certificate and serial number do not belong together. */
  | "inconsistent"
  /** A message that WeChat Pay has not signed, or not with a key that is known here. */
  | "signature"
  /** A message from another time: a replay, or a clock that is wrong. */
  | "clock"
  /** A message that no APIv3 secret decrypts. */
  | "decryption"
  /** AWS did not answer, or could not decrypt. */
  | "unavailable";

/** AWS has answered, and there is nothing to use: the merchant may do without. */
const absences: ReadonlySet<CredentialErrorCode> = new Set(["not-found", "access-denied", "not-ready"]);

/** Nothing was learned about the secret: it passes, and says nothing about what the merchant has. */
const outages: ReadonlySet<CredentialErrorCode> = new Set(["unavailable", "no-aws-credentials"]);

export function isAbsence({ code }: CredentialError): boolean {
  return absences.has(code);
}

export function isOutage({ code }: CredentialError): boolean {
  return outages.has(code);
}

/**
 * Every error that this package throws on purpose. The message names the secret or the permission and the next step.
 * It never holds secret material, and there is no `cause`: what others say of an error may quote its input.
 */
export class CredentialError extends Error {
  override readonly name = "CredentialError";

  constructor(
    readonly code: CredentialErrorCode,
    message: string,
  ) {
    super(message);
  }
}
