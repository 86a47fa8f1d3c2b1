import type * as pulumi from "@pulumi/pulumi";
import type { SecretHistoryEntry, SecretStatus, SecretVersionFacts } from "../domain/secret-state";
import {
  CredentialResource,
  credentialArgNames,
  secretRefArgNames,
  type CredentialArgs,
} from "./credential-resource";
import type { KnownArguments } from "./literals";
import type { SecretRef } from "./secret-ref-args";

/** Arguments of an {@link ApiSecret} or {@link ApiV3Secret}; `Kind` is the part of a value that holds the secret. */
export interface ApiSecretResourceArgs<Kind extends string> extends CredentialArgs<Kind> {
  /** Whole days of one period, 1 to 3650: when a period begins, the next value is drawn. Default: age asks for nothing. */
  maxAgeDays?: pulumi.Input<number> | undefined;
  /** The day from which periods count: `YYYY-MM-DD` in Asia/Shanghai. Default: the day of the first `pulumi up`. */
  rotationFrom?: pulumi.Input<string> | undefined;
  /**
   * Any values; when they change the next value is drawn. The first values, and taking them away, change nothing. State
   * shows them.
   */
  triggers?: pulumi.Input<pulumi.Input<unknown>[]> | undefined;
  /**
   * When a value that waits becomes current. Default `manual`: by `merchant-credentials promote`. `{ version }` with the
   * output `pendingVersionId`: by the next `pulumi up`, after code review. `live`: by the next `pulumi up` to which
   * WeChat Pay says that it is the value it has; each `up` asks while one waits. `immediate`: at once, only where the
   * Provider's endpoint is on loopback.
   */
  activation?: pulumi.Input<"manual" | "live" | "immediate" | { version: pulumi.Input<string> }> | undefined;
  /**
   * ARN of the secret with the merchant's certificate (output `secretArn` of its MerchantCertificate), which signs the
   * question to WeChat Pay under `activation: "live"`. An APIv3 secret needs it; an API secret is asked about without,
   * but only with it can a refusal tell that the two secrets are swapped on the platform.
   */
  certificateSecretArn?: pulumi.Input<string> | undefined;
  /** Whole days, 0 to 3650, for which a value may wait before runs fail. Default: for ever for the first, 14 for a rotation. */
  failAfterDays?: pulumi.Input<number> | undefined;
  /**
   * A value that is in use already: 32 letters and digits. It becomes current at once, and is read again only when the
   * reference changes.
   */
  import?: SecretRef | undefined;
}

/** The names of {@link ApiSecretResourceArgs}. */
export const apiSecretArgNames = {
  ...credentialArgNames,
  maxAgeDays: true,
  rotationFrom: true,
  triggers: true,
  activation: true,
  certificateSecretArn: true,
  failAfterDays: true,
  import: secretRefArgNames,
} as const satisfies Record<keyof ApiSecretResourceArgs<string>, KnownArguments | true>;

const outputNames = [
  "status",
  "current",
  "pendingVersionId",
  "pending",
  "previousVersionId",
  "keyOrigin",
  "firstIssuedAt",
  "failsFrom",
  "dueFrom",
  "askFrom",
  "rotationFrom",
  "rotationPeriod",
  "history",
] as const;

/** What {@link ApiSecret} and {@link ApiV3Secret} have in common as Pulumi resources. */
export abstract class ApiSecretResource extends CredentialResource {
  /** `awaiting-activation`, `active` or `rotation-pending`. */
  declare readonly status: pulumi.Output<SecretStatus | null>;
  /** The version that serves, and since when; null before the first. */
  declare readonly current: pulumi.Output<SecretVersionFacts | null>;
  /** Version of the value that waits until a person has set it; what `activation` takes. */
  declare readonly pendingVersionId: pulumi.Output<string | null>;
  /** The value that waits, and since when. */
  declare readonly pending: pulumi.Output<SecretVersionFacts | null>;
  /** Version of the value before the current one, which is kept. */
  declare readonly previousVersionId: pulumi.Output<string | null>;
  /** Where the current value was born: `generated` by the provider, or `imported`. */
  declare readonly keyOrigin: pulumi.Output<"generated" | "imported" | null>;
  /** When the first value became current: ISO 8601, UTC. */
  declare readonly firstIssuedAt: pulumi.Output<string | null>;
  /** From when runs fail while a value waits: ISO 8601, UTC. */
  declare readonly failsFrom: pulumi.Output<string | null>;
  /** When age asks for the next value: ISO 8601, UTC; null without `maxAgeDays`, and while a value waits. */
  declare readonly dueFrom: pulumi.Output<string | null>;
  /** From when each run asks WeChat Pay about the value that waits: ISO 8601, UTC; null unless `activation` is `live`. */
  declare readonly askFrom: pulumi.Output<string | null>;
  /** The day from which periods count. */
  declare readonly rotationFrom: pulumi.Output<string | null>;
  /** The period that the value is for, with its days; absent without `maxAgeDays`. */
  declare readonly rotationPeriod: pulumi.Output<string | null | undefined>;
  /** The last ten versions that were current, and why. */
  declare readonly history: pulumi.Output<SecretHistoryEntry[]>;

  protected constructor(
    kind: "ApiSecret" | "ApiV3Secret",
    name: string,
    args: ApiSecretResourceArgs<string> | undefined,
    opts: pulumi.CustomResourceOptions,
  ) {
    const credentialKind = kind === "ApiSecret" ? "apiSecret" : "apiV3Secret";
    const argNames = { ...apiSecretArgNames, adopt: { [credentialKind]: true } as const };
    super({ type: kind, credentialKind, argNames, outputNames }, name, args, opts);
  }
}
