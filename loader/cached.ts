import { CredentialError, isAbsence, isOutage } from "./errors";

export interface CacheSettings {
  /** How long an answer is served without being read again. */
  cacheMs: number;
  now: () => Date;
  onWarning: (warning: CredentialError) => void;
}

/**
 * Milliseconds between two readings of one secret out of turn, however many messages cannot be verified or decrypted,
 * and from one that has failed to the next.
 */
export const retryMs = 5_000;

/** Milliseconds for which a caller waits who can go on with what is in memory: payments go on without AWS. */
const patienceMs = 1_000;

/** Milliseconds for which a caller waits who cannot: WeChat Pay waits 5 s for the answer to a callback. */
const mostPatienceMs = 4_000;

interface Reading {
  /** Ends when AWS has answered, or the SDK has given up. */
  done: Promise<void>;
  /** Ends with it, but `patienceMs` after its beginning at the latest, or `mostPatienceMs` where nothing is known. */
  patient: Promise<void>;
}

/**
 * One value from the vault: read once for all who ask at the same time, and kept.
 *
 * | In memory      | A reading gives    | From then on               | Read again after         |
 * | -------------- | ------------------ | -------------------------- | ------------------------ |
 * | whatever       | a value            | this value                 | `cacheMs`                |
 * | no value       | that there is none | no value                   | `cacheMs`, by `get` 5 s  |
 * | a value        | anything else      | the old value; a warning   | 5 s                      |
 * | that none is   | that AWS is away   | no value                   | 5 s                      |
 * | that none is   | a mistake          | no value; a warning        | 5 s                      |
 * | nothing        | either             | an error                   | 5 s                      |
 */
export class Cached<T extends object> {
  #value: T | undefined;
  /** What AWS has answered last, where that was no value. */
  #absence: CredentialError | undefined;
  /** Why the last reading gave no value. */
  #error: CredentialError | undefined;
  #warnedOf: CredentialError | undefined;
  #readAt = 0;
  #triedAt = -Infinity;
  #isAsked = false;
  #reading: Reading | undefined;
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;

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

  /** Whether the application has needed it, be it there or not. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** @throws CredentialError where there is neither a new value nor an old one */
  async get(): Promise<T> {
    this.#isAsked = true;
    await this.#toKnow(this.#due(this.#error ? retryMs : this.settings.cacheMs));
    if (this.#value === undefined) throw this.#error!;
    return this.#value;
  }

  /**
   * The value; undefined where the secret does not exist, may not be read or is not ready. That answer is kept as a
   * value is, through an outage too.
   *
   * @throws CredentialError for any other reason
   */
  async optional(): Promise<T | undefined> {
    this.#isAsked = true;
    await this.#toKnow(this.#dueForAnAnswer());
    if (!this.#isKnown) throw this.#error!;
    this.#warnOfMistake();
    return this.#value;
  }

  /** Reads it if its turn has come, and waits no longer than a callback can. Then look at `held`. Never throws. */
  async renew(): Promise<void> {
    this.#isAsked = true;
    await this.#dueForAnAnswer()?.patient;
    this.#warnOfMistake();
  }

  /** Reads it for the first time, without being asked for it. Never throws. */
  async check(): Promise<void> {
    await this.#dueForAnAnswer()?.done;
  }

  /**
   * Reads again, for a caller who cannot go on with what is in memory; no more often than every {@link retryMs}. What
   * is held outlives a failure.
   */
  async refresh(): Promise<void> {
    if (!this.#isWithin(retryMs, this.#refreshedAt)) {
      this.#refreshedAt = this.settings.now().getTime();
      this.#refreshing = within(mostPatienceMs, this.#readAnew());
    }
    await this.#refreshing;
  }

  /** Once for each reading, for a caller who goes on without a value. */
  #warnOfMistake(): void {
    const error = this.#error;
    if (this.#value || !error || isAbsence(error) || isOutage(error) || error === this.#warnedOf) return;
    this.#warnedOf = error;
    this.settings.onWarning(error);
  }

  get #isKnown(): boolean {
    return (this.#value ?? this.#absence) !== undefined;
  }

  async #toKnow(reading: Reading | undefined): Promise<void> {
    await (this.#isKnown ? reading?.patient : reading?.done);
  }

  #dueForAnAnswer(): Reading | undefined {
    const isAnswer = this.#error === this.#absence;
    return this.#due(isAnswer ? this.settings.cacheMs : retryMs);
  }

  /** The reading under way, or a new one if the last is older than this. */
  #due(maxAge: number): Reading | undefined {
    return this.#reading ?? (this.#isWithin(maxAge, this.#triedAt) ? undefined : this.#start());
  }

  async #readAnew(): Promise<void> {
    // What is under way may have begun before the change.
    await this.#reading?.done;
    await (this.#reading ?? this.#start()).done;
  }

  #isWithin(milliseconds: number, time: number): boolean {
    const age = this.settings.now().getTime() - time;
    // A negative age: the clock has been put back.
    return age >= 0 && age < milliseconds;
  }

  #start(): Reading {
    const done = this.#read().finally(() => {
      this.#reading = undefined;
    });
    const patient = within(this.#isKnown ? patienceMs : mostPatienceMs, done);
    return (this.#reading = { done, patient });
  }

  async #read(): Promise<void> {
    const { now, onWarning } = this.settings;
    const startedAt = now().getTime();
    try {
      this.#value = await this.load();
      this.#readAt = this.#triedAt = startedAt;
      this.#error = this.#absence = undefined;
    } catch (thrown) {
      const error = asCredentialError(thrown);
      this.#error = error;
      this.#triedAt = now().getTime();
      if (this.#value) onWarning(servedOn(error, this.#readAt));
      else if (isAbsence(error)) this.#absence = error;
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

/** Ends with the reading, or after the time. */
async function within(milliseconds: number, reading: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([reading, patience]);
  clearTimeout(timer);
}
