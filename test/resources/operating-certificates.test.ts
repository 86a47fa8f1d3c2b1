import { unknownValue } from "../../provider/domain/unknown";
import { operatingCertificatesHandlers } from "../../provider/resources/operating-certificates-handlers";
import type { CheckFailure, Json, JsonObject } from "../../provider/resources/resource-handlers";
import { Clock } from "../support/merchant";

const signal = new AbortController().signal;
const config: JsonObject = { region: "us-east-1" };
const good: JsonObject = {
  operator: "zhang",
  computer: "finance-1",
  installed: "2025-05-02",
  expires: "2027-05-01",
  verifiedAt: "2026-11-22",
  verifiedBy: "Li Lei",
};
const installation = (changes: JsonObject = {}): JsonObject =>
  Object.fromEntries(Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined));
const program = (...installations: Json[]): JsonObject => ({
  merchantId: "1900000109",
  installations,
  owner: "shop/prod",
  logicalName: "shop-operating",
});

/** The resource from the engine's point of view, with the engine's memory. */
class Scene {
  readonly clock = new Clock();
  readonly handlers = operatingCertificatesHandlers(this.clock);
  state: { id: string; outputs: JsonObject } | undefined;

  check(news: JsonObject, olds: JsonObject = this.state?.outputs ?? {}, provider: JsonObject = config) {
    return this.handlers.check({ olds, news, config: provider });
  }

  async up(news: JsonObject): Promise<{ changed: boolean; unmet: readonly string[]; outputs: JsonObject }> {
    const { inputs, failures } = this.check(news);
    expect(failures).toEqual([]);
    const olds = this.state?.outputs ?? {};
    if (this.state && !this.handlers.diff({ olds, news: inputs }))
      return { changed: false, unmet: [], outputs: olds };
    const { id, outputs, unmet } = this.state
      ? await this.handlers.update({ id: this.state.id, outputs: olds, inputs, config, signal })
      : await this.handlers.create({ inputs, config, signal });
    this.state = { id, outputs };
    return { changed: true, unmet, outputs };
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});

describe("check", () => {
  it("fills in the defaults, and adds the lines that a preview shows", () => {
    expect(scene.check(program(installation({ serialNumber: "5157F0" })))).toEqual({
      failures: [],
      inputs: {
        ...program(installation({ serialNumber: "5157F0" })),
        staleAfterDays: 90,
        expiringBeforeDays: 30,
        onExpiry: "fail",
        lifecycle: "healthy (stale from 2027-02-20; expiring from 2027-04-02)",
        validUntil: "2027-05-01T16:00:00Z",
      },
    });
  });

  it("accepts an account without one", () => {
    const { inputs, failures } = scene.check(program());
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({ lifecycle: "none", validUntil: "none" });
  });

  it("writes its lines anew, whatever the program keeps by ignoreChanges", () => {
    const kept = { ...program(installation()), lifecycle: "expired", validUntil: "none" };
    expect(scene.check(kept).inputs).toMatchObject({
      lifecycle: "healthy (stale from 2027-02-20; expiring from 2027-04-02)",
      validUntil: "2027-05-01T16:00:00Z",
    });
  });

  it("takes onExpiry from the Provider, unless the program says it", () => {
    const gentle = { ...config, onExpiry: "warn" };
    expect(scene.check(program(), {}, gentle).inputs.onExpiry).toBe("warn");
    expect(scene.check({ ...program(), onExpiry: "fail" }, {}, gentle).inputs.onExpiry).toBe("fail");
  });

  it("says what is wrong with the Provider, as with every resource", () => {
    const { failures } = scene.check(program(), {}, { ...config, endpoint: "http://vault.example.com" });
    expect(failures.map(({ reason }) => reason.split(":")[0])).toEqual(["Provider"]);
  });

  it("accepts 20 certificates on 10 computers", () => {
    const all = Array.from({ length: 20 }, (_, n) =>
      installation({ operator: `operator ${n}`, computer: `computer ${n % 10}` }),
    );
    expect(scene.check(program(...all)).failures).toEqual([]);
  });

  it("accepts the same operator on two computers, and two operators on one", () => {
    const all = [
      installation(),
      installation({ computer: "front desk" }),
      installation({ operator: "wang", serialNumber: "1" }),
    ];
    expect(scene.check(program(...all)).failures).toEqual([]);
  });
});

