import { isPublicKeyId, type RequestSigner } from "merchant-credentials-loader/wechatpay";
import { apiSecretVerdict, isTheApiV3Secret } from "../domain/api-secret-verdict";
import { downloadVerdict, isTheApiSecret, type SecretsToTry } from "../domain/api-v3-secret-verdict";
import {
  certificateEchoVerdict,
  certificateVerdict,
  platformKeysProblem,
} from "../domain/certificate-verdict";
import type { DownloadedCertificate } from "../domain/platform-certificates-answer";
import { platformCertificates } from "../domain/platform-certificates-verdict";
import { publicKeyProblem, publicKeyVerdict } from "../domain/public-key-verdict";
import { merchantIdProblem, signerProblem } from "../domain/request-signer-verdict";
import { secretTextProblem } from "../domain/secret-text-verdict";
import {
  aboutApiV3Secret,
  aboutPublicKey,
  accepted,
  undecided,
  type Refused,
  type Undecided,
  type Verdict,
} from "../domain/verdict";
import type { WeChatPayFlavour } from "../domain/wechatpay-endpoint";
import type { Asking } from "./attempts";
import type { Prober } from "./prober";
import { askForCertificates, askForEcho, askForTestKey } from "./signed-requests";

/** Asks WeChat Pay as docs/verification.md describes. Nothing is sent that can be judged without. */
export function weChatPayProber({ flavour, ...asking }: Asking & { flavour: WeChatPayFlavour }): Prober {
  const isMainland = flavour === "mainland";

  /** What a secret opens of the platform's certificates. */
  async function download(
    signer: RequestSigner,
    secrets: SecretsToTry,
  ): Promise<readonly DownloadedCertificate[] | Refused | Undecided> {
    const listed = await askForCertificates(asking, flavour, signer);
    return "verdict" in listed ? listed : downloadVerdict(listed, secrets);
  }

  async function signsV2(merchantId: string, apiSecret: string): Promise<Verdict> {
    const answered = await askForTestKey(asking, merchantId, apiSecret);
    return "verdict" in answered ? answered : apiSecretVerdict(answered.answer, merchantId);
  }

  return {
    async certificate(signer, platformKeys) {
      const keys = platformKeys?.size ? platformKeys : undefined;
      const problem = signerProblem(signer) ?? (keys && platformKeysProblem(signer, keys));
      if (problem) return problem;
      const publicKeyId = [...(keys?.keys() ?? [])].find(isPublicKeyId);
      if (keys && publicKeyId !== undefined && isMainland) {
        const echoed = await askForEcho(asking, signer, publicKeyId);
        return "verdict" in echoed ? echoed : certificateEchoVerdict(echoed, echoed.nonce, keys);
      }
      const listed = await askForCertificates(asking, flavour, signer, publicKeyId);
      return "verdict" in listed ? listed : certificateVerdict(listed, keys);
    },

    async apiSecret({ merchantId, apiSecret, signer }) {
      const problem = merchantIdProblem(merchantId) ?? secretTextProblem("apiSecret", apiSecret);
      if (problem) return problem;
      if (!isMainland) return notOffered("the API secret");
      const verdict = await signsV2(merchantId, apiSecret);
      if (!signer || verdict.verdict !== "refused" || verdict.field !== "apiSecret") return verdict;
      if (signerProblem(signer)) return verdict;
      return isDownloaded(await download(signer, { apiV3Secret: apiSecret })) ? isTheApiV3Secret : verdict;
    },

    async apiV3Secret({ signer, ...secrets }) {
      const problem = trialProblem(signer, secrets);
      if (problem) return problem;
      const verdict = await download(signer, secrets);
      if (isDownloaded(verdict)) return accepted;
      if (!isMainland || verdict.verdict !== "refused") return verdict;
      const asApiSecret = await signsV2(signer.merchantId, secrets.apiV3Secret);
      return asApiSecret.verdict === "accepted" ? isTheApiSecret : verdict;
    },

    async platformPublicKey(signer, publicKeyId, publicKey) {
      const problem = signerProblem(signer) ?? publicKeyProblem(publicKeyId, publicKey, signer.privateKey);
      if (problem) return aboutPublicKey(problem);
      if (!isMainland) return notOffered("a platform public key");
      const echoed = await askForEcho(asking, signer, publicKeyId);
      return "verdict" in echoed ? echoed : publicKeyVerdict(echoed, echoed.nonce, publicKeyId, publicKey);
    },

    async platformCertificates(signer, apiV3Secret, platformKeys) {
      const secrets = { apiV3Secret, platformKeys };
      const verdict = trialProblem(signer, secrets) ?? (await download(signer, secrets));
      if (!isDownloaded(verdict)) return verdict;
      return platformCertificates(verdict, { now: asking.now(), privateKey: signer.privateKey });
    },
  };
}

/** Why an APIv3 secret is not tried. */
function trialProblem(signer: RequestSigner, { apiV3Secret }: SecretsToTry): Refused | Undecided | undefined {
  const problem = secretTextProblem("apiV3Secret", apiV3Secret) ?? signerProblem(signer);
  return problem && aboutApiV3Secret(problem);
}

function isDownloaded(
  verdict: readonly DownloadedCertificate[] | Refused | Undecided,
): verdict is readonly DownloadedCertificate[] {
  return Array.isArray(verdict);
}

function notOffered(what: string): Undecided {
  return undecided(
    "not-offered",
    `WeChat Pay outside the mainland is not known to offer a request that proves ${what}. Go on by hand.`,
  );
}
