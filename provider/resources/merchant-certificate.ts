import * as pulumi from "@pulumi/pulumi";
import type { HistoryEntry } from "../domain/certificate-history";
import { MerchantCredentialsError } from "../errors";
import type { CertificateStatus, CurrentCertificate, PendingCertificate } from "../domain/certificate-state";
import { CredentialResource } from "./credential-resource";
import { merchantCertificateArgNames, type MerchantCertificateArgs } from "./merchant-certificate-args";

const outputNames = [
  "status",
  "lifecycle",
  "serialNumber",
  "notAfter",
  "current",
  "pendingVersionId",
  "pending",
  "certificateRequest",
  "keyOrigin",
  "firstIssuedAt",
  "oldValidUntil",
  "nextStepsUntil",
  "history",
] as const;

/**
 * The API certificate of a WeChat Pay merchant. Its key is made by the provider and lives in AWS Secrets Manager
 * only. The first `pulumi up` stores the key and puts out `certificateRequest`; a person pastes that on the
 * Merchant Platform and declares the certificate that comes back; the next `pulumi up` checks it and makes it
 * current. Before it expires the next request comes out by itself while the current one keeps serving.
 *
 * Outputs that have no value yet are null.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material in an argument, an unknown argument, or a
 *   second resource for the same merchant.
 */
export class MerchantCertificate extends CredentialResource {
  /** `awaiting-certificate`, `active`, `renewal-requested`, `expired` or `compromised`. */
  declare readonly status: pulumi.Output<CertificateStatus | null>;
  /** Stage of the declared certificate, with the dates of the next ones. */
  declare readonly lifecycle: pulumi.Output<string | null>;
  /** Serial number of the certificate that serves: 40 upper-case hex digits. */
  declare readonly serialNumber: pulumi.Output<string | null>;
  /** When it ends: ISO 8601, UTC. */
  declare readonly notAfter: pulumi.Output<string | null>;
  /** The certificate that serves, with its dates and digests. */
  declare readonly current: pulumi.Output<CurrentCertificate | null>;
  /** Version of the secret that holds the open request's key. */
  declare readonly pendingVersionId: pulumi.Output<string | null>;
  /** The open request and since when it waits for a person. */
  declare readonly pending: pulumi.Output<PendingCertificate | null>;
  /** The request string for the Merchant Platform (PKCS#10 PEM); null while none is open. */
  declare readonly certificateRequest: pulumi.Output<string | null>;
  /** Where the key was born: `generated` by the provider, or `imported`. */
  declare readonly keyOrigin: pulumi.Output<"generated" | "imported" | null>;
  /** When the merchant's first certificate began: ISO 8601, UTC. Years of use count from here. */
  declare readonly firstIssuedAt: pulumi.Output<string | null>;
  /** Until when the certificate before this one works at the least: ISO 8601, UTC. */
  declare readonly oldValidUntil: pulumi.Output<string | null>;
  /** When the clock alone changes the words of `nextSteps`: ISO 8601, UTC. */
  declare readonly nextStepsUntil: pulumi.Output<string | null>;
  /** The last ten certificates that were current, and why; requests that were given up among them. */
  declare readonly history: pulumi.Output<HistoryEntry[]>;

  constructor(name: string, args: MerchantCertificateArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(
      {
        type: "MerchantCertificate",
        credentialKind: "certificate",
        argNames: { ...merchantCertificateArgNames, operatingCertificatesUntil: true },
        outputNames,
      },
      name,
      args && withOperatingCertificates(name, args),
      opts,
    );
  }

  /**
   * Looks up a certificate that another stack manages, by the ARN of its secret. Changes nothing and reads no secret
   * value, so only `secretArn`, `secretName`, `region`, `owner`, `merchantId`, `currentVersionId`, `serialNumber` and
   * `pendingVersionId` are known; the rest is null. Fails with `secret-gone` where there is no such secret.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions = {},
  ): MerchantCertificate {
    return new MerchantCertificate(name, undefined as never, { ...opts, id });
  }
}

/** A resource cannot be an input: of OperatingCertificates only the date goes into the state. */
function withOperatingCertificates(
  name: string,
  { operatingCertificates, ...others }: MerchantCertificateArgs,
): Omit<MerchantCertificateArgs, "operatingCertificates"> & {
  operatingCertificatesUntil?: pulumi.Output<string>;
} {
  if (operatingCertificates === undefined) return others;
  // A program in JavaScript may give anything.
  const given = operatingCertificates as Partial<typeof operatingCertificates> | null;
  if (given?.validUntil == null || given.merchantId == null) {
    throw new MerchantCredentialsError("invalid-input", "cannot be used", {
      resource: `MerchantCertificate "${name}"`,
      property: "operatingCertificates",
      expected: "an OperatingCertificates resource",
      actual: `a ${typeof operatingCertificates} without validUntil`,
      hint: "Pass the resource itself",
    });
  }
  const operatingCertificatesUntil = pulumi
    .all([given.validUntil, given.merchantId, others.merchantId])
    .apply(([until, theirs, ours]) => {
      if (theirs === ours) return until;
      throw new MerchantCredentialsError("invalid-input", "these are another merchant's", {
        resource: `MerchantCertificate "${name}"`,
        property: "operatingCertificates",
        expected: "the OperatingCertificates of the same `merchantId`",
        actual: "those of another",
        hint: "Pass the resource of this merchant",
      });
    });
  return { ...others, operatingCertificatesUntil };
}
