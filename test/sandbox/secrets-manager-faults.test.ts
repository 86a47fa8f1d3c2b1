import { createHash } from "node:crypto";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import {
  type FaultRule,
  type SecretsManagerSandbox,
  startSecretsManager,
} from "../../sandbox/secrets-manager";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const canary = "canary-0d1f7a";
const A = "a".repeat(32);
const B = "b".repeat(32);
const SecretId = "shop/key";

let sandbox: SecretsManagerSandbox;
let aws: SecretsManager;

beforeEach(async () => {
  sandbox = await startSecretsManager({ now: () => new Date(Date.UTC(2030, 0, 1)) });
  aws = new SecretsManager({
    endpoint: sandbox.endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
    maxAttempts: 1,
  });
  await aws.createSecret({ Name: SecretId, ClientRequestToken: A, SecretString: canary });
  sandbox.journal.clear();
});

afterEach(async () => {
  aws.destroy();
  await sandbox.close();
});

const put = (token = B) =>
  aws.putSecretValue({ SecretId, ClientRequestToken: token, SecretString: "newer", VersionStages: ["L"] });
const describe1 = () => aws.describeSecret({ SecretId });
const versions = () => sandbox.secrets()[0]!.versions.length;
const nameOf = (call: Promise<unknown>) =>
  call.then(
    () => "success",
    (error: Error) => error.name,
  );

describe("faults", () => {
  it.each<[string, FaultRule, string, number, number]>([
    ["an error has no effect", { kind: "error" }, "InternalServiceError", 1, 500],
    [
      "an error may be any",
      { kind: "error", errorType: "DecryptionFailure", message: "no key", status: 400 },
      "DecryptionFailure",
      1,
      400,
    ],
    ["an error after the effect", { kind: "error", after: true }, "InternalServiceError", 2, 500],
    ["a throttled call has no effect", { kind: "throttle" }, "ThrottlingException", 1, 400],
    ["a connection dropped before the effect", { kind: "drop-before" }, "Error", 1, 0],
    ["a connection dropped after the effect", { kind: "drop-after" }, "Error", 2, 0],
    ["latency changes nothing else", { kind: "latency", latencyMs: 5 }, "success", 2, 200],
  ])("%s", async (_name, rule, name, count, status) => {
    sandbox.faults.add(rule);
    expect(await nameOf(put())).toBe(name);
    expect(versions()).toBe(count);
    expect(sandbox.journal.entries()).toMatchObject([{ fault: rule.kind, status, versionId: B }]);
    expect(sandbox.faults.pending()).toEqual([]);
    expect(await nameOf(put())).toBe("success");
    expect(versions()).toBe(2);
  });

  it("a hanging call never answers and has no effect", async () => {
    sandbox.faults.add({ kind: "hang" });
    const arrived = new Promise<void>((resolve) => sandbox.onRequest(() => resolve()));
    const abort = new AbortController();
    const call = aws.putSecretValue({ SecretId, SecretString: "x" }, { abortSignal: abort.signal });
    const ended = nameOf(call);
    await arrived;
    expect(await nameOf(describe1())).toBe("success");
    abort.abort();
    expect(await ended).toBe("AbortError");
    expect(versions()).toBe(1);
  });

  it("a stale read shows the secret before its last write, once", async () => {
    await put();
    sandbox.faults.add({ kind: "stale-read" }, { kind: "stale-read", operation: "GetSecretValue" });
    expect((await describe1()).VersionIdsToStages).toEqual({ [A]: ["AWSCURRENT"] });
    expect(await nameOf(aws.getSecretValue({ SecretId, VersionId: B }))).toBe("ResourceNotFoundException");
    expect(await aws.getSecretValue({ SecretId, VersionId: B })).toMatchObject({ SecretString: "newer" });
  });

  it("a stale read of a secret that was just created finds none", async () => {
    sandbox.faults.add({ kind: "stale-read" });
    expect(await nameOf(describe1())).toBe("ResourceNotFoundException");
    expect(await nameOf(describe1())).toBe("success");
  });

  it.each<[string, FaultRule, string[]]>([
    ["the next by default", { kind: "throttle" }, ["throttled", "", ""]],
    ["the nth", { kind: "throttle", nth: 2 }, ["", "throttled", ""]],
    ["several in a row", { kind: "throttle", nth: 2, times: 2 }, ["", "throttled", "throttled"]],
    ["one operation", { kind: "throttle", operation: "PutSecretValue" }, ["", "", ""]],
    ["a part of a secret's name", { kind: "throttle", secretId: "key" }, ["throttled", "", ""]],
    ["another secret", { kind: "throttle", secretId: "other" }, ["", "", ""]],
  ])("disturb %s", async (_name, rule, outcomes) => {
    sandbox.faults.add(rule);
    for (const outcome of outcomes) {
      expect(await nameOf(describe1())).toBe(outcome ? "ThrottlingException" : "success");
    }
  });

  it("queue up: a request meets one at most", async () => {
    sandbox.faults.add({ kind: "throttle" }, { kind: "error" });
    expect(await nameOf(describe1())).toBe("ThrottlingException");
    expect(await nameOf(describe1())).toBe("InternalServiceError");
    expect(await nameOf(describe1())).toBe("success");
  });
});

