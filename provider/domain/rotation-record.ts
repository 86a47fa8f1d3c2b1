import { isoTime } from "./calendar";
import { sha256Hex } from "./digest";
import { tagPrefix } from "./secret-tags";

export const triggerTag = `${tagPrefix}trigger`;

const importTag = `${tagPrefix}import`;

/** Stands in the record for what has not been asked for. */
export const nothing = "none";

/**
 * What the tag `trigger` tells: which rotation has begun last, and for what. It answers whether one is due, because
 * state can be lost or rolled back.
 */
export interface RotationRecord {
  began: Date;
  /** Fingerprint of the request that the rotation began with; `none` for the first value. */
  request: string;
  /** Of the triggers that it began for. */
  triggers: string;
  /** Of the import that is done. */
  import: string;
}

export function recordTag(record: RotationRecord): Record<string, string> {
  const { began, request, triggers, import: imported } = record;
  return {
    [triggerTag]: `began=${isoTime(began)} request=${request} triggers=${triggers}`,
    [importTag]: imported,
  };
}

/** Undefined where the tag is missing or not ours to read. */
export function readRecord(tags: Readonly<Record<string, string>>): RotationRecord | undefined {
  const match = /^began=(\S+) request=(\S+) triggers=(\S+)$/.exec(tags[triggerTag] ?? "");
  if (!match) return undefined;
  const [, time, request, triggers] = match;
  const began = new Date(time!);
  return Number.isNaN(began.getTime())
    ? undefined
    : { began, request: request!, triggers: triggers!, import: tags[importTag] ?? nothing };
}

/** 16 hex digits that stand for a value of the program, `none` for an absent one. The order of keys does not matter. */
export function digestOf(value: unknown): string {
  return value === undefined ? nothing : sha256Hex(canonical(value)).slice(0, 16);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
