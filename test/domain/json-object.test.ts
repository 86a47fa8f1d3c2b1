import fc from "fast-check";
import { jsonObject } from "../../provider/domain/json-object";

it.each([
  ["an object", '{"a":1,"b":{"c":null}}', { a: 1, b: { c: null } }],
  ["an empty one", " {} ", {}],
  ["a list", '["a"]', undefined],
  ["null", "null", undefined],
  ["a text", '"a"', undefined],
  ["a number", "1", undefined],
  ["nothing", "", undefined],
  ["an object that is cut off", '{"a":', undefined],
  ["an object and more", "{} {}", undefined],
  ["a byte order mark in front", "\uFEFF{}", undefined],
])("%s", (_name, text, expected) => expect(jsonObject(text)).toEqual(expected));

it("never throws, and so never quotes its input", () => {
  fc.assert(fc.property(fc.string(), (text) => expect(() => jsonObject(text)).not.toThrow()));
});

it("reads back any object", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.stringify(jsonObject(text))).toBe(text);
    }),
  );
});
