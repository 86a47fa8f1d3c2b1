import { Stage } from "../support/stage";

jest.setTimeout(240_000);

const day = 24 * 60 * 60 * 1000;

const began = Date.now();

/** The day in Asia/Shanghai, so many days from the beginning of these tests. */
const shanghaiDay = (days: number): string =>
  new Date(began + days * day + 8 * 60 * 60 * 1000).toISOString().slice(0, 10);

const installation = (changes: object = {}): object => ({
  operator: "zhang",
  computer: "finance-1",
  installed: shanghaiDay(-400),
  expires: shanghaiDay(400),
  verifiedAt: shanghaiDay(-10),
  verifiedBy: "Li Lei",
  ...changes,
});
const declared = (merchantId: string, ...installations: object[]) =>
  ({ class: "OperatingCertificates", merchantId, installations }) as const;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const stale = `installations.0.verifiedAt: expected a day of the last 90, found ${shanghaiDay(-90)}`;

it("a healthy account is green without a call to AWS, and stays unchanged", async () => {
  stage.declare({ shop: declared("1900000301", installation()), none: declared("1900000302") });
  const { output } = await stage.up();
  expect(stage.calls()).toEqual([]);
  expect(output).toContain("Install the security controls (安全控件) first");
  const resources = await stage.resources();
  expect(resources.shop).toMatchObject({
    id: "operating-certificates/1900000301",
    inputs: { validUntil: `${shanghaiDay(400)}T16:00:00Z` },
    outputs: {
      status: "healthy",
      unmet: [],
      nextSteps: [],
      owner: "shop/dev",
    },
  });
  expect(resources.none!.outputs).toMatchObject({ status: "none", validUntil: "none" });
  for (let n = 0; n < 2; n++) {
    await stage.preview(["--expect-no-changes"]);
    expect(stage.calls()).toEqual([]);
  }
});

it("what is wrong by itself fails the preview, and changes nothing", async () => {
  stage.change("shop", { installations: [installation(), installation()] });
  const { output } = await stage.preview([], { expectFailure: true });
  expect(output).toContain("installations.1: expected each operator once on a computer");
});

it("validUntil is known in a preview", async () => {
  stage.change("shop", { installations: [installation({ expires: shanghaiDay(500) })] });
  const { output } = await stage.preview();
  expect(output).toContain(`"${shanghaiDay(400)}T16:00:00Z" => "${shanghaiDay(500)}T16:00:00Z"`);
});

it("an attestation that is stale turns the run red, and a refresh does not turn it green", async () => {
  stage.change("shop", { installations: [installation({ verifiedAt: shanghaiDay(-90) })] });
  const { output: preview } = await stage.preview();
  expect(preview).toMatch(
    /~ lifecycle +: "healthy \(.*\)" => "stale \(of 1: 1 stale; the last ends on .*\)"/,
  );

  const { output } = await stage.up([], { expectFailure: true });
  expect(output).toContain(stale);
  expect(output).toContain(
    'An administrator looks at Account Center > Account Setting > Operating Certificate for "zhang"',
  );

  await stage.engine.run(["refresh", "--yes"]);
  const { output: again } = await stage.up([], { expectFailure: true });
  expect(again).toContain(stale);
  await stage.up(["--refresh"], { expectFailure: true });
  expect(stage.calls()).toEqual([]);
});

it("is green again once somebody has looked", async () => {
  stage.change("shop", {
    installations: [installation({ verifiedAt: shanghaiDay(0), verifiedBy: "Han Meimei" })],
  });
  await stage.up();
  expect(await stage.outputs("shop")).toMatchObject({ status: "healthy", unmet: [] });
  await stage.expectUnchanged();
});

it("is gone without a call to AWS once it is taken out of the program", async () => {
  stage.declare({});
  await stage.up();
  expect(stage.calls()).toEqual([]);
  expect(await stage.resources()).toEqual({});
});
