import * as v from "valibot";
import type { Certificate } from "../domain/certificate";
import { importedKey, type CertificateImport } from "../domain/imported-key";
import { requestFingerprint } from "../domain/staging-labels";
import { MerchantCredentialsError } from "../errors";
import { secretRef, type SecretReference } from "./secret-ref";
import type { SecretSources } from "./secret-sources";
import { message, strict } from "./shape";

/** `import` of a certificate, of the right shape. */
export type CertificateImportReferences =
  | { p12: SecretReference; password?: SecretReference }
  | { privateKey: SecretReference; passphrase?: SecretReference }
  | { zip: SecretReference; password?: SecretReference };

const forms = {
  p12: strict({ p12: secretRef(), password: v.optional(secretRef()) }),
  privateKey: strict({ privateKey: secretRef(), passphrase: v.optional(secretRef()) }),
  zip: strict({ zip: secretRef(), password: v.optional(secretRef()) }),
};

const oneForm = v.custom<never>(
  () => false,
  message({
    expected: "exactly one of p12, privateKey and zip",
    problem: "expected exactly one of p12, privateKey and zip",
    hint: 'As in { zip: { file: "shop.zip" } }',
  }),
);

/** The shape of `import`: the form is told by the one of `p12`, `privateKey` and `zip` that is there. */
export const certificateImport = v.lazy((input): v.GenericSchema<unknown, CertificateImportReferences> => {
  const given = typeof input === "object" && input !== null ? Object.keys(input) : [];
  const [form, ...others] = (Object.keys(forms) as (keyof typeof forms)[]).filter((name) =>
    given.includes(name),
  );
  return form === undefined || others.length > 0 ? oneForm : forms[form];
});

/**
 * Reads what the references lead to: the certificate's own key, as PKCS#8 PEM. Secret.
 *
 * @throws MerchantCredentialsError as `SecretSources` and `importedKey` do; VaultError.
 */
export async function readCertificateImport(
  references: CertificateImportReferences,
  declared: { certificate: Certificate; merchantId: string },
  sources: SecretSources,
): Promise<string> {
  return sayingWhyItIsRead(declared.certificate, async () =>
    importedKey(await readReferences(references, sources), declared),
  );
}

/** A reference may stay in the program for years: an error says why it is read now. */
export async function sayingWhyItIsRead<Result>(
  { serialNumber, publicKeySha256 }: Certificate,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof MerchantCredentialsError)) throw error;
    const why = `It is read because the vault has no key ${requestFingerprint(publicKeySha256)}, that of the declared certificate ${serialNumber}`;
    const { hint } = error.details;
    throw new MerchantCredentialsError(error.code, error.summary, {
      ...error.details,
      hint: hint ? `${hint}. ${why}` : why,
    });
  }
}

async function readReferences(
  references: CertificateImportReferences,
  sources: SecretSources,
): Promise<CertificateImport> {
  const text = async (reference: SecretReference | undefined, property: string) =>
    reference && (await sources.text(reference, property));
  if ("p12" in references) {
    return {
      p12: await sources.bytes(references.p12, "import.p12"),
      password: await text(references.password, "import.password"),
    };
  }
  if ("zip" in references) {
    return {
      zip: await sources.bytes(references.zip, "import.zip"),
      password: await text(references.password, "import.password"),
    };
  }
  return {
    privateKey: await sources.bytes(references.privateKey, "import.privateKey"),
    passphrase: await text(references.passphrase, "import.passphrase"),
  };
}
