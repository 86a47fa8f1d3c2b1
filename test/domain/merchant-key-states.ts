import { emptyValue, serializeValue } from "../../provider/domain/credential-value";
import { merchantKeyValue, publicKeyFacts, type PublicKeyFacts } from "../../provider/domain/merchant-key";
import {
  merchantKeyView,
  type MerchantKeyView,
  type MerchantKeyViewContext,
} from "../../provider/domain/merchant-key-view";
import { privateKeyPem } from "../../provider/domain/private-key";
import { secretValue } from "../../provider/domain/secret-kind";
import { rsaKey } from "../support/keys";
import { A, B, C, D, merchantId, PaperSecret, since, type Version } from "./secret-states";

/** The key of a version, PKCS#8 PEM. */
export const keyOf = (id: string): string => privateKeyPem(rsaKey(`version ${id[0]}`));
export const publicOf = (id: string): PublicKeyFacts => publicKeyFacts(keyOf(id));

export const keyVersion = (id: string, ...labels: string[]): Version => ({
  value: merchantKeyValue(merchantId, keyOf(id)),
  labels,
});
/** As long as the partner verifies with the key of a version. */
export const verifies = (id: string): string => `MC_VERIFY_${publicOf(id).publicKeySha256.slice(0, 16)}`;
export const waitingKey = (id: string, ...labels: string[]): Version =>
  keyVersion(id, `MC_REQUEST_${id.slice(0, 16)}`, ...labels);
export const noKey = (...labels: string[]): Version => ({ value: emptyValue, labels });
/** The public half of B beside the private half of another. */
export const mismatched = (id: string, ...labels: string[]): Version => ({
  value: serializeValue({
    schema: "merchant-credentials/merchant-key/v1",
    merchantId,
    privateKey: keyOf(id),
    publicKey: publicOf(id === B ? A : B).publicKey,
  }),
  labels,
});
export const anotherMerchantsKey = (id: string, ...labels: string[]): Version => ({
  value: merchantKeyValue("G90000001", keyOf(id)),
  labels,
});
export const apiSecretInstead = (...labels: string[]): Version => ({
  value: secretValue("apiSecret", merchantId, "x".repeat(32)),
  labels,
});
/** As another tool keeps it. */
export const foreignKey = (id: string, ...labels: string[]): Version => ({
  value: JSON.stringify({ rsa: keyOf(id), note: "made by hand" }),
  labels,
});

/** A merchant key on paper. */
export class PaperKey extends PaperSecret {
  keyView(context: Partial<MerchantKeyViewContext> = {}): Promise<MerchantKeyView> {
    const defaults = { merchantId, adopt: undefined, activation: undefined, overlapDays: 30, now: since };
    return merchantKeyView(this.secret, { ...defaults, ...context }, this.readVersion, this.versionExists);
  }
}

export { A, B, C, D, merchantId, since };
