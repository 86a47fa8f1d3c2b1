import { bothZones } from "./calendar";
import { requestFingerprint } from "./staging-labels";

/** What the exact words for a merchant key depend on. */
export interface MerchantKeyStepContext {
  logicalName: string;
  secretName: string;
  region: string;
  /** Who gets the public key. */
  partner: string | undefined;
  /** Of the key that waits. */
  versionId: string;
  publicKeySha256: string;
  /** Whether one serves that the partner verifies with. */
  hasCurrent: boolean;
  /** Until when the key before the current one is verified with. */
  overlapUntil: Date | undefined;
  /** From when runs fail while it waits. */
  deadline: Date | undefined;
}

/**
 * How a key that waits gets to the partner, in order. Each is short, because the engine cuts texts of over 150 bytes in
 * its list of outputs.
 */
export function merchantKeyNextSteps(context: MerchantKeyStepContext): string[] {
  const { logicalName, secretName, region, versionId, publicKeySha256, overlapUntil } = context;
  const { partner = "the partner" } = context;
  const both = context.hasCurrent ? "both keys: this one and the present one" : "this key";
  const promote = `merchant-credentials promote ${secretName} --region ${region}`;
  return [
    handOver(partner, `output pending.publicKey of "${logicalName}".`, context.deadline),
    `Let them compare its SHA-256: ${publicKeySha256}`,
    `Wait until ${partner} confirms to verify with ${both}.`,
    ...(overlapUntil
      ? [
          `Wait until ${bothZones(overlapUntil)}: the key before is verified with; \`overlapDays: 0\` ends that.`,
        ]
      : []),
    `Then: ${promote} --version ${requestFingerprint(versionId)}`,
    `Or set \`activation: { version: "<pendingVersionId>" }\` of "${logicalName}" and run pulumi up.`,
  ];
}

/** Source for Geoswift: open.geoswift.com, "Rapid Development", where the merchant uploads its public key. */
function handOver(partner: string, what: string, deadline: Date | undefined): string {
  const how = /^geoswift\b/i.test(partner)
    ? `upload the public key in the merchant backend portal: ${what}`
    : `give ${partner} the public key: ${what}`;
  return deadline ? `By ${bothZones(deadline)}: ${how}` : `${how[0]!.toUpperCase()}${how.slice(1)}`;
}
