import https from "node:https";
import { types } from "node:util";
import {
  startSecretsManager,
  type FaultRule,
  type SecretsManagerSandbox,
} from "../../sandbox/secrets-manager";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import { vaultError } from "../../provider/vault/secrets-manager-errors";
import { VaultError, type Vault, type VaultErrorReason } from "../../provider/vault/vault";
import "../support/merchant";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const canary = "canary-7f3e91-PRIVATE-KEY";
const secret = "merchants/1900000109/certificate";
const token = "a".repeat(32);

/**
 * Jest runs a test in a realm of its own, where the errors of Node's sockets are no instances of Error; the SDK
 * would wrap them as strangers.
 */
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, thrown: unknown) {
    if (this === Error) return types.isNativeError(thrown);
    return Function.prototype[Symbol.hasInstance].call(this as () => void, thrown);
  },
});

let sandbox: SecretsManagerSandbox;
let vault: Vault;

beforeEach(async () => {
  // The SDK waits a random time before it tries again.
  jest.spyOn(Math, "random").mockReturnValue(0);
  sandbox = await startSecretsManager();
  vault = secretsManagerVault({ region: "us-east-1", endpoint: sandbox.endpoint });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await sandbox.close();
});

const put = () => vault.put(secret, { token, value: canary, labels: ["L"] });

async function refusal(call: Promise<unknown>): Promise<VaultError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof VaultError)) throw new Error(`not refused, or not by the vault: ${String(error)}`);
  return error;
}

describe("an error of Secrets Manager", () => {
  it.each<[string, VaultErrorReason]>([
    ["ResourceExistsException", "exists"],
    ["InvalidParameterException", "refused"],
    ["InvalidRequestException", "conflict"],
    ["PreconditionNotMetException", "conflict"],
    ["ResourceNotFoundException", "not-found"],
    ["AccessDeniedException", "access-denied"],
    ["UnrecognizedClientException", "access-denied"],
    ["InvalidSignatureException", "access-denied"],
    ["ExpiredTokenException", "access-denied"],
    ["EncryptionFailure", "kms"],
    ["DecryptionFailure", "kms"],
    ["ValidationException", "refused"],
    ["MalformedPolicyDocumentException", "refused"],
    ["AnythingElseException", "refused"],
  ])("%s means %s", async (errorType, reason) => {
    sandbox.faults.add({ kind: "error", errorType, message: "said AWS", times: 10 });
    const error = await refusal(put());
    expect(error).toMatchObject({ reason, operation: "PutSecretValue" });
    expect(error.message).toContain(`PutSecretValue: ${errorType}`);
  });

  it.each<[string, VaultErrorReason]>([
    ["UpdateSecretVersionStage", "conflict"],
    ["ReplicateSecretToRegions", "conflict"],
    ["RemoveRegionsFromReplication", "conflict"],
    ["CreateSecret", "refused"],
    ["DeleteSecret", "conflict"],
    ["UpdateSecret", "refused"],
  ])(
    "InvalidParameterException of %s means %s: only some say it when another run was first",
    (operation, reason) => {
      const error = Object.assign(new Error("said AWS"), { name: "InvalidParameterException" });
      expect(vaultError(operation, error)).toMatchObject({ reason, operation });
    },
  );

  it.each<[string, FaultRule]>([
    ["an internal error", { kind: "error" }],
    ["a service that is not available", { kind: "error", errorType: "ServiceUnavailable", status: 503 }],
    ["a connection that is closed without an answer", { kind: "drop-before" }],
  ])("%s is sent again, eight times in all, and then is unavailable", async (_name, rule) => {
    sandbox.faults.add({ ...rule, times: 10 });
    const error = await refusal(put());
    expect(error.reason).toBe("unavailable");
    expect(sandbox.journal.count("PutSecretValue")).toBe(8);
  });

  it.each(["ThrottlingException", "InternalServiceError", "TimeoutError", "AbortError"])(
    "%s is unavailable, after all retries",
    (name) => {
      const error = Object.assign(new Error("try later"), { name });
      expect(vaultError("PutSecretValue", error)).toMatchObject({
        reason: "unavailable",
        operation: "PutSecretValue",
      });
    },
  );

  it("an answer that comes at the last of the eight is a success", async () => {
    await vault.create({ name: secret, token: "b".repeat(32), value: "x", description: "", tags: {} });
    sandbox.journal.clear();
    sandbox.faults.add({ kind: "drop-after", times: 7 });
    await put();
    expect(sandbox.journal.count("PutSecretValue")).toBe(8);
    expect(sandbox.secrets()[0]!.versions).toHaveLength(2);
  });

  it.each([
    ["an endpoint that refuses", "ECONNREFUSED"],
    ["a name that does not resolve", "ENOTFOUND"],
    ["a broken pipe", "EPIPE"],
    ["a certificate that is not trusted", "SELF_SIGNED_CERT_IN_CHAIN"],
    ["a connection that is reset", "ECONNRESET"],
    ["a network that is down", "ENETUNREACH"],
  ])("%s is unavailable and names no host", (_name, code) => {
    const error = vaultError("PutSecretValue", Object.assign(new Error(`connect ${canary}`), { code }));
    expect(error).toMatchObject({ reason: "unavailable" });
    expect(error.message).toBe(`PutSecretValue: no answer from the endpoint (${code})`);
  });

  it("a socket that refuses is unavailable", async () => {
    await sandbox.close();
    const error = await refusal(put());
    expect(error.reason).toBe("unavailable");
    expect(error.message).toBe("PutSecretValue: no answer from the endpoint (ECONNREFUSED)");
  });
});

