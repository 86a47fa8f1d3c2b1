import { CredentialError, isAbsence } from "./errors";

export interface CacheSettings {
  /** How long a value is served without being read again. */
  cacheMs: number;
  now: () => Date;
  onWarning: (warning: CredentialError) => void;
}

/**
 * Milliseconds between two readings of one secret out of turn, however many messages cannot be verified or decrypted,
 * and from one that has failed to the next.
 */
export const retryMs = 5_000;

/** Milliseconds for which a caller waits for a new value while there is an old one: payments go on without AWS. */
const patienceMs = 1_000;

/** One value from the vault: read once for all who ask at the same time, and kept. */
export class Cached<T extends object> {
  #value: T | undefined;
  #readAt = 0;
  #error: CredentialError | undefined;
  #triedAt = -Infinity;
  #refreshedAt = -Infinity;
  /** The reading under way; ends when it does, or where there is an old value, after `patienceMs`. */
  #reading: Promise<void> | undefined;

  constructor(
    private readonly load: () => Promise<T>,
    private readonly settings: CacheSettings,
  ) {}

  /** The value in memory, however old. */
  get held(): T | undefined {
    return this.#value;
  }

  /** Why the last reading failed. */
  get error(): CredentialError | undefined {
    return this.#error;
  }

  /** @throws CredentialError where there is neither a new value nor an old one */
  async get(): Promise<T> {
    await this.#renew(this.#error ? retryMs : this.settings.cacheMs);
    if (this.#value === undefined) throw this.#error!;
    return this.#value;
  }

  /**
   * The value; undefined where the secret does not exist, may not be read or is not ready. That answer is kept as
   * long as a value.
   *
   * @throws CredentialError for any other reason
   */
  async optional(): Promise<T | undefined> {
    const isMissing = this.#value === undefined && this.#error && isAbsence(this.#error);
    await this.#renew(this.#error && !isMissing ? retryMs : this.settings.cacheMs);
    if (this.#value === undefined && !isAbsence(this.#error!)) throw this.#error!;
    return this.#value;
  }

  /** Reads again, but no more often than every {@link retryMs}. A value that is held outlives a failure. */
  async refresh(): Promise<void> {
    if (this.#isWithin(retryMs, this.#refreshedAt)) return this.#reading;
    this.#refreshedAt = this.settings.now().getTime();
    await this.#renew(0);
  }

  async #renew(maxAge: number): Promise<void> {
    if (!this.#reading && this.#isWithin(maxAge, this.#triedAt)) return;
    await (this.#reading ??= this.#start());
  }

  #isWithin(milliseconds: number, time: number): boolean {
    const age = this.settings.now().getTime() - time;
    // A negative age: the clock has been put back.
    return age >= 0 && age < milliseconds;
  }

  #start(): Promise<void> {
    const reading = this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#value ? withinPatience(reading) : reading;
  }

  async #read(): Promise<void> {
    const { now, onWarning } = this.settings;
    const startedAt = now().getTime();
    try {
      this.#value = await this.load();
      this.#readAt = this.#triedAt = startedAt;
      this.#error = undefined;
    } catch (error) {
      this.#error = asCredentialError(error);
      this.#triedAt = now().getTime();
      if (this.#value) onWarning(servedOn(this.#error, this.#readAt));
    }
  }
}

function servedOn({ code, message }: CredentialError, readAt: number): CredentialError {
  return new CredentialError(
    code,
    `${message} The value read at ${new Date(readAt).toISOString()} is served on.`,
  );
}

/** Nothing of an error that nobody foresaw is kept: it could quote a secret. */
function asCredentialError(error: unknown): CredentialError {
  if (error instanceof CredentialError) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new CredentialError("unreadable", `Unexpected ${name} while a secret was read.`);
}

async function withinPatience(reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([reading, patience]);
  clearTimeout(timer);
}
