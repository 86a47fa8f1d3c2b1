import { CredentialError, isAbsence, isOutage } from "./errors";
import type { CredentialKind } from "./kinds";
import type { MerchantSecrets } from "./merchant-secrets";
import type { Settings } from "./options";
import { allExpired } from "./platform-keys";

/** What the start of an application asks of a credential. */
export type Demand =
  /** It must be there. */
  | "required"
  /** It may be activated later. */
  | "soon"
  /** It, or the other of WeChat Pay's two kinds of keys, must be there. */
  | "either"
  /** It may be missing; if it is there it must be right. */
  | "if-any";

/** Without `credentials`. A secret whose ARN is given exists; under a name there may be none. */
export const demandsByDefault: Readonly<
  Record<CredentialKind, { readonly byArn: Demand; readonly byName: Demand }>
> = {
  certificate: { byArn: "required", byName: "required" },
  apiSecret: { byArn: "soon", byName: "if-any" },
  apiV3Secret: { byArn: "required", byName: "required" },
  platformCertificates: { byArn: "either", byName: "if-any" },
  platformPublicKey: { byArn: "either", byName: "if-any" },
};

/**
 * Reads the credentials that are to be looked at before the application starts.
 *
 * @throws CredentialError with the code of the first that stops the start, and the sentences of all
 */
export async function readAtStart(
  secrets: MerchantSecrets,
  { atStart, onWarning, now }: Pick<Settings, "atStart" | "onWarning" | "now">,
): Promise<void> {
  const looked = [...atStart].map(([kind, demand]) => ({ kind, demand, secret: secrets[kind] }));
  await Promise.all(
    looked.map(({ demand, secret }) =>
      demand === "required" ? secret.get().catch(() => undefined) : secret.check(),
    ),
  );
  const { platformPublicKey, platformCertificates } = secrets;
  const certificates = platformCertificates.held?.keys;
  const ended = certificates && allExpired(certificates, now());
  const hasPlatformKey = platformPublicKey.held !== undefined || (certificates !== undefined && !ended);
  const failures = looked.flatMap(({ kind, demand, secret: { held, error } }) => {
    // Those of a merchant who has changed over to the public key end one day, and nothing is amiss.
    if (kind === "platformCertificates" && ended)
      return {
        error: ended,
        next: nextStep(demand === "required" ? "either" : demand, ended, hasPlatformKey),
      };
    return held || !error ? [] : { error, next: nextStep(demand, error, hasPlatformKey) };
  });
  const refused = failures.filter(({ next }) => next === "refuse" || secrets.merchantId === undefined);
  if (refused.length > 0)
    throw new CredentialError(refused[0]!.error.code, refused.map(({ error }) => error.message).join("\n"));
  for (const { error, next } of failures)
    if (next === "warn")
      onWarning(new CredentialError(error.code, `${error.message} The application starts without it.`));
  secrets.assertPlatformKeys();
  const { apiSecret, apiV3Secret } = secrets;
  if (apiSecret.held && apiSecret.held.apiSecret === apiV3Secret.held?.apiV3Secret) onWarning(sameSecret());
}

/** WeChat Pay may have both so, and usually one was pasted in the other's place. */
function sameSecret(): CredentialError {
  return new CredentialError(
    "inconsistent",
    "API secret and APIv3 secret are the same 32 characters: store what the Merchant Platform has for each; if that has one for both, set another there.",
  );
}

function nextStep(
  demand: Demand,
  error: CredentialError,
  hasPlatformKey: boolean,
): "refuse" | "warn" | "go on" {
  const mayPass = isAbsence(error) || isOutage(error);
  switch (demand) {
    case "required":
      return "refuse";
    case "soon":
      return error.code === "not-ready" ? "warn" : "refuse";
    case "either":
      if (!mayPass || !hasPlatformKey) return "refuse";
      // As long as the platform signs with the other kind only.
      return error.code === "not-ready" ? "go on" : "warn";
    case "if-any":
      return mayPass ? "go on" : "refuse";
  }
}
