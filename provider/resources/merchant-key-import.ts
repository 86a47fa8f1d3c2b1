import * as v from "valibot";
import { importedMerchantKey } from "../domain/merchant-key";
import { secretRef, type SecretReference } from "./secret-ref";
import type { SecretSources } from "./secret-sources";
import { message, strict } from "./shape";

/** `import` of a merchant key, of the right shape. */
export type MerchantKeyReferences =
  | { p12: SecretReference; password?: SecretReference }
  | { privateKey: SecretReference; passphrase?: SecretReference };

const forms = {
  p12: strict({ p12: secretRef(), password: v.optional(secretRef()) }),
  privateKey: strict({ privateKey: secretRef(), passphrase: v.optional(secretRef()) }),
};

const oneForm = v.custom<never>(
  () => false,
  message({
    expected: "exactly one of p12 and privateKey",
    problem: "expected exactly one of p12 and privateKey",
    hint: 'As in { privateKey: { file: "merchant.pem" } }',
  }),
);

/** The shape of `import`: the form is told by the one of `p12` and `privateKey` that is there. */
export const merchantKeyImport = v.lazy((input): v.GenericSchema<unknown, MerchantKeyReferences> => {
  const given = typeof input === "object" && input !== null ? Object.keys(input) : [];
  const [form, ...others] = (Object.keys(forms) as (keyof typeof forms)[]).filter((name) =>
    given.includes(name),
  );
  return form === undefined || others.length > 0 ? oneForm : forms[form];
});

/**
 * Reads what the references lead to, as PKCS#8 PEM. Secret.
 *
 * @throws MerchantCredentialsError as `SecretSources` and `importedMerchantKey` do; VaultError.
 */
export async function readMerchantKeyImport(
  references: MerchantKeyReferences,
  sources: SecretSources,
): Promise<string> {
  const text = async (reference: SecretReference | undefined, property: string) =>
    reference && (await sources.text(reference, property));
  if ("p12" in references) {
    const p12 = await sources.bytes(references.p12, "import.p12");
    return importedMerchantKey({ p12, password: await text(references.password, "import.password") });
  }
  const privateKey = await sources.bytes(references.privateKey, "import.privateKey");
  const passphrase = await text(references.passphrase, "import.passphrase");
  return importedMerchantKey({ privateKey, passphrase });
}
