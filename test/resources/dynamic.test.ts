import { MerchantCredentialsError } from "../../provider/errors";
import { plain, toDynamicProvider } from "../../provider/resources/dynamic";
import type { JsonObject, ResourceHandlers } from "../../provider/resources/resource-handlers";

const canary = "canary-4f1d0c";

function provider(handlers: Partial<ResourceHandlers>) {
  const refuse = (): never => {
    throw new Error("not expected");
  };
  const all = { check: refuse, diff: refuse, create: refuse, read: refuse, update: refuse, delete: refuse };
  return toDynamicProvider(
    { ...all, ...handlers },
    {
      region: "merchant-credentials:region",
    },
  );
}

const inputs = { merchantId: "1900000109", __provider: "text" };

/** What the host would make of a thrown error. */
async function thrown(
  call: () => unknown,
): Promise<Error & { id?: string; properties?: JsonObject; reasons?: string[] }> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("what the handlers see", () => {
  it("hides the provider text from them", async () => {
    const seen: JsonObject[] = [];
    const dynamic = provider({
      check: ({ news }) => (seen.push(news), { inputs: news, failures: [] }),
      diff: ({ news }) => (seen.push(news), false),
      create: async (call) => (seen.push(call.inputs), { id: "arn", outputs: {}, unmet: [] }),
      update: async (call) => (seen.push(call.inputs, call.outputs), { id: "arn", outputs: {}, unmet: [] }),
      read: async (call) => (seen.push(call.outputs), undefined),
      delete: async (call) => void seen.push(call.outputs),
    });
    dynamic.check({}, inputs);
    dynamic.diff("arn", inputs, inputs);
    await dynamic.create(inputs);
    await dynamic.update("arn", inputs, inputs);
    await dynamic.read("arn", inputs);
    await dynamic.delete("arn", inputs);
    expect(seen).toHaveLength(7);
    for (const each of seen) expect(each).toEqual({ merchantId: "1900000109" });
  });

  it("reads the Provider's settings at each call, also before configure has been awaited", async () => {
    const regions: unknown[] = [];
    const dynamic = provider({ read: async ({ config }) => (regions.push(config.region), undefined) });
    await dynamic.read("arn", {});
    dynamic.configure({
      config: { get: (key) => (key === "merchant-credentials:region" ? "eu-west-1" : undefined) },
    });
    await dynamic.read("arn", {});
    expect(regions).toEqual([undefined, "eu-west-1"]);
  });
});

describe("what goes back to the engine", () => {
  it("drops undefined members at every depth, because the engine would lose the resource", async () => {
    const outputs = { a: undefined, list: [{ b: undefined, c: null }], d: false } as unknown as JsonObject;
    const dynamic = provider({ create: async () => ({ id: "arn", outputs, unmet: [] }) });
    expect(await dynamic.create(inputs)).toStrictEqual({
      id: "arn",
      outs: { list: [{ c: null }], d: false, __provider: "text" },
    });
  });

  it.each([
    ["a Date", new Date(0)],
    ["a Buffer", Buffer.from("x")],
    ["NaN", NaN],
    ["a function", () => 1],
    ["a Map", new Map()],
    ["a bigint", 1n],
  ])("refuses %s and names where it is", (_name, value) => {
    expect(() => plain({ outer: { inner: value } })).toThrow("outputs.outer.inner is not plain JSON");
  });

  it("reports unmet reasons as an initialization failure that keeps the resource and its provider text", async () => {
    const outcome = {
      id: "arn",
      outputs: { status: "expired", gone: undefined },
      unmet: ["first.", "second."],
    };
    const dynamic = provider({ update: async () => outcome });
    const error = await thrown(() => dynamic.update("arn", {}, inputs));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ id: "arn", reasons: ["first.", "second."] });
    expect(error.properties).toStrictEqual({ status: "expired", __provider: "text" });
  });

  it("says that a resource is gone by an answer without an id", async () => {
    expect(await provider({ read: async () => undefined }).read("arn", {})).toEqual({});
  });
});

describe("errors", () => {
  const failing = (error: unknown) => {
    const fail = (): never => {
      throw error;
    };
    return provider({ check: fail, diff: fail, create: fail, read: fail, update: fail, delete: fail });
  };
  const calls = (dynamic: ReturnType<typeof provider>): (() => unknown)[] => [
    () => dynamic.check({}, inputs),
    () => dynamic.diff("arn", inputs, inputs),
    () => dynamic.create(inputs),
    () => dynamic.read("arn", inputs),
    () => dynamic.update("arn", inputs, inputs),
    () => dynamic.delete("arn", inputs),
  ];

  it("show the sentence and the code, without a stack", async () => {
    for (const call of calls(
      failing(new MerchantCredentialsError("secret-gone", "it is gone", { hint: "Refresh" })),
    )) {
      const error = await thrown(call);
      expect(error.message).toBe("it is gone. Refresh. [secret-gone]");
      expect(error.stack).toBe("");
      expect(Object.keys(error)).not.toContain("id");
    }
  });

  it.each([
    ["an Error", new Error(canary, { cause: canary })],
    [
      "an Error that the engine would take for a saved resource",
      Object.assign(new TypeError(canary), { id: canary }),
    ],
    ["a text", canary],
    ["an object", { id: canary, message: canary }],
  ])("show nothing of %s that nobody foresaw", async (_name, unforeseen) => {
    for (const call of calls(failing(unforeseen))) {
      const error = await thrown(call);
      expect(error.message).toContain("[internal]");
      expect(error.id).toBeUndefined();
      const everything = JSON.stringify([String(error), error.stack, error.cause, Object.entries(error)]);
      expect(everything).not.toContain(canary);
    }
  });

  describe("of a call that takes over ten minutes", () => {
    beforeEach(() => void jest.useFakeTimers());
    afterEach(() => void jest.useRealTimers());
    const minutes = 60 * 1000;

    it("come from the handler, once its requests are aborted", async () => {
      let aborted = false;
      const dynamic = provider({
        create: ({ signal }) =>
          new Promise((resolve) => {
            const outcome = { id: "arn", outputs: {}, unmet: ["no answer in time."] };
            signal.addEventListener("abort", () => ((aborted = true), resolve(outcome)));
          }),
      });
      const outcome = thrown(() => dynamic.create(inputs));
      await jest.advanceTimersByTimeAsync(10 * minutes - 1);
      expect(aborted).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(await outcome).toMatchObject({ id: "arn", reasons: ["no answer in time."] });
    });

    it("come without it where the handler hangs all the same", async () => {
      const outcome = thrown(() => provider({ create: () => new Promise(() => undefined) }).create(inputs));
      await jest.advanceTimersByTimeAsync(10 * minutes + 10_000);
      expect((await outcome).message).toMatch(
        /^no result within 10 minutes\. Nothing is lost: run pulumi up again/,
      );
    });
  });
});
