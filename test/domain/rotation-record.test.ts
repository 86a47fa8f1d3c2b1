import fc from "fast-check";
import { isoTime } from "../../provider/domain/calendar";
import { digestOf, nothing, readRecord, recordTag, triggerTag } from "../../provider/domain/rotation-record";

const digest = fc.oneof(fc.constant(nothing), fc.stringMatching(/^[0-9a-f]{16}$/));
const second = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2060-01-01"), noInvalidDate: true })
  .map((date) => new Date(isoTime(date)));

it("is read back as it was written, in a tag that AWS accepts", () => {
  fc.assert(
    fc.property(second, digest, digest, digest, (began, request, triggers, imported) => {
      const record = { began, request, triggers, import: imported };
      const tags = recordTag(record);
      expect(readRecord({ other: "1", ...tags })).toEqual(record);
      expect(tags[triggerTag]).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
    }),
  );
});

it("is documented: this text", () => {
  const began = new Date("2026-11-22T12:00:00.999Z");
  expect(recordTag({ began, request: "0123456789abcdef", triggers: nothing, import: nothing })).toEqual({
    "merchant-credentials:trigger": "began=2026-11-22T12:00:00Z request=0123456789abcdef triggers=none",
    "merchant-credentials:import": "none",
  });
});

it.each([
  ["no tag", undefined],
  ["an empty one", ""],
  ["a time that is none", "began=yesterday request=none triggers=none"],
  ["a day that is none", "began=2026-13-01T00:00:00Z request=none triggers=none"],
  ["no member for the triggers", "began=2026-11-22T12:00:00Z request=none"],
  ["an empty member", "began=2026-11-22T12:00:00Z request= triggers=none"],
  ["more behind it", "began=2026-11-22T12:00:00Z request=none triggers=none x=1"],
  ["another order", "request=none began=2026-11-22T12:00:00Z triggers=none"],
])("is nothing where there is %s", (_name, text) => {
  expect(readRecord(text === undefined ? {} : { [triggerTag]: text })).toBeUndefined();
});

it("has no import where that tag is missing", () => {
  const text = "began=2026-11-22T12:00:00Z request=none triggers=none";
  expect(readRecord({ [triggerTag]: text })).toMatchObject({ triggers: nothing, import: nothing });
});

describe("the digest of a value of the program", () => {
  const json = fc.jsonValue({ maxDepth: 3 });

  /** The same value with the keys of each object the other way round. */
  function reordered(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(reordered);
    if (typeof value !== "object" || value === null) return value;
    const members = Object.entries(value).reverse();
    return Object.fromEntries(members.map(([key, member]) => [key, reordered(member)]));
  }

  it("is 16 hex digits, the same for the same value whatever the order of its keys", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(digestOf(value)).toMatch(/^[0-9a-f]{16}$/);
        expect(digestOf(reordered(value))).toBe(digestOf(value));
        expect(digestOf(JSON.parse(JSON.stringify(value)))).toBe(digestOf(value));
      }),
    );
  });

  it("is `none` for what is absent, and for nothing else", () => {
    expect(digestOf(undefined)).toBe("none");
    for (const value of [null, "none", "", 0, false, [], {}]) expect(digestOf(value)).not.toBe("none");
  });

  it("tells values apart", () => {
    const values = [null, "", "a", "1", 1, 1.5, true, "true", [], {}, ["a"], ["a", "b"], ["b", "a"], [["a"]]];
    const objects = [{ a: 1 }, { a: "1" }, { a: { b: 1 } }, { a: { b: 2 } }, { b: 1 }, { a: 1, b: 1 }, [{}]];
    const all = [...values, ...objects].map(digestOf);
    expect(new Set(all).size).toBe(all.length);
  });
});
