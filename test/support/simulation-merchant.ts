import type { KeyObject } from "node:crypto";
import type { Ports } from "../../provider/resources/ports";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { secretSources } from "../../provider/resources/secret-sources";
import type { CertificateAuthority } from "../../sandbox/merchant-platform";
import { cast, type Merchant } from "./simulation-cast";
import { NightlyEngine, type Night } from "./simulation-engine";
import { Figures } from "./simulation-figures";
import { Judge, type Program, type Verdict } from "./simulation-judge";
import { outages } from "./simulation-outages";
import { day, type Rules } from "./simulation-platform";
import { SimulatedVault } from "./simulation-vault";
import { unaskedProber } from "./prober";

/** When the first run begins; all begin at the same time of the day. */
export const start = Date.parse("2026-01-05T18:30:00Z");
/** Six years, one of them with a 29th of February. */
export const days = 6 * 365 + 1;

/** How often runs refresh first, by merchant: every night, every tenth, never. */
const refreshes = [() => true, (night: number) => night % 10 === 4, () => false];

/** What all merchants share. */
export interface Stage {
  seed: number;
  rules: Rules;
  authority: CertificateAuthority;
  /** A stranger's, and then those of the merchants. */
  keys: readonly KeyObject[];
}

/** The life of one merchant. Everything that is not as the rules have it is among the figures' `wrong`. */
export async function live(index: number, stage: Stage): Promise<Figures> {
  const outstanding = (): readonly string[] => vault.outstanding();
  const merchant = cast(index, { ...stage, start, days, outstanding });
  const { account, people, hour } = merchant;
  const vault = new SimulatedVault((request, now) => isOver(merchant, request, now));
  const engine = new NightlyEngine(portsOf(merchant, vault));
  const judge = new Judge(merchant.merchantId);
  const figures = new Figures();
  const refreshesOn = refreshes[index % refreshes.length]!;
  let before: { declared: Program; program: JsonObject; verdict: Verdict } | undefined;

  for (let night = 0; night < days; night++) {
    const at = start + night * day;
    if (night > 0) people.live(night, at - day + hour(), engine.outputs);
    vault.clock.set(new Date(at));
    vault.calls = [];
    const tenuresBefore = vault.tenures.length;
    const { nextStepsUntil } = engine.outputs;
    const wordsChange = typeof nextStepsUntil === "string" && Date.parse(nextStepsUntil) <= at;
    const refresh = night > 0 && refreshesOn(night);
    const declared = people.program;
    const isSame = before !== undefined && sameProgram(before.declared, declared);
    const program = isSame ? before!.program : written(merchant);
    const run = await engine.night(program, refresh);
    const verdict = judge.night(at, people.program);
    const request = engine.outputs.certificateRequest;
    if (typeof request === "string") vault.handedOut.add(request);

    const uneventful = isSame && isQuiet(before!.verdict, verdict);
    const quiet = uneventful && !wordsChange;
    before = { declared: { ...declared }, program, verdict };
    const wrong = [
      ...differences(run, verdict),
      ...(vault.served === judge.current?.pem ? [] : [`serves another than ${judge.current?.serialNumber}`]),
      ...(vault.tenures.length > tenuresBefore + 1 ? ["two certificates became current in one run"] : []),
      ...(verdict.requested && (typeof request !== "string" || vault.outstanding().length !== 1)
        ? ["no request is out"]
        : []),
      ...(quiet && vault.calls.join() !== (refresh ? "describe" : "")
        ? [`calls: ${vault.calls.join()}`]
        : []),
      ...(uneventful && !vault.calls.every((call) => call === "describe" || call === "read")
        ? [`writes: ${vault.calls.join()}`]
        : []),
      ...vault.broken.splice(0),
    ];
    figures.night({
      run,
      verdict,
      quiet,
      wordsChange: uneventful && wordsChange,
      refresh,
      calls: vault.calls,
    });
    figures.wrong.push(...wrong.map((what) => `merchant ${index}, night ${night}: ${what}`));
    // What follows is not worth comparing.
    if (wrong.length > 0) return figures;
  }
  const until = start + (days - 1) * day;
  const runAfter = (at: number) => start + Math.ceil((at - start) / day) * day;
  figures.life(merchant, vault, outages(vault.tenures, people.answers, { account, runAfter, until }));
  return figures;
}

/** Given up or made needless, or its certificate has expired. */
function isOver({ people, account }: Merchant, request: string, now: number): boolean {
  return (
    people.closed.has(request) ||
    account.certificates.some(({ key, notAfter }) => key === request && notAfter <= now)
  );
}

function differences({ reasons, refused }: Night, verdict: Verdict): string[] {
  const asExpected = reasons.length > 0 === verdict.reasons.length > 0 && (refused || !verdict.refused);
  if (asExpected) return [];
  return [`found ${JSON.stringify(reasons)}, expected ${JSON.stringify(verdict.reasons)}`];
}

/** Nothing has happened since the last run, and nothing is wrong: no call is due, unless for the words of the steps. */
function isQuiet(before: Verdict, now: Verdict): boolean {
  return before.reasons.length === 0 && now.reasons.length === 0 && before.stage === now.stage;
}

function sameProgram(a: Program, b: Program): boolean {
  const names = ["certificate", "issuance", "imports", "compromised", "abandonRequest"] as const;
  return names.every((name) => a[name] === b[name]);
}

/** The program text for what people have declared. */
function written({ merchantId, merchantName, rules, people }: Merchant): JsonObject {
  const { certificate, issuance, imports, compromised, abandonRequest }: Program = people.program;
  return {
    merchantId,
    merchantName,
    owner: "shops/prod",
    logicalName: merchantId,
    policy: rules,
    ...(issuance === "download" && { issuance }),
    ...(certificate && { certificate: certificate.pem }),
    ...(imports && { import: { privateKey: { env: "MERCHANT_KEY" } } }),
    ...(compromised && { compromised: compromised.serialNumber }),
    ...(abandonRequest && { abandonRequest }),
  };
}

function portsOf({ random, nextKey, env }: Merchant, { clock, vault }: SimulatedVault): Ports {
  const sources = secretSources({
    env,
    folder: ".",
    readFile: () => Promise.resolve("missing"),
    readSecret: () => Promise.resolve(undefined),
  });
  return {
    now: clock.now,
    sleep: () => Promise.resolve(),
    randomBytes: (count) => Buffer.from(random.hex(2 * count), "hex"),
    generateKey: () => Promise.resolve(nextKey()),
    vault: () => vault,
    secretSources: () => sources,
    prober: () => unaskedProber,
    log: () => undefined,
  };
}
