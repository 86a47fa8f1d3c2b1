import type * as pulumi from "@pulumi/pulumi";
import { credentialArgNames, secretRefArgNames, type CredentialArgs } from "./credential-resource";
import type { KnownArguments } from "./literals";
import type { SecretRef } from "./secret-ref-args";

/** Arguments of a MerchantCertificate. */
export interface MerchantCertificateArgs extends CredentialArgs<"privateKey" | "certificate" | "chain"> {
  /** The merchant's name as on the Merchant Platform, 1 to 64 characters; the OU of the request. */
  merchantName: pulumi.Input<string>;
  /**
   * The certificate that the platform issued from `certificateRequest`, in PEM. It is public. Leave it out until
   * there is one; declare an earlier one again to roll back to it.
   */
  certificate?: pulumi.Input<string | undefined>;
  /**
   * Where the key of a `certificate` is that is in use already; it becomes current at once. Read again only when the
   * certificate changes to one that the vault does not hold.
   */
  import?: CertificateImportArgs | undefined;
  /**
   * How the certificate comes about. Default `request`: issued by the CA from a request of the vault's key. `download`:
   * issued by WeChat Pay itself together with its key, and taken over with `import`; set to `request` later, it is
   * upgraded: the next request comes out at once.
   */
  issuance?: pulumi.Input<"request" | "download"> | undefined;
  /**
   * Whether WeChat Pay is asked before a certificate becomes current: `live` signs a request with its key, and makes it
   * current only if WeChat Pay takes it. Default `none`.
   */
  verification?: pulumi.Input<"none" | "live"> | undefined;
  /**
   * ARN of the secret of the merchant's PlatformPublicKey or PlatformCertificates. With it WeChat Pay's answer to `live`
   * has to be signed with one of the keys there, as soon as there is one. Default: the answer is taken from whoever has
   * WeChat Pay's TLS certificate.
   */
  platformSecretArn?: pulumi.Input<string> | undefined;
  /**
   * The issuers that the certificate has to lead to, public: PEM, the issuer first, or a `.p7b` file in Base64
   * (`fs.readFileSync("CertTrustChain.p7b", "base64")`). Default: the chain of trust is not verified.
   */
  trustChain?: pulumi.Input<string | undefined>;
  /**
   * Certificates of which one has to be an issuer, direct or not: PEM or a `.p7b` file in Base64. Default: those of
   * `trustChain` that are self-signed, or whose own issuer is not given.
   */
  trustAnchors?: pulumi.Input<string | undefined>;
  /**
   * Serial number of a certificate whose key others know; hex or decimal. If it serves, its replacement is begun at once
   * and runs fail until it is there. It can never come back, even when this is taken out again.
   */
  compromised?: pulumi.Input<string | undefined>;
  /**
   * Fingerprint (16 hex digits) of a request to give up, because the platform never got it or its subject is wrong. Its
   * key is never used again; where a certificate is still wanted, the next request is made at once.
   */
  abandonRequest?: pulumi.Input<string | undefined>;
  /** The merchant's OperatingCertificates: without a valid one the platform lets nobody renew or change. */
  operatingCertificates?:
    { readonly validUntil: pulumi.Output<string>; readonly merchantId: pulumi.Output<string> } | undefined;
  /** The rules it was issued under. Default: inferred from the certificate; `five-year` before the first. */
  policy?: pulumi.Input<"annual" | "five-year"> | undefined;
  /**
   * Days before expiry at which the next key and request are made: 1 to 1825, at least `failBeforeDays` and less than
   * the certificate's validity. Default 60, when WeChat Pay begins to notify.
   */
  renewBeforeDays?: pulumi.Input<number> | undefined;
  /** Days before expiry from which a run without a replacement fails: 0 to 1825. Default 7. */
  failBeforeDays?: pulumi.Input<number> | undefined;
  /** Subject attributes of the request; the platform sets its own in the certificate. */
  subject?: pulumi.Input<RequestSubjectArgs> | undefined;
}

/** A key in use: in a PKCS#12 file, by itself, or in the zip as downloaded from the Merchant Platform. */
export type CertificateImportArgs =
  | {
      /** A `.p12` file; RC2 ones, which OpenSSL 3 refuses, are read too. */
      p12: SecretRef;
      /** Default: the merchant id, as in the platform's files. */
      password?: SecretRef | undefined;
    }
  | {
      /** PKCS#8 or PKCS#1, PEM or DER. */
      privateKey: SecretRef;
      /** Of an encrypted key. */
      passphrase?: SecretRef | undefined;
    }
  | {
      /** With `apiclient_key.pem` or `apiclient_cert.p12` in it. */
      zip: SecretRef;
      /** Of the `.p12` in it. Default: the merchant id. */
      password?: SecretRef | undefined;
    };

export interface RequestSubjectArgs {
  /** Default `微信商户系统`. */
  organization?: pulumi.Input<string> | undefined;
  /** Default `ShenZhen`. */
  locality?: pulumi.Input<string> | undefined;
  /** Two capital letters. Default `CN`. */
  country?: pulumi.Input<string> | undefined;
}

/** The names of {@link MerchantCertificateArgs}. */
export const merchantCertificateArgNames = {
  ...credentialArgNames,
  merchantName: true,
  certificate: true,
  issuance: true,
  verification: true,
  platformSecretArn: true,
  trustChain: true,
  trustAnchors: true,
  compromised: true,
  abandonRequest: true,
  operatingCertificates: true,
  policy: true,
  renewBeforeDays: true,
  failBeforeDays: true,
  subject: { organization: true, locality: true, country: true },
  adopt: { privateKey: true, certificate: true, chain: true },
  import: {
    p12: secretRefArgNames,
    password: secretRefArgNames,
    privateKey: secretRefArgNames,
    passphrase: secretRefArgNames,
    zip: secretRefArgNames,
  },
} as const satisfies Record<keyof MerchantCertificateArgs, KnownArguments | true>;
