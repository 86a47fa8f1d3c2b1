import type * as pulumi from "@pulumi/pulumi";
import type {
  MerchantKeyFacts,
  MerchantKeyHistoryEntry,
  PreviousMerchantKey,
} from "../domain/merchant-key-state";
import type { SecretStatus } from "../domain/secret-state";
import {
  CredentialResource,
  credentialArgNames,
  secretRefArgNames,
  type CredentialArgs,
} from "./credential-resource";
import type { KnownArguments } from "./literals";
import type { SecretRef } from "./secret-ref-args";

/** Arguments of a {@link MerchantKey}. */
export interface MerchantKeyArgs extends CredentialArgs<"privateKey"> {
  /** Bits of the next key that is made: 2048, 3072 or 4096. Default 2048. One that waits already stays as it is. */
  keyBits?: pulumi.Input<2048 | 3072 | 4096> | undefined;
  /** Whole days of one period, 1 to 3650: when a period begins, the next key is made. Default: age asks for nothing. */
  maxAgeDays?: pulumi.Input<number> | undefined;
  /** The day from which periods count: `YYYY-MM-DD` in Asia/Shanghai. Default: the day of the first `pulumi up`. */
  rotationFrom?: pulumi.Input<string> | undefined;
  /**
   * Any values; when they change the next key is made. The first values, and taking them away, change nothing. State
   * shows them.
   */
  triggers?: pulumi.Input<pulumi.Input<unknown>[]> | undefined;
  /**
   * When a key that waits becomes current. Default `manual`: by `merchant-credentials promote`. `{ version }` with the
   * output `pendingVersionId`: by the next `pulumi up`, after code review.
   */
  activation?: pulumi.Input<"manual" | { version: pulumi.Input<string> }> | undefined;
  /**
   * Whole days, 0 to 365, for which the partner still verifies with the key before, counted from the change. Default 30.
   * No other key is activated meanwhile; 0 ends an overlap at once.
   */
  overlapDays?: pulumi.Input<number> | undefined;
  /** Whole days, 0 to 3650, for which a key may wait before runs fail. Default: for ever for the first, 14 for a rotation. */
  failAfterDays?: pulumi.Input<number> | undefined;
  /** Who gets the public key, as `nextSteps` call them: 1 to 64 characters. Default `the partner`. */
  partner?: pulumi.Input<string> | undefined;
  /**
   * A key that is in use already: RSA of 2048, 3072 or 4096 bits. It becomes current at once, and is read again only when
   * the reference changes.
   */
  import?: MerchantKeyImportArgs | undefined;
}

/** A key in use: by itself, or in a PKCS#12 file. */
export type MerchantKeyImportArgs =
  | {
      /** PKCS#8 or PKCS#1, PEM or DER. */
      privateKey: SecretRef;
      /** Of an encrypted key. */
      passphrase?: SecretRef | undefined;
    }
  | {
      /** A `.p12` or `.pfx` file; what stands beside the key in it is not looked at. */
      p12: SecretRef;
      /** Default: the empty one. */
      password?: SecretRef | undefined;
    };

/** The names of {@link MerchantKeyArgs}. */
const argNames = {
  ...credentialArgNames,
  keyBits: true,
  maxAgeDays: true,
  rotationFrom: true,
  triggers: true,
  activation: true,
  overlapDays: true,
  failAfterDays: true,
  partner: true,
  adopt: { privateKey: true },
  import: {
    privateKey: secretRefArgNames,
    passphrase: secretRefArgNames,
    p12: secretRefArgNames,
    password: secretRefArgNames,
  },
} as const satisfies Record<keyof MerchantKeyArgs, KnownArguments | true>;

const outputNames = [
  "status",
  "publicKey",
  "publicKeyDer",
  "publicKeySha256",
  "current",
  "pendingVersionId",
  "pending",
  "previous",
  "previousVersionId",
  "keyOrigin",
  "firstIssuedAt",
  "failsFrom",
  "dueFrom",
  "overlapUntil",
  "rotationFrom",
  "rotationPeriod",
  "history",
] as const;

/**
 * An RSA key with which a merchant signs for a partner. The private half is made by the provider and lives in AWS Secrets
 * Manager only; the public half is an output. The first `pulumi up` stores the key as pending; its public half is handed
 * to the partner, and the key is activated once the partner verifies with it. Rotation is the same, asked for by age or by
 * triggers, while the current key serves; the one before stays for verification until `overlapDays` have passed.
 *
 * Outputs that have no value yet are null.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material in an argument, an unknown argument, or a
 *   second resource for the same merchant.
 */
export class MerchantKey extends CredentialResource {
  /** `awaiting-activation`, `active` or `rotation-pending`. */
  declare readonly status: pulumi.Output<SecretStatus | null>;
  /** Public half of the key that serves: SubjectPublicKeyInfo in PEM; null before the first. */
  declare readonly publicKey: pulumi.Output<string | null>;
  /** The same in DER, as Base64 on one line. */
  declare readonly publicKeyDer: pulumi.Output<string | null>;
  /** SHA-256 of that DER: 64 lower-case hex digits. */
  declare readonly publicKeySha256: pulumi.Output<string | null>;
  /** The key that serves, since when, and its public half; null before the first. */
  declare readonly current: pulumi.Output<MerchantKeyFacts | null>;
  /** Version of the key that waits until the partner has it; what `activation` takes. */
  declare readonly pendingVersionId: pulumi.Output<string | null>;
  /** The key that waits, since when, and its public half: what the partner gets. */
  declare readonly pending: pulumi.Output<MerchantKeyFacts | null>;
  /** The key before the current one while the partner still verifies with it, and until when; else null. */
  declare readonly previous: pulumi.Output<PreviousMerchantKey | null>;
  /** Version of the key before the current one, which is kept. */
  declare readonly previousVersionId: pulumi.Output<string | null>;
  /** Where the current key was born: `generated` by the provider, or `imported`. */
  declare readonly keyOrigin: pulumi.Output<"generated" | "imported" | null>;
  /** When the first key became current: ISO 8601, UTC. */
  declare readonly firstIssuedAt: pulumi.Output<string | null>;
  /** From when runs fail while a key waits: ISO 8601, UTC. */
  declare readonly failsFrom: pulumi.Output<string | null>;
  /** When age asks for the next key: ISO 8601, UTC; null without `maxAgeDays`, and while a key waits. */
  declare readonly dueFrom: pulumi.Output<string | null>;
  /** Until when the key before is verified with: ISO 8601, UTC; null outside of an overlap. */
  declare readonly overlapUntil: pulumi.Output<string | null>;
  /** The day from which periods count. */
  declare readonly rotationFrom: pulumi.Output<string | null>;
  /** The period that the key is for, with its days; absent without `maxAgeDays`. */
  declare readonly rotationPeriod: pulumi.Output<string | null | undefined>;
  /** The last ten keys that were current, and why. */
  declare readonly history: pulumi.Output<MerchantKeyHistoryEntry[]>;

  constructor(name: string, args: MerchantKeyArgs, opts: pulumi.CustomResourceOptions = {}) {
    super({ type: "MerchantKey", credentialKind: "merchantKey", argNames, outputNames }, name, args, opts);
  }

  /**
   * Looks up a key that another stack manages, by the ARN of its secret. Changes nothing and reads no secret value, so
   * only `secretArn`, `secretName`, `region`, `owner`, `merchantId`, `currentVersionId` and `pendingVersionId` are known;
   * the rest is null. Fails with `secret-gone` where there is no such secret.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions = {},
  ): MerchantKey {
    return new MerchantKey(name, undefined as never, { ...opts, id });
  }
}
