import type * as pulumi from "@pulumi/pulumi";
import type { CertificateTenure } from "../domain/certificate-history";
import type { ApplicationStage } from "../domain/cfca-application";
import type { KeptPlatformCertificate } from "../domain/cfca-platform-certificate";
import type { CfcaCertificateStatus, CurrentCfcaCertificate } from "../domain/cfca-state";
import { cfcaCertificateArgNames, type CfcaCertificateArgs } from "./cfca-certificate-args";
import { assertNoCodes } from "./cfca-codes";
import { CredentialResource } from "./credential-resource";

const outputNames = [
  "status",
  "application",
  "codesValidUntil",
  "lifecycle",
  "serialNumber",
  "notAfter",
  "current",
  "cer",
  "publicKeySha256",
  "platform",
  "keyOrigin",
  "firstIssuedAt",
  "lastIssuedAt",
  "nextStepsUntil",
  "history",
] as const;

/**
 * The certificate of a merchant of Geoswift's open platform, which CFCA has issued. Its key is made on somebody's
 * computer, so people do the first part: `nextSteps` lead through the application, the two letters, the download within 14
 * days and the export. The exported `.cer` is declared, the `.pfx` and its password are referred to; `pulumi up` opens the
 * file, checks that all belongs together, and keeps the key in AWS Secrets Manager only. Before the certificate expires the
 * next application is due, while the current one keeps serving.
 *
 * Outputs that have no value yet are null.
 *
 * @throws MerchantCredentialsError `invalid-input` for secret material or one of the letter's two codes in an argument, an
 *   unknown argument, or a second resource for the same merchant.
 */
export class CfcaCertificate extends CredentialResource {
  /**
   * While nothing serves, how far the application is: `requested`, `letters-received`, `codes-expired`, `downloaded` or
   * `exported`. Then `active`, `renewal-due`, `expired` or `compromised`.
   */
  declare readonly status: pulumi.Output<CfcaCertificateStatus | null>;
  /** How far the open application is, the first or the next one; null while none is open. */
  declare readonly application: pulumi.Output<ApplicationStage | null>;
  /** When the two codes of the open letter end: ISO 8601, UTC; null while none is open. */
  declare readonly codesValidUntil: pulumi.Output<string | null>;
  /** Stage of the declared certificate and of the open application, with the dates of the next ones. */
  declare readonly lifecycle: pulumi.Output<string | null>;
  /** Serial number of the certificate that serves: 40 upper-case hex digits. */
  declare readonly serialNumber: pulumi.Output<string | null>;
  /** When it ends: ISO 8601, UTC. */
  declare readonly notAfter: pulumi.Output<string | null>;
  /** The certificate that serves, with its dates and digests. */
  declare readonly current: pulumi.Output<CurrentCfcaCertificate | null>;
  /** The certificate that serves as the text of a `.cer`: X.509, Base64 (PEM). */
  declare readonly cer: pulumi.Output<string | null>;
  /** SHA-256 of its public key (SubjectPublicKeyInfo), lower-case hex. */
  declare readonly publicKeySha256: pulumi.Output<string | null>;
  /** The platform's certificate that is kept beside it. */
  declare readonly platform: pulumi.Output<KeptPlatformCertificate | null>;
  /** Where the key was born: `imported`, because it never was the provider. */
  declare readonly keyOrigin: pulumi.Output<"imported" | null>;
  /** When the merchant's first certificate began: ISO 8601, UTC. */
  declare readonly firstIssuedAt: pulumi.Output<string | null>;
  /** When the newest certificate in the vault began: ISO 8601, UTC. An earlier letter is spent. */
  declare readonly lastIssuedAt: pulumi.Output<string | null>;
  /** When the clock alone changes stages, steps or reasons: ISO 8601, UTC. */
  declare readonly nextStepsUntil: pulumi.Output<string | null>;
  /** The last ten certificates that were current, and why. */
  declare readonly history: pulumi.Output<CertificateTenure[]>;

  constructor(name: string, args: CfcaCertificateArgs, opts: pulumi.CustomResourceOptions = {}) {
    super(
      {
        type: "CfcaCertificate",
        credentialKind: "cfcaCertificate",
        argNames: cfcaCertificateArgNames,
        outputNames,
      },
      name,
      args && withoutCodes(name, args),
      opts,
    );
  }

  /**
   * Looks up a certificate that another stack manages, by the ARN of its secret. Changes nothing and reads no secret
   * value, so only `secretArn`, `secretName`, `region`, `owner`, `merchantId`, `currentVersionId` and `serialNumber` are
   * known; the rest is null. Fails with `secret-gone` where there is no such secret.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    opts: pulumi.CustomResourceOptions = {},
  ): CfcaCertificate {
    return new CfcaCertificate(name, undefined as never, { ...opts, id });
  }
}

/** Before the engine sees them: its verbose logs hold every input. */
function withoutCodes(name: string, args: CfcaCertificateArgs): CfcaCertificateArgs {
  assertNoCodes(args, `CfcaCertificate "${name}"`);
  return args;
}
