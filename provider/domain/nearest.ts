import { distance } from "fastest-levenshtein";

/** The known word closest to a mistyped one; undefined where none is near enough to be meant. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, away: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const best = ranked[0];
  return best && best.away <= Math.max(2, word.length / 3) ? best.candidate : undefined;
}
