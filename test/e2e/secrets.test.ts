import { SecretsManagerClient, TagResourceCommand } from "@aws-sdk/client-secrets-manager";
import { Stage, type Kind } from "../support/stage";

jest.setTimeout(240_000);

const carryOn = "--continue-on-error";
const day = 24 * 60 * 60 * 1000;

/** The secrets of one program, each with its merchant: an engine command costs as much for all as for one. */
const secrets = {
  reviewed: { class: "ApiSecret", merchantId: "1900000201", triggers: ["first audit"] },
  aged: { class: "ApiV3Secret", merchantId: "1900000202", maxAgeDays: 30 },
  byHand: { class: "ApiSecret", merchantId: "1900000203" },
  late: { class: "ApiV3Secret", merchantId: "1900000204", failAfterDays: 0 },
  gentle: { class: "ApiV3Secret", merchantId: "1900000205", failAfterDays: 0, onExpiry: "warn" },
  local: { class: "ApiSecret", merchantId: "1900000206", activation: "immediate", triggers: [1] },
} as const;
type Name = keyof typeof secrets;
const names = Object.keys(secrets) as Name[];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  stage.declare(secrets);
});
afterAll(() => stage.close());

const kindOf = (name: Name): Kind => (secrets[name].class === "ApiSecret" ? "apiSecret" : "apiV3Secret");
const secretOf = (name: Name) => stage.secret(secrets[name].merchantId, kindOf(name));
const serving = (name: Name) => stage.serving(secrets[name].merchantId, kindOf(name));
const valueOf = (name: Name, versionId: string): string =>
  String(secretOf(name).versions.find(({ id }) => id === versionId)!.value);
const writes = () => stage.calls().filter((operation) => !/^(Describe|Get)/.test(operation));

/** One output of each secret in the state. */
async function each(output: string): Promise<Record<Name, unknown>> {
  const resources = await stage.resources();
  return Object.fromEntries(
    Object.entries(resources).map(([name, { outputs }]) => [name, outputs![output]]),
  ) as Record<Name, unknown>;
}

async function pendingVersion(name: Name): Promise<string> {
  return String((await each("pendingVersionId"))[name]);
}

async function promote(name: Name): Promise<void> {
  const versionId = await pendingVersion(name);
  const { output, exitCode } = await stage.promote(secretOf(name).arn, versionId);
  expect({ exitCode, output }).toEqual({
    exitCode: 0,
    output: expect.stringContaining(`version ${versionId} is current.`) as string,
  });
}

/** What a preview with `--diff` shows as changed inputs. */
function changedLines(output: string): string[] {
  return output.split("\n").flatMap((line) => /^ {6}([~+-] .*)$/.exec(line)?.[1] ?? []);
}

const waiting = "has waited since";

