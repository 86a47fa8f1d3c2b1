import { privateKeyPem } from "../../provider/domain/private-key";
import { signingRequest } from "../../provider/domain/signing-request";
import {
  keyNumber,
  openRequests,
  requestsMade,
  servedCertificate,
  type Disaster,
  type Engine,
  type StoredSecret,
} from "./faults";
import { merchantId, merchantName } from "./merchant";

/** One thing that a person changes in the program, what came before it, and how it ends. */
export interface Scenario {
  name: string;
  /** Each step ends with a run that has gone through. */
  before: ((engine: Engine) => Promise<unknown>)[];
  /** The change to the program; the runs that follow have to carry it out. */
  change?: (engine: Engine) => void;
  /** The program has no such resource any more. */
  removes?: boolean;
  /** What the run says at its end, if it is red although all is done: a person has yet to act. */
  red?: RegExp;
  /** The same of the steps before. */
  redBefore?: RegExp;
  reached: (secret: StoredSecret, engine: Engine, how: { stateLost: boolean }) => void;
}

const up = (engine: Engine) => engine.up();

const issue =
  (validity: "annual" | "five-year" = "five-year") =>
  (engine: Engine) => {
    engine.bringCertificate(validity);
    return engine.up();
  };

const changed = (inputs: Parameters<Engine["change"]>[0]) => (engine: Engine) => {
  engine.change(inputs);
  return engine.up();
};

/** 20 days before a one-year certificate ends. */
const due = (engine: Engine) => engine.world.clock.advanceDays(345);

const dueAndBegun = (engine: Engine) => {
  due(engine);
  return engine.up();
};

/** A replacement long before it is due, so that the earlier certificate is worth a roll back. */
const replacedEarly = [
  (engine: Engine) => {
    engine.world.clock.advanceDays(60);
    return changed({ renewBeforeDays: 1800 })(engine);
  },
  (engine: Engine) => {
    engine.change({ renewBeforeDays: 60 });
    return issue()(engine);
  },
];

/** A certificate in use whose key another tool has made; the program says where the key is. */
function importFromOutside(engine: Engine): void {
  const { platform, env, world } = engine.surroundings;
  const key = keyNumber(5);
  env.MERCHANT_KEY = privateKeyPem(key);
  const request = signingRequest({ merchantId, merchantName }, key);
  const notBefore = world.clock.now();
  engine.declare(platform.issue(request, { merchantId, merchantName, notBefore, validity: "five-year" }));
  engine.change({ import: { privateKey: { env: "MERCHANT_KEY" } } });
}

const serves = (n: number) => (secret: StoredSecret, engine: Engine) =>
  expect(servedCertificate(secret)).toBe(engine.certificates[n]);

const settings = {
  earlier: {
    tags: { team: "payments", old: "x" },
    kmsKeyId: "alias/one",
    replicaRegions: ["eu-west-1"],
  },
  later: { tags: { team: "checkout", added: "y" }, kmsKeyId: "alias/two", replicaRegions: ["ap-east-1"] },
};

