import type { KeyObject } from "node:crypto";
import type { PlatformCertificate } from "merchant-credentials-loader/format";
import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import type { PlatformKeys } from "../domain/answer-signature";
import type { Refused, Undecided, Verdict } from "../domain/verdict";

export type { PlatformKeys };

export interface ApiSecretTrial {
  merchantId: string;
  /** The value that waits. Secret. */
  apiSecret: string;
  /** Where there is one, a refused value is tried as the APIv3 secret: the two may be swapped. */
  signer?: RequestSigner | undefined;
}

export interface ApiV3SecretTrial {
  signer: RequestSigner;
  /** The value that waits. Secret. */
  apiV3Secret: string;
  /** The value that serves, if there is one: a refusal can then say that the platform still has it. Secret. */
  servingApiV3Secret?: string | undefined;
}

/** Asks WeChat Pay about credentials. No answer of it throws; every one becomes a verdict. */
export interface Prober {
  /** Whether WeChat Pay takes requests signed so. */
  certificate(signer: RequestSigner, platformKeys?: PlatformKeys): Promise<Verdict>;
  /** Whether this is the API secret that the platform has. */
  apiSecret(trial: ApiSecretTrial): Promise<Verdict>;
  /** Whether the platform encrypts with this APIv3 secret. */
  apiV3Secret(trial: ApiV3SecretTrial): Promise<Verdict>;
  /** Whether WeChat Pay signs with this key for this merchant. */
  platformPublicKey(signer: RequestSigner, publicKeyId: string, publicKey: KeyObject): Promise<Verdict>;
  /** The platform's certificates, decrypted, each checked, and the answer verified with one of them. */
  platformCertificates(
    signer: RequestSigner,
    apiV3Secret: string,
    platformKeys?: PlatformKeys,
  ): Promise<readonly PlatformCertificate[] | Refused | Undecided>;
}
