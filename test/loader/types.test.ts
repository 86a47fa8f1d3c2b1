import type {
  CredentialKind,
  EncryptedResource,
  MerchantCredentials,
  RequestSigner,
  SecretArns,
} from "merchant-credentials-loader";
import type { MerchantSecretArns } from "pulumi-merchant-credentials";

/** Fails to compile unless the first type may stand where the second is wanted. */
type Fits<Given extends Wanted, Wanted> = Given;

type Kinds = [Fits<keyof MerchantSecretArns, CredentialKind>, Fits<CredentialKind, keyof MerchantSecretArns>];
type Signer = Fits<Awaited<ReturnType<MerchantCredentials["certificate"]>>["signer"], RequestSigner>;
type Resource = Fits<EncryptedResource, Parameters<MerchantCredentials["decrypt"]>[0]>;

it("a Merchant's output `secretArns` is what the loader takes", () => {
  const output: MerchantSecretArns = { certificate: "arn:aws:secretsmanager:…" };
  const arns: SecretArns = output satisfies Fits<MerchantSecretArns, SecretArns>;
  const kinds: Kinds = ["certificate", "certificate"];
  expect(Object.keys(arns)).toEqual([kinds[0]]);
});

it("the types of what is signed with and of what is decrypted have names", () => {
  const named: [keyof Signer, keyof Resource] = ["privateKey", "ciphertext"];
  expect(named).toHaveLength(2);
});
