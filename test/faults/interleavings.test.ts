import * as fc from "fast-check";
import { X509Certificate } from "node:crypto";
import type { Vault } from "../../provider/vault/vault";
import {
  assertNothingIsLost,
  Engine,
  fingerprintOfRequest,
  leftovers,
  modelWorld,
  openRequests,
  requestsMade,
  servedCertificate,
  Surroundings,
  type StoredSecret,
} from "../support/faults";
import { intercepted, ModelSecretsManager } from "../support/faults-vault";
import type * as memory from "../support/faults-memory";
import { Clock } from "../support/merchant";

/** What hundreds of trials compute again and again. */
jest.mock("../../provider/domain/certificate", () => rememberingActual("certificate", "parseCertificate"));
jest.mock("../../provider/domain/private-key", () =>
  rememberingActual("private-key", "publicKeySha256", "privateKeyPem", "readPrivateKey"),
);
jest.mock("../../provider/domain/signing-request", () =>
  rememberingActual("signing-request", "signingRequest", "requestSubject"),
);

function rememberingActual(module: string, ...names: string[]): object {
  const { remembering } = jest.requireActual<typeof memory>("../support/faults-memory");
  return remembering(
    jest.requireActual<Record<string, unknown>>(`../../provider/domain/${module}`),
    ...names,
  );
}

const trials = { numRuns: 80, seed: 20261122, endOnFailure: false } as const;

type Run = (engine: Engine) => Promise<unknown>;

/** What several runs do at once, from a common eve. */
interface Situation {
  name: string;
  eve: (engine: Engine) => Promise<unknown>;
  /** Each a pipeline of its own; the first one's program is the one that holds in the end. */
  runs: Run[];
  /** What the program that holds is told in the end, if it is red because a person has yet to act. */
  red?: RegExp;
  /** How many keys may have been stored as requests in the end. */
  requests: readonly number[];
  ends: (secret: StoredSecret, engine: Engine) => void;
}

const up: Run = (engine) => engine.up();
const issued: Run = async (engine) => {
  await engine.up();
  engine.bringCertificate("annual");
  await engine.up();
};
const due: Run = async (engine) => {
  await issued(engine);
  engine.world.clock.advanceDays(345);
};
const begun: Run = async (engine) => {
  await due(engine);
  await engine.up();
};

/** A person who has the request in hand gets its certificate and declares it. */
const beginThenComplete: Run = async (engine) => {
  await engine.up();
  if (engine.unmet.length > 0 || !engine.state?.outputs.certificateRequest) return;
  engine.bringCertificate("annual");
  await engine.up();
};

const complete: Run = (engine) => {
  engine.declare(engine.certificates.at(-1)!);
  return engine.up();
};

const stateless: Run = (engine) => {
  engine.state = undefined;
  return engine.up();
};

const completeWithoutState: Run = (engine) => {
  engine.state = undefined;
  return complete(engine);
};

const waits = (secret: StoredSecret) => expect(openRequests(secret)).toHaveLength(1);

/** The program of yesterday rolls back what it finds, and asks for the next replacement of what it rolled back to. */
const yesterday = {
  requests: [2, 3],
  ends: (secret: StoredSecret, engine: Engine) => {
    expect(servedCertificate(secret)).toBe(engine.inputs.certificate);
  },
};

const serves = (secret: StoredSecret, engine: Engine) => {
  expect(openRequests(secret)).toEqual([]);
  expect(servedCertificate(secret)).toBe(engine.inputs.certificate);
};

/** Signs the open request without declaring the certificate yet: each run does so in its own time. */
const signed: Run = async (engine) => {
  await begun(engine);
  const { certificate } = engine.inputs;
  engine.bringCertificate("annual");
  engine.change({ certificate });
};

const serialOf = (certificate: unknown) => new X509Certificate(certificate as string).serialNumber;

const labelled = (secret: StoredSecret, label: string) =>
  secret.versions.some(({ labels }) => labels.includes(label));

