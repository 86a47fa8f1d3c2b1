import { createPublicKey } from "node:crypto";
import type { Vault } from "../../provider/vault/vault";
import { VaultError } from "../../provider/vault/vault";
import { listed, PlatformScene, serialNumbers } from "../resources/platform-scene";
import { privateKey } from "../support/certificates";
import { intercepted } from "../support/faults-vault";

type Phase = "before" | "after";

const publicKey = createPublicKey(privateKey("platform")).export({ type: "spki", format: "pem" }).toString();
const ids = ["PUB_KEY_ID_1", "PUB_KEY_ID_2", "PUB_KEY_ID_3"] as const;

const certificates = new PlatformScene("platformCertificates", ({ arns }) => ({ ...arns }));
const key = new PlatformScene("platformPublicKey", () => ({ publicKeyId: ids[0], publicKey }));

const { old, next, last } = serialNumbers;
// All end so soon that one which is listed no more serves on beside the others.
const first = listed("old", "2026-12-18T00:00:00Z");
const second = listed("next", "2026-12-19T00:00:00Z");
const third = listed("last", "2026-12-20T00:00:00Z");

/** What serves, in words; undefined for the placeholder, and while there is no secret. */
function served(shop: PlatformScene): string | undefined {
  if (!shop.scene.sandbox.secrets().some(({ name }) => name === shop.secretName)) return undefined;
  const value = shop.serving;
  if (value.schema === "merchant-credentials/platform-certificates/v1")
    return value.certificates.map(({ serialNumber }) => serialNumber[0]).join("");
  return value.schema === "merchant-credentials/platform-public-key/v1" ? value.publicKeyId : undefined;
}

interface Scenario {
  name: string;
  shop: PlatformScene;
  before: () => Promise<unknown>;
  change: () => void;
  /** What served before, and does at the end. */
  serves: readonly [from: string | undefined, to: string];
  /** What another program declares or hears meanwhile, and what serves once the first has run again. */
  other: () => void;
  endsOn: string;
}

const hears = (...list: (typeof first)[]) => {
  certificates.certificates = list;
};
const declares = (publicKeyId: string) => {
  key.scene.inputs = { ...key.scene.inputs, publicKeyId };
};

const scenarios: readonly Scenario[] = [
  {
    name: "the first certificate",
    shop: certificates,
    before: () => Promise.resolve(),
    change: () => hears(first),
    serves: [undefined, old[0]!],
    other: () => hears(first, second),
    endsOn: next[0]! + old[0]!,
  },
  {
    name: "a new certificate",
    shop: certificates,
    before: () => {
      hears(first);
      return certificates.up();
    },
    change: () => {
      certificates.later(1);
      hears(second);
    },
    serves: [old[0]!, next[0]! + old[0]!],
    other: () => hears(third, second),
    endsOn: last[0]! + next[0]! + old[0]!,
  },
  {
    name: "another public key",
    shop: key,
    before: () => key.up(),
    change: () => declares(ids[1]),
    serves: [ids[0], ids[1]],
    other: () => declares(ids[2]),
    endsOn: ids[1],
  },
  {
    name: "back to an earlier public key",
    shop: key,
    before: async () => {
      await key.up();
      await key.up({ publicKeyId: ids[1] });
      await key.up({ publicKeyId: ids[2] });
    },
    change: () => declares(ids[0]),
    serves: [ids[2], ids[0]],
    other: () => declares(ids[1]),
    endsOn: ids[0],
  },
];

/** Runs with something that happens at one call of the vault. Returns how many calls there were. */
async function disturbed(
  shop: PlatformScene,
  at: { call: number; phase: Phase; happens: () => Promise<unknown> } | undefined,
  run: () => Promise<unknown>,
): Promise<number> {
  const { ports } = shop.scene;
  const { vault: connect } = ports;
  let calls = 0;
  let isUnder = false;
  const around = (vault: Vault): Vault =>
    intercepted(vault, async (_operation, perform) => {
      // What happens meanwhile is not disturbed itself.
      if (isUnder) return perform();
      const call = ++calls;
      const strike = async (phase: Phase): Promise<void> => {
        if (at?.call !== call || at.phase !== phase) return;
        isUnder = true;
        await at.happens().finally(() => (isUnder = false));
      };
      await strike("before");
      const answer = await perform();
      await strike("after");
      return answer;
    });
  ports.vault = (connection, signal) => around(connect(connection, signal));
  try {
    await run();
  } finally {
    ports.vault = connect;
  }
  return calls;
}

