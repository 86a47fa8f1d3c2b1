import { VaultError, type Vault } from "../../provider/vault/vault";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { privateKey } from "../support/certificates";
import { cfcaCertificate, cfcaPfx, nextCfcaCertificate, platformsCertificate } from "../support/cfca";
import type * as memory from "../support/faults-memory";
import { intercepted } from "../support/faults-vault";
import { CfcaScene } from "../resources/cfca-scene";

/** What hundreds of trials compute again and again. */
jest.mock("../../provider/domain/certificate", () => rememberingActual("certificate", "parseCertificate"));
jest.mock("../../provider/domain/private-key", () =>
  rememberingActual("private-key", "publicKeySha256", "privateKeyPem", "readPrivateKey"),
);
jest.mock("../../provider/domain/pkcs12", () => rememberingActual("pkcs12", "readPkcs12"));

function rememberingActual(module: string, ...names: string[]): object {
  const { remembering } = jest.requireActual<typeof memory>("../support/faults-memory");
  return remembering(
    jest.requireActual<Record<string, unknown>>(`../../provider/domain/${module}`),
    ...names,
  );
}

type Phase = "before" | "after";

const shop = new CfcaScene();
const first = cfcaCertificate();
// Valid long before the first one ends, so that nothing is due.
const next = nextCfcaCertificate({ notBefore: new Date("2027-01-01T00:00:00Z") });
const platforms: readonly [string, string] = [
  platformsCertificate(),
  platformsCertificate({ key: privateKey("platform 2"), serialNumber: "2029384757" }),
];

const withFirst = () => ({ certificate: first, ...shop.refers(cfcaPfx()) });
const withNext = () => ({
  certificate: next,
  ...shop.refers(cfcaPfx({ key: privateKey("next"), certificate: next })),
});

interface Scenario {
  name: string;
  before: (() => JsonObject)[];
  change: () => JsonObject;
  /** What served before, and does at the end: certificate and platform's certificate; undefined for the placeholder. */
  serves: readonly [from: Served, to: Served];
  reasons: string[];
  /** Calls of an undisturbed run. */
  calls: { writes: number; reads: number };
  /** What the run says at its end, if it is red although all is done. */
  red?: RegExp;
}

type Served = string | undefined;
const words = new Map([
  [first, "first"],
  [next, "next"],
  [platforms[0], "platform 1"],
  [platforms[1], "platform 2"],
]);
const served = (...certificates: (string | undefined)[]): Served =>
  certificates.flatMap((pem) => (pem === undefined ? [] : [words.get(pem) ?? "another"])).join(", ");
const put = "first issuance";

const scenarios: readonly Scenario[] = [
  {
    name: "create, with nothing to store yet",
    before: [],
    change: () => ({}),
    serves: [undefined, undefined],
    reasons: [],
    calls: { writes: 1, reads: 1 },
  },
  {
    name: "create with a certificate and its key",
    before: [],
    change: withFirst,
    serves: [undefined, served(first)],
    reasons: [put],
    calls: { writes: 4, reads: 1 },
  },
  {
    name: "the key of the first certificate",
    before: [() => ({ codesIssuedAt: "2026-11-25" }), () => ({ certificate: first })],
    change: withFirst,
    serves: [undefined, served(first)],
    reasons: [put],
    calls: { writes: 3, reads: 1 },
  },
  {
    name: "a replacement",
    before: [withFirst],
    change: withNext,
    serves: [served(first), served(next)],
    reasons: [put, "replacement"],
    calls: { writes: 3, reads: 2 },
  },
  {
    name: "a roll back",
    before: [withFirst, withNext],
    change: () => ({ certificate: first }),
    serves: [served(next), served(first)],
    reasons: [put, "replacement", "roll back"],
    calls: { writes: 2, reads: 3 },
  },
  {
    name: "the platform's next certificate",
    before: [() => ({ ...withFirst(), platformCertificate: platforms[0] })],
    change: () => ({ platformCertificate: platforms[1] }),
    serves: [served(first, platforms[0]), served(first, platforms[1])],
    reasons: [put],
    calls: { writes: 2, reads: 2 },
  },
  {
    name: "the platform's certificate of before",
    before: [
      () => ({ ...withFirst(), platformCertificate: platforms[0] }),
      () => ({ platformCertificate: platforms[1] }),
    ],
    change: () => ({ platformCertificate: platforms[0] }),
    serves: [served(first, platforms[1]), served(first, platforms[0])],
    reasons: [put],
    calls: { writes: 2, reads: 2 },
  },
  {
    name: "a compromised one",
    before: [withFirst],
    change: () => ({ compromised: "1029384756" }),
    serves: [served(first), served(first)],
    reasons: [put],
    calls: { writes: 2, reads: 2 },
    red: /^compromised: .* still serves/,
  },
  {
    name: "the replacement of a compromised one",
    before: [withFirst, () => ({ compromised: "1029384756" })],
    change: withNext,
    serves: [served(first), served(next)],
    reasons: [put, "replacement of a compromised certificate"],
    calls: { writes: 3, reads: 2 },
  },
];

