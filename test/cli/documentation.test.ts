import fs from "node:fs";
import path from "node:path";
import { projectRoot } from "../../sandbox/engine/project-root";
import { exportText } from "../../provider/cli/export-text";
import { revealText } from "../../provider/cli/reveal-screen";
import {
  apiV3Secret,
  requested,
  stackExport,
  waiting,
  waitingVersion,
  type ExportedResource,
} from "./exported-stacks";
import { StagedWorld } from "./staged-world";

const guide = fs.readFileSync(path.join(projectRoot, "docs", "command-line.md"), "utf8");

async function status(resources: ExportedResource[], ...args: string[]): Promise<string> {
  const world = new StagedWorld();
  world.clock.set("2027-01-16T03:00:00Z");
  world.isTerminal = { stdin: false, stdout: false };
  world.input = Buffer.from(stackExport(...resources));
  return (await world.run("status", "--file", "-", ...args)).stdout;
}

describe("docs/command-line.md", () => {
  it("shows the table of status as it is printed", async () => {
    expect(guide).toContain(
      `$ merchant-credentials status\n${await status([requested, waiting, apiV3Secret()])}`,
    );
  });

  it("shows the JSON of status as it is printed, and names each member", async () => {
    const json = await status([waiting], "--json");
    expect(guide).toContain(`\`\`\`json\n${json}`);
    const [credential] = (JSON.parse(json) as { credentials: object[] }).credentials;
    for (const name of Object.keys(credential!))
      expect(guide).toMatch(new RegExp(`^\\|.*\`${name}\`.*\\|`, "m"));
  });

  it("shows the screen of reveal as it is, but for the value", () => {
    const shown = revealText(
      {
        kind: "apiSecret",
        merchantId: "1900000109",
        versionId: waitingVersion,
        since: new Date("2026-12-01T00:00:00Z"),
        secret: "(the value)",
        promote:
          "merchant-credentials promote merchants/1900000109/apiSecret --region eu-central-1 --version 3f1c9a523f1c9a52",
      },
      120,
    );
    expect(guide).toContain(`--reason "OPS-1234"\n${shown}\`\`\``);
  });

  it("shows what export says as it is printed", () => {
    const printed = exportText({
      merchantId: "G90000001",
      certificate: {
        serialNumber: "1029384756".padStart(40, "0"),
        notAfter: new Date("2029-12-01T08:00:00Z"),
      },
      cer: "/home/ops/keys/ExampleShop.cer",
      pfx: "/home/ops/keys/ExampleShop.pfx",
    });
    expect(guide).toContain(`The same again:\n${printed}\`\`\``);
  });

  it("names every option of every command", async () => {
    for (const command of ["status", "reveal", "promote", "export"]) {
      const { stdout } = await new StagedWorld().run(command, "--help");
      const options = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option!);
      expect(options.length).toBeGreaterThan(2);
      for (const option of options) expect(guide).toContain(`\`${option}`);
    }
  });
});
