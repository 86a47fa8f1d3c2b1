export type RefusalCode =
  "not-a-request" | "wrong-key" | "bad-signature" | "wrong-merchant" | "not-renewable" | "bad-order";

/** What the Merchant Platform shows a person instead of a certificate; the message is one sentence. */
export class PlatformRefusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
    this.name = "PlatformRefusal";
  }
}