describe("bad input is refused in the preview, by one sentence:", () => {
  const reasonsOf = (news: JsonObject, olds?: JsonObject): string[] =>
    scene.check(news, olds).failures.map(({ reason }) => reason);

  const day = "expected a day of the years 2000 to 2099, YYYY-MM-DD, found";
  const line = "1 to 64 characters on one line, without spaces at either end, found";
  it.each<[string, JsonObject, string]>([
    ["operator: missing", { operator: undefined }, "operator: is missing."],
    [
      "operator: empty",
      { operator: "" },
      `operator: expected the operator, as on the Merchant Platform: ${line} an empty text.`,
    ],
    [
      "operator: 65 characters",
      { operator: "x".repeat(65) },
      `operator: expected the operator, as on the Merchant Platform: ${line} a text of 65 characters.`,
    ],
    [
      "operator: a line feed",
      { operator: "a\nb" },
      `operator: expected the operator, as on the Merchant Platform: ${line} a text of 3 characters.`,
    ],
    [
      "operator: turned direction",
      { operator: "a\u202eb" },
      `operator: expected the operator, as on the Merchant Platform: ${line} a text of 3 characters.`,
    ],
    [
      "operator: a number",
      { operator: 7 },
      `operator: expected the operator, as on the Merchant Platform: ${line} the number 7.`,
    ],
    ["computer: missing", { computer: undefined }, "computer: is missing."],
    [
      "computer: a space at its end",
      { computer: "pc " },
      `computer: expected the computer, as on the Merchant Platform: ${line} a text of 3 characters.`,
    ],
    ["verifiedBy: missing", { verifiedBy: undefined }, "verifiedBy: is missing."],
    [
      "verifiedBy: a list",
      { verifiedBy: ["a"] },
      `verifiedBy: expected who has looked: ${line} a list of 1.`,
    ],
    [
      "serialNumber: empty",
      { serialNumber: "" },
      `serialNumber: expected the serial number of the operating certificate: ${line} an empty text.`,
    ],
    [
      "serialNumber: a number",
      { serialNumber: 12 },
      `serialNumber: expected the serial number of the operating certificate: ${line} the number 12.`,
    ],
    ["installed: missing", { installed: undefined }, "installed: is missing."],
    ["installed: no day", { installed: "yesterday" }, `installed: ${day} a text of 9 characters.`],
    ["expires: a time", { expires: "2027-05-01T00:00:00Z" }, `expires: ${day} a text of 20 characters.`],
    [
      "expires: 29 February of a common year",
      { expires: "2027-02-29" },
      `expires: ${day} a text of 10 characters.`,
    ],
    ["expires: 31 April", { expires: "2027-04-31" }, `expires: ${day} a text of 10 characters.`],
    ["expires: another century", { expires: "2127-04-30" }, `expires: ${day} a text of 10 characters.`],
    ["verifiedAt: a number", { verifiedAt: 20261122 }, `verifiedAt: ${day} the number 20261122.`],
    [
      "expires: before installed",
      { expires: "2025-05-01" },
      "expires: expected a day after installed (2025-05-02), found 2025-05-01. Correct one of the two.",
    ],
    [
      "expires: on the day of installed",
      { expires: "2025-05-02" },
      "expires: expected a day after installed (2025-05-02), found 2025-05-02. Correct one of the two.",
    ],
    [
      "verifiedAt: before installed",
      { verifiedAt: "2025-05-01" },
      "verifiedAt: expected installed (2025-05-02) or a later day, found 2025-05-01. Correct one of the two.",
    ],
    [
      "an unknown key",
      { verifedAt: "2026-11-22" },
      "verifedAt: is not a known argument. Did you mean `verifiedAt`?",
    ],
    ["an unknown key like no other", { colour: "red" }, "colour: is not a known argument. Remove it."],
  ])("%s", (_name, changes, sentence) => {
    expect(reasonsOf(program(installation(), installation({ computer: "two", ...changes })))).toEqual([
      `installations.1.${sentence}`,
    ]);
  });

  it.each<[string, JsonObject]>([
    ["verifiedAt on the day of installed", { verifiedAt: "2025-05-02" }],
    ["a certificate of one day", { expires: "2025-05-03", verifiedAt: "2025-05-02" }],
    ["a name of 64 characters", { operator: "商".repeat(64) }],
    ["29 February of a leap year", { expires: "2028-02-29" }],
  ])("but not %s", (_name, changes) => {
    expect(reasonsOf(program(installation(changes)))).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ["merchantId: missing", { merchantId: undefined }, "merchantId: is missing."],
    [
      "merchantId: 7 digits",
      { merchantId: "1900000" },
      "merchantId: expected a merchant id of 8 to 10 digits, as text, found a text of 7 characters. Copy it from the Merchant Platform, in quotes.",
    ],
    ["installations: missing", { installations: undefined }, "installations: is missing."],
    [
      "installations: an object",
      { installations: good },
      "installations: expected a list of installations, found an object of 6.",
    ],
    [
      "installations: a list of texts",
      { installations: ["finance-1"] },
      "installations.0: expected an object, found a text of 9 characters.",
    ],
    [
      "installations: a list with nothing in it",
      { installations: [null] },
      "installations.0: expected an object, found nothing.",
    ],
    [
      "staleAfterDays: 0",
      { staleAfterDays: 0 },
      "staleAfterDays: expected a whole number of days from 1 to 3650, found the number 0.",
    ],
    [
      "staleAfterDays: a fraction",
      { staleAfterDays: 1.5 },
      "staleAfterDays: expected a whole number of days from 1 to 3650, found the number 1.5.",
    ],
    [
      "expiringBeforeDays: negative",
      { expiringBeforeDays: -1 },
      "expiringBeforeDays: expected a whole number of days from 0 to 3650, found the number -1.",
    ],
    [
      "expiringBeforeDays: a text",
      { expiringBeforeDays: "30" },
      "expiringBeforeDays: expected a whole number of days from 0 to 3650, found a text of 2 characters.",
    ],
    [
      "onExpiry: an unknown word",
      { onExpiry: "ignore" },
      'onExpiry: expected "fail" or "warn", found a text of 6 characters.',
    ],
    [
      "an unknown key",
      { staleAfterDay: 30 },
      "staleAfterDay: is not a known argument. Did you mean `staleAfterDays`?",
    ],
    ["an argument of credentials", { secretName: "x" }, "secretName: is not a known argument. Remove it."],
  ])("%s", (_name, changes, sentence) => {
    const news = Object.fromEntries(
      Object.entries({ ...program(installation()), ...changes }).filter(([, value]) => value !== undefined),
    );
    expect(reasonsOf(news)).toEqual([sentence]);
  });

  it("the 21st certificate", () => {
    const all = Array.from({ length: 21 }, (_, n) => installation({ operator: `operator ${n}` }));
    expect(reasonsOf(program(...all))).toEqual([
      "installations: expected at most 20 operating certificates for an account, found 21. An administrator deletes some on the platform; then take them out.",
    ]);
  });

  it("the 11th computer", () => {
    const all = Array.from({ length: 11 }, (_, n) => installation({ computer: `computer ${n}` }));
    expect(reasonsOf(program(...all))).toEqual([
      "installations: expected at most 10 computers at once, found 11. An administrator deletes the certificates of some on the platform; then take them out.",
    ]);
  });

  it.each<[string, JsonObject]>([
    ["as it is", {}],
    ["with other days", { installed: "2026-01-01", serialNumber: "2" }],
    ["in capital letters", { operator: "ZHANG", computer: "Finance-1" }],
  ])("an operator twice on one computer, %s", (_name, changes) => {
    expect(
      reasonsOf(program(installation(), installation({ computer: "x" }), installation(changes))),
    ).toEqual([
      "installations.2: expected each operator once on a computer, found operator and computer of installations.0 again. Remove one of the two.",
    ]);
  });

  it("another merchantId, in place", () => {
    const moved = { ...program(installation()), merchantId: "1900000110" };
    expect(reasonsOf(moved, { merchantId: "1900000109" })).toEqual([
      "merchantId: cannot change in place, because the attestations are those of one account (expected 1900000109, found 1900000110). " +
        "Declare a second resource for the other merchant, then remove this one.",
    ]);
    expect(reasonsOf(moved, { merchantId: unknownValue })).toEqual([]);
  });

  it("never with the value: it could be a secret in the wrong place", () => {
    const canary = "c4n4ryAbcdefghijklmnopqrstuvwx01";
    const pem = `-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----\n`;
    const bad: JsonObject[] = [
      ...Object.keys(good).map((name) => program(installation({ [name]: pem }))),
      ...Object.keys(good).map((name) => program(installation({ [name]: { [canary]: [canary] } }))),
      program(installation({ installed: canary }), installation({ expires: canary })),
      program(installation({ apiKey: canary })),
      program(canary),
      { ...program(), installations: canary },
      { ...program(), merchantId: canary },
      { ...program(), onExpiry: canary },
      { ...program(), staleAfterDays: pem },
      program(installation({ operator: canary }), installation({ operator: canary })),
    ];
    for (const news of bad) {
      const { failures } = scene.check(news);
      expect(failures).not.toEqual([]);
      expect(failures.map((each) => printed(each, news)).join("\n")).not.toContain(canary.slice(6));
    }
  });

  /** What the engine prints of a failure: on a named property, the value too. */
  const printed = ({ property, reason }: CheckFailure, inputs: JsonObject): string =>
    property === "" ? reason : `${property} value {${JSON.stringify(inputs[property])}} ${reason}`;
});

