import { createPrivateKey } from "node:crypto";
import type { RequestSigner } from "merchant-credentials-loader/wechatpay";
import type { Certificate } from "../domain/certificate";
import { keyFor, matchOf } from "../domain/certificate-match";
import { acceptedCertificate, verdictProblems, type Declared } from "../domain/certificate-problems";
import type { CertificateView } from "../domain/certificate-view";
import type { Verdict } from "../domain/verdict";
import { MerchantCredentialsError } from "../errors";
import { storedPlatformKeys } from "./platform-keys";
import type { Outside } from "./ports";

/** How `verification: "live"` asks WeChat Pay within one run: once about a certificate, before it can become current. */
export interface LiveVerification {
  /** About the declared certificate and its key in the vault; undefined where there is nothing to ask. */
  verdict: (declared: Declared, view: CertificateView) => Promise<Verdict | undefined>;
  /**
   * About a certificate whose key comes from outside, before it is stored.
   *
   * @throws MerchantCredentialsError `not-verified` unless WeChat Pay takes it.
   */
  assertTaken: (certificate: Certificate, privateKey: string) => Promise<void>;
}

interface LiveInputs {
  merchantId: string;
  platformSecretArn?: string | undefined;
}

export function liveVerification(inputs: LiveInputs, { sources, prober }: Outside): LiveVerification {
  const { merchantId, platformSecretArn } = inputs;
  const askNow = async (signer: RequestSigner): Promise<Verdict> => {
    const keys = platformSecretArn && (await storedPlatformKeys({ merchantId, platformSecretArn }, sources));
    return keys && "verdict" in keys ? keys : prober.certificate(signer, keys || undefined);
  };
  const answers = new Map<string, Promise<Verdict>>();
  const ask = (certificate: Certificate, privateKey: string): Promise<Verdict> => {
    const { serialNumber, certificateSha256 } = certificate;
    const answer =
      answers.get(certificateSha256) ??
      askNow({ merchantId, serialNumber, privateKey: createPrivateKey(privateKey) });
    answers.set(certificateSha256, answer);
    return answer;
  };
  return {
    verdict: async (declared, view) => {
      const accepted = acceptedCertificate(declared, view);
      if (!accepted || view.foreign || matchOf(accepted, view) === "current") return undefined;
      const held = view.declaredVersion ?? keyFor(accepted, view);
      return held && ask(accepted.certificate, held.privateKey);
    },
    assertTaken: async (certificate, privateKey) => {
      const [problem] = verdictProblems(certificate.serialNumber, await ask(certificate, privateKey));
      if (problem) throw new MerchantCredentialsError("not-verified", problem);
    },
  };
}
