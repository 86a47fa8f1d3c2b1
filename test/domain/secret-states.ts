import { emptyValue, serializeValue } from "../../provider/domain/credential-value";
import { lastChangeTags, type SecretChangeReason } from "../../provider/domain/last-change";
import { nothing, recordTag, type RotationRecord } from "../../provider/domain/rotation-record";
import {
  withLabelMoved,
  withVersion,
  type SecretDescription,
  type SecretVersion,
} from "../../provider/domain/secret";
import { secretValue } from "../../provider/domain/secret-kind";
import { secretView, type SecretView, type SecretViewContext } from "../../provider/domain/secret-view";
import { awsPending, labelName, requestFingerprint, tokens } from "../../provider/domain/staging-labels";
import type { Step } from "../../provider/domain/step";

export const merchantId = "1900000109";
export const secretName = `merchants/${merchantId}/apiSecret`;
export const placeholder = tokens.create(secretName);
export const since = new Date("2026-02-03T04:05:06Z");

/** Version ids, told apart by their letter. */
export const A = "a".repeat(64);
export const B = "b".repeat(64);
export const C = "c".repeat(64);
export const D = "d".repeat(64);
export const F = "f".repeat(64);

/** As the labels of a version name it. */
export const fingerprint = (id: string): string => requestFingerprint(id);

/** The 32 characters of a version. */
export const secretOf = (id: string): string => `c4n4ry${id.slice(0, 26).toUpperCase()}`;

export interface Version {
  value: string;
  labels: readonly string[];
}
export type Versions = Readonly<Record<string, Version>>;

export const issued = (id: string, ...labels: string[]): Version => ({
  value: secretValue("apiSecret", merchantId, secretOf(id)),
  labels,
});
export const waiting = (id: string, ...labels: string[]): Version =>
  issued(id, `MC_REQUEST_${fingerprint(id)}`, ...labels);
export const empty = (...labels: string[]): Version => ({ value: emptyValue, labels });
/** The secret as another tool keeps it. */
export const foreign = (...labels: string[]): Version => ({
  value: JSON.stringify({ key: secretOf(F), note: "made by hand" }),
  labels,
});
export const foreignFields = { apiSecret: "key" };
export const otherMerchants = (...labels: string[]): Version => ({
  value: secretValue("apiSecret", "1900000110", secretOf(F)),
  labels,
});
export const ofAnotherKind = (...labels: string[]): Version => ({
  value: serializeValue({
    schema: "merchant-credentials/apiv3-secret/v1",
    merchantId,
    apiV3Secret: secretOf(F),
  }),
  labels,
});

/** What tags tell of a secret: the record of its last rotation, and why its version is current. */
export function tagsOf(
  record: Partial<RotationRecord> | undefined,
  current?: string,
  reason: SecretChangeReason = "first value",
): Record<string, string> {
  return {
    ...(record &&
      recordTag({ began: since, request: nothing, triggers: nothing, import: nothing, ...record })),
    ...(current !== undefined && {
      "merchant-credentials:first-issued": "2026-02-03T04:05:06Z",
      ...lastChangeTags(since, current, reason),
    }),
  };
}

/** An API secret on paper: versions, and what each step of the protocol leaves of them. */
export class PaperSecret {
  readonly reads: string[] = [];
  secret: SecretDescription;
  private readonly values: Map<string, string>;

  constructor(versions: Versions, differences: Partial<SecretDescription> = {}) {
    const labelled = Object.entries(versions).filter(([, { labels }]) => labels.length > 0);
    this.secret = {
      arn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:${secretName}-AbCdEf`,
      name: secretName,
      tags: {},
      versions: Object.fromEntries(labelled.map(([id, { labels }]) => [id, labels])),
      rotationEnabled: false,
      replicas: [],
      ...differences,
    };
    this.values = new Map(Object.entries(versions).map(([id, { value }]) => [id, value]));
  }

  value(versionId: string): string | undefined {
    return this.values.get(versionId);
  }

  view(context: Partial<SecretViewContext> = {}): Promise<SecretView> {
    return secretView(
      this.secret,
      { kind: "apiSecret", merchantId, adopt: undefined, activation: undefined, ...context },
      this.readVersion,
      this.versionExists,
    );
  }

  readonly readVersion = (versionId: string): Promise<SecretVersion> => {
    this.reads.push(versionId);
    const labels = this.secret.versions[versionId] ?? [];
    return Promise.resolve({ versionId, value: this.values.get(versionId)!, labels, createdAt: since });
  };

  readonly versionExists = (versionId: string): Promise<boolean> => {
    this.reads.push(`is there ${versionId}`);
    return Promise.resolve(this.values.has(versionId));
  };

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case "begin": {
        let n = 0;
        const token = () => tokens.request(this.secret.arn, "apiSecret", "", n);
        while (this.values.has(token())) n++;
        this.write(token(), (await step.generate()).value, [
          labelName("request", fingerprint(token())),
          awsPending,
        ]);
        break;
      }
      case "put":
        this.write(this.free(step.token), await textOf(step), step.labels);
        break;
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

  private free(token: string | ((n: number) => string)): string {
    if (typeof token === "string") return token;
    let n = 0;
    while (this.values.has(token(n))) n++;
    return token(n);
  }

  private write(id: string, value: string, labels: readonly string[]): void {
    this.values.set(id, value);
    this.secret = withVersion(this.secret, id, labels);
  }
}

/** What a put writes; a value from outside is fetched. */
export async function textOf({ value }: Step & { do: "put" }): Promise<string> {
  return typeof value === "string" ? value : value();
}
