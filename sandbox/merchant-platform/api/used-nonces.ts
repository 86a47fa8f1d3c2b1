/** A request is refused by its age after 5 minutes; with a clock that runs ahead it may come 10 minutes later. */
const rememberedMs = 10 * 60_000;

/** Which nonces were used lately. */
export class UsedNonces {
  readonly #used = new Map<string, number>();

  /** False if it was used before. */
  use(nonce: string, at: Date): boolean {
    const now = at.getTime();
    for (const [old, time] of this.#used) {
      if (now - time <= rememberedMs) break;
      this.#used.delete(old);
    }
    if (this.#used.has(nonce)) return false;
    this.#used.set(nonce, now);
    return true;
  }
}