describe("the message of an error", () => {
  it.each(["ValidationException", "SerializationException", "SyntaxError", "AnythingElseException"])(
    "does not pass on what %s says, for it quotes its input",
    async (errorType) => {
      const message = `1 validation error detected: Value '${canary}' at 'secretString'`;
      sandbox.faults.add({ kind: "error", errorType, message });
      const { message: shown } = await refusal(put());
      expect(shown).not.toContain("canary");
      expect(shown).toMatch(/^PutSecretValue: \w+( \(HTTP 400\))?$/);
    },
  );

  it("of an error that is no error of AWS is its name alone", () => {
    for (const thrown of [
      new SyntaxError(canary),
      new TypeError(canary),
      { message: canary },
      Object(canary),
    ]) {
      expect(vaultError("PutSecretValue", thrown).message).not.toContain("canary");
    }
  });

  it("cannot move a terminal's cursor, and is no longer than a few lines", async () => {
    const message = `\u001b[2J\u001b]0;title\u0007\u009b2J\u202e first\r\nsecond\u0000 ${"x".repeat(2000)}`;
    const error = vaultError(
      "PutSecretValue",
      Object.assign(new Error(message), { name: "AccessDeniedException" }),
    );
    expect(error.message).toMatch(/^PutSecretValue: AccessDeniedException: [^\p{Cc}\p{Cf}]*$/u);
    expect(error.message).toContain("first second");
    expect(error.message.length).toBeLessThan(400);
  });

  it("holds no value that was sent, whatever AWS answers", async () => {
    await vault.create({ name: secret, token, value: "x", description: "", tags: {} });
    const errors = [
      await refusal(put()),
      await refusal(vault.moveLabel(secret, "L", { to: "c".repeat(32) })),
    ];
    for (const { message, stack } of errors) expect(`${message}${stack}`).not.toContain("canary");
  });
});

describe("a stray endpoint", () => {
  const variables = {
    AWS_ENDPOINT_URL: "",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: "",
    AWS_ENDPOINT_URL_STS: "",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
  };
  let stray: SecretsManagerSandbox;
  let hosts: string[];

  beforeEach(async () => {
    stray = await startSecretsManager();
    for (const name of Object.keys(variables)) {
      process.env[name] = name.startsWith("AWS_ENDPOINT") ? stray.endpoint : "false";
    }
    hosts = [];
    // Nothing leaves this machine: what would have is noted and refused.
    jest.spyOn(https, "request").mockImplementation((...args: unknown[]) => {
      hosts.push((args[0] as { host: string }).host);
      throw Object.assign(new Error(canary), { code: "ENOTFOUND" });
    });
  });
  afterEach(async () => {
    for (const name of Object.keys(variables)) delete process.env[name];
    await stray.close();
  });

  it("in the environment is not used where an endpoint is given", async () => {
    await vault.create({ name: secret, token, value: canary, description: "", tags: {} });
    expect(await vault.accountId()).toBe("123456789012");
    expect(sandbox.secrets()).toHaveLength(1);
    expect(sandbox.journal.count("GetCallerIdentity")).toBe(1);
    expect(stray.journal.entries()).toEqual([]);
  });

  it("in the environment is not used where none is given: the requests go to AWS", async () => {
    const aws = secretsManagerVault({ region: "eu-west-3" });
    expect((await refusal(aws.put(secret, { token, value: canary, labels: [] }))).reason).toBe("unavailable");
    expect((await refusal(aws.accountId())).reason).toBe("unavailable");
    expect(new Set(hosts)).toEqual(
      new Set(["secretsmanager.eu-west-3.amazonaws.com", "sts.eu-west-3.amazonaws.com"]),
    );
    expect(stray.journal.entries()).toEqual([]);
  });

  it("in the environment is not used to take on a role", async () => {
    const roleArn = "arn:aws:iam::123456789012:role/merchant";
    const aws = secretsManagerVault({
      region: "eu-west-3",
      endpoint: sandbox.endpoint,
      assumeRole: { roleArn },
    });
    await refusal(aws.describe(secret));
    expect(hosts[0]).toBe("sts.eu-west-3.amazonaws.com");
    expect(stray.journal.entries()).toEqual([]);
    expect(sandbox.journal.entries()).toEqual([]);
  });
});
