import { type SecretsManagerSandbox, startSecretsManager } from "../../sandbox/secrets-manager";

const signature =
  "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300101/eu-west-1/secretsmanager/aws4_request, " +
  "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef";
const token = "a".repeat(32);

let sandbox: SecretsManagerSandbox;

beforeEach(async () => {
  sandbox = await startSecretsManager({
    region: "us-west-2",
    now: () => new Date(Date.UTC(2030, 0, 1, 12, 0, 0, 250)),
  });
});

afterEach(() => sandbox.close());

const post = (operation: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(sandbox.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `secretsmanager.${operation}`,
      authorization: signature,
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("the JSON protocol", () => {
  it("answers as the service does: JSON 1.1, a request id, seconds with decimals", async () => {
    await post("CreateSecret", { Name: "shop/key", ClientRequestToken: token, SecretString: "x" });
    const answer = await post("DescribeSecret", { SecretId: "shop/key" });
    expect(answer.headers.get("content-type")).toBe("application/x-amz-json-1.1");
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await answer.json()).toMatchObject({ CreatedDate: Date.UTC(2030, 0, 1, 12) / 1000 + 0.25 });
  });

  it("serves the region of the credential scope, and its own if there is none", async () => {
    const create = (authorization: string) =>
      post("CreateSecret", { Name: "shop/key", ClientRequestToken: token }, { authorization });
    await create(signature);
    await create("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE, SignedHeaders=host, Signature=0");
    expect(sandbox.secrets().map(({ region }) => region)).toEqual(["eu-west-1", "us-west-2"]);
  });

  const valid = { ClientRequestToken: token, SecretString: "x" };
  it.each<[string, string, unknown, Record<string, string>, string]>([
    ["no signature", "DescribeSecret", {}, { authorization: "" }, "MissingAuthenticationTokenException"],
    [
      "a signature of another kind",
      "DescribeSecret",
      {},
      { authorization: "Basic eDp5" },
      "IncompleteSignatureException",
    ],
    ["an unknown operation", "MakeTea", {}, {}, "UnknownOperationException"],
    ["an operation it does not serve", "ListSecrets", {}, {}, "UnknownOperationException"],
    ["another service", "", {}, { "x-amz-target": "TrentService.Encrypt" }, "UnknownOperationException"],
    ["text that is not JSON", "DescribeSecret", "{", {}, "SerializationException"],
    ["JSON that is not an object", "DescribeSecret", "[]", {}, "SerializationException"],
    ["a number for a text", "DescribeSecret", { SecretId: 1 }, {}, "SerializationException"],
    [
      "a text for a list",
      "PutSecretValue",
      { SecretId: "s", ...valid, VersionStages: "L" },
      {},
      "SerializationException",
    ],
    [
      "a text for a number",
      "DeleteSecret",
      { SecretId: "s", RecoveryWindowInDays: "7" },
      {},
      "SerializationException",
    ],
    [
      "a text for a boolean",
      "DeleteSecret",
      { SecretId: "s", ForceDeleteWithoutRecovery: "yes" },
      {},
      "SerializationException",
    ],
    [
      "bytes that are not Base64",
      "CreateSecret",
      { Name: "s", ClientRequestToken: token, SecretBinary: "%" },
      {},
      "SerializationException",
    ],
    ["a missing member", "DescribeSecret", {}, {}, "ValidationException"],
    [
      "a missing member inside a list",
      "TagResource",
      { SecretId: "s", Tags: [{ Key: "k" }] },
      {},
      "ValidationException",
    ],
    [
      "a number out of range",
      "ListSecretVersionIds",
      { SecretId: "s", MaxResults: 101 },
      {},
      "ValidationException",
    ],
    [
      "a label of 257 characters",
      "GetSecretValue",
      { SecretId: "s", VersionStage: "L".repeat(257) },
      {},
      "ValidationException",
    ],
    ["a SecretId with a space", "DescribeSecret", { SecretId: "a b" }, {}, "ValidationException"],
    ["no token", "CreateSecret", { Name: "s", SecretString: "x" }, {}, "InvalidRequestException"],
  ])("refuses %s", async (_name, operation, body, headers, type) => {
    const answer = await post(operation, body, headers);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: type, message: expect.any(String) as string });
  });

  it("does not repeat a value that it refuses", async () => {
    for (const SecretString of ["canary".repeat(20_000), { canary: 1 }, '"canary']) {
      const body = { Name: "s", ClientRequestToken: token, SecretString };
      const answer = await post("CreateSecret", body);
      expect(answer.status === 400 ? await answer.text() : "").not.toContain("canary");
    }
    expect(await (await post("CreateSecret", '{"SecretString":"canary')).text()).not.toContain("canary");
  });

  it("knows no other path or method", async () => {
    expect((await fetch(sandbox.endpoint)).status).toBe(404);
    expect((await fetch(`${sandbox.endpoint}/other`, { method: "POST" })).status).toBe(404);
  });
});