export const scenarios: readonly Scenario[] = [
  {
    name: "create",
    before: [],
    reached: (secret) => {
      expect(servedCertificate(secret)).toBeUndefined();
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([1, 1]);
    },
  },
  {
    name: "create on a name that is scheduled for deletion",
    before: [up, changed({ deletionProtection: false }), (engine) => engine.destroy()],
    change: (engine) => engine.change({ deletionProtection: true }),
    reached: (secret) => {
      expect(secret.isScheduledForDeletion).toBe(false);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([1, 1]);
    },
  },
  {
    name: "adopt",
    before: [
      async (engine) => {
        const other = engine.copy();
        other.change({ owner: "other/prod" });
        await other.up();
        await issue()(other);
        engine.declare(other.certificates[0]!);
      },
    ],
    change: (engine) => engine.change({ adopt: true }),
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect(secret.tags["merchant-credentials:owner"]).toBe("shop/prod");
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([0, 1]);
    },
  },
  {
    name: "complete the first issuance",
    before: [up],
    change: (engine) => engine.bringCertificate(),
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([0, 1]);
    },
  },
  {
    name: "begin a renewal",
    before: [up, issue("annual")],
    change: due,
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([1, 2]);
    },
  },
  {
    name: "complete a renewal",
    before: [up, issue("annual"), dueAndBegun],
    change: (engine) => engine.bringCertificate("annual"),
    reached: (secret, engine) => {
      serves(1)(secret, engine);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([0, 2]);
    },
  },
  {
    name: "renew the same key while a request for another is open",
    before: [up, issue("annual"), dueAndBegun],
    change: (engine) => engine.bringRenewal(),
    reached: (secret, engine) => {
      serves(1)(secret, engine);
      expect(openRequests(secret)).toEqual([]);
      expect(secret.versions.flatMap(({ labels }) => labels).join()).toContain("MC_ABANDONED_");
      expect(requestsMade(secret)).toBe(2);
    },
  },
  {
    name: "roll back",
    before: [up, issue(), ...replacedEarly],
    change: (engine) => engine.declare(engine.certificates[0]!),
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([0, 2]);
    },
  },
  {
    name: "roll back to a certificate that is due for its second replacement",
    before: [up, issue("annual"), dueAndBegun, issue("annual")],
    change: (engine) => engine.declare(engine.certificates[0]!),
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([1, 3]);
    },
  },
  {
    name: "create with a certificate and its key",
    before: [],
    change: importFromOutside,
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([0, 0]);
    },
  },
  {
    name: "import a certificate and its key over one that serves",
    before: [up, issue()],
    change: importFromOutside,
    reached: (secret, engine) => {
      serves(1)(secret, engine);
      expect([openRequests(secret).length, requestsMade(secret)]).toEqual([0, 1]);
    },
  },
  {
    name: "import a certificate and its key while a request is open",
    before: [up],
    change: importFromOutside,
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect(requestsMade(secret)).toBe(1);
    },
  },
  {
    name: "change tags, KMS key and replicas",
    before: [changed(settings.earlier), issue()],
    change: (engine) => engine.change(settings.later),
    reached: (secret, _engine, { stateLost }) => {
      expect(secret.tags).toMatchObject(settings.later.tags);
      expect(secret.kmsKeyId).toBe("alias/two");
      expect(secret.replicaRegions).toContain("ap-east-1");
      // Only what the state remembers is taken away: the rest may be somebody else's.
      if (stateLost) return;
      expect(secret.tags).not.toHaveProperty("old");
      expect(secret.replicaRegions).toEqual(["ap-east-1"]);
    },
  },
  {
    name: "delete with replicas",
    before: [
      changed({ replicaRegions: ["eu-west-1", "ap-east-1"] }),
      issue(),
      changed({ deletionProtection: false }),
    ],
    removes: true,
    reached: (secret, engine) => {
      serves(0)(secret, engine);
      expect(secret.isScheduledForDeletion).toBe(true);
    },
  },
];

/** Carries the program out, as far as it has changed. */
export function run(scenario: Scenario, engine: Engine, disaster?: Disaster): Promise<unknown> {
  return scenario.removes ? engine.destroy(disaster) : engine.up(disaster);
}

/** The world on the eve of the change, with the change in the program. */
export async function eve(scenario: Scenario, engine: Engine): Promise<Engine> {
  for (const step of scenario.before) {
    await step(engine);
    const { redBefore } = scenario;
    expect(engine.unmet.filter((reason) => !redBefore?.test(reason))).toEqual([]);
  }
  scenario.change?.(engine);
  return engine;
}

/** Nothing is short of what the program asks for, except what a person has yet to do. */
export function assertUnmet({ red }: Scenario, { unmet }: Engine): void {
  expect(unmet).toEqual(red ? [expect.stringMatching(red)] : []);
}
