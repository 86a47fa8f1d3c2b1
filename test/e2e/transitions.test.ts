import { Printed } from "../support/printed";
import { Stage } from "../support/stage";
import {
  callsFor,
  fingerprintOf,
  inDays,
  isoTime,
  labelsOf,
  signed,
  stepsOf,
  twoDaysAfter,
} from "../support/transitions";

jest.setTimeout(240_000);

const stages: Stage[] = [];
afterAll(() => Promise.all(stages.map((stage) => stage.close())));

async function opened(): Promise<{ stage: Stage; printed: Printed }> {
  const stage = await Stage.open();
  stages.push(stage);
  return { stage, printed: new Printed(stage) };
}

describe("a renewal under the 1-year rules", () => {
  const merchantId = "1900000411";
  let stage: Stage;
  let printed: Printed;
  let abandoned: string;
  beforeAll(async () => {
    ({ stage, printed } = await opened());
    stage.declare({ shop: { merchantId } });
    await printed.up();
  });

  it("is begun with a request for a new key as soon as it is due", async () => {
    stage.change("shop", { certificate: await signed(stage, "shop", merchantId, -340, 25) });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(5);
    const outputs = await stage.outputs("shop");
    expect(outputs).toMatchObject({ status: "renewal-requested", oldValidUntil: null });
    expect(stepsOf(outputs)).toContain("Renew Certificate (续期证书)");
    expect(stepsOf(outputs)).not.toContain("The platform shows that button from");
    abandoned = fingerprintOf(outputs);
  });

  it("of the same key closes that request, and says so in the history", async () => {
    const { privateKey } = stage.credential(merchantId);
    const renew = stage.certificateOf("shop");
    const certificate = stage.platform.issue(undefined, { merchantId, renew, notBefore: inDays(-30) });
    stage.change("shop", { certificate });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(5);
    expect(stage.credential(merchantId)).toMatchObject({ certificate, privateKey });
    expect(await stage.outputs("shop")).toMatchObject({
      status: "active",
      pending: null,
      certificateRequest: null,
      nextSteps: [],
      history: [
        { reason: "first issuance" },
        { reason: "abandoned request", fingerprint: abandoned },
        { reason: "renewal of the same key" },
      ],
    });
    expect(labelsOf(stage, merchantId)).toContain(`MC_ABANDONED_${abandoned}`);
    expect(labelsOf(stage, merchantId).join()).not.toContain("MC_REQUEST_");
    await stage.expectUnchanged();
  });

  it("early, with a new key: another one, and the day from which the platform offers it", async () => {
    stage.change("shop", { renewBeforeDays: 400 });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(1);
    const outputs = await stage.outputs("shop");
    expect(outputs).toMatchObject({ status: "renewal-requested" });
    expect(fingerprintOf(outputs)).not.toBe(abandoned);
    expect(stepsOf(outputs)).toContain("The platform shows that button from");
  });

  it("replaces the key too, and ends the old certificate after 48 hours", async () => {
    const certificate = await signed(stage, "shop", merchantId, -0.5, 365);
    stage.change("shop", { certificate, renewBeforeDays: undefined });
    const { privateKey } = stage.credential(merchantId);
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(4);
    expect(stage.credential(merchantId).privateKey).not.toBe(privateKey);
    const { history, oldValidUntil, status } = await stage.outputs("shop");
    expect({ status, oldValidUntil }).toEqual({
      status: "active",
      oldValidUntil: twoDaysAfter(inDays(-0.5)),
    });
    expect((history as { reason: string }[]).at(-1)).toMatchObject({ reason: "replacement" });
    printed.expectNoKeys(merchantId);
  });
});

describe("after five years of use under the 1-year rules", () => {
  const ids = { veteran: "1900000421", almost: "1900000422" };
  /** The first certificate of each begins so many days ago: years of use count from there. */
  const firstDay = { veteran: -5 * 365 - 3, almost: -5 * 365 + 1 };
  type Name = keyof typeof ids;
  const names = Object.keys(ids) as Name[];
  let stage: Stage;
  let printed: Printed;

  beforeAll(async () => {
    ({ stage, printed } = await opened());
    const merchant = (name: Name) => [name, { merchantId: ids[name], policy: "annual" }] as const;
    stage.declare(Object.fromEntries(names.map(merchant)));
    await printed.up();
    for (const name of names)
      stage.change(name, { certificate: await signed(stage, name, ids[name], firstDay[name], 20) });
    await printed.up();
    for (const name of names) {
      const renewal = { renew: stage.certificateOf(name), notBefore: inDays(-340), notAfter: inDays(25) };
      const certificate = stage.platform.issue(undefined, { merchantId: ids[name], ...renewal });
      stage.change(name, { certificate, policy: undefined });
    }
    await printed.up();
  });

  it.each<[Name, string, string]>([
    ["veteran", "Change Certificate (更换证书)", "Renew"],
    ["almost", "Renew Certificate (续期证书)", "Change"],
  ])("%s: the platform offers %s", async (name, offered, other) => {
    const outputs = await stage.outputs(name);
    expect(outputs).toMatchObject({
      status: "renewal-requested",
      firstIssuedAt: isoTime(inDays(firstDay[name])),
      current: { notBefore: isoTime(inDays(-340)) },
    });
    expect(stepsOf(outputs)).toContain(offered);
    expect(stepsOf(outputs)).not.toContain(`${other} Certificate`);
  });

  it("the changed certificate serves, and years go on counting from the first", async () => {
    stage.change("veteran", { certificate: await signed(stage, "veteran", ids.veteran, 0, 365) });
    await printed.up();
    expect(callsFor(stage, ids.veteran).writes).toBe(4);
    expect(callsFor(stage, ids.almost)).toEqual({ writes: 0, reads: 0 });
    expect(await stage.outputs("veteran")).toMatchObject({
      status: "active",
      firstIssuedAt: isoTime(inDays(firstDay.veteran)),
      oldValidUntil: twoDaysAfter(inDays(0)),
    });
    printed.expectNoKeys(...Object.values(ids));
  });
});
