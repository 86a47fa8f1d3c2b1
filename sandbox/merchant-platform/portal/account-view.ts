import type { Merchant } from "../accounts/merchant-account";

/** What may be shown of a merchant: of a secret only whether it is set. */
export function accountView(merchant: Merchant) {
  const isSet = (kind: "apiSecret" | "apiV3Secret") =>
    merchant.secret(kind) === undefined ? ("not set" as const) : ("set" as const);
  return {
    merchantId: merchant.merchantId,
    merchantName: merchant.merchantName,
    mode: merchant.mode,
    apiSecret: isSet("apiSecret"),
    apiV3Secret: isSet("apiV3Secret"),
    certificates: merchant.certificates.map(({ serialNumber, notBefore, notAfter, status }) => ({
      serialNumber,
      notBefore: notBefore.toISOString(),
      notAfter: notAfter.toISOString(),
      status,
    })),
    platformCertificates: merchant.platformCertificates.map(
      ({ serialNumber, effectiveTime, expireTime }) => ({
        serialNumber,
        effectiveTime: effectiveTime.toISOString(),
        expireTime: expireTime.toISOString(),
      }),
    ),
    ...(merchant.mode !== "platform-certificates" && { publicKeyId: merchant.publicKey.id }),
  };
}

export type AccountView = ReturnType<typeof accountView>;
