import { createPrivateKey, X509Certificate } from "node:crypto";
import { MerchantScene } from "../support/merchant";

let scene: MerchantScene;
beforeEach(async () => {
  scene = await MerchantScene.start();
});
afterEach(() => scene.close());

const days = (count: number): number => count * 24 * 60 * 60 * 1000;

/** The value that applications read. */
function served(): { schema: string; serialNumber: string; privateKey: string; certificate: string } {
  const current = scene.secret.versions.find(({ labels }) => labels.includes("AWSCURRENT"))!;
  return JSON.parse(current.value as string) as ReturnType<typeof served>;
}

function labels(): string[] {
  return scene.secret.versions
    .flatMap((version) => version.labels)
    .map((label) => label.replace(/_[0-9A-Fa-f]+$/, ""));
}

async function issued(order: Parameters<MerchantScene["sign"]>[0] = {}): Promise<string> {
  if (!scene.state) await scene.up();
  const certificate = scene.sign(order);
  await scene.up({ certificate });
  return certificate;
}

it("stores the key, puts the request out and waits", async () => {
  const { outputs, unmet } = await scene.up();
  expect(unmet).toEqual([]);
  expect(outputs).toMatchObject({
    status: "awaiting-certificate",
    serialNumber: null,
    current: null,
    history: [],
  });
  expect(outputs.certificateRequest).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
  expect(outputs.nextSteps).toHaveLength(4);
  expect(served()).toEqual({ schema: "merchant-credentials/empty/v1" });
});

it("makes the declared certificate current with the key that it was issued for", async () => {
  const certificate = await issued();
  const value = served();
  expect(value.schema).toBe("merchant-credentials/certificate/v1");
  expect(value.certificate).toBe(certificate);
  expect(new X509Certificate(value.certificate).checkPrivateKey(createPrivateKey(value.privateKey))).toBe(
    true,
  );
  expect(scene.state!.outputs).toMatchObject({
    status: "active",
    serialNumber: value.serialNumber,
    certificateRequest: null,
    nextSteps: [],
    firstIssuedAt: "2026-11-22T12:00:00Z",
    history: [{ reason: "first issuance", serialNumber: value.serialNumber, from: "2026-11-22T12:00:00Z" }],
  });
  expect(labels().sort()).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "MC_CERT"]);
});

it("changes nothing and calls nobody when nothing changed", async () => {
  await issued();
  scene.sandbox.journal.clear();
  expect(await scene.up()).toMatchObject({ changed: false });
  expect(scene.sandbox.journal.entries()).toEqual([]);
});

