import { createHash } from "node:crypto";
import { drawSecret } from "../../provider/domain/random-secret";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** An endless, repeatable row of bytes: SHA-256 in counter mode. */
function seeded(seed: string): (count: number) => Uint8Array {
  let counter = 0;
  let left = Buffer.alloc(0);
  return (count) => {
    while (left.length < count) {
      const block = createHash("sha256").update(`${seed}|${counter++}`).digest();
      left = Buffer.concat([left, block]);
    }
    const taken = left.subarray(0, count);
    left = left.subarray(count);
    return taken;
  };
}

/** Gives these bytes, then nulls; tells how often it was asked. */
function source(...batches: number[][]) {
  const asked: number[] = [];
  return {
    asked,
    randomBytes: (count: number) => {
      asked.push(count);
      return Uint8Array.from(batches[asked.length - 1] ?? Array<number>(count).fill(0));
    },
  };
}

it.each([
  ["each byte below 248 to its remainder", 0, 248],
  ["no byte from 248 on to anything: the next one is taken", 248, 256],
])("turns %s", (_name, from, to) => {
  for (let byte = from; byte < to; byte++) {
    const drawn = drawSecret(source([byte, 61]).randomBytes);
    expect(drawn).toBe((byte < 248 ? `${alphabet[byte % 62]}z` : "z").padEnd(32, "0"));
  }
});

it.each<[string, number[][], number]>([
  ["one byte at a time", Array.from({ length: 32 }, (_, n) => [n]), 32],
  ["none at first", [[], [], Array.from({ length: 32 }, (_, n) => n)], 3],
  ["31, then one", [Array.from({ length: 31 }, (_, n) => n), [31]], 2],
  [
    "40 of which 9 are of no use, then more",
    [Array.from({ length: 40 }, (_, n) => (n < 31 ? n : 250)), [31]],
    2,
  ],
  ["more than it needs", [Array.from({ length: 40 }, (_, n) => n)], 1],
])("asks its source until 32 characters are drawn, where that gives %s", (_name, batches, calls) => {
  const { randomBytes, asked } = source(...batches);
  expect(drawSecret(randomBytes)).toBe(alphabet.slice(0, 32));
  expect(asked).toHaveLength(calls);
});

describe("of 204,800 characters drawn from a fixed seed", () => {
  type Draw = (randomBytes: (count: number) => Uint8Array) => string;

  // Exceeded by chance once in 10,000 seeds (Wilson and Hilferty's approximation, z = 3.719).
  const bounds = { overall: 111.0, inItsPlace: 2193 };
  const secrets = (draw: Draw): string[] => {
    const randomBytes = seeded("2026-11-22");
    return Array.from({ length: 6400 }, () => draw(randomBytes));
  };

  /** Pearson's chi-square of characters that should be equally likely. */
  function chiSquare(characters: string): number {
    const counts = new Map([...alphabet].map((letter) => [letter, 0]));
    for (const letter of characters) counts.set(letter, counts.get(letter)! + 1);
    const expected = characters.length / alphabet.length;
    return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  }

  /** What a careless drawing makes of the same bytes. */
  const careless =
    (isUsed: (byte: number) => boolean): Draw =>
    (randomBytes) => {
      let drawn = "";
      while (drawn.length < 32) {
        const [byte] = randomBytes(1);
        if (isUsed(byte!)) drawn += alphabet[byte! % 62];
      }
      return drawn;
    };

  const drawn = secrets(drawSecret);

  it("each of the 62 is equally likely", () => {
    expect(drawn.join("")).toMatch(/^[0-9A-Za-z]{204800}$/);
    expect(chiSquare(drawn.join(""))).toBeLessThan(bounds.overall);
  });

  it("each is equally likely in each of the 32 places", () => {
    const places = Array.from({ length: 32 }, (_, place) => drawn.map((secret) => secret[place]).join(""));
    const sum = places.map(chiSquare).reduce((total, each) => total + each, 0);
    expect(sum).toBeLessThan(bounds.inItsPlace);
  });

  it("none comes twice as a secret", () => expect(new Set(drawn).size).toBe(6400));

  it.each([
    ["the remainder of every byte", () => true],
    ["the remainder of every byte below 250", (byte: number) => byte < 250],
  ])("the same bound finds the bias of %s", (_name, isUsed) => {
    expect(chiSquare(secrets(careless(isUsed)).join(""))).toBeGreaterThan(bounds.overall);
  });
});
