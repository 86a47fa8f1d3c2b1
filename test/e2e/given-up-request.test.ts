import { verifyRequest } from "../support/openssl";
import { Printed } from "../support/printed";
import { merchantName, Stage } from "../support/stage";
import { callsFor, fingerprintOf, labelsOf } from "../support/transitions";

jest.setTimeout(240_000);

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;

describe("a request that is given up", () => {
  const merchantId = "1900000511";
  const renamed = "Renamed Shop Ltd";
  let stage: Stage;
  let printed: Printed;
  let first: { fingerprint: string; certificate: string };

  beforeAll(async () => {
    stage = await Stage.open();
    printed = new Printed(stage);
    stage.declare({ shop: { merchantId } });
    await printed.up();
    const outputs = await stage.outputs("shop");
    first = {
      fingerprint: fingerprintOf(outputs),
      certificate: stage.issue(String(outputs.certificateRequest), merchantId),
    };
  });
  afterAll(() => stage.close());
  const open = async () => fingerprintOf(await stage.outputs("shop"));

  it("is what a changed subject waits for: until then the outstanding one stands, and the run is red", async () => {
    stage.change("shop", { merchantName: renamed });
    const output = await printed.red();
    expect(output).toContain(
      `merchantName: request ${first.fingerprint} is outstanding with "${merchantName}", found "${renamed}"`,
    );
    expect(output).toContain(`or give the request up with \`abandonRequest: "${first.fingerprint}"\`.`);
    expect(callsFor(stage, merchantId).writes).toBe(0);
    expect(await open()).toBe(first.fingerprint);
  });

  it("that is not outstanding is red, with the one that is", async () => {
    stage.change("shop", { abandonRequest: "0123456789abcdef" });
    const output = await printed.red();
    expect(output).toContain(
      `abandonRequest: found 0123456789abcdef, expected the fingerprint of an outstanding request (${first.fingerprint})`,
    );
    expect(await open()).toBe(first.fingerprint);
    expect(callsFor(stage, merchantId).writes).toBe(0);
  });

  it("makes room for the next one, with the new subject", async () => {
    stage.change("shop", { abandonRequest: first.fingerprint });
    await printed.up();
    // Two labels and the request, whose first id turns out to be taken by the one before.
    expect(callsFor(stage, merchantId).writes).toBe(4);
    const outputs = await stage.outputs("shop");
    const { certificateRequest, history } = outputs;
    expect(fingerprintOf(outputs)).not.toBe(first.fingerprint);
    expect(verifyRequest(String(certificateRequest))).toMatchObject({
      ok: true,
      subject: expect.stringContaining(`OU=${renamed}`) as string,
    });
    expect(history).toEqual([
      {
        versionId: expect.any(String) as string,
        fingerprint: first.fingerprint,
        from: isoTime,
        until: isoTime,
        reason: "abandoned request",
      },
    ]);
    expect(labelsOf(stage, merchantId)).toEqual([
      `MC_ABANDONED_${first.fingerprint}`,
      `MC_REQUEST_${fingerprintOf(outputs)}`,
    ]);
    await stage.expectUnchanged();
  });

  it("never comes back: a certificate for its key is refused, and the open request stands", async () => {
    const request = await open();
    stage.change("shop", { certificate: first.certificate });
    const output = await printed.red();
    expect(output).toContain(
      `certificate: its key ${first.fingerprint} belongs to a request that was abandoned and is never used again.`,
    );
    expect(callsFor(stage, merchantId).writes).toBe(0);
    expect(await open()).toBe(request);
    expect(stage.credential(merchantId)).toEqual({ schema: "merchant-credentials/empty/v1" });
  });

  it("may stay named in the program: the next certificate comes in, and nothing changes after", async () => {
    await stage.sign({ name: "shop" });
    await printed.up();
    expect(callsFor(stage, merchantId).writes).toBe(4);
    expect(await stage.outputs("shop")).toMatchObject({
      status: "active",
      unmet: [],
      history: [{ reason: "abandoned request" }, { reason: "first issuance" }],
    });
    await stage.engine.refresh();
    await stage.expectUnchanged();
    printed.expectNoKeys(merchantId);
  });
});