const compromise: Run = (engine) => {
  engine.change({ compromised: serialOf(engine.certificates[0]) });
  return engine.up();
};

const compromised: Run = async (engine) => {
  await issued(engine);
  await compromise(engine);
};

/** Barred for good, whichever run came last. */
const bars = (secret: StoredSecret, engine: Engine) => {
  const serial = serialOf(engine.certificates[0]);
  expect(labelled(secret, `MC_COMPROMISED_${serial}`)).toBe(true);
  expect(labelled(secret, `MC_CERT_${serial}`)).toBe(false);
};

/** The replacement is signed, and not declared yet. */
const replacementSigned: Run = async (engine) => {
  await compromised(engine);
  const { certificate } = engine.inputs;
  engine.bringCertificate();
  engine.change({ certificate });
};

const replaced: Run = async (engine) => {
  await begun(engine);
  engine.bringCertificate();
  await engine.up();
};

/** The request of the eve, whatever other runs have begun since. */
const giveUp: Run = (engine) => {
  const request = engine.state?.outputs.certificateRequest as string;
  const abandonRequest = engine.inputs.abandonRequest ?? fingerprintOfRequest(request);
  engine.change({ abandonRequest });
  return engine.up();
};

const rollBack: Run = (engine) => {
  engine.declare(engine.certificates[0]!);
  return engine.up();
};

const situations: readonly Situation[] = [
  { name: "three creates", eve: () => Promise.resolve(), runs: [up, up, up], requests: [1], ends: waits },
  {
    name: "a create that is completed and another create",
    eve: () => Promise.resolve(),
    runs: [beginThenComplete, up],
    requests: [1],
    ends: serves,
  },
  {
    name: "a create that is completed and two creates",
    eve: () => Promise.resolve(),
    runs: [beginThenComplete, up, up],
    requests: [1],
    ends: serves,
  },
  { name: "three begins of a renewal", eve: due, runs: [up, up, stateless], requests: [2], ends: waits },
  {
    name: "a renewal from begin to end and two that only begin",
    eve: due,
    runs: [beginThenComplete, up, stateless],
    ...yesterday,
  },
  {
    name: "three completions",
    eve: signed,
    runs: [complete, complete, completeWithoutState],
    requests: [2],
    ends: serves,
  },
  {
    name: "a completion and two runs of the program of yesterday",
    eve: signed,
    runs: [complete, up, stateless],
    ...yesterday,
  },
  {
    name: "a renewal of the same key and two runs of the program of yesterday",
    eve: begun,
    runs: [
      (engine) => {
        engine.bringRenewal();
        return engine.up();
      },
      up,
      stateless,
    ],
    ...yesterday,
  },
  {
    name: "three runs after a roll back to a certificate that was replaced once",
    eve: async (engine) => {
      await begun(engine);
      engine.bringCertificate("annual");
      await engine.up();
      engine.declare(engine.certificates[0]!);
    },
    runs: [up, stateless, up],
    requests: [3],
    ends: waits,
  },
  {
    name: "a compromise and two runs of the program of yesterday",
    eve: issued,
    runs: [compromise, up, stateless],
    red: /still serves, and others have its key/,
    requests: [2],
    ends: (secret, engine) => {
      waits(secret);
      bars(secret, engine);
    },
  },
  {
    name: "a compromise of a certificate that is due and two runs that begin its renewal",
    eve: due,
    runs: [compromise, up, stateless],
    red: /still serves, and others have its key/,
    requests: [2],
    ends: (secret, engine) => {
      waits(secret);
      bars(secret, engine);
    },
  },
  {
    name: "the replacement of a compromised certificate and two runs of the program of yesterday",
    eve: replacementSigned,
    runs: [complete, up, stateless],
    requests: [2],
    ends: (secret, engine) => {
      serves(secret, engine);
      bars(secret, engine);
    },
  },
  {
    name: "a compromise of a replaced certificate and two runs that roll back to it",
    eve: replaced,
    runs: [compromise, rollBack, rollBack],
    requests: [2, 3],
    ends: (secret, engine) => {
      expect(servedCertificate(secret)).toBe(engine.inputs.certificate);
      bars(secret, engine);
    },
  },
  {
    name: "a request given up and two runs of the program of yesterday",
    eve: begun,
    runs: [giveUp, up, stateless],
    requests: [3],
    ends: waits,
  },
];

