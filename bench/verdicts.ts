import { modules, type Imports, type SizeResult } from "./measurements";

/** A measurement beside what is wanted of it. */
export interface Verdict {
  readonly what: string;
  readonly size: number | undefined;
  readonly measured: number;
  readonly unit: "×" | "ms" | "calls" | "bytes";
  /** At most; undefined where nothing is wanted. */
  readonly wanted: number | undefined;
  readonly detail: string;
}

export const isMet = ({ measured, wanted }: Verdict): boolean => wanted === undefined || measured <= wanted;

/** Milliseconds for people. */
const shown = (milliseconds: number): string =>
  milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(2)} s` : `${Math.round(milliseconds)} ms`;

export function verdictsOfSize({ size, commands, keyGeneration, stateBytes }: SizeResult): Verdict[] {
  const { create, unchanged, refresh } = commands;
  const least = create.floor + keyGeneration;
  const calls = (what: string, measured: number, wanted: number): Verdict => ({
    what: `AWS ${what} of each certificate`,
    size,
    measured,
    unit: "calls",
    wanted,
    detail: "",
  });
  return [
    {
      what: "create, to floor + keys",
      size,
      measured: create.milliseconds / least,
      unit: "×",
      wanted: 1.25,
      detail: `${shown(create.milliseconds)} to ${shown(create.floor)} + ${shown(keyGeneration)}`,
    },
    {
      what: "unchanged up, to floor",
      size,
      measured: unchanged.milliseconds / unchanged.floor,
      unit: "×",
      wanted: 1.1,
      detail: `${shown(unchanged.milliseconds)} to ${shown(unchanged.floor)}`,
    },
    {
      what: "refresh, to floor",
      size,
      measured: refresh.milliseconds / refresh.floor,
      unit: "×",
      wanted: 1.5,
      detail: `${shown(refresh.milliseconds)} to ${shown(refresh.floor)}`,
    },
    calls("writes in create", create.calls.writes, 2),
    calls("reads in create", create.calls.reads, 3),
    calls("calls in unchanged up", unchanged.calls.reads + unchanged.calls.writes, 0),
    calls("calls in refresh", refresh.calls.reads + refresh.calls.writes, 1),
    {
      what: "state of each certificate",
      size,
      measured: stateBytes.certificate,
      unit: "bytes",
      wanted: undefined,
      detail: `floor ${stateBytes.floor} bytes`,
    },
  ];
}

export function verdictsOfImports(imports: Imports): Verdict[] {
  const verdict = (what: string, module: string, wanted?: number): Verdict => ({
    what,
    size: undefined,
    measured: imports[module]!,
    unit: "ms",
    wanted,
    detail: module,
  });
  return [
    verdict("import of the handlers", modules.handlers, 120),
    verdict("import of the package", modules.package),
    verdict("import of the Pulumi SDK alone", modules.sdk),
  ];
}

/** The verdicts as lines of a table. */
export function table(verdicts: readonly Verdict[]): string {
  const digits = { "×": 2, calls: 0, ms: 0, bytes: 0 } as const;
  const rows = verdicts.map((verdict) => {
    const { what, size, measured, unit, wanted, detail } = verdict;
    return [
      size === undefined ? "" : String(size),
      what,
      `${measured.toFixed(digits[unit])} ${unit}`,
      wanted === undefined ? "" : `<= ${wanted} ${unit}`,
      wanted === undefined ? "" : isMet(verdict) ? "OK" : "MISSED",
      detail,
    ];
  });
  const all = [["N", "what", "measured", "wanted", "", ""], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const isNumber = (column: number): boolean => column === 0 || column === 2;
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
