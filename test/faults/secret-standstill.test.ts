import { modelWorld, type Engine } from "../support/faults";
import {
  activate,
  promote,
  secretEngine,
  secretIn,
  served,
  valuesMade,
  waiting,
  Watch,
} from "../support/faults-secrets";
import { ModelSecretsManager } from "../support/faults-vault";
import { Clock } from "../support/merchant";

function start(inputs: Parameters<Engine["change"]>[0] = {}, immediate = false) {
  const clock = new Clock();
  const model = new ModelSecretsManager(clock.now);
  const engine = secretEngine(modelWorld(model, clock), inputs);
  const watch = new Watch(engine.surroundings, immediate);
  model.onWrite(watch.look);
  return { engine, watch, clock };
}

const night = async (engine: Engine) => {
  await engine.up();
  await engine.refresh();
  await engine.up();
};

async function active(inputs: Parameters<Engine["change"]>[0] = {}) {
  const stage = start({ triggers: ["one"], ...inputs });
  await stage.engine.up();
  activate(stage.engine);
  await stage.engine.up();
  return stage;
}

describe("a begin whose winner is current already", () => {
  it("does not begin a second rotation for the same cause (immediate)", async () => {
    const { engine } = start({ activation: "immediate", triggers: ["one"] }, true);
    await engine.up();
    engine.change({ triggers: ["two"] });
    const other = engine.copy();
    // The other: describe, read, put, read, tag, move | strip, tag. It stands still while its value is current and
    // not yet stripped; the first has looked before all that, and puts now.
    await engine.up({
      call: 3,
      phase: "before",
      dies: false,
      meanwhile: () => other.up({ call: 6, phase: "after" }).catch(() => undefined),
    });
    await night(engine);
    expect(valuesMade(engine.secret, engine.surroundings)).toBe(2);
  });

  it("does not begin a second rotation for the same cause (promoted by a person who stands still)", async () => {
    const { engine } = await active();
    engine.change({ triggers: ["two"] });
    const other = engine.copy();
    await engine.up({
      call: 3,
      phase: "before",
      dies: false,
      meanwhile: async () => {
        await other.up();
        const version = other.state!.outputs.pendingVersionId as string;
        // describe, read, read, move
        await promote(other, version, { call: 4, phase: "after" }).catch(() => undefined);
        expect(served(other.secret).id).toBe(version);
      },
    });
    expect(valuesMade(engine.secret, engine.surroundings)).toBe(2);
    expect(waiting(engine.secret)).toEqual([]);
  });
});

it("a record written late by a program without the import does not bring the imported value back", async () => {
  const { engine, watch } = await active();
  engine.change({ triggers: ["two"] });
  const newer = engine.copy();
  newer.change({ import: { env: "OLD" } });
  let promoted = "";
  // describe, read, put, read, tag: stands still before it records the rotation that it has begun.
  await engine.up({
    call: 5,
    phase: "before",
    dies: false,
    meanwhile: async () => {
      await newer.up();
      promoted = newer.state!.outputs.pendingVersionId as string;
      await promote(newer, promoted);
    },
  });
  await night(newer);
  expect(watch.breaches).toEqual([]);
  expect(served(newer.secret).id).toBe(promoted);
});

it("an import that has served and is not recorded is not done again after a program without it has run", async () => {
  const { engine } = await active();
  engine.change({ triggers: ["two"] });
  await engine.up();
  const promoted = engine.state!.outputs.pendingVersionId as string;
  const older = engine.copy();
  engine.change({ import: { env: "OLD" } });
  // describe, read, read, put, move
  await engine.up({ call: 5, phase: "after" }).catch(() => undefined);
  expect(secretIn(served(engine.secret))).toBe(engine.surroundings.env.OLD);
  await promote(engine, promoted);
  older.change({ tags: { team: "payments" } });
  await older.up();
  await night(engine);
  expect(served(engine.secret).id).toBe(promoted);
});

it("an interrupted import that is withdrawn, corrected and declared again goes through", async () => {
  const { engine } = await active();
  engine.change({ import: { env: "OLD" } });
  // describe, read, put
  await engine.up({ call: 3, phase: "after" }).catch(() => undefined);
  engine.change({ import: undefined, tags: { team: "payments" } });
  await engine.up();
  engine.surroundings.env.OLD = "w".repeat(32);
  engine.change({ import: { env: "OLD" } });
  await engine.up();
  expect(engine.unmet).toEqual([]);
  expect(secretIn(served(engine.secret))).toBe(engine.surroundings.env.OLD);
});

it("a first value that an import is about to give up is not promoted any more: the value in use serves", async () => {
  const { engine, watch } = start({ triggers: ["one"] });
  await engine.up();
  const first = engine.state!.outputs.pendingVersionId as string;
  engine.change({ import: { env: "OLD" } });
  // describe, read, put, move, tag, move MC_ABANDONED
  const probe = ["describe", "read", "put", "moveLabel", "tag", "moveLabel"];
  await engine.up({ call: 6, phase: "before", dies: false, meanwhile: () => promote(engine.copy(), first) });
  expect(engine.calls.slice(0, 6)).toEqual(probe);
  await night(engine);
  expect(served(engine.secret).id).not.toBe(first);
  expect(watch.breaches).toEqual([]);
  expect(engine.unmet).toEqual([]);
  expect(waiting(engine.secret)).toEqual([]);
});
