/** What the load consists of. */
export const loadKinds = ["callback", "order", "query"] as const;
export type LoadKind = (typeof loadKinds)[number];

/** A callback to the server, or a request to it. */
export interface Sent {
  readonly kind: LoadKind;
  /** Why it counts as failed; undefined where it was answered well. */
  readonly failure?: string;
}

/** A credential that was replaced under load. */
export interface Rotation {
  readonly what: string;
  /** What shows that both were in use, and how often each was. */
  readonly evidence: string;
  readonly before: number;
  readonly after: number;
}

export interface Result {
  readonly sent: readonly Sent[];
  readonly rotations: readonly Rotation[];
}

const titles: Readonly<Record<LoadKind, string>> = {
  callback: "callbacks",
  order: "orders (wechatpay-node-v3)",
  query: "queries (wechatpay-axios-plugin)",
};

/** `57 sent, 0 failed` */
export function tally(sent: readonly Sent[], kind: LoadKind): { sent: number; failed: number } {
  const ofKind = sent.filter((one) => one.kind === kind);
  return { sent: ofKind.length, failed: ofKind.filter(({ failure }) => failure !== undefined).length };
}

/** Why the applications have noticed something, or nothing was shown; empty where all went well. */
export function problems({ sent, rotations }: Result): string[] {
  const loads = loadKinds.flatMap((kind) => {
    const count = tally(sent, kind);
    if (count.sent === 0) return [`There were no ${titles[kind]}.`];
    if (count.failed === 0) return [];
    const reasons = sent.flatMap((one) => (one.kind === kind && one.failure) || []);
    return [`${count.failed} of ${count.sent} ${titles[kind]} failed: ${[...new Set(reasons)].join("; ")}.`];
  });
  const oneSided = rotations
    .filter(({ before, after }) => before === 0 || after === 0)
    .map(({ what, before, after }) => `${what}: in use ${before} times before and ${after} times after.`);
  return [...loads, ...oneSided, ...(rotations.length === 0 ? ["Nothing was rotated."] : [])];
}

/** The lines of the two tables that the demo ends with. */
export function table({ sent, rotations }: Result): string[] {
  const loads = loadKinds.map((kind) => {
    const count = tally(sent, kind);
    return [titles[kind], String(count.sent), String(count.failed)];
  });
  const replaced = rotations.map(({ what, evidence, before, after }) => [
    what,
    String(before),
    String(after),
    evidence,
  ]);
  return [
    ...aligned([["under load", "sent", "failed"], ...loads]),
    "",
    ...aligned([["rotated", "before", "after", "counted"], ...replaced]),
  ];
}

/** Numbers to the right, all else to the left. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isNumber = (column: number): boolean => rows.slice(1).every((row) => /^\d+$/.test(row[column]!));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("   ")
      .trimEnd(),
  );
}
