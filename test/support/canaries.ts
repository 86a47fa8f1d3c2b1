import { createPrivateKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Something that must not be found anywhere, in one of the shapes that it could take on. */
export interface Canary {
  /** What it is and in which shape, for example `key 1, prime p in decimal`. */
  name: string;
  bytes: Buffer;
}

/** Long enough that no public bytes look the same by chance. */
const windowLength = 48;

/** A private key (PKCS#8 PEM) in every shape in which it, or a part of it, could leak. */
export function keyCanaries(name: string, pem: string): Canary[] {
  const key = createPrivateKey(pem);
  const der = key.export({ format: "der", type: "pkcs8" });
  const middle = Math.floor((der.length - windowLength) / 2);
  const { d, p, q } = key.export({ format: "jwk" });
  const numbers = Object.entries({ "exponent d": d!, "prime p": p!, "prime q": q! });
  return [
    ...textCanaries(`${name}, PEM body`, pemBody(pem)),
    ...windowCanaries(`${name}, start`, der.subarray(0, windowLength)),
    ...windowCanaries(`${name}, middle`, der.subarray(middle, middle + windowLength)),
    ...windowCanaries(`${name}, end`, der.subarray(-windowLength)),
    ...numbers.flatMap(([part, jwk]) => {
      const bytes = Buffer.from(jwk, "base64url");
      const decimal = BigInt(`0x${bytes.toString("hex")}`).toString();
      return [
        canary(`${name}, ${part} in decimal`, decimal),
        ...windowCanaries(`${name}, ${part}`, bytes.subarray(0, windowLength)),
        ...windowCanaries(`${name}, end of ${part}`, bytes.subarray(-windowLength)),
      ];
    }),
  ];
}

/** A text as it is, as JSON has it, once and twice, and as a URL has it. */
export function textCanaries(name: string, text: string): Canary[] {
  const json = (value: string) => JSON.stringify(value).slice(1, -1);
  return distinct([
    canary(name, text),
    canary(`${name} in JSON`, json(text)),
    canary(`${name} in JSON in JSON`, json(json(text))),
    canary(`${name} in a URL`, encodeURIComponent(text)),
    canary(`${name} without line ends`, text.replace(/\s/g, "")),
  ]);
}

/** Bytes raw, in hex, and in Base64 wherever in a longer text they begin. */
export function windowCanaries(name: string, bytes: Buffer): Canary[] {
  const hex = bytes.toString("hex");
  return distinct([
    { name: `${name} raw`, bytes },
    canary(`${name} in hex`, hex),
    canary(`${name} in upper-case hex`, hex.toUpperCase()),
    canary(`${name} in a URL`, hex.toUpperCase().replace(/../g, "%$&")),
    ...[0, 1, 2].flatMap((offset) => {
      const base64 = base64At(bytes, offset);
      return [
        canary(`${name} in Base64 at ${offset}`, base64),
        canary(`${name} in base64url at ${offset}`, base64.replaceAll("+", "-").replaceAll("/", "_")),
        canary(`${name} in Base64 at ${offset} in a URL`, encodeURIComponent(base64)),
      ];
    }),
  ]);
}

/** The Base64 digits that do not depend on what stands before or behind. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const whole = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(Math.ceil((offset * 8) / 6), whole);
}

function pemBody(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----/g, "").trim();
}

function canary(name: string, text: string): Canary {
  return { name, bytes: Buffer.from(text) };
}

function distinct(canaries: Canary[]): Canary[] {
  return [...new Map(canaries.map((each) => [each.bytes.toString("latin1"), each])).values()];
}

/** The names of the canaries that are in a text or file, each once. */
export function findCanaries(bytes: Buffer, canaries: readonly Canary[]): string[] {
  const byStart = new Map<number, Canary[]>();
  for (const each of canaries) {
    const start = each.bytes.readUInt32LE(0);
    byStart.set(start, [...(byStart.get(start) ?? []), each]);
  }
  const found = new Set<string>();
  for (const text of [bytes, withoutLineEnds(bytes)]) {
    for (let at = 0; at + 4 <= text.length; at++) {
      const start = text[at]! | (text[at + 1]! << 8) | (text[at + 2]! << 16) | (text[at + 3]! << 24);
      for (const { name, bytes: wanted } of byStart.get(start >>> 0) ?? []) {
        if (wanted.equals(text.subarray(at, at + wanted.length))) found.add(name);
      }
    }
  }
  return [...found];
}

/** A PEM is cut into lines, whose ends logs escape once or more: as one line, a part of it is found too. */
function withoutLineEnds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replace(/\\*\\[rn]|[\r\n]|%0[ad]/gi, ""), "latin1");
}

/** Every file below a folder, without following links. */
export function filesBelow(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
