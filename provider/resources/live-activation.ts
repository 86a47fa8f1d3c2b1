import { openRequests, type SecretDescription } from "../domain/secret";
import type { SecretKind } from "../domain/secret-kind";
import type { Prove } from "../domain/secret-view";
import type { Verdict } from "../domain/verdict";
import type { Outside } from "./ports";
import { requestSigner, wrongSecret } from "./request-signer";

interface LiveInputs {
  merchantId: string;
  certificateSecretArn?: string | undefined;
}

/**
 * How `activation: "live"` asks WeChat Pay within one run: once about a value, and never about one that the run
 * itself has drawn, which nobody can have set.
 */
export function liveProof(
  kind: SecretKind,
  inputs: LiveInputs,
  outside: Outside,
): (secret: SecretDescription) => Prove {
  let waiting: readonly string[] | undefined;
  const answers = new Map<string, Promise<Verdict>>();
  return (description) => {
    waiting ??= openRequests(description).map(({ versionId }) => versionId);
    const asked = waiting;
    return async (versionId, secret, serving) => {
      if (!asked.includes(versionId)) return undefined;
      const answer = answers.get(versionId) ?? ask(kind, inputs, outside, secret, serving);
      answers.set(versionId, answer);
      return answer;
    };
  };
}

async function ask(
  kind: SecretKind,
  { merchantId, certificateSecretArn }: LiveInputs,
  { sources, prober }: Outside,
  secret: string,
  serving: string | undefined,
): Promise<Verdict> {
  const signer =
    certificateSecretArn === undefined
      ? wrongSecret("certificateSecretArn is missing.")
      : await requestSigner({ merchantId, certificateSecretArn }, sources);
  const isSigner = !("verdict" in signer);
  if (kind === "apiSecret")
    return prober.apiSecret({ merchantId, apiSecret: secret, signer: isSigner ? signer : undefined });
  if (!isSigner) return signer;
  return prober.apiV3Secret({ signer, apiV3Secret: secret, servingApiV3Secret: serving });
}
