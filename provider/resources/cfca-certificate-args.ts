import type * as pulumi from "@pulumi/pulumi";
import { credentialArgNames, secretRefArgNames, type CredentialArgs } from "./credential-resource";
import type { KnownArguments } from "./literals";
import type { SecretRef } from "./secret-ref-args";

/**
 * Arguments of a CfcaCertificate. The two codes of the letter (reference number and authorization code) are none of them:
 * a person types them into CFCA's download page.
 */
export interface CfcaCertificateArgs extends Omit<CredentialArgs, "adopt"> {
  /**
   * Name of the files that are exported, without `.cer` and `.pfx`: 1 to 64 letters A to Z, in either case. The open
   * platform takes no other names.
   */
  exportName: pulumi.Input<string>;
  /**
   * Day of the letter with the two codes, `YYYY-MM-DD` in Asia/Shanghai. They are valid through the end of the 14th day
   * after it; then runs fail. Left in the program once the certificate is there, it says nothing any more.
   */
  codesIssuedAt?: pulumi.Input<string | undefined>;
  /** Day on which the certificate was downloaded, `YYYY-MM-DD` in Asia/Shanghai; not before `codesIssuedAt`. */
  downloadedAt?: pulumi.Input<string | undefined>;
  /** Address that the letters come from, for `nextSteps`: 1 to 254 characters. Default: the one that the business manager names. */
  sender?: pulumi.Input<string | undefined>;
  /**
   * The exported `.cer`, in PEM, with the certificates of its issuers after it if they are to be kept too. It is public.
   * Leave it out until there is one; declare an earlier one again to roll back to it.
   */
  certificate?: pulumi.Input<string | undefined>;
  /**
   * The exported `.pfx` with the key of `certificate`: AES, 3DES or RC2. Read only while the vault does not have that key;
   * afterwards it may be taken out. Needs `password` and `certificate`.
   */
  pfx?: SecretRef | undefined;
  /** What `pfx` was exported under. One line end at its end is not part of it. */
  password?: SecretRef | undefined;
  /** The platform's own `.cer`, in PEM, kept beside the merchant's: requests are encrypted with it. It is public. */
  platformCertificate?: pulumi.Input<string | undefined>;
  /**
   * Days before expiry at which the next application is due: 1 to 1825, at least `failBeforeDays` and less than the
   * certificate's validity. Default 60.
   */
  renewBeforeDays?: pulumi.Input<number> | undefined;
  /** Days before expiry from which a run without a replacement fails: 0 to 1825. Default 7. */
  failBeforeDays?: pulumi.Input<number> | undefined;
  /**
   * Serial number of a certificate whose key others know; hex or decimal. If it serves, runs fail until its replacement is
   * there. It can never come back, even when this is taken out again.
   */
  compromised?: pulumi.Input<string | undefined>;
  /** Take over a secret of this name that another program made. Default false. */
  adopt?: pulumi.Input<boolean> | undefined;
}

/** The names of {@link CfcaCertificateArgs}. */
export const cfcaCertificateArgNames = {
  ...credentialArgNames,
  exportName: true,
  codesIssuedAt: true,
  downloadedAt: true,
  sender: true,
  certificate: true,
  pfx: secretRefArgNames,
  password: secretRefArgNames,
  platformCertificate: true,
  renewBeforeDays: true,
  failBeforeDays: true,
  compromised: true,
} as const satisfies Record<keyof CfcaCertificateArgs, KnownArguments | true>;
