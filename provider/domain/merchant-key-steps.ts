import type { MerchantKeyView, Overlap } from "./merchant-key-view";
import { labelledVersions } from "./secret";
import { recordRules, valueRules, type Rule, type SecretDeclaration } from "./secret-steps";
import { labelName, requestFingerprint } from "./staging-labels";

type KeyRule = Rule<SecretDeclaration, MerchantKeyView>;

/** Once a change is recorded, because the record tells when the overlap began. */
const overlapRules: readonly KeyRule[] = [
  {
    because: "a key that nobody verifies with any more needs its label no longer",
    step: ({ secret, overlap }) => {
      const outlived = labelledVersions(secret, "verification").find(
        ({ versionId, of }) => versionId !== overlap?.versionId || of !== verifiedWith(overlap),
      );
      return (
        outlived && {
          do: "move-label",
          label: labelName("verification", outlived.of),
          from: outlived.versionId,
        }
      );
    },
  },
  {
    because: "the key before is verified with until the overlap is over",
    step: ({ secret, overlap }) =>
      overlap && labelledVersions(secret, "verification").length === 0
        ? { do: "move-label", label: labelName("verification", verifiedWith(overlap)), to: overlap.versionId }
        : undefined,
  },
];

/** What the label of a key says that is still verified with: the start of the SHA-256 of its public half. */
function verifiedWith({ key }: Overlap): string {
  return requestFingerprint(key.publicKeySha256);
}

/** The protocol of a merchant key: that of a secret, and the overlap. The first rule that has a step decides. */
export const merchantKeyRules: readonly KeyRule[] = [...recordRules, ...overlapRules, ...valueRules];
