/** Longer texts of a file are cut: no name or reason of ours comes near. */
const longest = 500;

/**
 * A text from outside as one line that may be shown: without characters that move the cursor, colour what follows
 * or turn the direction of writing.
 */
export function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, "");
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

/** How many cells of a terminal a text takes; Chinese characters take two. */
export function columnsOf(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0);
}
