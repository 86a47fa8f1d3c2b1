export type RefusalCode =
  /** Of the two codes, on the page from which a certificate is downloaded. */
  | "unknown-codes"
  | "codes-expired"
  | "codes-used"
  /** Of what else was given. */
  | "not-a-letter"
  | "bad-order"
  | "bad-name"
  | "nothing-to-export";

/** What CFCA's page or Windows shows a person who asked for what it will not do; one sentence, never with a code in it. */
export class CfcaRefusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
    this.name = "CfcaRefusal";
  }
}
