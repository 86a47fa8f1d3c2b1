import { MerchantCredentialsError, type ErrorDetails } from "../errors";

/** A command line that cannot be meant; the command has not begun. */
export class UsageError extends MerchantCredentialsError {
  constructor(summary: string, details: ErrorDetails = {}) {
    super("invalid-input", summary, details);
  }
}
