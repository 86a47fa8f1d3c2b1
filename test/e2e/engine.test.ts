import fs from "node:fs";
import { Engine } from "../../sandbox/engine/engine";

jest.setTimeout(120_000);

const program = (color: string, seconds = 0) => `
const pulumi = require("@pulumi/pulumi");
const provider = {
  async create(inputs) {
    await new Promise((resolve) => setTimeout(resolve, ${seconds * 1000}));
    return { id: "paint-1", outs: inputs };
  },
  async read(id, props) { return { id, props }; },
  async update(id, olds, news) { return { outs: news }; },
  async delete() {},
};
class Paint extends pulumi.dynamic.Resource {
  constructor(name, props) { super(provider, name, props); }
}
const paint = new Paint("paint", { color: ${JSON.stringify(color)}, secret: new pulumi.Config().requireSecret("pin") });
exports.color = paint.color;
`;

describe("the isolated engine", () => {
  let engine: Engine;
  afterEach(() => engine.dispose());

  it("takes a program through create, update, refresh, import and destroy, and leaves nothing", async () => {
    engine = await Engine.forProgram({ files: { "index.js": program("red") } });
    await engine.setConfig("shape", "-round");
    await engine.setConfig("pin", "hidden 1234", { secret: true });
    expect(await engine.config()).toEqual({ "program:shape": "-round" });

    const created = await engine.up();
    expect(created.output).toContain("2 created");
    expect(await engine.outputs()).toEqual({ color: "red" });

    engine.write({ "index.js": program("blue") });
    await engine.preview(["--expect-no-changes"], { expectFailure: true });
    await engine.up();
    await engine.refresh(["--expect-no-changes"]);

    const state = await engine.state();
    const paint = state.deployment.resources?.find((resource) => resource.urn.endsWith("::paint"));
    expect(paint).toMatchObject({ id: "paint-1", outputs: { color: "blue" } });
    expect(JSON.stringify(state)).not.toContain("hidden 1234");
    await engine.importState(state);

    await expect(engine.run(["stack", "rm", "--yes"])).rejects.toThrow(/exit code/);
    await engine.destroy();
    expect((await engine.state()).deployment.resources ?? []).toEqual([]);

    const { scratch } = engine;
    engine.dispose();
    expect(fs.existsSync(scratch)).toBe(false);
  });

  it("ends the provider of a killed run too", async () => {
    engine = await Engine.forProgram({ files: { "index.js": program("red", 60) } });
    await engine.setConfig("pin", "1234", { secret: true });
    const run = engine.spawn(["up", "--yes", "--skip-preview", "--non-interactive"]);
    await run.printed(/dynamic:Resource paint creating/);
    run.kill();
    expect((await run.exited).signal).toBe("SIGKILL");
    expect(run.processes()).not.toEqual([]);

    run.killAll();
    expect(run.processes()).toEqual([]);
    await engine.run(["cancel", "--yes"]);
  });

  it("says what it printed when a run takes too long", async () => {
    engine = await Engine.forProgram({ files: { "index.js": program("red", 60) } });
    await engine.setConfig("pin", "1234", { secret: true });
    await expect(engine.up([], { timeoutMs: 6000 })).rejects.toThrow(
      /did not end within 6000 ms\n[^]*Updating/,
    );
  });
});
