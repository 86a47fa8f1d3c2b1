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
  /** The endpoint does not offer this probe. */
  | "not-offered";

export const accepted: Accepted = { verdict: "accepted" };
