import { lastChangeTag } from "../../provider/domain/secret-tags";
import { findCanaries, keyCanaries } from "../support/canaries";
import { SecretStage } from "./secret-stage";

const name = "merchants/1900000109/merchantKey";
const title = "merchant key of merchant 1900000109";

let stage: SecretStage;
beforeAll(async () => {
  stage = await SecretStage.open("merchantKey");
});
beforeEach(() => stage.begin());
afterAll(() => stage.scene.close());

const promote = (version: string) => stage.world.run("promote", name, ...stage.place, "--version", version);
const up = (changes: Parameters<typeof stage.scene.up>[0] = {}) => stage.scene.up(changes);
const verifiedWith = () =>
  stage.scene.secret.versions.find(({ labels }) => labels.some((label) => label.startsWith("MC_VERIFY_")))
    ?.id;

/** A key that serves, and the next one, which the partner has. */
async function rotate(): Promise<{ current: string; pending: string }> {
  await promote(stage.pendingId);
  await stage.scene.refresh();
  await up({ triggers: ["first"] });
  await up({ triggers: ["second"] });
  return { current: stage.labelled("AWSCURRENT")!, pending: stage.pendingId };
}

describe("promote", () => {
  it("makes the first key current", async () => {
    const version = stage.pendingId;
    expect(await promote(version)).toEqual({
      stdout: `${title}: version ${version} is current.\nRun pulumi up --refresh so that the state takes it in.\n`,
      stderr: "",
      exitCode: 0,
    });
    expect(stage.labelled("AWSCURRENT")).toBe(version);
    expect(stage.openRequests).toEqual([]);
    expect(stage.scene.secret.tags[lastChangeTag]).toBe(
      `2026-11-22T12:00:00Z current is version ${version}: promoted`,
    );
  });

  it("makes the next key current; the next up begins the overlap, from the time of the promotion", async () => {
    const { current, pending } = await rotate();
    expect((await promote(pending)).stdout).toBe(
      `${title}: version ${pending} is current.\nThe one before it, ${current}, is kept as AWSPREVIOUS.\n` +
        "Run pulumi up --refresh so that the state takes it in, and the overlap begins.\n",
    );
    expect(verifiedWith()).toBeUndefined();
    stage.scene.clock.advanceDays(2);
    await stage.scene.refresh();
    const { outputs, unmet } = await up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      currentVersionId: pending,
      previous: { versionId: current, verifiableUntil: "2026-12-22T12:00:00Z" },
      history: [{ reason: "promoted" }, { reason: "promoted" }],
    });
    expect(verifiedWith()).toBe(current);
  });

  it("refuses while the key before is verified with, and says how to go on; after it, goes through", async () => {
    const { pending } = await rotate();
    await promote(pending);
    await stage.scene.refresh();
    await up({ triggers: ["third"] });
    const next = stage.pendingId;
    const { stdout, stderr, exitCode } = await promote(next);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toBe(
      "error: --version: the key before the current one is still verified with, and one more change would take it " +
        `away (found ${next}, while a label MC_VERIFY_… is on AWSPREVIOUS). Output overlapUntil says until when: run ` +
        "pulumi up after that, which takes the label off, and then this command again; to end the overlap now, set " +
        "`overlapDays: 0` and run pulumi up.\n",
    );
    expect(stage.labelled("AWSCURRENT")).toBe(pending);
    // Over, but only the program knows.
    stage.scene.clock.advanceDays(30);
    expect(await promote(next)).toMatchObject({ exitCode: 1 });
    await up();
    expect(await promote(next)).toMatchObject({ exitCode: 0 });
    expect(stage.labelled("AWSCURRENT")).toBe(next);
  });

  it("goes through once the program has ended the overlap", async () => {
    const { pending } = await rotate();
    await promote(pending);
    await stage.scene.refresh();
    await up({ triggers: ["third"], overlapDays: 0 });
    expect(await promote(stage.pendingId)).toMatchObject({ exitCode: 0 });
  });

  it("finishes during the overlap what it has begun before", async () => {
    const { pending } = await rotate();
    await promote(pending);
    await stage.scene.refresh();
    await up();
    expect((await promote(pending)).stdout).toBe(`${title}: version ${pending} is current already.\n`);
  });

  it("shows nothing of any key", async () => {
    const { current, pending } = await rotate();
    const said = [await promote(pending), await promote(current)];
    const keys = stage.scene.secret.versions.flatMap(({ value }) => {
      const { privateKey } = JSON.parse(value as string) as { privateKey?: string };
      return privateKey ? keyCanaries("key", privateKey) : [];
    });
    expect(findCanaries(Buffer.from(JSON.stringify(said)), keys)).toEqual([]);
  });
});

it("reveal refuses a key: its public half is an output", async () => {
  const { stdout, stderr, exitCode } = await stage.world.run(
    "reveal",
    name,
    ...stage.place,
    "--reason",
    "to see",
  );
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
  expect(stderr).toBe(
    `error: this is a merchant's key (found ${name}). The private key never leaves the vault; the public key is output ` +
      "publicKey, that of one that waits is in output pending.\n",
  );
});
