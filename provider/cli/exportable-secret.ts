import { currentVersionId, type SecretDescription } from "../domain/secret";
import { awsCurrent, awsPending, awsPrevious, readLabel, tokens } from "../domain/staging-labels";
import { nothingToExport } from "../domain/exported-certificate";
import { MerchantCredentialsError } from "../errors";
import type { Vault } from "../vault/vault";
import { assertNotDeleted, managedSecret, unusable } from "./merchant-secret";
import { printable } from "./printable";
import { isVersion, type SecretReference } from "./secret-reference";

/** A version of a secret that holds a certificate of CFCA. */
export interface ExportableSecret {
  secret: SecretDescription;
  merchantId: string;
  versionId: string;
}

/** What a credential of another kind is, and what to do with it instead. */
const otherKinds: Readonly<Record<string, { is: string; instead: string }>> = {
  certificate: {
    is: "this is an API certificate of WeChat Pay",
    instead:
      "Its key never needs to leave the vault: applications read both with merchant-credentials-loader",
  },
  merchantKey: {
    is: "this is a merchant's key",
    instead:
      "Its private key never needs to leave the vault: applications read it with merchant-credentials-loader. What the partner gets is the output publicKey",
  },
  apiSecret: {
    is: "this is an API secret",
    instead: "It has no file. The value that waits to be set is shown by: merchant-credentials reveal",
  },
  apiV3Secret: {
    is: "this is an APIv3 secret",
    instead: "It has no file. The value that waits to be set is shown by: merchant-credentials reveal",
  },
};

/**
 * Finds the certificate of CFCA that is meant. Reads no value.
 *
 * @param wanted a version's id, or its first 16 digits; default: the one that serves
 * @throws MerchantCredentialsError where there is none, or the secret is something else
 */
export async function exportableSecret(
  vault: Vault,
  reference: SecretReference,
  wanted: string | undefined,
): Promise<ExportableSecret> {
  const { secret, kind, merchantId } = await managedSecret(vault, reference);
  if (kind !== "cfcaCertificate") {
    const other = Object.hasOwn(otherKinds, kind) ? otherKinds[kind] : undefined;
    throw unusable(other?.is ?? "this kind of credential is not exported", {
      actual: other ? secret.name : printable(kind),
      hint: other?.instead ?? "Only a certificate of CFCA (kind cfcaCertificate) is",
    });
  }
  assertNotDeleted(secret);
  const versionId = wanted === undefined ? currentVersionId(secret) : labelled(secret, wanted);
  if (versionId === undefined || versionId === tokens.create(secret.name)) throw nothingToExport();
  return { secret, merchantId, versionId };
}

/** A version without a label is one that AWS deletes when it likes. */
function labelled({ versions }: SecretDescription, wanted: string): string {
  const found = Object.entries(versions).find(
    ([id, labels]) => isVersion(wanted, id) && labels.some(isKnown),
  );
  if (found) return found[0];
  throw new MerchantCredentialsError("invalid-input", "the secret has no such version with a label", {
    property: "--version",
    expected: "the id of a version that is kept, or its first 16 digits",
    actual: wanted,
    hint: "Leave --version out for the certificate that serves; earlier ones are in the output history",
  });
}

function isKnown(label: string): boolean {
  return [awsCurrent, awsPending, awsPrevious].includes(label) || readLabel(label) !== undefined;
}
