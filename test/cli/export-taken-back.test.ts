import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import { CfcaScene } from "../resources/cfca-scene";
import { cfcaCertificate, cfcaMerchant, cfcaPfx } from "../support/cfca";
import { StagedWorld, type Transcript } from "./staged-world";

// node-forge counts each of the file's rounds when the resource reads it.
jest.setTimeout(120_000);

const certificate = cfcaCertificate();
const scene = new CfcaScene();

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "export-")))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** By a person who waits for nothing: at the scene's time, with a password of their own. */
function exported(...more: string[]): Promise<Transcript> {
  const world = new StagedWorld();
  world.clock = scene.scene.clock;
  world.currentFolder = folder;
  world.makeVault = secretsManagerVault;
  world.environment.PASSWORD = "a word for the file";
  const place = ["--region", "us-east-1", "--endpoint", scene.scene.sandbox.endpoint];
  const named = ["--name", "Geoswift", "--password-env", "PASSWORD"];
  return world.run("export", `merchants/${cfcaMerchant}/cfcaCertificate`, ...place, ...named, ...more);
}

describe("what a CfcaCertificate has stored", () => {
  it("is not there to be exported before it is, and can be taken back from the files then", async () => {
    const { scene: engine } = scene;
    await engine.up();
    expect((await exported()).stderr).toContain("there is nothing to export yet");

    engine.clock.set("2026-12-02T00:00:00Z");
    await engine.up({ certificate, ...scene.refers(cfcaPfx({ certificate })) });
    expect(engine.state!.outputs.status).toBe("active");
    const { stderr, exitCode } = await exported();
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    const [cer, pfx] = ["Geoswift.cer", "Geoswift.pfx"].map((name) => readFileSync(join(folder, name)));
    const before = engine.state!.outputs.publicKeySha256;

    engine.sandbox.reset();
    engine.state = undefined;
    scene.scene.env.PFX_PASSWORD = "a word for the file";
    await engine.up({ certificate: cer!.toString(), ...scene.refers(pfx!) });
    expect(engine.state!.outputs).toMatchObject({ status: "active", publicKeySha256: before });
  });
});
