import { parseRequest, type Example } from "../../sandbox/engine/examples";

const examples: Example[] = [
  { name: "quickstart", project: "/workspace" },
  { name: "rotation", project: "/workspace/examples/rotation" },
];

describe("npm run example", () => {
  it("deploys when no Pulumi command is given", () => {
    expect(parseRequest(["quickstart"], examples)).toEqual({
      example: examples[0],
      command: ["up", "--yes"],
    });
  });

  it("hands every other Pulumi command on as it is", () => {
    expect(parseRequest(["rotation", "config", "set", "shopCertificate", "--", "x"], examples)).toEqual({
      example: examples[1],
      command: ["config", "set", "shopCertificate", "--", "x"],
    });
  });

  it("lists the examples when none is named", () => {
    expect(parseRequest([], examples)).toEqual({
      problem: "Examples:\n  npm run example quickstart\n  npm run example rotation",
    });
  });

  it("names the nearest example for one that it does not know", () => {
    const request = parseRequest(["quikstart"], examples);
    expect("problem" in request && request.problem).toMatch(
      /^There is no example "quikstart"\. Did you mean "quickstart"\?\nExamples:/,
    );
  });
});