describe("renewal of a five-year certificate", () => {
  it.each([
    ["61 days before", -61, "active", 0],
    ["a second before the 60th day", -60 - 1 / 86_400, "active", 0],
    ["on the 60th day", -60, "renewal-requested", 0],
    ["a second before the 7th day", -7 - 1 / 86_400, "renewal-requested", 0],
    ["on the 7th day", -7, "renewal-requested", 1],
    ["a second before the end", -1 / 86_400, "renewal-requested", 1],
    ["at the end", 0, "expired", 1],
    ["a year after", 365, "expired", 1],
  ])("%s", async (_name, offset, status, unmet) => {
    const notAfter = new Date(scene.clock.now().getTime() + days(1826));
    await issued({ notAfter });
    const before = served();
    scene.clock.set(new Date(notAfter.getTime() + days(offset)));
    await scene.up();
    expect(scene.state!.outputs.status).toBe(status);
    expect(scene.state!.outputs.unmet).toHaveLength(unmet);
    expect(served()).toEqual(before);
  });

  it("begins once, then waits without a call until the stage changes", async () => {
    await issued();
    scene.clock.advanceDays(1826 - 30);
    await scene.up();
    scene.sandbox.journal.clear();
    expect(await scene.up()).toMatchObject({ changed: false });
    scene.clock.advanceDays(20);
    expect(await scene.up()).toMatchObject({ changed: false });
    expect(scene.sandbox.journal.entries()).toEqual([]);
  });

  it("promotes the replacement, keeps the replaced one for roll back and says until when it lives", async () => {
    const first = await issued();
    const { notAfter } = scene.state!.outputs;
    scene.clock.advanceDays(1826 - 30);
    await scene.up();
    const second = await issued();
    expect(served().certificate).toBe(second);
    expect(scene.state!.outputs).toMatchObject({ status: "active", unmet: [], oldValidUntil: notAfter });
    expect(labels().filter((label) => label === "MC_CERT")).toHaveLength(2);

    await scene.up({ certificate: first });
    expect(served().certificate).toBe(first);
    expect((scene.state!.outputs.history as { reason: string }[]).map(({ reason }) => reason)).toEqual([
      "first issuance",
      "replacement",
      "roll back",
    ]);
  });

  it("stays red after a refresh until the replacement is declared", async () => {
    await issued();
    scene.clock.advanceDays(1826 - 3);
    expect((await scene.up()).unmet[0]).toMatch(/expires on .* and its replacement is not declared yet/);
    await scene.refresh();
    expect((await scene.up()).unmet).toHaveLength(1);
    await scene.up({ certificate: scene.sign() });
    expect(scene.state!.outputs).toMatchObject({ status: "active", unmet: [] });
  });

  it("only warns where the program says so", async () => {
    await issued();
    scene.clock.advanceDays(2000);
    const { unmet, outputs } = await scene.up({ onExpiry: "warn" });
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "expired" });
    expect(outputs.nextSteps).toHaveLength(5);
    expect((outputs.nextSteps as string[]).at(-1)).toContain("Refund, Red Packet, Company Payment");
  });
});

describe("an annual certificate", () => {
  const annual = () => ({ notAfter: new Date(scene.clock.now().getTime() + days(365)) });

  it.each([
    ["offers renewal in its last 60 days", 365 - 30, /Renew Certificate \(续期证书\)/],
    ["offers upgrade in the month after its end", 365 + 20, /Upgrade Certificate \(升级证书; or 续期证书\)/],
    ["offers change later than that", 365 + 40, /Change Certificate \(更换证书\)/],
  ])("%s", async (_name, later, button) => {
    await issued(annual());
    scene.clock.advanceDays(later);
    await scene.up();
    expect((scene.state!.outputs.nextSteps as string[]).join("\n")).toMatch(button);
  });

  it("offers change, not renewal, after five years of use, counted from the first certificate", async () => {
    for (let year = 0; year < 5; year++) {
      await issued(annual());
      scene.clock.advanceDays(365 - 30);
      await scene.up();
      expect(scene.state!.outputs.nextSteps).toContainEqual(expect.stringMatching(/Renew Certificate/));
      if (year < 4) scene.clock.advanceDays(10);
    }
    await issued(annual());
    scene.clock.advanceDays(365 - 30);
    await scene.up();
    expect((scene.state!.outputs.nextSteps as string[])[1]).toMatch(/Change Certificate/);
  });

  it("changes its words at five years of use, though no stage does", async () => {
    const change = new Date("2031-11-22T12:00:00Z");
    await scene.up({ policy: "annual" });
    await issued({ notAfter: new Date("2031-12-20T12:00:00Z") });
    scene.clock.set("2031-11-01T12:00:00Z");
    await scene.up();
    const steps = () => (scene.state!.outputs.nextSteps as string[]).join();
    expect(steps()).toMatch(/Renew Certificate/);
    expect(scene.state!.outputs.nextStepsUntil).toBe("2031-11-22T12:00:00Z");
    scene.clock.set(new Date(change.getTime() - 1000));
    expect(await scene.up()).toMatchObject({ changed: false });
    scene.clock.set(change);
    expect(await scene.up()).toMatchObject({ changed: true });
    expect(steps()).toMatch(/Change Certificate/);
  });

  it("changes its words one month after its end, though the run only warns", async () => {
    const { notAfter } = annual();
    await issued({ notAfter });
    scene.clock.set(notAfter);
    await scene.up({ onExpiry: "warn" });
    expect(scene.state!.outputs).toMatchObject({ status: "expired", unmet: [] });
    const change = new Date(scene.state!.outputs.nextStepsUntil as string);
    expect(change.toISOString()).toBe("2027-12-22T12:00:00.000Z");
    scene.clock.set(new Date(change.getTime() - 1000));
    expect(await scene.up()).toMatchObject({ changed: false });
    scene.clock.set(change);
    expect(await scene.up()).toMatchObject({ changed: true });
    expect((scene.state!.outputs.nextSteps as string[]).join()).toMatch(/Change Certificate/);
  });

  it("changes its words at the end of the last operating certificate", async () => {
    await issued(annual());
    scene.clock.advanceDays(365 - 30);
    const until = new Date(scene.clock.now().getTime() + days(3)).toISOString().replace(".000Z", "Z");
    await scene.up({ operatingCertificatesUntil: until });
    expect(scene.state!.outputs.nextStepsUntil).toBe(until);
    scene.clock.advanceDays(2);
    expect(await scene.up()).toMatchObject({ changed: false });
    scene.clock.advanceDays(1);
    expect(await scene.up()).toMatchObject({ changed: true });
    expect((scene.state!.outputs.nextSteps as string[])[0]).toMatch(/^First install/);
  });

  it("warns for the shorter overlap: 48 hours after the replacement was issued", async () => {
    await issued(annual());
    scene.clock.advanceDays(340);
    await scene.up();
    const certificate = scene.sign(annual());
    scene.clock.advanceDays(1);
    await scene.up({ certificate });
    expect(scene.state!.outputs.oldValidUntil).toBe("2027-10-30T12:00:00Z");
  });

  it("takes a renewal of the same key and closes the request for another", async () => {
    const first = await issued(annual());
    scene.clock.advanceDays(340);
    await scene.up();
    const open = scene.state!.outputs.pendingVersionId;
    expect(open).toBeTruthy();
    const renewed = scene.platform.issue(scene.requestOfKey(served().privateKey), {
      merchantId: "1900000109",
      merchantName: "Example Shop Ltd",
      renew: first,
    });
    await scene.up({ certificate: renewed });
    expect(served().certificate).toBe(renewed);
    expect(scene.state!.outputs).toMatchObject({ status: "active", pendingVersionId: null, unmet: [] });
    expect(labels()).toContain("MC_ABANDONED");
    expect(labels()).not.toContain("MC_REQUEST");
  });
});

