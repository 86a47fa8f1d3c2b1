/** What went wrong, as a word a program can compare. */
export type ErrorCode =
  | "invalid-input"
  | "unreadable-certificate"
  | "unreadable-value"
  | "secret-held-by-another"
  | "secret-not-usable"
  | "secret-gone"
  | "two-open-requests"
  | "deletion-protected"
  | "not-verified"
  | "vault-conflict"
  | "vault-access-denied"
  | "vault-refused"
  | "vault-unavailable"
  | "wrong-account"
  | "timed-out"
  | "internal";

export interface ErrorDetails {
  /** The resource at fault, where the host does not say it by itself, e.g. `MerchantCertificate "shop"`. */
  resource?: string;
  /** The argument at fault, e.g. `tags.team`. */
  property?: string;
  expected?: string;
  /** What was found instead. Never a value that could be secret. */
  actual?: string;
  /** The next step. */
  hint?: string;
}

/**
 * Every error this package throws on purpose. The message is one sentence that an operator can act on,
 * built from fields that are safe to print: secret material is never a field of an error.
 */
export class MerchantCredentialsError extends Error {
  override readonly name = "MerchantCredentialsError";
  /** Makes Pulumi print a refused program as this message alone, without a stack. */
  readonly __pulumiRunError = true;

  /**
   * Node 20 takes a minute and a gigabyte to print a stack that names `node_modules/@pulumi/output.ts` in colour,
   * as every error inside `apply` does; the message is what an operator needs.
   */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.message;
  }

  constructor(
    readonly code: ErrorCode,
    readonly summary: string,
    readonly details: ErrorDetails = {},
  ) {
    super(sentence(summary, details));
  }
}

/** An error that nobody foresaw, as one that may be shown: its text could hold a secret, so nothing of it is kept. */
export function unforeseen(error: unknown): MerchantCredentialsError {
  const name = error instanceof Error ? error.name : typeof error;
  return new MerchantCredentialsError(
    "internal",
    `unexpected ${name}; nothing of it is shown because it could hold a secret`,
  );
}

function sentence(summary: string, { resource, property, expected, actual, hint }: ErrorDetails): string {
  const found = [expected && `expected ${expected}`, actual && `found ${actual}`].filter(Boolean).join(", ");
  const where = [resource, property].filter(Boolean).join(", ");
  return [`${where && `${where}: `}${summary}${found ? ` (${found})` : ""}`, hint]
    .filter(Boolean)
    .map((part) => (/[.!?]$/.test(part!) ? part! : `${part!}.`))
    .join(" ");
}