describe("what is not known yet, in a preview,", () => {
  const linesOf = (news: JsonObject) => {
    const { inputs, failures } = scene.check(news);
    expect(failures).toEqual([]);
    return { lifecycle: inputs.lifecycle, validUntil: inputs.validUntil };
  };
  const known = {
    lifecycle: "healthy (stale from 2027-02-20; expiring from 2027-04-02)",
    validUntil: "2027-05-01T16:00:00Z",
  };
  const neither = { lifecycle: unknownValue, validUntil: unknownValue };

  it.each<[string, JsonObject, JsonObject]>([
    ["merchantId", { ...program(installation()), merchantId: unknownValue }, known],
    ["installations", { ...program(), installations: unknownValue }, neither],
    ["an installation", program(installation(), unknownValue), neither],
    ["operator", program(installation({ operator: unknownValue })), known],
    ["computer", program(installation({ computer: unknownValue })), known],
    ["serialNumber", program(installation({ serialNumber: unknownValue })), known],
    ["installed", program(installation({ installed: unknownValue })), known],
    ["verifiedBy", program(installation({ verifiedBy: unknownValue })), known],
    [
      "verifiedAt",
      program(installation({ verifiedAt: unknownValue })),
      { ...known, lifecycle: unknownValue },
    ],
    ["expires", program(installation({ expires: unknownValue })), neither],
    [
      "staleAfterDays",
      { ...program(installation()), staleAfterDays: unknownValue },
      { ...known, lifecycle: unknownValue },
    ],
    [
      "expiringBeforeDays",
      { ...program(installation()), expiringBeforeDays: unknownValue },
      { ...known, lifecycle: unknownValue },
    ],
    ["onExpiry", { ...program(installation()), onExpiry: unknownValue }, known],
  ])("is accepted: %s", (_name, news, lines) => {
    expect(linesOf(news)).toEqual(lines);
  });

  it("does not hide what is wrong beside it", () => {
    const all = Array.from({ length: 21 }, () => unknownValue);
    expect(scene.check(program(...all)).failures).toHaveLength(1);
    const one = installation({ operator: unknownValue, expires: "2020-01-01" });
    expect(scene.check(program(one)).failures).toHaveLength(1);
  });

  it("is not taken for the same operator or computer twice", () => {
    const two = [installation({ operator: unknownValue }), installation({ operator: unknownValue })];
    expect(linesOf(program(...two))).toEqual(known);
  });

  it("never reaches a create", async () => {
    const { inputs } = scene.check(program(installation({ operator: unknownValue })));
    await expect(scene.handlers.create({ inputs, config, signal })).rejects.toThrow("not known yet");
  });
});