describe("the first value", () => {
  it("waits for a person, who is told what to do; only one that may not wait is red", async () => {
    const { output } = await stage.up([carryOn], { expectFailure: true });
    for (const name of ["reviewed", "aged", "byHand", "gentle"] as const) {
      const { merchantId } = secrets[name];
      expect(output).toContain(`reveal merchants/${merchantId}/${kindOf(name)} --region us-east-1 --reason`);
      expect(stage.credential(merchantId, kindOf(name))).toEqual({ schema: "merchant-credentials/empty/v1" });
    }
    expect(output.match(/\* .* has waited since .*/g)).toHaveLength(1);
    expect(output).toContain(`The APIv3 secret of version ${await pendingVersion("late")} ${waiting}`);
    expect(await each("status")).toEqual({
      ...Object.fromEntries(names.map((name) => [name, "awaiting-activation"])),
      local: "active",
    });
  });

  it("is 32 letters and digits in the form that applications read", async () => {
    expect(stage.credential(secrets.local.merchantId, "apiSecret")).toEqual({
      schema: "merchant-credentials/api-secret/v1",
      merchantId: secrets.local.merchantId,
      apiSecret: expect.stringMatching(/^[0-9A-Za-z]{32}$/) as string,
    });
    expect(JSON.parse(valueOf("aged", await pendingVersion("aged")))).toEqual({
      schema: "merchant-credentials/apiv3-secret/v1",
      merchantId: secrets.aged.merchantId,
      apiV3Secret: expect.stringMatching(/^[0-9A-Za-z]{32}$/) as string,
    });
  });

  it("stays as it was drawn, and the red one red, after a refresh", async () => {
    const before = await each("pendingVersionId");
    const { output } = await stage.up([carryOn, "--refresh"], { expectFailure: true });
    expect(output).toContain(waiting);
    expect(await each("pendingVersionId")).toEqual(before);
    expect(writes()).toEqual([]);
  });

  it("becomes current by its version in the program", async () => {
    const pending = await each("pendingVersionId");
    const reviewed = ["reviewed", "aged", "late", "gentle"] as const;
    for (const name of reviewed) stage.change(name, { activation: { version: pending[name] } });
    await stage.up();
    expect(writes()).toHaveLength(3 * reviewed.length);
    const resources = await stage.resources();
    for (const name of reviewed) {
      expect({ name, ...resources[name]!.outputs }).toMatchObject({
        name,
        status: "active",
        currentVersionId: pending[name],
        history: [{ versionId: pending[name], reason: "first value" }],
        nextSteps: [],
      });
      expect(serving(name).versionId).toBe(pending[name]);
    }
    await stage.expectUnchanged();
  });
});