/** What applications read, while there is a secret. */
function serving(): Served {
  if (!shop.secret) return undefined;
  const { certificate, platformCertificate, privateKey: key } = shop.served as Record<string, string>;
  if (certificate === undefined) return undefined;
  expect(typeof key).toBe("string");
  return served(certificate, platformCertificate);
}

const isRead = (operation: string) => /^(Describe|Get)/.test(operation);

/** The same stage anew. Returns what has served at any time although it may not. */
async function stage({ before, serves }: Scenario): Promise<Served[]> {
  const { scene } = shop;
  scene.sandbox.reset();
  scene.state = undefined;
  const { merchantId, exportName, owner, logicalName } = scene.inputs as Record<string, string>;
  scene.inputs = {
    merchantId: merchantId!,
    exportName: exportName!,
    owner: owner!,
    logicalName: logicalName!,
  };
  shop.at("2027-02-01");
  for (const change of before) await shop.up({ onExpiry: "warn", ...change() });
  shop.quiet();
  const wrong: Served[] = [];
  scene.sandbox.onRequest((phase) => {
    if (phase !== "after") return;
    const now = serving();
    if (!serves.includes(now)) wrong.push(now);
  });
  return wrong;
}

/** Runs with something that happens at one call of the vault. Returns the calls. */
async function disturbed(
  at: { call: number; phase: Phase; happens: () => Promise<unknown> } | undefined,
  run: () => Promise<unknown>,
): Promise<string[]> {
  const calls: string[] = [];
  let isUnder = false;
  shop.wrap = (vault: Vault) =>
    intercepted(vault, async (operation, perform) => {
      // What happens meanwhile is not disturbed itself.
      if (isUnder) return perform();
      const call = calls.push(operation);
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
  try {
    await run();
  } finally {
    shop.wrap = undefined;
  }
  return calls;
}

/** From here on nothing answers any more, and nobody hears what the handler says. */
async function dies(call: number, phase: Phase, run: () => Promise<unknown>): Promise<void> {
  const { state } = shop.scene;
  let isDead = false;
  const happens = (): Promise<never> => {
    isDead = true;
    return Promise.reject(new Error("death"));
  };
  let calls = 0;
  shop.wrap = (vault) =>
    intercepted(vault, async (_operation, perform) => {
      if (isDead) throw new Error("death");
      const own = ++calls;
      if (own === call && phase === "before") return happens();
      const answer = await perform();
      return own === call ? happens() : answer;
    });
  await run().catch(() => undefined);
  shop.wrap = undefined;
  shop.scene.state = state;
}

/** All points at which a run of the scenario can be struck, found by one that is not. */
async function strikes(scenario: Scenario): Promise<[call: number, phase: Phase][]> {
  await stage(scenario);
  const calls = await disturbed(undefined, () => shop.up(scenario.change()));
  return calls.flatMap((_, index) =>
    (["before", "after"] as const).map((phase): [number, Phase] => [index + 1, phase]),
  );
}

/** The run after it ends as if nothing had happened, and the one after that has nothing to do. */
async function assertRecovery(scenario: Scenario, wrong: readonly Served[], where: unknown): Promise<void> {
  const { red, serves, change, reasons } = scenario;
  await shop.up(change());
  const unmet = (shop.outputs.unmet as string[]).join("\n");
  expect([where, serving(), wrong]).toEqual([where, serves[1], []]);
  expect(unmet).toMatch(red ?? /^$/);
  expect([where, shop.outputs.currentVersionId]).toEqual([where, reasons.length > 0 ? shop.version : null]);
  shop.quiet();
  expect(await shop.up()).toMatchObject({ changed: red !== undefined });
  await shop.refresh();
  expect([where, shop.outputs.drift, shop.writes]).toEqual([where, [], []]);
}

describe.each(scenarios)("$name", (scenario) => {
  const { change, calls, reasons } = scenario;

  it("takes so many calls, and none when nothing changed", async () => {
    const wrong = await stage(scenario);
    await shop.up(change());
    const made = shop.calls;
    expect({
      writes: made.filter((operation) => !isRead(operation)).length,
      reads: made.filter(isRead).length,
    }).toEqual(calls);
    expect(shop.reasons).toEqual(reasons);
    await assertRecovery(scenario, wrong, "undisturbed");
  });

  it("ends on the same, wherever a run dies, with the state of before or without", async () => {
    for (const [call, phase] of await strikes(scenario)) {
      for (const isLost of [false, true]) {
        const wrong = await stage(scenario);
        await dies(call, phase, () => shop.up(change()));
        if (isLost) shop.scene.state = undefined;
        await assertRecovery(scenario, wrong, [call, phase, isLost]);
        if (!isLost) expect([call, phase, shop.reasons]).toEqual([call, phase, reasons]);
      }
    }
  });

  it("ends on the same, whichever call fails", async () => {
    for (const [call, phase] of await strikes(scenario)) {
      const wrong = await stage(scenario);
      const happens = () =>
        Promise.reject(new VaultError("unavailable", "PutSecretValue: 503", "PutSecretValue"));
      await disturbed({ call, phase, happens }, () => shop.up(change())).catch(() => undefined);
      await assertRecovery(scenario, wrong, [call, phase]);
    }
  });

  it("ends on the same where another run does it all meanwhile, whether the first one dies of it or not", async () => {
    for (const [call, phase] of await strikes(scenario)) {
      for (const lives of [false, true]) {
        const wrong = await stage(scenario);
        const { state } = shop.scene;
        const happens = async (): Promise<void> => {
          const { wrap } = shop;
          shop.wrap = undefined;
          await shop.up(change());
          shop.wrap = wrap;
          shop.scene.state = state;
          if (!lives) throw new Error("death");
        };
        await disturbed({ call, phase, happens }, () => shop.up(change())).catch(() => undefined);
        // Of two creates the later write of the lease decides.
        if (!state) shop.scene.state = undefined;
        await assertRecovery(scenario, wrong, [call, phase, lives]);
      }
    }
  });
});

it("a run that another one with the next certificate overtakes does not demote it", async () => {
  const replacement = scenarios.find(({ name }) => name === "a replacement")!;
  await stage(replacement);
  const { state } = shop.scene;
  const happens = async (): Promise<void> => {
    shop.wrap = undefined;
    await shop.up({ ...withNext(), platformCertificate: null });
    shop.scene.state = state;
  };
  // Of the platform's certificate: it holds the older certificate.
  const older = { certificate: first, platformCertificate: platforms[0] };
  await disturbed({ call: 3, phase: "after", happens }, () => shop.up(older)).catch(() => undefined);
  expect(serving()).toBe(served(next));
});
