import { MerchantCredentialsError, unforeseen, type ErrorCode } from "../errors";
import { VaultError, type VaultErrorReason } from "../vault/vault";

/** What each answer of the vault is called, and what an operator does about it. */
const answers: Readonly<Record<VaultErrorReason, { code: ErrorCode; hint: string }>> = {
  conflict: {
    code: "vault-conflict",
    hint: "Another run may be changing this secret: run pulumi up again; if it stays, correct what AWS says",
  },
  exists: { code: "vault-conflict", hint: "Another run may be changing this secret; run pulumi up again" },
  "not-found": { code: "secret-gone", hint: "If it is gone for good, run pulumi refresh and then pulumi up" },
  "access-denied": {
    code: "vault-access-denied",
    hint: "Check the credentials, and give the role the permissions in docs/iam.md",
  },
  kms: {
    code: "vault-refused",
    hint: "Check that `kmsKeyId` names an enabled key that this role may use (kms:Decrypt, kms:GenerateDataKey)",
  },
  unavailable: {
    code: "vault-unavailable",
    hint: "Nothing is lost; run the same command again, it goes on where this one stopped",
  },
  refused: { code: "vault-refused", hint: "Correct what AWS refused and run pulumi up again" },
};

/** Any error on the way to the vault as one that may be shown; what is not known is not shown at all. */
export function asProblem(error: unknown): MerchantCredentialsError {
  if (error instanceof MerchantCredentialsError) return error;
  if (error instanceof VaultError) {
    const { code, hint } = answers[error.reason];
    return new MerchantCredentialsError(code, error.message, { hint });
  }
  return unforeseen(error);
}

export function gone(arn: string): MerchantCredentialsError {
  return new MerchantCredentialsError("secret-gone", "the secret is gone from Secrets Manager", {
    actual: arn,
    hint: "Run pulumi refresh, then pulumi up: it makes a new key. If it was deleted for good, every request of its key is void",
  });
}

export function noSuchSecret(arn: string): MerchantCredentialsError {
  return new MerchantCredentialsError("secret-gone", "there is no such secret", {
    property: "id",
    actual: arn,
    hint: "Look the ARN up in the stack that manages it",
  });
}

export function protectedFrom(name: string): MerchantCredentialsError {
  return new MerchantCredentialsError(
    "deletion-protected",
    `${name} holds a merchant's credential and is protected`,
    {
      property: "deletionProtection",
      hint: "Set `deletionProtection: false`, run pulumi up, then remove the resource",
    },
  );
}

export function stillWanted(name: string): MerchantCredentialsError {
  return new MerchantCredentialsError(
    "deletion-protected",
    `${name} is declared again in this program under another name`,
    {
      hint: "Run pulumi up again once that resource has been created; the secret is left as it is",
    },
  );
}
