import { readableRegions, type Secret } from "./secret";
import type { StateFolder } from "./state-folder";

/** What an operation sees of the secrets. */
export interface Secrets {
  find(region: string, name: string, now: number): Secret | undefined;
}

/** All secrets, by region and name; the one place where they change. */
export class SecretStore implements Secrets {
  readonly #secrets = new Map<string, Secret>();
  readonly #beforeLastWrite = new Map<string, Secret | undefined>();
  readonly #folder?: StateFolder;

  constructor(folder?: StateFolder) {
    this.#folder = folder;
    for (const secret of folder?.load() ?? []) this.#place(secret);
  }

  find(region: string, name: string, now: number): Secret | undefined {
    const secret = this.#secrets.get(placeOf(region, name));
    if (secret?.deleteAt === undefined || secret.deleteAt > now) return secret;
    this.replace(secret, undefined);
    return undefined;
  }

  /** Each secret as it was before the last write to it: what an eventually consistent read may answer. */
  readonly stale: Secrets = {
    find: (region, name, now) => {
      const place = placeOf(region, name);
      return this.#beforeLastWrite.has(place)
        ? this.#beforeLastWrite.get(place)
        : this.find(region, name, now);
    },
  };

  /** Writes: `before` undefined creates, `after` undefined deletes. */
  replace(before: Secret | undefined, after: Secret | undefined): void {
    const left = before ? placesOf(before) : [];
    const taken = after ? placesOf(after) : [];
    for (const place of new Set([...left, ...taken])) {
      this.#beforeLastWrite.set(place, left.includes(place) ? before : undefined);
    }
    for (const place of left) this.#secrets.delete(place);
    if (after) {
      this.#place(after);
      this.#folder?.save(after);
    } else if (before) {
      this.#folder?.remove(before);
    }
  }

  /** Notes a read: no write, so it is neither saved nor does it end the staleness of a stale read. */
  noteAccess(accessed: Secret): void {
    if (this.#secrets.has(placeOf(accessed.region, accessed.name))) this.#place(accessed);
  }

  /** Every secret once, however many replicas it has. */
  all(now: number): Secret[] {
    return [...new Set(this.#secrets.values())].filter(
      ({ deleteAt }) => deleteAt === undefined || deleteAt > now,
    );
  }

  clear(): void {
    for (const secret of this.#secrets.values()) this.#folder?.remove(secret);
    this.#secrets.clear();
    this.#beforeLastWrite.clear();
  }

  #place(secret: Secret): void {
    for (const place of placesOf(secret)) this.#secrets.set(place, secret);
  }
}

const placeOf = (region: string, name: string) => `${region}:${name}`;
const placesOf = (secret: Secret) => readableRegions(secret).map((region) => placeOf(region, secret.name));
