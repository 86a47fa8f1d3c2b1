interface Probes {
  pulumi: string | undefined;
  go: string | undefined;
  downloadFailedToday: boolean;
}
const { cliRoutes, threeWays } = jest.requireActual<{
  cliRoutes: (probes: Probes) => string[];
  threeWays: (probes: Probes) => string;
}>("../../tools/setup/cli-routes.js");

const nothing: Probes = { pulumi: undefined, go: undefined, downloadFailedToday: false };

describe("the way to a Pulumi CLI", () => {
  it.each<[string, Partial<Probes>, string[]]>([
    ["the user's own, before anything else", { pulumi: "3.250.1", go: "1.26.0" }, ["path"]],
    ["the user's own, the oldest that serves", { pulumi: "3.216.0" }, ["path"]],
    ["not the user's own when it is too old", { pulumi: "3.215.0" }, ["download"]],
    ["the vendor's download, then Go", { go: "1.26.8" }, ["download", "go"]],
    ["Go at once when the download has failed today", { go: "1.26.8", downloadFailedToday: true }, ["go"]],
    ["the download again when there is no other way", { downloadFailedToday: true }, ["download"]],
    ["no build with a Go that is too old", { go: "1.25.10" }, ["download"]],
  ])("is %s", (_, probes, routes) => expect(cliRoutes({ ...nothing, ...probes })).toEqual(routes));

  it("is explained when none works, with what was found", () => {
    const advice = threeWays({ ...nothing, go: "1.20.0" });
    expect(advice).toContain("install Pulumi 3.216.0 or later");
    expect(advice).toContain("npm package `pulumi`");
    expect(advice).toContain("(found: 1.20.0)");
  });
});
