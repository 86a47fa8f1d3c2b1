import { MerchantCredentialsError } from "../errors";
import { VaultError, type VaultErrorReason } from "../vault/vault";

const nextSteps: Readonly<Record<VaultErrorReason, string>> = {
  conflict: "Another run may be changing this secret; run pulumi up again",
  exists: "Another run may be changing this secret; run pulumi up again",
  "not-found": "If it is gone for good, run pulumi refresh and then pulumi up",
  "access-denied": "Check the credentials, and give the role the permissions in docs/iam.md",
  kms: "Check that `kmsKeyId` names an enabled key that this role may use (kms:Decrypt, kms:GenerateDataKey)",
  unavailable: "Nothing is lost; run pulumi up again, it goes on where this run stopped",
  refused: "Correct what AWS refused and run pulumi up again",
};

const codes = {
  conflict: "vault-conflict",
  exists: "vault-conflict",
  "not-found": "secret-gone",
  "access-denied": "vault-access-denied",
  kms: "vault-refused",
  unavailable: "vault-unavailable",
  refused: "vault-refused",
} as const;

/** Any error on the way to the vault as one that may be shown; what is not known is not shown at all. */
export function asProblem(error: unknown): MerchantCredentialsError {
  if (error instanceof MerchantCredentialsError) return error;
  if (error instanceof VaultError) {
    return new MerchantCredentialsError(codes[error.reason], error.message, {
      hint: nextSteps[error.reason],
    });
  }
  const name = error instanceof Error ? error.name : typeof error;
  return new MerchantCredentialsError(
    "internal",
    `unexpected ${name}; nothing of it is shown because it could hold a secret`,
  );
}
