import { verifyRequest } from "../support/openssl";
import { Printed } from "../support/printed";
import { Stage } from "../support/stage";
import { callsFor, labelsOf, stepsOf } from "../support/transitions";

jest.setTimeout(240_000);

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string;

describe("certificates whose keys others know", () => {
  const ids = { byHex: "1900000501", byDecimal: "1900000502" };
  type Name = keyof typeof ids;
  const names = Object.keys(ids) as Name[];
  /** As other tools print a serial number. */
  const written: Record<Name, (serialNumber: string) => string> = {
    byHex: (serialNumber) => serialNumber.toLowerCase().replace(/..(?=.)/g, "$&:"),
    byDecimal: (serialNumber) => BigInt(`0x${serialNumber}`).toString(),
  };
  const serving = () => names.map((name) => stage.serving(ids[name]));
  let stage: Stage;
  let printed: Printed;
  let before: ReturnType<typeof serving>;
  const leaked = {} as Record<Name, { serialNumber: string; certificate: string }>;

  beforeAll(async () => {
    stage = await Stage.open();
    printed = new Printed(stage);
    stage.declare(Object.fromEntries(names.map((name) => [name, { merchantId: ids[name] }])));
    await printed.up();
    await stage.sign(...names.map((name) => ({ name })));
    await printed.up();
    const resources = await stage.resources();
    for (const name of names) {
      const serialNumber = String(resources[name]!.outputs!.serialNumber);
      leaked[name] = { serialNumber, certificate: stage.certificateOf(name) };
    }
    before = serving();
  });
  afterAll(() => stage.close());

  const stillServes = (name: Name) =>
    new RegExp(
      `compromised: certificate ${leaked[name].serialNumber} still serves, and others have its key\\. Replace it now\\.`,
    );

  it("turn the preview's line, and ask the vault nothing", async () => {
    for (const name of names) stage.change(name, { compromised: written[name](leaked[name].serialNumber) });
    const output = await printed.preview();
    const lines = output.match(/~ lifecycle +: "healthy.*" => "compromised \(to be replaced at once\)"/g);
    expect(lines).toHaveLength(2);
  });

  it("are red at once, with the steps to replace and to revoke; they serve on, and the next request is out", async () => {
    const output = await printed.red();
    const resources = await stage.resources();
    for (const name of names) {
      const { serialNumber } = leaked[name];
      expect(output).toMatch(stillServes(name));
      expect(callsFor(stage, ids[name]).writes).toBe(3);
      const outputs = resources[name]!.outputs!;
      expect(outputs).toMatchObject({
        status: "compromised",
        serialNumber,
        history: [{ serialNumber, compromised: isoTime }],
      });
      expect(verifyRequest(String(outputs.certificateRequest))).toMatchObject({ ok: true });
      expect(stepsOf(outputs)).toContain("Apply (申请证书)");
      expect(stepsOf(outputs)).toContain(`Revoke (作废) certificate ${serialNumber}`);
      expect(output).toContain(`Revoke (作废) certificate ${serialNumber}`);
      expect(labelsOf(stage, ids[name])).toEqual([
        `MC_COMPROMISED_${serialNumber}`,
        expect.stringMatching(/^MC_REQUEST_/),
      ]);
    }
    expect(serving()).toEqual(before);
  });

  it("stay red after a refresh and a plain up, without another write", async () => {
    await stage.engine.refresh();
    const output = await printed.red();
    for (const name of names) {
      expect(output).toMatch(stillServes(name));
      expect(callsFor(stage, ids[name]).writes).toBe(0);
    }
    expect(serving()).toEqual(before);
  });

  it("are green once the replacement is declared; what is left is the revocation", async () => {
    await stage.sign(...names.map((name) => ({ name })));
    await printed.up();
    const resources = await stage.resources();
    for (const name of names) {
      const { serialNumber } = leaked[name];
      const outputs = resources[name]!.outputs!;
      expect(callsFor(stage, ids[name]).writes).toBe(4);
      expect(outputs).toMatchObject({
        status: "active",
        unmet: [],
        pending: null,
        oldValidUntil: null,
        history: [
          { serialNumber, compromised: isoTime, until: isoTime },
          { serialNumber: outputs.serialNumber, reason: "replacement of a compromised certificate" },
        ],
      });
      expect(stepsOf(outputs)).toContain(`Revoke (作废) certificate ${serialNumber}`);
      expect(stepsOf(outputs)).toContain(`Remove \`compromised\` from "${name}"`);
      expect(labelsOf(stage, ids[name])).toEqual([
        `MC_CERT_${String(outputs.serialNumber)}`,
        `MC_COMPROMISED_${serialNumber}`,
      ]);
    }
    before = serving();
    await stage.expectUnchanged();
  });

  it("leave no step once `compromised` is taken out, and cannot come back, whether it is named or not", async () => {
    const replacement = stage.certificateOf("byHex");
    stage.change("byHex", { compromised: undefined });
    await printed.up();
    expect(callsFor(stage, ids.byHex).writes).toBe(0);
    expect((await stage.outputs("byHex")).nextSteps).toEqual([]);
    const replacements = { byHex: replacement, byDecimal: stage.certificateOf("byDecimal") };

    for (const name of names) stage.change(name, { certificate: leaked[name].certificate });
    const output = await printed.red();
    for (const name of names) {
      const { serialNumber } = leaked[name];
      expect(output).toContain(`${serialNumber} is marked as compromised and cannot come back`);
      expect(callsFor(stage, ids[name]).writes).toBe(0);
    }
    expect(serving()).toEqual(before);
    for (const name of names) stage.change(name, { certificate: replacements[name] });
  });

  it("that nobody knows are red, with those that are known", async () => {
    stage.change("byDecimal", { compromised: "12345" });
    const output = await printed.red();
    const { serialNumber, history } = await stage.outputs("byDecimal");
    const [hex, decimal] = ["12345", "3039"].map((digits) => digits.padStart(40, "0"));
    const known = `${String(serialNumber)}, ${leaked.byDecimal.serialNumber}`;
    expect(output).toContain(
      `compromised: found ${hex} or ${decimal}, expected the serial number of a certificate in the vault (${known})`,
    );
    expect(serving()).toEqual(before);
    expect(history).toHaveLength(2);
    printed.expectNoKeys(...Object.values(ids));
  });
});
