interface Lock {
  packages?: Record<string, object>;
}
const { firstDifference } = jest.requireActual<{
  firstDifference: (wanted: Lock, installed: Lock | undefined) => string | undefined;
}>("../../tools/setup/npm-packages.js");

const present = {
  provider: { version: "0.1.0" },
  "node_modules/provider": { resolved: "provider", link: true },
  "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
};
const wanted: Lock = {
  packages: {
    "": { name: "workspace" },
    ...present,
    "node_modules/for-another-platform": { version: "1.0.0", integrity: "sha512-p", optional: true },
  },
};

describe("the npm packages", () => {
  it.each<[string, Lock | undefined, string | undefined]>([
    ["up to date, without those for other platforms", { packages: present }, undefined],
    ["missing", undefined, "node_modules"],
    [
      "another version",
      { packages: { ...present, "node_modules/a": { version: "1.0.1" } } },
      "node_modules/a",
    ],
    [
      "another content",
      { packages: { ...present, "node_modules/a": { version: "1.0.0", integrity: "sha512-b" } } },
      "node_modules/a",
    ],
    ["one too few", { packages: { provider: { version: "0.1.0" } } }, "node_modules/provider"],
    ["one too many", { packages: { ...present, "node_modules/b": { version: "1.0.0" } } }, "node_modules/b"],
  ])("are %s", (_, installed, difference) => expect(firstDifference(wanted, installed)).toBe(difference));
});