describe("onRequest", () => {
  it("runs before and after the effect, and the request waits for it", async () => {
    const seen: unknown[] = [];
    const stop = sandbox.onRequest(async (phase, operation, body) => {
      await Promise.resolve();
      seen.push([phase, operation, body.SecretId, versions()]);
    });
    await put();
    stop();
    await describe1();
    expect(seen).toEqual([
      ["before", "PutSecretValue", SecretId, 1],
      ["after", "PutSecretValue", SecretId, 2],
    ]);
  });

  it("can run another request in between", async () => {
    const stop = sandbox.onRequest(async (phase) => {
      if (phase === "after") return;
      stop();
      await put("c".repeat(32));
    });
    await put();
    expect(sandbox.secrets()[0]!.versions.map(({ id }) => id[0])).toEqual(["a", "c", "b"]);
  });
});

describe("the journal", () => {
  it("says in order what was asked, with digests for values", async () => {
    const digest = (text: string) => createHash("sha256").update(text).digest("hex");
    await aws.getSecretValue({ SecretId });
    await put();
    await nameOf(
      aws.updateSecretVersionStage({ SecretId, VersionStage: "M", MoveToVersionId: "x".repeat(32) }),
    );
    const request = { at: "2030-01-01T00:00:00.000Z", region: "eu-west-1", secretId: SecretId };
    expect(sandbox.journal.entries().map((entry) => JSON.parse(JSON.stringify(entry)) as unknown)).toEqual([
      { ...request, operation: "GetSecretValue", versionId: A, valueSha256: digest(canary), status: 200 },
      {
        ...request,
        operation: "PutSecretValue",
        versionId: B,
        labels: ["L"],
        valueSha256: digest("newer"),
        status: 200,
      },
      {
        ...request,
        operation: "UpdateSecretVersionStage",
        versionId: "x".repeat(32),
        labels: ["M"],
        status: 400,
        errorType: "ResourceNotFoundException",
      },
    ]);
  });

  it("never holds a value", async () => {
    await aws.putSecretValue({ SecretId, SecretBinary: Buffer.from(canary) });
    await aws.getSecretValue({ SecretId });
    await aws.getSecretValue({ SecretId, VersionId: A });
    const text = JSON.stringify(sandbox.journal.entries());
    for (const form of ["utf8", "hex", "base64"] as const) {
      expect(text).not.toContain(Buffer.from(canary).toString(form));
    }
  });

  it("counts reads, writes, operations, and those of one secret", async () => {
    await describe1();
    await aws.getSecretValue({ SecretId });
    await aws.listSecretVersionIds({ SecretId });
    await put();
    await aws.createSecret({ Name: "other" });
    const { journal } = sandbox;
    expect([journal.count("reads"), journal.count("writes"), journal.count("DescribeSecret")]).toEqual([
      3, 2, 1,
    ]);
    expect(journal.count("writes", "other")).toBe(1);
    journal.clear();
    expect(journal.count("reads")).toBe(0);
  });
});

it("serves a hundred secrets at once, four calls each", async () => {
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: 100 }, async (_, n) => {
      const call = (operation: string, body: object) =>
        fetch(sandbox.endpoint, {
          method: "POST",
          headers: {
            "x-amz-target": `secretsmanager.${operation}`,
            authorization: "AWS4-HMAC-SHA256 Credential=A/20300101/eu-west-1/s/aws4_request, Signature=0",
          },
          body: JSON.stringify(body),
        });
      const id = { SecretId: `merchant/${n}` };
      await call("CreateSecret", { Name: id.SecretId, ClientRequestToken: A, SecretString: "x" });
      await call("DescribeSecret", id);
      await call("PutSecretValue", { ...id, ClientRequestToken: B, SecretString: "y".repeat(4000) });
      expect((await call("GetSecretValue", id)).status).toBe(200);
    }),
  );
  const { user, system } = process.cpuUsage(before);
  expect(sandbox.secrets()).toHaveLength(101);
  // Client and server together; a copy of the whole state per request would take several times this.
  expect((user + system) / 1e6).toBeLessThan(3);
});
