import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { linkProject } from "../../sandbox/engine/project-folder";

describe("the stand-in for a project folder", () => {
  let folder: string;
  const project = () => path.join(folder, "real");
  const standIn = () => path.join(folder, "scratch");
  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "project-")));
    fs.mkdirSync(path.join(project(), "examples", "quickstart"), { recursive: true });
    fs.mkdirSync(standIn());
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it.each(["main: examples/quickstart", 'main: "examples/quickstart" # the smallest'])(
    "follows %s",
    (main) => {
      fs.writeFileSync(path.join(project(), "Pulumi.yaml"), `name: shop\nruntime: nodejs\n${main}\n`);
      linkProject(project(), standIn());
      linkProject(project(), standIn());
      const program = fs.realpathSync(path.join(standIn(), "examples", "quickstart"));
      expect(program).toBe(path.join(project(), "examples", "quickstart"));
    },
  );

  it("runs the folder of Pulumi.yaml itself when that names no main", () => {
    fs.writeFileSync(path.join(project(), "Pulumi.yaml"), "name: shop\nruntime: nodejs");
    linkProject(project(), standIn());
    expect(fs.realpathSync(path.join(standIn(), "program"))).toBe(project());
    expect(fs.readFileSync(path.join(standIn(), "Pulumi.yaml"), "utf8")).toMatch(/^main: program$/m);
  });
});
