import { Cached } from "../../loader/cached";
import { CredentialError, type CredentialErrorCode } from "../../loader/errors";

interface Value {
  version: number;
}

/** A secret that answers as the test says, and counts how often it is read. */
class Source {
  reads = 0;
  readonly warnings: CredentialError[] = [];
  seconds = 1_000_000;
  private answer: () => Promise<Value> = () => Promise.resolve({ version: 1 });
  readonly cached: Cached<Value>;

  constructor(cacheSeconds = 300) {
    this.cached = new Cached(
      () => {
        this.reads += 1;
        return this.answer();
      },
      {
        cacheMs: cacheSeconds * 1000,
        now: () => new Date(this.seconds * 1000),
        onWarning: (warning) => void this.warnings.push(warning),
      },
    );
  }
  holds(version: number): void {
    this.answer = () => Promise.resolve({ version });
  }
  fails(code: CredentialErrorCode, text: string = code): void {
    this.answer = () => Promise.reject(new CredentialError(code, `${text}.`));
  }
  throws(error: unknown): void {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what others throw is anything
    this.answer = () => Promise.reject(error);
  }
  /** Answers when the returned function is called. */
  waits(version: number): () => void {
    let answer!: (value: Value) => void;
    const waiting = new Promise<Value>((resolve) => (answer = resolve));
    this.answer = () => waiting;
    return () => answer({ version });
  }
}

const codeOf = (error: unknown) => (error as CredentialError).code;
let source: Source;
beforeEach(() => {
  source = new Source();
});

