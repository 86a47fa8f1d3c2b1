const { isAtLeast, versionNumbers } = jest.requireActual<{
  isAtLeast: (version: string, minimum: string) => boolean;
  versionNumbers: (text: string) => number[] | undefined;
}>("../../tools/setup/versions.js");

describe("a version", () => {
  it.each([
    ["v3.248.0", [3, 248, 0]],
    ["go1.26.8", [1, 26, 8]],
    ["go1.26", [1, 26, 0]],
    ["v3.249.0-alpha.x12\n", [3, 249, 0]],
    ["unknown command", undefined],
  ])("is read from %j", (text, numbers) => expect(versionNumbers(text)).toEqual(numbers));

  it.each([
    ["3.216.0", "3.216.0", true],
    ["3.215.9", "3.216.0", false],
    ["3.1000.0", "3.216.0", true],
    ["4.0.0", "3.216.0", true],
    ["v20.0.0", "20.0.0", true],
    ["v19.9.9", "20.0.0", false],
    ["go1.9.1", "1.25.11", false],
    ["go1.25.11", "1.25.11", true],
    ["", "1.0.0", false],
  ])("%j at least %j: %s", (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});
