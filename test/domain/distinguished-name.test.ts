import { formatName, nameDifferences, readName } from "../../provider/domain/distinguished-name";

it("writes a name in one line, always in the same order", () => {
  expect(formatName({ C: "CN", CN: "1900000109", O: "微信商户系统" })).toBe(
    "CN=1900000109, O=微信商户系统, C=CN",
  );
  expect(formatName({})).toBe("(empty)");
});

it.each([
  ["nothing", { CN: "a", O: "b" }, { O: "b", CN: "a", L: "more" }, []],
  ["another value", { CN: "a", O: "b" }, { CN: "a", O: "c" }, ["O"]],
  ["a missing attribute", { CN: "a", OU: "b" }, { CN: "a" }, ["OU"]],
  ["all of it", { CN: "a", C: "CN" }, {}, ["CN", "C"]],
])("names the attributes in which two names differ: %s", (_name, expected, actual, differences) => {
  expect(nameDifferences(expected, actual)).toEqual(differences);
});

it("counts a repeated attribute by its first value and leaves out what no rule looks at", () => {
  expect(readName({ CN: "a", OU: ["b", "c"], ST: "d", O: undefined })).toEqual({ CN: "a", OU: "b" });
});