interface Weather {
  /** For each run: at which of its calls it dies, if it does, and on which side of the effect. */
  deaths: ({ call: number; phase: "before" | "after" } | undefined)[];
  /** Whether the n-th read of all is from before the last write. */
  stale: boolean[];
}

const weather: fc.Arbitrary<Weather> = fc.record({
  deaths: fc.array(
    fc.option(
      fc.record({ call: fc.integer({ min: 1, max: 9 }), phase: fc.constantFrom("before", "after") }),
      {
        nil: undefined,
        freq: 4,
      },
    ),
    { minLength: 3, maxLength: 3 },
  ),
  stale: fc.array(fc.boolean(), { maxLength: 9 }),
});

/** Every call waits for the scheduler: any order of the calls of all runs is possible. */
function scheduled(vault: Vault, scheduler: fc.Scheduler): Vault {
  return intercepted(vault, (operation, perform) =>
    scheduler.schedule(Promise.resolve(), operation).then(perform),
  );
}

async function eveOf(situation: Situation): Promise<() => { engine: Engine; model: ModelSecretsManager }> {
  const clock = new Clock(new Date("2026-11-22T12:00:00Z"));
  const model = new ModelSecretsManager(clock.now);
  const engine = new Engine(new Surroundings(modelWorld(model, clock)));
  await situation.eve(engine);
  return () => {
    const later = new Clock(clock.now());
    const fork = model.fork(later.now);
    return {
      engine: engine.copy(new Surroundings(modelWorld(fork, later), engine.surroundings)),
      model: fork,
    };
  };
}

describe.each(situations.map((situation) => [situation.name, situation] as const))(
  "%s",
  (_name, situation) => {
    it("in any order of their calls, with deaths and stale reads, lose nothing and come to the same end", async () => {
      const fork = await eveOf(situation);
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), weather, async (scheduler, { deaths, stale }) => {
          const { engine: calm, model } = fork();
          const violations: string[] = [];
          const look = (): void => {
            try {
              calm.world
                .secrets()
                .forEach((secret) => assertNothingIsLost(secret, calm.surroundings.handedOut));
            } catch (error) {
              violations.push((error as Error).message);
            }
          };
          model.onWrite(look);

          let reads = 0;
          const disturbed = scheduled(
            model.vault(() => stale[reads++] ?? false),
            scheduler,
          );
          const { world } = calm.surroundings;
          const stormy = { ...world, vault: () => disturbed };
          const runs = situation.runs.map(async (run, index) => {
            const engine = calm.copy();
            engine.disturb(stormy, deaths[index]);
            // Death and conflict end a run; what it got into the state by then is the engine's.
            await run(engine).catch(() => undefined);
            return engine;
          });
          const [first, ...others] = await scheduler.waitFor(Promise.all(runs));
          for (const engine of [...others, first!]) engine.calm();

          // The program that holds in the end runs until it has nothing to do.
          const engine = first!;
          await settle(situation, engine);
          const secret = engine.secret;
          expect(violations).toEqual([]);
          const { red } = situation;
          expect(engine.unmet).toEqual(red ? [expect.stringMatching(red)] : []);
          assertNothingIsLost(secret, engine.surroundings.handedOut);
          situation.ends(secret, engine);
          expect(leftovers(secret)).toEqual([]);
          expect(situation.requests).toContain(requestsMade(secret));
          expect(await engine.up()).toBe(red !== undefined);
        }),
        trials,
      );
    });
  },
);

async function settle(situation: Situation, engine: Engine): Promise<void> {
  await situation.runs[0]!(engine);
  if (engine.state) {
    await engine.refresh();
    await engine.up();
  }
}
