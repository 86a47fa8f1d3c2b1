/** What WeChat Pay makes of a credential. */
export type Verdict = Accepted | Refused | Undecided;

export interface Accepted {
  verdict: "accepted";
}

/** WeChat Pay, or the cipher, says that the credential is not the one it knows. */
export interface Refused {
  verdict: "refused";
  /** The field to look at. */
  field: ProvenField;
  /** One or two sentences for an operator, without a secret. */
  says: string;
  /** Whether the platform has dropped the value that serves as well: payments or callbacks fail now. */
  isOutage?: boolean;
}

/** Nothing is known: never a refusal. */
export interface Undecided {
  verdict: "undecided";
  because: UndecidedReason;
  /** One or two sentences for an operator, without a secret. */
  says: string;
}

/** The fields that WeChat Pay can prove or refuse. */
export type ProvenField =
  "merchantId" | "serialNumber" | "privateKey" | "apiSecret" | "apiV3Secret" | "publicKeyId" | "publicKey";

export type UndecidedReason =
  /** No answer in time, or no connection. */
  | "unreachable"
  /** 5xx, or an answer that says nothing of the credential. */
  | "platform"
  /** Too many requests. */
  | "throttled"
  /** This machine's clock and the platform's are more than 2 minutes apart. */
  | "clock"
  /** The merchant has no platform certificate, so nothing comes that the APIv3 secret could decrypt. */
  | "public-key-mode"
  /** The answer's signature is missing, of an unknown key, or wrong: it may be somebody else's. */
  | "unsigned"
  /** What signs the request is not there yet. */
  | "no-certificate"
  /** What WeChat Pay was to be asked with cannot be read, or is something else. */
  | "wrong-secret"
  /** WeChat Pay has refused what signs the request, so it has not looked at what was asked about. */
  | "signer-refused"
  /** The endpoint does not offer this probe. */
  | "not-offered";

export const accepted: Accepted = { verdict: "accepted" };

export function refused(field: ProvenField, says: string): Refused {
  return { verdict: "refused", field, says };
}

export function undecided(because: UndecidedReason, says: string): Undecided {
  return { verdict: "undecided", because, says };
}

/** The fields of what signs a request. */
const signerFields: readonly ProvenField[] = ["merchantId", "serialNumber", "privateKey"];

/**
 * Makes of a refusal of another field a verdict on what was asked about: nothing is known of it. Whoever reads that
 * must not give up a secret because the certificate beside it is wrong.
 *
 * @param what the thing that was asked about, e.g. `the APIv3 secret`
 */
function about(what: string, fields: readonly ProvenField[]) {
  return (verdict: Refused | Undecided): Refused | Undecided => {
    if (verdict.verdict === "undecided" || fields.includes(verdict.field)) return verdict;
    const because = signerFields.includes(verdict.field) ? "signer-refused" : "platform";
    return undecided(because, `Nothing is known of ${what}. ${verdict.says}`);
  };
}

export const aboutCertificate = about("the certificate", signerFields);
export const aboutApiV3Secret = about("the APIv3 secret", ["apiV3Secret"]);
export const aboutPublicKey = about("the platform public key", ["publicKeyId", "publicKey"]);

/** Whether the question itself is at fault: WeChat Pay will not tell before somebody corrects what it is asked with. */
export function isFault({ because }: Undecided): boolean {
  return because === "wrong-secret" || because === "signer-refused";
}
