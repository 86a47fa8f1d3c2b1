import { MerchantCredentialsError } from "../errors";

/** A secret without our tags says only in its value whose it is. */
export function assertMerchant(value: { merchantId: string }, merchantId: string): void {
  if (value.merchantId === merchantId) return;
  throw new MerchantCredentialsError("secret-not-usable", "this secret holds another merchant's credential", {
    property: "secretName",
    expected: `a credential of merchant ${merchantId}`,
    actual: /^\w{1,31}$/.test(value.merchantId) ? `one of merchant ${value.merchantId}` : "one of another",
    hint: "Choose another `secretName`",
  });
}

/** @param found the schema of what is there instead, or another word that holds no value. */
export function unexpectedValue(versionId: string, found: string): MerchantCredentialsError {
  return new MerchantCredentialsError(
    "unreadable-value",
    "a version of the secret does not hold what its label says",
    {
      actual: `${found} in version ${versionId}`,
      hint: "Somebody else has written to this secret: see who in CloudTrail, and move the label back (update-secret-version-stage)",
    },
  );
}

/** @param remedy how the one that the platform does not have is given up, as the end of a sentence. */
export function twoOpenRequests(
  what: string,
  fingerprints: readonly string[],
  remedy = "remove the other's label (update-secret-version-stage)",
): MerchantCredentialsError {
  return new MerchantCredentialsError("two-open-requests", `the secret has more than one open ${what}`, {
    actual: fingerprints.map((fingerprint) => `MC_REQUEST_${fingerprint}`).join(" and "),
    hint: `Find out which one the Merchant Platform has, and ${remedy}`,
  });
}
