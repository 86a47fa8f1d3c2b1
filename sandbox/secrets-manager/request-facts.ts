import { createHash } from "node:crypto";
import type { JournalEntry } from "./journal";

type Members = Record<string, unknown>;

/** What the journal says of a request: names, labels and a digest, never a value. */
export function requestFacts(body: Members): Pick<JournalEntry, "secretId" | "labels" | "valueSha256"> & {
  versionId?: string;
} {
  return {
    secretId: string(body.SecretId) ?? string(body.Name),
    versionId: string(body.MoveToVersionId) ?? string(body.VersionId) ?? string(body.ClientRequestToken),
    labels: labelsIn(body),
    valueSha256: valueDigest(body),
  };
}

/** What the answer adds to that. */
export function answerFacts(answer: Members): Pick<JournalEntry, "versionId" | "valueSha256"> {
  const versionId = string(answer.VersionId);
  const valueSha256 = valueDigest(answer);
  return { ...(versionId && { versionId }), ...(valueSha256 && { valueSha256 }) };
}

function labelsIn({ VersionStages, VersionStage }: Members): string[] | undefined {
  if (typeof VersionStage === "string") return [VersionStage];
  return Array.isArray(VersionStages)
    ? VersionStages.filter((label) => typeof label === "string")
    : undefined;
}

function valueDigest({ SecretString, SecretBinary }: Members): string | undefined {
  if (typeof SecretString === "string") return sha256(SecretString);
  if (typeof SecretBinary === "string") return sha256(Buffer.from(SecretBinary, "base64"));
  return undefined;
}

const sha256 = (value: string | Buffer) => createHash("sha256").update(value).digest("hex");
const string = (value: unknown) => (typeof value === "string" ? value : undefined);