describe("create", () => {
  it("keeps what was declared and how it stands, under the account's id", async () => {
    const { unmet, outputs } = await scene.up(program(installation()));
    expect(unmet).toEqual([]);
    expect(scene.state!.id).toBe("operating-certificates/1900000109");
    expect(outputs).toEqual({
      ...scene.check(program(installation())).inputs,
      status: "healthy",
      staleFrom: "2027-02-19T16:00:00Z",
      unmet: [],
      nextSteps: [],
    });
  });

  it("of an account without one is green, with the steps", async () => {
    const { unmet, outputs } = await scene.up(program());
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "none", validUntil: "none", staleFrom: null });
    expect(outputs.nextSteps).toHaveLength(7);
  });

  it("of what nobody can have seen yet is red", async () => {
    const { unmet } = await scene.up(program(installation({ verifiedAt: "2026-11-23" })));
    expect(unmet).toEqual([
      "installations.0.verifiedAt: expected a day that has come in Asia/Shanghai, found 2026-11-23. Correct it.",
    ]);
  });
});

describe("over time", () => {
  const at = (time: string) => scene.clock.set(`${time}+08:00`);

  it("nothing changes until the attestation is stale; then the run is red until somebody has looked", async () => {
    const shop = program(installation());
    await scene.up(shop);
    expect(await scene.up(shop)).toMatchObject({ changed: false });
    at("2027-02-19T23:59:59");
    expect(await scene.up(shop)).toMatchObject({ changed: false });
    at("2027-02-20T00:00:00");
    const late = await scene.up(shop);
    expect(late).toMatchObject({ changed: true, outputs: { status: "stale" } });
    expect(late.unmet).toHaveLength(1);
    expect(await scene.up(shop)).toMatchObject({ changed: true, unmet: late.unmet });

    const renewed = program(installation({ verifiedAt: "2027-02-20", verifiedBy: "Han Meimei" }));
    expect(await scene.up(renewed)).toMatchObject({
      changed: true,
      unmet: [],
      outputs: { status: "healthy", staleFrom: null, nextSteps: [] },
    });
    expect(await scene.up(renewed)).toMatchObject({ changed: false });
  });

  it("a refresh clears nothing: the run stays red", async () => {
    const shop = program(installation());
    await scene.up(shop);
    at("2027-02-20T00:00:00");
    const { unmet } = await scene.up(shop);
    const { id, outputs } = scene.state!;
    const found = await scene.handlers.read({ id, outputs, config, signal });
    expect(found).toEqual({ id, outputs, inputs: scene.check(shop).inputs });
    scene.state = { id: found!.id, outputs: found!.outputs };
    expect(await scene.up(shop)).toMatchObject({ changed: true, unmet });
  });

  it("with `warn`, one stage is one change, and none is red", async () => {
    const shop = { ...program(installation()), onExpiry: "warn" };
    await scene.up(shop);
    at("2027-02-20T00:00:00");
    expect(await scene.up(shop)).toMatchObject({ changed: true, unmet: [], outputs: { status: "stale" } });
    expect(await scene.up(shop)).toMatchObject({ changed: false });
    at("2027-05-01T23:59:59");
    expect(await scene.up(shop)).toMatchObject({ changed: false });
    at("2027-05-02T00:00:00");
    expect(await scene.up(shop)).toMatchObject({ changed: true, unmet: [], outputs: { status: "expired" } });
    expect(await scene.up(shop)).toMatchObject({ changed: false });
  });

  it("a second one that is about to end is a change, with its step", async () => {
    const shop = {
      ...program(installation(), installation({ computer: "two", expires: "2027-05-11" })),
      staleAfterDays: 3650,
    };
    await scene.up(shop);
    at("2027-04-02T00:00:00");
    const first = await scene.up(shop);
    expect(JSON.stringify(first.outputs.nextSteps)).not.toContain("installations.1");
    at("2027-04-11T23:59:59");
    expect(await scene.up(shop)).toMatchObject({ changed: false });
    at("2027-04-12T00:00:00");
    const second = await scene.up(shop);
    expect(second.changed).toBe(true);
    expect(JSON.stringify(second.outputs.nextSteps)).toContain("installations.1");
  });

  it("validUntil is what was declared: it does not change with the clock", async () => {
    const shop = program(installation());
    for (const time of ["2026-11-22T00:00:00", "2027-04-02T00:00:00", "2030-01-01T00:00:00"]) {
      at(time);
      expect(scene.check(shop).inputs.validUntil).toBe("2027-05-01T16:00:00Z");
    }
  });
});

it("a delete asks nobody and changes nothing", async () => {
  await scene.up(program(installation()));
  const { id, outputs } = scene.state!;
  await expect(scene.handlers.delete({ id, outputs, config, signal })).resolves.toBeUndefined();
});