describe("the next value", () => {
  /** The day in Asia/Shanghai, so many days from now. */
  const shanghaiDay = (days: number) =>
    new Date(Date.now() + days * day + 8 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const [first, second, third] = [-40, -10, 20].map(shanghaiDay);

  /** As if the first `pulumi up` had been 40 days ago: the state and the vault tell of that day. */
  async function fortyDaysLater(): Promise<void> {
    const began = new Date(Date.now() - 40 * day);
    const { tags, arn } = secretOf("aged");
    await tag(arn, {
      "merchant-credentials:trigger": tags["merchant-credentials:trigger"]!.replace(
        /began=\S+/,
        `began=${began.toISOString().replace(/\.\d+/, "")}`,
      ),
    });
    const then = { rotationFrom: first, rotationPeriod: `period 1, from ${first} to ${second}` };
    const state = await stage.engine.state();
    for (const resource of state.deployment.resources!.filter(({ urn }) => urn.endsWith("::aged"))) {
      Object.assign(resource.inputs!, then);
      Object.assign(resource.outputs!, then);
    }
    await stage.engine.importState(state);
  }

  it("is announced in the preview, by the line of the period and by the trigger", async () => {
    await fortyDaysLater();
    stage.change("reviewed", { triggers: ["second audit"] });
    stage.change("local", { triggers: [2] });
    const { output } = await stage.preview();
    const lines = `"period 1, from ${first} to ${second}" => "period 2, from ${second} to ${third}"`;
    const changes = changedLines(output).map((line) => line.replace(/ +:/, ":"));
    expect(changes.sort()).toEqual([`~ rotationPeriod: ${lines}`, "~ triggers: [", "~ triggers: ["]);
    expect(stage.calls()).toEqual([]);
  });

  it("is drawn while the current one keeps serving; where nobody has to act it serves at once", async () => {
    const before = { reviewed: serving("reviewed"), aged: serving("aged"), local: serving("local") };
    const { output } = await stage.up();
    expect(output).toContain("promote merchants/1900000201/apiSecret --region us-east-1 --version");
    expect(await each("status")).toMatchObject({
      reviewed: "rotation-pending",
      aged: "rotation-pending",
      local: "active",
    });
    expect(serving("reviewed")).toEqual(before.reviewed);
    expect(serving("aged")).toEqual(before.aged);
    expect(serving("local")).not.toEqual(before.local);
    expect(await stage.outputs("local")).toMatchObject({
      previousVersionId: before.local.versionId,
      history: [{ reason: "first value" }, { reason: "rotation" }],
    });
  });

  it("waits 14 days before runs fail, or as long as the program says", async () => {
    const { pending, failsFrom } = (await stage.outputs("aged")) as {
      pending: { since: string };
      failsFrom: string;
    };
    expect(Date.parse(failsFrom) - Date.parse(pending.since)).toBe(14 * day);
    stage.change("aged", { failAfterDays: 0 });
    for (const flags of [[], ["--refresh"]]) {
      const { output } = await stage.up([carryOn, ...flags], { expectFailure: true });
      expect(output.match(/\* .* has waited since .*/g)).toHaveLength(1);
      expect(output).toContain(`The APIv3 secret of version ${await pendingVersion("aged")} ${waiting}`);
    }
  });

  it("is green again once a person has promoted it, which history tells", async () => {
    const versionId = await pendingVersion("aged");
    await promote("aged");
    await stage.up(["--refresh"]);
    expect(await stage.outputs("aged")).toMatchObject({
      status: "active",
      currentVersionId: versionId,
      history: [{ reason: "first value" }, { versionId, reason: "promoted" }],
      unmet: [],
    });
  });
});

describe("`merchant-credentials promote` while `pulumi up` is under way", () => {
  it("ends well on both sides, whoever comes first; the state follows with the next refresh", async () => {
    const pending = await each("pendingVersionId");
    const first = serving("reviewed").versionId;
    stage.change("byHand", { tags: { team: "payments" } });
    stage.change("reviewed", { activation: { version: pending.reviewed } });
    const tagging = standingStill("byHand", "TagResource");
    const activating = standingStill("reviewed", "UpdateSecretVersionStage");
    const run = stage.up();
    run.catch(() => undefined);
    await Promise.race([Promise.all([tagging.reached, activating.reached]), run.then(() => undefined)]);
    await promote("byHand");
    await promote("reviewed");
    tagging.goOn();
    activating.goOn();
    await run;

    await stage.up(["--refresh"]);
    expect(await stage.outputs("byHand")).toMatchObject({
      status: "active",
      currentVersionId: pending.byHand,
      history: [{ versionId: pending.byHand, reason: "promoted" }],
      drift: [],
    });
    expect(await stage.outputs("reviewed")).toMatchObject({
      status: "active",
      currentVersionId: pending.reviewed,
      previousVersionId: first,
      history: [{ versionId: first }, { versionId: pending.reviewed, reason: "promoted" }],
      drift: [],
    });
    expect(secretOf("byHand").tags).toMatchObject({ team: "payments" });
    await stage.expectUnchanged();
  });

  it("says so and does nothing where the version is current already", async () => {
    const { currentVersionId } = await stage.outputs("byHand");
    const { output, exitCode } = await stage.promote(secretOf("byHand").arn, String(currentVersionId));
    expect({ output, exitCode }).toEqual({
      output: `API secret of merchant 1900000203: version ${String(currentVersionId)} is current already.\n`,
      exitCode: 0,
    });
  });
});

async function tag(arn: string, tags: Record<string, string>): Promise<void> {
  const client = new SecretsManagerClient({
    endpoint: stage.aws.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "somebody", secretAccessKey: "else" },
  });
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await client.send(new TagResourceCommand({ SecretId: arn, Tags }));
}

/** Holds the next request of an operation on a secret until it is told to go on. */
function standingStill(name: Name, operation: string) {
  let goOn!: () => void;
  const released = new Promise<void>((resolve) => (goOn = resolve));
  const { arn } = secretOf(name);
  const reached = new Promise<void>((resolve) => {
    const forget = stage.aws.onRequest((phase, asked, body) => {
      if (phase !== "before" || asked !== operation || body.SecretId !== arn) return undefined;
      forget();
      resolve();
      return released;
    });
  });
  return { reached, goOn };
}