/** From here on nothing answers any more. */
class Death extends Error {}

async function dies(shop: PlatformScene, call: number, phase: Phase): Promise<void> {
  const { state } = shop.scene;
  let isDead = false;
  const { ports } = shop.scene;
  const { vault: connect } = ports;
  ports.vault = (connection, signal) =>
    intercepted(connect(connection, signal), (_operation, perform) =>
      isDead ? Promise.reject(new Death()) : perform(),
    );
  const happens = (): Promise<never> => {
    isDead = true;
    return Promise.reject(new Death());
  };
  await disturbed(shop, { call, phase, happens }, () => shop.up()).catch(() => undefined);
  ports.vault = connect;
  // Nobody has heard its answer.
  shop.scene.state = state;
}

/** All points at which a run of the scenario can be struck, found by one that is not. */
async function strikes({ shop, before, change }: Scenario): Promise<[call: number, phase: Phase][]> {
  await before();
  change();
  const calls = await disturbed(shop, undefined, () => shop.up());
  return Array.from({ length: calls }, (_, index) =>
    (["before", "after"] as const).map((phase): [number, Phase] => [index + 1, phase]),
  ).flat();
}

/** The same stage anew. Returns what has served at any time although it may not. */
async function stage({ shop, before, change }: Scenario, ...allowed: unknown[]): Promise<unknown[]> {
  const { scene } = shop;
  scene.sandbox.reset();
  scene.clock.set("2026-11-22T12:00:00Z");
  scene.state = undefined;
  await shop.storeCredentials();
  scene.inputs = { ...scene.inputs, ...(shop === certificates ? shop.arns : { publicKeyId: ids[0] }) };
  await before();
  change();
  const wrong: unknown[] = [];
  scene.sandbox.onRequest((phase) => {
    const now = served(shop);
    if (phase === "after" && !allowed.includes(now)) wrong.push(now);
  });
  return wrong;
}

describe.each(scenarios)("$name", (scenario) => {
  const { shop, serves, other, endsOn, change } = scenario;
  const [from, to] = serves;

  it("ends on the same, wherever a run dies", async () => {
    const points = await strikes(scenario);
    expect(points.length).toBeGreaterThan(6);
    for (const [call, phase] of points) {
      const wrong = await stage(scenario, from, to);
      await dies(shop, call, phase);
      expect([call, phase, (await shop.up()).unmet]).toEqual([call, phase, []]);
      expect([call, phase, served(shop), wrong]).toEqual([call, phase, to, []]);
      expect(await shop.up()).toMatchObject({ changed: false });
    }
  });

  it("ends on the same, whichever call fails", async () => {
    for (const [call, phase] of await strikes(scenario)) {
      const wrong = await stage(scenario, from, to);
      const fails = () =>
        Promise.reject(new VaultError("unavailable", "GetSecretValue: 503", "GetSecretValue"));
      await disturbed(shop, { call, phase, happens: fails }, () => shop.up()).catch(() => undefined);
      await shop.up();
      expect([call, phase, shop.outputs.unmet, served(shop), wrong]).toEqual([call, phase, [], to, []]);
    }
  });

  it("of two runs at once none loses what serves, and the next one of this program brings its own", async () => {
    for (const [call, phase] of await strikes(scenario)) {
      await stage(scenario);
      const wrong: string[] = [];
      let hasServed = from !== undefined;
      shop.scene.sandbox.onRequest(() => {
        const isServing = served(shop) !== undefined;
        if (hasServed && !isServing) wrong.push(`${call} ${phase}`);
        hasServed ||= isServing;
      });
      const meanwhile = async (): Promise<void> => {
        const { state, inputs } = shop.scene;
        other();
        await shop.up().catch(() => undefined);
        shop.scene.state = state;
        shop.scene.inputs = inputs;
        change();
      };
      await disturbed(shop, { call, phase, happens: meanwhile }, () => shop.up()).catch(() => undefined);
      await shop.refresh().catch(() => undefined);
      shop.later(1);
      await shop.up();
      expect([call, phase, shop.outputs.unmet, wrong]).toEqual([call, phase, [], []]);
      expect([call, phase, served(shop)]).toEqual([call, phase, endsOn]);
    }
  });
});