describe("STS", () => {
  const sts = (action: string, headers: Record<string, string> = { authorization: signature }) =>
    fetch(sandbox.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...headers },
      body: `Action=${action}&Version=2011-06-15`,
    });

  it("says which account this is", async () => {
    const answer = await sts("GetCallerIdentity");
    expect(answer.headers.get("content-type")).toBe("text/xml");
    expect(await answer.text()).toContain("<Account>123456789012</Account>");
  });

  it.each<[string, string, Record<string, string> | undefined, number, string]>([
    ["anything else", "AssumeRole<>", undefined, 400, "<Code>InvalidAction</Code>"],
    ["no signature", "GetCallerIdentity", {}, 403, "<Code>MissingAuthenticationToken</Code>"],
  ])("refuses %s", async (_name, action, headers, status, code) => {
    const answer = await sts(action, headers);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(code);
  });

  it("is counted apart from reads and writes", async () => {
    await sts("GetCallerIdentity");
    const { journal } = sandbox;
    expect(["reads", "writes", "GetCallerIdentity"].map((what) => journal.count(what))).toEqual([0, 0, 1]);
  });
});

describe("control from another process", () => {
  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${sandbox.endpoint}/sandbox/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
    });

  it("reads and clears the journal", async () => {
    await post("CreateSecret", { Name: "s", ClientRequestToken: token });
    expect(await (await control("GET", "journal")).json()).toMatchObject([
      { operation: "CreateSecret", secretId: "s", status: 200, region: "eu-west-1" },
    ]);
    await control("DELETE", "journal");
    expect(await (await control("GET", "journal")).json()).toEqual([]);
  });

  it("adds and clears faults", async () => {
    await control("POST", "faults", [{ kind: "throttle", times: 2 }]);
    const throttled = await post("CreateSecret", { Name: "s", ClientRequestToken: token });
    expect(await throttled.json()).toMatchObject({ __type: "ThrottlingException" });
    await control("DELETE", "faults");
    expect((await post("CreateSecret", { Name: "s", ClientRequestToken: token })).status).toBe(200);
  });

  it.each([
    ["no list", { kind: "throttle" }],
    ["an unknown kind", [{ kind: "explode" }]],
    ["an unknown operation", [{ kind: "throttle", operation: "putSecretValue" }]],
    ["a misspelled member", [{ kind: "throttle", count: 2 }]],
    ["latency of no length", [{ kind: "latency" }]],
  ])("refuses %s as faults", async (_name, rules) => {
    const answer = await control("POST", "faults", rules);
    expect(answer.status).toBe(400);
    expect(sandbox.faults.pending()).toEqual([]);
  });

  it("resets everything", async () => {
    await post("CreateSecret", { Name: "s", ClientRequestToken: token });
    await control("POST", "faults", [{ kind: "throttle" }]);
    await control("POST", "reset");
    expect([sandbox.secrets(), sandbox.journal.entries(), sandbox.faults.pending()]).toEqual([[], [], []]);
  });

  it("refuses what it does not know", async () => {
    expect((await control("GET", "secrets")).status).toBe(404);
  });
});
