import { openApiSecurity, signIn } from "./next-steps";
import {
  lastEnd,
  type PlatformCertificateFacts,
  type PlatformCertificatesAnswer,
} from "./platform-certificates";
import type { PlatformCertificatesStatus } from "./platform-certificates-state";
import { isFault } from "./verdict";

interface PlatformCertificateStepContext {
  logicalName: string;
  merchantId: string;
  status: PlatformCertificatesStatus;
  answer: PlatformCertificatesAnswer;
  certificates: readonly PlatformCertificateFacts[];
}

/** What only a person can do about the platform's certificates, in order. */
export function platformCertificateNextSteps(context: PlatformCertificateStepContext): string[] {
  const { status, answer, logicalName, merchantId, certificates } = context;
  switch (status) {
    case "awaiting-credentials":
    case "active":
    case "unavailable":
      return askAgain(answer);
    case "public-key-mode":
      return [
        ...askAgain(answer),
        signIn(merchantId, undefined),
        openPage,
        ...toPublicKey,
        certificates.length > 0
          ? `Once these certificates have ended, remove "${logicalName}".`
          : `Then remove "${logicalName}": WeChat Pay issues no certificate to this merchant.`,
      ];
    case "expiring":
    case "expired":
      return [
        ...askAgain(answer),
        signIn(merchantId, status === "expiring" ? lastEnd(certificates) : undefined),
        openPage,
        replaceCertificate,
        `Otherwise ${toPublicKey[0]}`,
        ...toPublicKey.slice(1),
      ];
  }
}

/** What was left open; nothing where WeChat Pay has told, or the run is red with it. */
function askAgain(answer: PlatformCertificatesAnswer): string[] {
  if (answer.verdict === "awaiting") return [`${answer.says} Then run pulumi up.`];
  if (answer.verdict !== "undecided" || answer.because === "public-key-mode" || isFault(answer)) return [];
  return [`WeChat Pay could not tell (${answer.because}): ${answer.says} Run pulumi up again.`];
}

const openPage = `${openApiSecurity}.`;

/**
 * Merchants replace their platform certificate every five years, or change to a public key for good; not both at once.
 * Source: WeChat Pay, pay.weixin.qq.com/doc/v3/merchant/4012154180.
 */
const replaceCertificate =
  "Platform Certificate (平台证书): begin its replacement, if that is offered; pulumi up takes it in.";

const toPublicKey = [
  "WeChat Pay Public Key (微信支付公钥): apply, copy its id and download the key (pub_key.pem).",
  "Declare both in a PlatformPublicKey, unless that is done; run pulumi up.",
];
