import { merchantName, type Stage } from "./stage";

const day = 24 * 60 * 60 * 1000;
const began = Date.now();

/** So many days from the beginning of these tests; certificates name whole seconds. */
export const inDays = (days: number): Date => new Date(Math.floor((began + days * day) / 1000) * 1000);
export const isoTime = (date: Date): string => date.toISOString().replace(/\.\d+/, "");
export const twoDaysAfter = (date: Date): string => isoTime(new Date(date.getTime() + 2 * day));

/** The certificate for the open request, with dates of our choice: so many days from now. */
export async function signed(stage: Stage, name: string, merchantId: string, from: number, to: number) {
  const request = String((await stage.outputs(name)).certificateRequest);
  const validity = { notBefore: inDays(from), notAfter: inDays(to) };
  return stage.platform.issue(request, { merchantId, merchantName, ...validity });
}

/** As request labels name the key of an open request. */
export const fingerprintOf = ({ pending }: Record<string, unknown>): string =>
  (pending as { publicKeySha256: string }).publicKeySha256.slice(0, 16);

export const stepsOf = ({ nextSteps }: Record<string, unknown>): string => (nextSteps as string[]).join("\n");

/** Labels of a merchant's certificate as the product sets them, in alphabetical order. */
export function labelsOf(stage: Stage, merchantId: string): string[] {
  const { versions } = stage.secret(merchantId);
  return versions
    .flatMap(({ labels }) => labels)
    .filter((label) => label.startsWith("MC_"))
    .sort();
}

/** How many calls of the last run wrote to a merchant's certificate, and how many only read. */
export function callsFor(stage: Stage, merchantId: string): { writes: number; reads: number } {
  const count = (what: "writes" | "reads") => stage.aws.journal.count(what, merchantId);
  return { writes: count("writes"), reads: count("reads") };
}
