import { insteadOfDemo } from "../../sandbox/demo/rotation/arguments";

describe("npm run demo:rotation", () => {
  it("runs without arguments", () => {
    expect(insteadOfDemo([])).toBeUndefined();
  });

  it.each([["--help"], ["-h"]])("says what it does with %s, and does not run", (argument) => {
    const { text, exitCode } = insteadOfDemo([argument])!;
    expect(text).toMatch(/^npm run demo:rotation\n/);
    expect(exitCode).toBe(0);
  });

  it("refuses any other argument", () => {
    expect(insteadOfDemo(["--fast"])).toEqual({
      text: "There is no argument --fast: there is --help alone.\n",
      exitCode: 2,
    });
  });
});
