import "./simulation-memory";
import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { createCertificateAuthority } from "../../sandbox/merchant-platform";
import { poolSize } from "./simulation-cast";
import { Figures } from "./simulation-figures";
import { days, live } from "./simulation-merchant";
import type { Rules } from "./simulation-platform";

const seed = 20261122;

/** The years of merchants number `from` to `to`, with the figures printed once. */
export function describeYears(rules: Rules, from: number, to: number): void {
  describe(`merchants ${from} to ${to} over six years of nightly runs under the ${rules} rules`, () => {
    let figures: Figures;
    beforeAll(async () => {
      figures = await simulate(rules, from, to);
    }, 300_000);

    it("are every night as the rules have it: red or green, what serves, which request is out, no needless call", () => {
      expect(figures.wrong).toEqual([]);
      expect(figures.nights.all).toBe((to - from + 1) * days);
      expect(figures.red.found).toBe(figures.red.expected);
      // Once in a merchant's life at most, when its fifth year of use is over.
      expect(figures.nights["with other words for open steps"]).toBeLessThanOrEqual(to - from + 1);
    });

    it("have no minute without a valid credential but those that people took to answer", () => {
      expect(figures.minutes).toMatchObject({ avoidable: 0, "by people: early": 0, "by people: usual": 0 });
    });

    it("are told nothing that the platform does not offer", () => {
      expect(figures.misled).toEqual({ renewals: 0 });
    });

    it("stay within the labels of Secrets Manager", () => {
      expect(figures.mostLabels).toBeLessThanOrEqual(20);
    });

    it("have lived: everything that people do has happened", () => {
      expect(Object.values(figures.did)).not.toContain(0);
      expect(figures.nights["after refresh"]).toBeGreaterThan(figures.nights.all! / 3);
      expect(figures.because).toEqual(
        expect.objectContaining(
          Object.fromEntries(reasons.map((reason) => [reason, expect.any(Number) as number])),
        ),
      );
    });
  });
}

/** Why a night was red at least once. */
const reasons = [
  "late",
  "expired",
  "compromised",
  "declared: compromised",
  "withdrawn",
  "another merchant's",
  "its key is not in the vault",
];

async function simulate(rules: Rules, from: number, to: number): Promise<Figures> {
  const makeKey = () => promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const pairs = await Promise.all(Array.from({ length: 1 + poolSize }, makeKey));
  const keys = pairs.map(({ privateKey }) => privateKey);
  const [key] = keys as [KeyObject];
  const authority = createCertificateAuthority({ keys: { root: key, issuer: key, wechatPayIssuer: key } });
  const figures = new Figures();
  for (let index = from; index <= to; index++) {
    figures.add(await live(index, { seed, rules, authority, keys }));
  }
  const title = `Merchants under the ${rules} rules: ${days} nights for each, seed ${seed}`;
  process.stdout.write(`\n${title}\n${figures.toString()}\n`);
  return figures;
}
