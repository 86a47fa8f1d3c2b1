import type { LabelledVersion } from "./secret";

/** A label of ours that may have nothing to do any more, and what decides that. */
export interface KeptLabel extends LabelledVersion {
  /** End of the version's certificate; undefined for a request, and where the certificate was not read. */
  notAfter?: Date | undefined;
  /** Whether the version is current or was so last, or the program names it. */
  isNeeded: boolean;
  /** Whether a request label still sits on the version. */
  isOpenRequest: boolean;
}

interface DropRule {
  because: string;
  /** Labels on all versions from which the rule applies; Secrets Manager allows 20. */
  from: number;
  drops: (label: KeptLabel, now: Date) => boolean;
}

/**
 * Which labels go, in this order. A mark of compromise never does: it is what remembers the key. Room for four more is
 * always left: a request, its certificate, a mark and AWSPENDING.
 */
export const dropRules: readonly DropRule[] = [
  {
    because: "an expired certificate cannot be rolled back to",
    from: 0,
    drops: ({ kind, notAfter }, now) => kind === "certificate" && notAfter !== undefined && notAfter <= now,
  },
  {
    because: "a request that was given up is no request without its label, either",
    from: 14,
    drops: ({ kind, isOpenRequest }) => kind === "abandoned" && !isOpenRequest,
  },
  {
    because: "of the certificates before the one before, at most two are still valid on the platform",
    from: 16,
    drops: ({ kind }) => kind === "certificate",
  },
];

/** From this many labels on the kept certificates have to be read. */
export const crowded = 14;

/** The label to drop next, the one whose certificate ends first; undefined where all have something to do. */
export function outlivedLabel(
  labels: readonly KeptLabel[],
  labelCount: number,
  now: Date,
): LabelledVersion | undefined {
  const byEnd = [...labels]
    .filter(({ isNeeded }) => !isNeeded)
    .sort((a, b) => (a.notAfter?.getTime() ?? 0) - (b.notAfter?.getTime() ?? 0));
  for (const { from, drops } of dropRules) {
    const found = labelCount >= from ? byEnd.find((label) => drops(label, now)) : undefined;
    if (found) return { versionId: found.versionId, kind: found.kind, of: found.of };
  }
  return undefined;
}
