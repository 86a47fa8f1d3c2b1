import type { KeyObject } from "node:crypto";
import { privateKeyPem } from "../../provider/domain/private-key";
import type { CertificateAuthority } from "../../sandbox/merchant-platform";
import type { Program } from "./simulation-judge";
import { People, type Character, type Mood } from "./simulation-people";
import { day, MerchantAccount, type Rules } from "./simulation-platform";
import { Random } from "./simulation-random";

/** How a merchant comes to its first certificate. */
export type Beginning = "request" | "import" | "download";

/** One merchant and its people, as chance has made them; always the same for the same seed. */
export interface Merchant {
  rules: Rules;
  beginning: Beginning;
  merchantId: string;
  merchantName: string;
  account: MerchantAccount;
  people: People;
  random: Random;
  /** What the references of the program lead to. */
  env: Record<string, string>;
  nextKey: () => KeyObject;
  /** Milliseconds after the run before at which people do things; a day: at the very time of the next. */
  hour: () => number;
}

/** As many keys as a merchant uses in six years at the most; all merchants share them. */
export const poolSize = 16;

const moods: Record<"reliable" | "human", readonly (readonly [Mood, number])[]> = {
  reliable: [
    ["early", 4],
    ["usual", 6],
  ],
  human: [
    ["early", 20],
    ["usual", 40],
    ["late", 15],
    ["absent", 8],
    ["wrong", 17],
  ],
};

export function cast(
  index: number,
  {
    seed,
    rules,
    authority,
    keys,
    start,
    days,
    outstanding,
  }: {
    seed: number;
    rules: Rules;
    authority: CertificateAuthority;
    keys: readonly KeyObject[];
    start: number;
    days: number;
    outstanding: () => readonly string[];
  },
): Merchant {
  const random = new Random(seed + index * 7919);
  const beginning = random.pick<Beginning>([
    ["request", 6],
    ["import", 2],
    ["download", 2],
  ]);
  const merchantId = String(1_900_000_000 + index);
  const merchantName = `Example Shop ${index}`;
  const register = (id: string, waiting: () => readonly string[] = () => []): MerchantAccount =>
    new MerchantAccount(authority, id, merchantName, rules, random, waiting);
  const account = register(merchantId, outstanding);
  const nextKey = inOrderOf(index, keys.slice(1));
  const program: Program = { issuance: beginning === "download" ? "download" : "request" };
  const env: Record<string, string> = {};
  const character: Character = {
    moods: random.chance(0.4) ? moods.reliable : moods.human,
    renews: random.chance(0.6),
    ...(random.chance(0.2) && { compromiseOn: random.between(50, days - 100) }),
    ...(random.chance(0.15) && { withdrawOn: random.between(50, days - 100) }),
  };

  if (beginning !== "request") {
    const key = nextKey();
    env.MERCHANT_KEY = privateKeyPem(key);
    const years =
      beginning === "download" ? random.between(4, 9) : rules === "annual" ? 0 : random.between(0, 4);
    const issuedAt = start - (years * 365 + random.between(5, 280)) * day;
    program.certificate =
      beginning === "download"
        ? account.issueByWechatPay(key, issuedAt)
        : account.issueElsewhere(key, issuedAt);
    program.imports = program.certificate.key;
    if (beginning === "download") {
      const left = Math.floor((program.certificate.notAfter - start) / day);
      character.upgradeOn = Math.min(random.between(200, days - 200), left - 90);
    }
  }
  const lastKey = keys[0]!;
  const mistakes = [String(1_800_000_000 + index), merchantId].map(
    (id) => (at: number) => register(id).issueElsewhere(lastKey, at - 20 * day),
  );
  const people = new People(program, character, { random, account, mistakes });
  const atTheRun = random.chance(0.15);
  const hour = () => (atTheRun ? day : random.between(1, 24 * 60 - 1) * 60 * 1000);
  return { rules, beginning, merchantId, merchantName, account, people, random, env, nextKey, hour };
}

/** Each key once, in an order of the merchant's own. */
function inOrderOf(index: number, keys: readonly KeyObject[]): () => KeyObject {
  // Steps that visit all of a power of two.
  const step = [1, 3, 5, 7, 9, 11][index % 6]!;
  let used = 0;
  return () => {
    if (used === keys.length) throw new Error("the pool has no further key for this merchant");
    return keys[(index + used++ * step) % keys.length]!;
  };
}
