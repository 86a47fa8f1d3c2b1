import * as pulumi from "@pulumi/pulumi/runtime/rpc";
import fc from "fast-check";
import { holdsUnknown, unknownValue } from "../../provider/domain/unknown";

it("is the sentinel of the Pulumi SDK", () => {
  expect(unknownValue).toBe(pulumi.unknownValue);
});

it.each([
  ["the value itself", unknownValue],
  ["a member", { team: unknownValue }],
  ["an item", ["eu-west-1", unknownValue]],
  ["deep down", { subject: [{ a: { b: unknownValue } }] }],
])("sees what is not known yet: %s", (_name, value) => {
  expect(holdsUnknown(value)).toBe(true);
});

it.each([
  ["nothing", undefined],
  ["null", null],
  ["a text that contains the sentinel", `${unknownValue}.`],
  ["an empty object", {}],
  ["numbers", [1, 2]],
])("takes everything else for known: %s", (_name, value) => {
  expect(holdsUnknown(value)).toBe(false);
});

it("takes any JSON without the sentinel for known", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(holdsUnknown(value)).toBe(false)));
});
