import type { CertificateCredential } from "./certificate-credential";
import { CredentialError } from "./errors";
import { redacted } from "./redacted";

/** What `new Pay(…)` of wechatpay-node-v3 takes. */
export interface WechatpayNodeV3Options {
  appid: string;
  mchid: string;
  serial_no: string;
  /** The merchant's certificate, PEM. */
  publicKey: Buffer;
  /** PKCS#8 PEM. **Secret.** */
  privateKey: Buffer;
  /** The APIv3 secret. **Secret.** */
  key: string;
}

/** What `new Wechatpay(…)` of wechatpay-axios-plugin takes. */
export interface WechatpayAxiosPluginOptions {
  mchid: string;
  serial: string;
  /** PKCS#8 PEM. **Secret.** */
  privateKey: string;
  /** The platform's public keys by `Wechatpay-Serial`, in PEM. */
  certs: Record<string, string>;
  /** The API secret, for v2; left out where the merchant has none. **Secret.** */
  secret?: string;
}

/** @throws CredentialError `invalid-options` */
export function assertAppId(more: { readonly appid: string }): void {
  const appid: unknown = (more as { appid?: unknown } | undefined | null)?.appid;
  if (typeof appid !== "string" || appid === "")
    throw new CredentialError(
      "invalid-options",
      "wechatpayNodeV3: appid is not a text, the app's id at WeChat.",
    );
}

export function nodeV3Options<More extends object>(
  { merchantId, serialNumber, certificate, privateKey }: CertificateCredential,
  apiV3Secret: string,
  more: More,
): WechatpayNodeV3Options & More {
  const options = {
    ...more,
    mchid: merchantId,
    serial_no: serialNumber,
    publicKey: Buffer.from(certificate),
    privateKey: Buffer.from(privateKey),
    key: apiV3Secret,
  } as unknown as WechatpayNodeV3Options & More;
  return redacted(options, ["privateKey", "key"]);
}

/** The SDK puts key objects in place of the texts, and so every client needs an object of its own. */
export function axiosPluginOptions<More extends object>(
  { merchantId, serialNumber, privateKey }: CertificateCredential,
  certs: Record<string, string>,
  apiSecret: string | undefined,
  more: More,
): WechatpayAxiosPluginOptions & More {
  const options: WechatpayAxiosPluginOptions & More = {
    ...more,
    mchid: merchantId,
    serial: serialNumber,
    privateKey,
    certs,
    ...(apiSecret !== undefined && { secret: apiSecret }),
  };
  return redacted(options, ["privateKey", "secret"]);
}
