import type { PlatformCertificate } from "merchant-credentials-loader/format";
import { parseCertificate } from "../../provider/domain/certificate";
import { serializeValue, type CredentialValue } from "../../provider/domain/credential-value";
import { pemBlocks } from "../../provider/domain/pem";
import type { Refused, Undecided, UndecidedReason, Verdict } from "../../provider/domain/verdict";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { merchantCertificate, platformCertificate, privateKey, privateKeyPem } from "../support/certificates";
import { merchantId } from "../support/merchant";
import { unaskedProber } from "../support/prober";
import { canary, SecretScene } from "./secret-scene";

export const serialNumbers = { old: "A".repeat(40), next: "B".repeat(40), last: "C".repeat(40) };

type Listed = readonly PlatformCertificate[] | Refused | Undecided;

/** A certificate as WeChat Pay lists it; days are of the year 2026 or with their own. */
export function listed(which: keyof typeof serialNumbers, expireTime: string): PlatformCertificate {
  const serialNumber = serialNumbers[which];
  const pem = platformCertificate({ serialNumber, key: privateKey("platform") });
  const { pem: certificate } = parseCertificate(pemBlocks(pem)[0]!.der)!;
  return { serialNumber, certificate, effectiveTime: "2026-01-15T08:30:00Z", expireTime };
}

export const undecided = (because: UndecidedReason): Undecided => ({
  verdict: "undecided",
  because,
  says: `There was ${because}.`,
});

/** One of WeChat Pay's own credentials over HTTP, beside the merchant's certificate and APIv3 secret. */
export class PlatformScene extends SecretScene {
  /** What WeChat Pay says. */
  certificates: Listed = [];
  verdict: Verdict = undecided("unreachable");
  /** How often it was asked. */
  questions = 0;
  /** Of the credentials that it is asked with. */
  arns = { certificateSecretArn: "", apiV3SecretArn: "" };
  /** The keys that the answer was to be verified with, beside its own. */
  knownKeys: string[] = [];

  constructor(
    kind: "platformCertificates" | "platformPublicKey",
    declare: (scene: PlatformScene) => JsonObject,
  ) {
    super(kind);
    beforeEach(async () => {
      this.questions = 0;
      this.scene.prober = () => ({
        ...unaskedProber,
        platformCertificates: (_signer, _secret, known) => {
          this.questions += 1;
          this.knownKeys = [...(known?.keys() ?? [])];
          return Promise.resolve(this.certificates);
        },
        platformPublicKey: () => {
          this.questions += 1;
          return Promise.resolve(this.verdict);
        },
      });
      await this.storeCredentials();
      this.scene.inputs = { ...this.scene.inputs, ...declare(this) };
      this.quiet();
    });
  }

  async storeCredentials(): Promise<void> {
    this.arns = {
      certificateSecretArn: await this.store("certificate", certificateValue()),
      apiV3SecretArn: await this.store("apiV3Secret", apiV3Value(canary("V"))),
    };
  }

  /** Makes a secret that the program refers to, or gives it another value. */
  async store(kind: string, value: CredentialValue): Promise<string> {
    const SecretId = `merchants/${merchantId}/${kind}`;
    const SecretString = serializeValue(value);
    if (this.scene.sandbox.secrets().some(({ name }) => name === SecretId))
      return (await this.aws.putSecretValue({ SecretId, SecretString })).ARN!;
    return (await this.aws.createSecret({ Name: SecretId, SecretString })).ARN!;
  }

  /** What applications read. */
  get serving(): CredentialValue {
    const { value } = this.secret.versions.find(({ id }) => id === this.version())!;
    return JSON.parse(Buffer.from(value).toString()) as CredentialValue;
  }

  /** All calls to AWS since the last `quiet`, reads of other secrets included. */
  get calls(): string[] {
    return this.scene.sandbox.journal.entries().map(({ operation }) => operation);
  }
}

export function certificateValue(of = merchantId): CredentialValue {
  return {
    schema: "merchant-credentials/certificate/v1",
    merchantId: of,
    serialNumber: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    privateKey: privateKeyPem(),
    certificate: merchantCertificate(),
    chain: [],
  };
}

export function apiV3Value(apiV3Secret: string, of = merchantId): CredentialValue {
  return { schema: "merchant-credentials/apiv3-secret/v1", merchantId: of, apiV3Secret };
}

export const nothingYet: CredentialValue = { schema: "merchant-credentials/empty/v1" };
