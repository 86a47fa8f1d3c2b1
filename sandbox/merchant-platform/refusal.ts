export type RefusalCode =
  /** Of a request string, or of the order for its certificate. */
  | "not-a-request"
  | "wrong-key"
  | "bad-signature"
  | "wrong-merchant"
  | "not-renewable"
  | "bad-order"
  | "too-many-certificates"
  /** Of a certificate that is named or handed in. */
  | "unknown-certificate"
  | "not-restorable"
  /** Of what the super administrator typed. */
  | "wrong-sms-code"
  | "wrong-login-password"
  | "bad-secret"
  | "same-secret"
  | "unknown-merchant"
  | "not-a-form";

/** What the Merchant Platform shows a person who asked for what it will not do; one sentence, never with a secret in it. */
export class PlatformRefusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
    this.name = "PlatformRefusal";
  }
}
