import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import type { CertificateFields } from "../../provider/domain/adopted-certificate";
import { readCertificateText, type CertificateText } from "../../provider/domain/certificate-text";
import {
  certificateView,
  type CertificateQuestion,
  type CertificateView,
} from "../../provider/domain/certificate-view";
import { emptyValue, serializeValue } from "../../provider/domain/credential-value";
import { withLabelMoved, withVersion, type SecretDescription } from "../../provider/domain/secret";
import { awsPending, labelName, requestFingerprint, tokens } from "../../provider/domain/staging-labels";
import type { Step } from "../../provider/domain/step";
import { merchantId, merchantName, privateKey, privateKeyPem } from "../support/certificates";
import { signingRequest } from "../../provider/domain/signing-request";

export const secretName = "merchants/1900000109/certificate";
export const placeholder = tokens.create(secretName);

export function aSecret(differences: Partial<SecretDescription> = {}): SecretDescription {
  return {
    arn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${secretName}-AbCdEf`,
    name: secretName,
    tags: {},
    versions: {},
    rotationEnabled: false,
    replicas: [],
    ...differences,
  };
}

export function spkiSha256(key: KeyObject): string {
  return createHash("sha256")
    .update(createPublicKey(key).export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** As request labels name the key. */
export const fingerprint = (key: KeyObject): string => spkiSha256(key).slice(0, 16);

const requests = new Map<KeyObject, string>();

/** The text of a pending value. */
export function requestValue(key: KeyObject = privateKey()): string {
  const certificateRequest = requests.get(key) ?? signingRequest({ merchantId, merchantName }, key);
  requests.set(key, certificateRequest);
  return serializeValue({
    schema: "merchant-credentials/certificate-request/v1",
    merchantId,
    privateKey: privateKeyPem(key),
    certificateRequest,
  });
}

/** The text of a complete value. */
export function certificateValue(pem: string, key: KeyObject = privateKey()): string {
  const { certificate } = readCertificateText(pem);
  return serializeValue({
    schema: "merchant-credentials/certificate/v1",
    merchantId,
    serialNumber: certificate.serialNumber,
    privateKey: privateKeyPem(key),
    certificate: certificate.pem,
    chain: [],
  });
}

/** The key and the certificate as another tool keeps them, under names of its own. */
export function foreignValue(pem: string, key: KeyObject = privateKey()): string {
  return JSON.stringify({ key: privateKeyPem(key), crt: pem, note: "made by hand" });
}

/** Where {@link foreignValue} has its parts. */
export const foreignFields = { privateKey: "key", certificate: "crt" } as const;

/** What a put writes; a value from outside is fetched. */
export async function textOf({ value }: Step & { do: "put" }): Promise<string> {
  return typeof value === "string" ? value : value();
}

interface Version {
  value: string;
  labels: readonly string[];
}

export const since = new Date("2026-02-03T04:05:06Z");

/** A vault on paper: a secret with versions, and what each step of the protocol leaves of it. */
export class PaperVault {
  readonly reads: string[] = [];
  private readonly values: Map<string, string>;

  constructor(
    versions: Readonly<Record<string, Version>>,
    differences: Partial<SecretDescription> = {},
    public secret: SecretDescription = aSecret({
      versions: Object.fromEntries(
        Object.entries(versions).flatMap(([id, { labels }]) => (labels.length > 0 ? [[id, labels]] : [])),
      ),
      ...differences,
    }),
  ) {
    this.values = new Map(Object.entries(versions).map(([id, { value }]) => [id, value]));
  }

  value(versionId: string): string | undefined {
    return this.values.get(versionId);
  }

  view(
    declared: CertificateText | undefined,
    now: Date,
    adopt?: CertificateFields,
    question: Partial<CertificateQuestion> = {},
  ): Promise<CertificateView> {
    const asked = {
      certificate: declared,
      merchantId,
      issuance: "request" as const,
      adopt,
      now,
      ...question,
    };
    return certificateView(this.secret, asked, (versionId) => {
      this.reads.push(versionId);
      const labels = this.secret.versions[versionId] ?? [];
      return Promise.resolve({ versionId, value: this.values.get(versionId)!, labels, createdAt: since });
    });
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "begin": {
        const { value, fingerprint } = await step.generate();
        const id = tokens.request(this.secret.arn, "certificate", String(fingerprint), 0);
        this.values.set(id, value);
        const labels = [labelName("request", fingerprint ?? requestFingerprint(id)), awsPending];
        this.secret = withVersion(this.secret, id, labels);
        break;
      }
      case "put": {
        const token = typeof step.token === "string" ? step.token : step.token(0);
        this.values.set(token, await textOf(step));
        this.secret = withVersion(this.secret, token, step.labels);
        break;
      }
      case "move-label":
        this.secret = withLabelMoved(this.secret, step.label, step.to);
        break;
      case "tag":
        this.secret = { ...this.secret, tags: { ...this.secret.tags, ...step.tags } };
        break;
      case "restore":
      case "untag":
      case "set-kms-key":
      case "add-replicas":
      case "remove-replicas":
        throw new Error(`${step.do} is not a step of the values`);
    }
  }
}

export const placeholderVersion = { [placeholder]: { value: emptyValue, labels: ["AWSCURRENT"] } };
