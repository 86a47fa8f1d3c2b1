import { randomInt } from "node:crypto";
import type { Secret } from "./secret";

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export function randomSuffix(): string {
  return Array.from({ length: 6 }, () => alphanumerics[randomInt(alphanumerics.length)]).join("");
}

/** The ARN under which a secret is known in a region; a replica differs from its primary only there. */
export function secretArn(secret: Pick<Secret, "name" | "suffix">, region: string, accountId: string) {
  const partition = partitionOf(region);
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${secret.name}-${secret.suffix}`;
}

export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export type SecretReference =
  | { by: "name"; name: string }
  | { by: "arn"; partition: string; region: string; accountId: string; name: string; suffix?: string };

/**
 * What a SecretId names. An ARN may lack its six random characters; one that ends in a hyphen and six
 * characters is taken for a complete one, which is why a secret's name should not end so.
 */
export function parseSecretId(id: string): SecretReference | undefined {
  if (!id.startsWith("arn:")) {
    return /^[A-Za-z0-9/_+=.@!-]+$/.test(id) ? { by: "name", name: id } : undefined;
  }
  const arn = /^arn:([^:]+):secretsmanager:([^:]+):(\d{12}):secret:([A-Za-z0-9/_+=.@!-]+)$/.exec(id);
  if (!arn) return undefined;
  const [partition, region, accountId, resource] = arn.slice(1) as [string, string, string, string];
  const complete = /^(.+)-([A-Za-z0-9]{6})$/.exec(resource);
  return {
    by: "arn",
    partition,
    region,
    accountId,
    name: complete?.[1] ?? resource,
    suffix: complete?.[2],
  };
}
