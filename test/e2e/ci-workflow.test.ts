import { until } from "../support/stage";
import { day, merchantId, WorkflowRunner } from "../support/workflow-runner";

jest.setTimeout(240_000);

describe("the workflow of examples/ci, night by night", () => {
  let runner: WorkflowRunner;
  beforeAll(async () => (runner = await WorkflowRunner.start()));
  afterAll(() => runner?.close());

  it("shows a pull request what would be made, and makes nothing", async () => {
    const state = runner.state();
    const { Preview } = await runner.job("preview");
    expect(Preview!.exitCode).toBe(0);
    expect(Preview!.summary).toMatch(/^## Preview\n```text\n[\s\S]*shop-certificate[\s\S]*\n```\n$/);
    expect(runner.aws.journal.entries()).toEqual([]);
    expect(runner.state()).toEqual(state);
  });

  it("is red in the pull request when the program is wrong, and says why in the summary", async () => {
    runner.configure({ "merchant-credentials-ci:merchantId": "19000001090" });
    const { Preview } = await runner.job("preview");
    runner.configure({ "merchant-credentials-ci:merchantId": merchantId });
    expect(Preview!.exitCode).not.toBe(0);
    expect(Preview!.summary).toMatch(/merchantId: .*8 to 10 digits/);
  });

  it("the first night is green and says what to do; status has three things due", async () => {
    const { Up } = await runner.job("up");
    expect(Up!.exitCode).toBe(0);
    expect(Up!.output).toContain("Next steps:");
    const { Status, Verdict } = await runner.job("status");
    expect(Status!.exitCode).toBe(10);
    expect(Status!.summary).toContain("## Merchant credentials: something is due");
    expect(Status!.summary).toContain("3 credentials: 3 due");
    expect(Status!.output).toContain("::warning title=Merchant credentials::something is due (exit code 10)");
    expect(Verdict!.exitCode).toBe(0);
  });

  it.each([
    ["10", 10],
    ["11", 0],
    ["12", 0],
  ])("what is due fails the job if the repository says from %s on: %s", async (from, exitCode) => {
    const { Verdict } = await runner.job("status", { MERCHANT_CREDENTIALS_FAIL_FROM: from });
    expect(Verdict!.exitCode).toBe(exitCode);
  });

  it("a certificate that ends in five days turns up red, and status tells all the same", async () => {
    await runner.promote("api-secret");
    await runner.promote("api-v3-secret");
    await runner.issue(5 * day);
    const { Up } = await runner.job("up");
    expect(Up!.exitCode).not.toBe(0);
    expect(Up!.output).toMatch(/expires on .* and its replacement is not declared yet/);
    const { Status, Verdict } = await runner.job("status");
    expect(Status!.exitCode).toBe(11);
    expect(Status!.summary).toContain("3 credentials: 1 overdue, 2 healthy");
    expect(Verdict!.exitCode).toBe(11);
  });

  it("an expired one is the worst", async () => {
    const end = await runner.issue(25_000);
    await runner.job("up");
    await until(end.getTime());
    const { Up } = await runner.job("up");
    expect(Up!.exitCode).not.toBe(0);
    const { Status, Verdict } = await runner.job("status", { MERCHANT_CREDENTIALS_FAIL_FROM: "12" });
    expect(Status!.exitCode).toBe(12);
    expect(Status!.summary).toContain("a certificate has expired");
    expect(Verdict!.exitCode).toBe(12);
  });

  it("the morning sees that without a run, asks AWS nothing and only reads the state", async () => {
    const state = runner.state();
    runner.aws.journal.clear();
    const { Status } = await runner.job("status");
    expect(Status!.exitCode).toBe(12);
    expect(runner.aws.journal.entries()).toEqual([]);
    expect(runner.state()).toEqual(state);
  });

  it("is green throughout once everything is done", async () => {
    await runner.issue(5 * 365 * day);
    const { Up } = await runner.job("up");
    expect(Up!.exitCode).toBe(0);
    const { Status, Verdict } = await runner.job("status");
    expect(Status!.summary).toContain("3 credentials: 3 healthy");
    expect([Status!.exitCode, Verdict!.exitCode]).toEqual([0, 0]);
  });

  it("has left no secret in a log or a summary", () => {
    const values = runner.aws.secrets().flatMap(({ versions }) => versions.map(({ value }) => String(value)));
    const secrets = values
      .map((value) => JSON.parse(value) as Record<string, string | undefined>)
      .flatMap(({ privateKey, apiSecret, apiV3Secret }) => [
        privateKey?.split("\n")[5],
        apiSecret,
        apiV3Secret,
      ])
      .filter((secret) => secret !== undefined);
    expect(secrets.length).toBeGreaterThan(4);
    for (const secret of secrets) expect(runner.kept).not.toContain(secret);
  });

  it("is red when status cannot look", async () => {
    const { Status, Verdict } = await runner.job("status", { PULUMI_STACK: "nowhere" });
    expect(Status!.exitCode).toBe(1);
    expect(Status!.summary).toContain("status could not look");
    expect(Verdict!.exitCode).toBe(1);
  });
});