describe("a value", () => {
  it("is read once for all who ask at the same time", async () => {
    const answer = source.waits(1);
    const asked = Promise.all([source.cached.get(), source.cached.get(), source.cached.optional()]);
    answer();
    expect(await asked).toEqual([{ version: 1 }, { version: 1 }, { version: 1 }]);
    expect(source.reads).toBe(1);
  });

  it.each([
    [0, 1],
    [299, 1],
    [300, 2],
    [100_000, 2],
    // The clock has been put back.
    [-10, 2],
  ])("after %i s has been read %i times", async (seconds, reads) => {
    await source.cached.get();
    source.seconds += seconds;
    source.holds(2);
    expect(await source.cached.get()).toEqual({ version: reads });
    expect(source.reads).toBe(reads);
  });

  it("with a cache of 0 s is read each time", async () => {
    source = new Source(0);
    await source.cached.get();
    await source.cached.get();
    expect(source.reads).toBe(2);
  });

  it("that cannot be read again is served on, with a warning, and tried again after 5 s", async () => {
    await source.cached.get();
    source.seconds += 300;
    source.fails("unavailable", "AWS is away");
    for (const [seconds, reads] of [
      [0, 2],
      [4, 2],
      [1, 3],
    ] as const) {
      source.seconds += seconds;
      expect(await source.cached.get()).toEqual({ version: 1 });
      expect(source.reads).toBe(reads);
      expect(source.warnings).toHaveLength(reads - 1);
    }
    expect(source.warnings[0]).toMatchObject({
      code: "unavailable",
      message: "AWS is away. The value read at 1970-01-12T13:46:40.000Z is served on.",
    });
    source.seconds += 5;
    source.holds(2);
    expect(await source.cached.get()).toEqual({ version: 2 });
    source.seconds += 299;
    await source.cached.get();
    expect(source.reads).toBe(4);
  });

  it("outlives even a secret that is gone or has been damaged", async () => {
    await source.cached.get();
    for (const code of ["not-found", "access-denied", "unreadable", "wrong-merchant"] as const) {
      source.seconds += 300;
      source.fails(code);
      expect(await source.cached.get()).toEqual({ version: 1 });
      expect(await source.cached.optional()).toEqual({ version: 1 });
    }
    expect(source.warnings.map(codeOf)).toEqual([
      "not-found",
      "access-denied",
      "unreadable",
      "wrong-merchant",
    ]);
  });

  it("is served after a second while AWS does not answer, and at once from then on", async () => {
    jest.useFakeTimers();
    try {
      await source.cached.get();
      source.seconds += 300;
      const answer = source.waits(2);
      let served: Value | undefined;
      const asked = source.cached.get().then((value) => (served = value));
      await jest.advanceTimersByTimeAsync(999);
      expect(served).toBeUndefined();
      await jest.advanceTimersByTimeAsync(1);
      await asked;
      expect(served).toEqual({ version: 1 });
      expect(await source.cached.get()).toEqual({ version: 1 });
      answer();
      await jest.advanceTimersByTimeAsync(0);
      expect(await source.cached.get()).toEqual({ version: 2 });
      expect(source.reads).toBe(2);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("a value that was never there", () => {
  it("is an error, the same for 5 s", async () => {
    source.fails("unavailable");
    const first = await source.cached.get().catch((error: unknown) => error);
    expect(codeOf(first)).toBe("unavailable");
    source.holds(1);
    source.seconds += 4;
    await expect(source.cached.get()).rejects.toBe(first);
    source.seconds += 1;
    expect(await source.cached.get()).toEqual({ version: 1 });
    expect(source.warnings).toEqual([]);
  });

  it.each(["not-found", "access-denied", "not-ready"] as const)(
    "is undefined where it may be missing: %s, kept as long as a value",
    async (code) => {
      source.fails(code);
      expect(await source.cached.optional()).toBeUndefined();
      source.seconds += 299;
      expect(await source.cached.optional()).toBeUndefined();
      expect(source.reads).toBe(1);
      source.holds(1);
      source.seconds += 1;
      expect(await source.cached.optional()).toEqual({ version: 1 });
    },
  );

  it.each(["unavailable", "no-aws-credentials"] as const)(
    "stays missing through an outage, without a word, and is asked for every 5 s: %s",
    async (code) => {
      source.fails("not-found");
      await source.cached.optional();
      source.seconds += 300;
      source.fails(code);
      for (const [seconds, reads] of [
        [0, 2],
        [4, 2],
        [1, 3],
        [3600, 4],
      ] as const) {
        source.seconds += seconds;
        expect(await source.cached.optional()).toBeUndefined();
        expect(source.reads).toBe(reads);
      }
      expect(source.warnings).toEqual([]);
      await expect(source.cached.get()).rejects.toMatchObject({ code });
      source.seconds += 5;
      source.holds(1);
      expect(await source.cached.optional()).toEqual({ version: 1 });
    },
  );

  it("stays missing after a second while AWS does not answer, and at once from then on", async () => {
    jest.useFakeTimers();
    try {
      source.fails("not-found");
      await source.cached.optional();
      source.seconds += 300;
      const answer = source.waits(2);
      let served = false;
      const asked = source.cached.optional().then(() => (served = true));
      await jest.advanceTimersByTimeAsync(999);
      expect(served).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      await asked;
      expect(await source.cached.optional()).toBeUndefined();
      answer();
      await jest.advanceTimersByTimeAsync(0);
      expect(await source.cached.optional()).toEqual({ version: 2 });
      expect(source.reads).toBe(2);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it("stays missing when a mistake takes its place, and someone is told, once for each reading", async () => {
    source.fails("not-ready");
    await source.cached.optional();
    source.fails("another-kind");
    source.seconds += 300;
    expect(await source.cached.optional()).toBeUndefined();
    expect(await source.cached.optional()).toBeUndefined();
    expect(source.warnings.map(codeOf)).toEqual(["another-kind"]);
    await expect(source.cached.get()).rejects.toMatchObject({ code: "another-kind" });
    source.seconds += 5;
    await source.cached.optional();
    expect(source.warnings.map(codeOf)).toEqual(["another-kind", "another-kind"]);
  });

  it("is asked for again after 5 s by who needs it, though it may be missing for others", async () => {
    source.fails("not-found");
    await source.cached.optional();
    source.seconds += 5;
    await expect(source.cached.get()).rejects.toMatchObject({ code: "not-found" });
    expect(source.reads).toBe(2);
  });

  it.each([
    "unavailable",
    "no-aws-credentials",
    "unreadable",
    "another-kind",
    "wrong-merchant",
    "inconsistent",
  ] as const)("is an error even where it may be missing: %s", async (code) => {
    source.fails(code);
    await expect(source.cached.optional()).rejects.toMatchObject({ code });
  });

  it.each([[new TypeError("Unexpected token at MIIEvQIBADAN")], ["MIIEvQIBADAN"], [undefined]])(
    "for a reason that nobody foresaw keeps nothing of it",
    async (thrown) => {
      source.throws(thrown);
      const error: unknown = await source.cached.get().catch((refusal: unknown) => refusal);
      expect(error).toBeInstanceOf(CredentialError);
      expect((error as Error).message).toMatch(
        /^Unexpected (TypeError|string|undefined) while a secret was read\.$/,
      );
      expect((error as Error).cause).toBeUndefined();
    },
  );
});

describe("a value that a caller can do without", () => {
  it.each([
    ["unavailable", []],
    ["not-found", []],
    ["unreadable", ["unreadable"]],
  ] as const)("is no error, though it is %s", async (code, warnings) => {
    source.fails(code);
    await source.cached.renew();
    await source.cached.renew();
    expect(source.cached.held).toBeUndefined();
    expect(source.cached.error?.code).toBe(code);
    expect(source.warnings.map(codeOf)).toEqual(warnings);
    expect(source.reads).toBe(1);
  });

  it("is waited for no longer than 4 s, by all who ask together", async () => {
    jest.useFakeTimers();
    try {
      const answer = source.waits(1);
      let ended = false;
      const first = source.cached.renew().then(() => (ended = true));
      await jest.advanceTimersByTimeAsync(3_999);
      const later = source.cached.renew();
      expect(ended).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      await Promise.all([first, later]);
      expect(source.cached.held).toBeUndefined();
      answer();
      await jest.advanceTimersByTimeAsync(0);
      expect(source.cached.held).toEqual({ version: 1 });
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("a value that seems to be wrong", () => {
  it("is read again, however recent, and at most once in 5 s", async () => {
    await source.cached.get();
    source.holds(2);
    await Promise.all([source.cached.refresh(), source.cached.refresh()]);
    expect(source.cached.held).toEqual({ version: 2 });
    source.holds(3);
    source.seconds += 4;
    await source.cached.refresh();
    expect(source.cached.held).toEqual({ version: 2 });
    expect(source.reads).toBe(2);
    source.seconds += 1;
    await source.cached.refresh();
    expect(source.cached.held).toEqual({ version: 3 });
  });

  it("is not read again when its turn comes soon after", async () => {
    await source.cached.get();
    source.seconds += 290;
    await source.cached.refresh();
    source.seconds += 290;
    await source.cached.get();
    expect(source.reads).toBe(2);
  });

  it("waits for a reading that is under way", async () => {
    await source.cached.get();
    const answer = source.waits(2);
    const first = source.cached.refresh();
    const second = source.cached.refresh().then(() => source.cached.held);
    answer();
    await first;
    expect(await second).toEqual({ version: 2 });
    expect(source.reads).toBe(2);
  });

  it("is waited for while AWS is slow, for 4 s", async () => {
    jest.useFakeTimers();
    try {
      await source.cached.get();
      const answer = source.waits(2);
      let ended = false;
      const refreshed = source.cached.refresh().then(() => (ended = true));
      await jest.advanceTimersByTimeAsync(1_300);
      expect(ended).toBe(false);
      answer();
      await refreshed;
      expect(source.cached.held).toEqual({ version: 2 });
      expect(jest.getTimerCount()).toBe(0);

      source.seconds += 5;
      source.waits(3);
      const givenUp = source.cached.refresh();
      await jest.advanceTimersByTimeAsync(4_000);
      await givenUp;
      expect(source.cached.held).toEqual({ version: 2 });
    } finally {
      jest.useRealTimers();
    }
  });

  it("is read once more where the reading under way began before", async () => {
    await source.cached.get();
    source.seconds += 300;
    const answer = source.waits(1);
    const asked = source.cached.get();
    const refreshed = source.cached.refresh();
    source.holds(2);
    answer();
    await Promise.all([asked, refreshed]);
    expect(source.cached.held).toEqual({ version: 2 });
    expect(source.reads).toBe(3);
  });

  it("is kept where it cannot be read again", async () => {
    await source.cached.get();
    source.fails("unavailable");
    await source.cached.refresh();
    expect(await source.cached.get()).toEqual({ version: 1 });
    expect(source.warnings.map(codeOf)).toEqual(["unavailable"]);
  });
});