describe("what the program declares later", () => {
  it("takes back no secret that another program has adopted, although `adopt` is still written there", async () => {
    await issued();
    await scene.up({ adopt: true });
    const mine = scene.state!;
    scene.state = undefined;
    await scene.up({ owner: "other/prod" });
    const theirs = scene.secret.tags;
    scene.state = mine;
    const { unmet } = await scene.up({ owner: "shop/prod", tags: { team: "a" } });
    expect(unmet.join()).toMatch(/owner other\/prod/);
    expect(scene.secret.tags).toEqual(theirs);
  });

  it("is stored where it is only the issuers that changed", async () => {
    const certificate = await issued();
    const { privateKey } = served();
    await scene.up({ certificate: certificate + scene.platform.issuerPem });
    expect(served()).toMatchObject({ certificate, privateKey, chain: [scene.platform.issuerPem] });
    expect(scene.state!.outputs.unmet).toEqual([]);
    scene.sandbox.journal.clear();
    expect(await scene.up()).toMatchObject({ changed: false });
  });
});

it("says nothing of an earlier end after a roll back", async () => {
  const annual = () => ({ notAfter: new Date(scene.clock.now().getTime() + days(365)) });
  const first = await issued(annual());
  scene.clock.advanceDays(340);
  await scene.up();
  await issued(annual());
  expect(scene.state!.outputs.oldValidUntil).not.toBeNull();
  await scene.up({ certificate: first });
  expect(scene.state!.outputs.oldValidUntil).toBeNull();
});

it("keeps the dates of its history when the resource is made anew", async () => {
  await issued();
  const { history } = scene.state!.outputs;
  scene.clock.advanceDays(100);
  scene.state = undefined;
  await scene.up({ logicalName: "store" });
  expect(scene.state!.outputs.history).toEqual(history);
});
