import type { FaultRule } from "../../sandbox/secrets-manager";
import { privateKeys, Stage, type Declaration } from "../support/stage";

jest.setTimeout(180_000);

const carryOn = "--continue-on-error";

/**
 * The engine replaces a renamed resource, and one that `--replace` names, by creating the new and deleting the
 * old: for this package both are the same secret, with a live key in it.
 */
describe("a live credential through the engine's replacements; each step goes on from the one before", () => {
  const merchantId = "1900000109";
  let stage: Stage;
  let live: ReturnType<Stage["serving"]>;
  let shop: Declaration;

  beforeAll(async () => {
    stage = await Stage.open();
    stage.declare({ shop: { merchantId } });
    await stage.up();
    await stage.sign({ name: "shop" });
    await stage.up();
    shop = { merchantId, certificate: stage.certificateOf("shop") };
    live = stage.serving(merchantId);
  });
  afterAll(() => stage.close());

  function expectUntouched(): void {
    expect(stage.serving(merchantId)).toEqual(live);
    expect(stage.secret(merchantId).deletionDate).toBeUndefined();
    expect(stage.calls()).not.toContain("DeleteSecret");
    expect(privateKeys(stage.secret(merchantId))).toHaveLength(1);
  }

  async function expectState(...names: string[]): Promise<void> {
    const resources = await stage.resources();
    expect(Object.keys(resources)).toEqual(names);
    expect(resources[names[0]!]!.outputs).toMatchObject({
      lease: stage.secret(merchantId).tags["merchant-credentials:lease"],
      currentVersionId: live.versionId,
      unmet: [],
    });
    await stage.expectUnchanged();
  }

  it("stays through `up --replace`", async () => {
    const { urn } = (await stage.resources()).shop!;
    await stage.up(["--replace", urn]);
    expectUntouched();
    await expectState("shop");
  });

  it("stays when the resource is renamed", async () => {
    stage.declare({ store: shop });
    const { output } = await stage.up();
    expect(output).toContain("has been taken over since (another lease); it is left as it is");
    expectUntouched();
    await expectState("store");
  });

  it("stays when it is renamed with an alias, which costs no replacement", async () => {
    stage.declare({
      shop: { ...shop, deletionProtection: false, options: { aliases: [{ name: "store" }] } },
    });
    const { output } = await stage.up();
    expect(output).not.toMatch(/deleted/);
    expectUntouched();
    await expectState("shop");
  });

  const failures: FaultRule[] = [
    { kind: "error", operation: "CreateSecret", errorType: "AccessDeniedException" },
    { kind: "error", operation: "DescribeSecret", errorType: "AccessDeniedException" },
    { kind: "error", operation: "TagResource", errorType: "AccessDeniedException" },
  ];
  it("stays when it is renamed unprotected, the new one cannot be made and the run goes on", async () => {
    for (const failure of failures) {
      stage.declare({ store: { ...shop, deletionProtection: false } });
      stage.aws.faults.add(failure);
      await stage.up([carryOn], { expectFailure: true });
      expect(stage.aws.faults.pending()).toEqual([]);
      expectUntouched();
      expect(Object.keys(await stage.resources())).toEqual(["shop"]);
    }
    stage.declare({ store: shop });
    await stage.up();
    expectUntouched();
    await expectState("store");
  });

  it("is not deleted while it is protected: the run is red, the state keeps it", async () => {
    stage.declare({});
    const { output } = await stage.up([], { expectFailure: true });
    expect(output).toMatch(
      /is protected\. Set `deletionProtection: false`, run pulumi up, then remove the resource\. \[deletion-protected\]/,
    );
    expect(stage.calls()).toEqual(["DescribeSecret"]);
    expectUntouched();
    stage.declare({ store: shop });
    await expectState("store");
  });

  it("is not deleted while the engine's own `protect` is on", async () => {
    stage.declare({
      store: {
        ...shop,
        deletionProtection: false,
        replicaRegions: ["eu-west-1"],
        options: { protect: true },
      },
    });
    await stage.up();
    stage.declare({});
    await stage.up([], { expectFailure: true });
    expect(stage.calls()).toEqual([]);
    expectUntouched();
  });

  it("is scheduled for deletion, its replicas first, once both are off", async () => {
    stage.declare({
      store: { ...shop, deletionProtection: false, replicaRegions: ["eu-west-1"], recoveryWindowInDays: 7 },
    });
    await stage.up();
    stage.declare({});
    await stage.up();
    expect(stage.calls()).toEqual(["DescribeSecret", "RemoveRegionsFromReplication", "DeleteSecret"]);
    const { deletionDate, replicaRegions } = stage.secret(merchantId);
    const days = (deletionDate!.getTime() - Date.now()) / (24 * 60 * 60 * 1000);
    expect({ days: Math.ceil(days), replicaRegions }).toEqual({ days: 7, replicaRegions: [] });
    expect(await stage.resources()).toEqual({});
  });

  it("comes back with the same key when it is declared again within the window", async () => {
    stage.declare({ shop });
    await stage.up();
    expect(stage.calls()).toContain("RestoreSecret");
    expectUntouched();
    await expectState("shop");
  });

  it("is not shared by two resources: the preview refuses, and asks the vault nothing", async () => {
    stage.declare({ shop, store: { merchantId } });
    const { output } = await stage.preview([], { expectFailure: true });
    expect(output).toMatch(/merchantId: MerchantCertificate "shop" already stands for this merchant/);
    expect(stage.calls()).toEqual([]);
  });
});
