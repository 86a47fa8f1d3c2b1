import {
  PutSecretValueCommand,
  SecretsManagerClient,
  type PutSecretValueCommandInput,
} from "@aws-sdk/client-secrets-manager";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { merchantCredentials } from "../../sandbox/demo/command-line";
import { startSecretsManager, type SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import {
  filesBelow,
  findCanaries,
  keyCanaries,
  textCanaries,
  windowCanaries,
  type Canary,
} from "../support/canaries";
import { merchantCertificate, privateKey, privateKeyPem, requestFor } from "../support/certificates";
import { pkcs12File } from "../support/import-files";
import { privateKeys, Stage } from "../support/stage";

jest.setTimeout(180_000);

const merchantId = "1900000109";

/** A secret that is short enough to be found as a whole, in every shape. */
const wordCanaries = (name: string, word: string): Canary[] => [
  ...textCanaries(name, word),
  ...windowCanaries(name, Buffer.from(word)),
];

describe("the scan for canaries", () => {
  const pem = privateKeyPem();
  const canaries = keyCanaries("key", pem);
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  const jwk = createPrivateKey(pem).export({ format: "jwk" });
  const at = (offset: number) => Buffer.concat([Buffer.alloc(offset, "x"), der, Buffer.from("end")]);
  const number = (base64url: string) => Buffer.from(base64url, "base64url").toString("hex");
  const escaped = JSON.stringify(pem);

  it.each<[string, string | Buffer]>([
    ["a PEM file", pem],
    ["a PEM file with CRLF", pem.replace(/\n/g, "\r\n")],
    ["a PEM without line ends", pem.replace(/\n/g, "")],
    ["PEM in JSON", escaped],
    ["PEM in JSON in JSON", JSON.stringify(escaped)],
    ["PEM in JSON in JSON in JSON", JSON.stringify(JSON.stringify(escaped))],
    ["PEM in a URL", encodeURIComponent(pem)],
    ["the 150 characters that the engine shows of a long text", `${escaped.slice(0, 150)}..."`],
    ["the last two lines of a PEM", pem.split("\n").slice(-4).join("\n")],
    ["DER", der],
    ["half of a DER", der.subarray(der.length / 2)],
    ["hex", der.toString("hex")],
    ["upper-case hex", der.toString("hex").toUpperCase()],
    ["Base64", der.toString("base64")],
    ["Base64 one byte on", at(1).toString("base64")],
    ["Base64 two bytes on", at(2).toString("base64")],
    ["base64url", der.toString("base64url")],
    ["base64url one byte on", at(1).toString("base64url")],
    ["base64url two bytes on", at(2).toString("base64url")],
    ["Base64 in a URL", encodeURIComponent(der.toString("base64"))],
    ["bytes in a URL", der.toString("hex").toUpperCase().replace(/../g, "%$&")],
    ["a JWK", JSON.stringify(jwk)],
    ["its private exponent as base64url", jwk.d!],
    ["a prime in hex", number(jwk.p!)],
    ["the other prime in decimal", BigInt(`0x${number(jwk.q!)}`).toString()],
    ["a PKCS#1 PEM", createPrivateKey(pem).export({ format: "pem", type: "pkcs1" })],
  ])("finds %s", (_, planted) => {
    const noise = Buffer.from("I1122 21:33:01 provider.go:123] marshalling properties {");
    const found = findCanaries(Buffer.concat([noise, Buffer.from(planted), noise]), canaries);
    expect(found).not.toEqual([]);
  });

  it("finds a text, escaped too", () => {
    const text = 'pin "4711" of the shop';
    for (const planted of [text, JSON.stringify({ text }), encodeURIComponent(text)]) {
      expect(findCanaries(Buffer.from(planted), textCanaries("pin", text))).not.toEqual([]);
    }
  });

  it("finds an API secret, encoded too", () => {
    const secret = "0123456789abcdefghijABCDEFGHIJ01";
    const json = Buffer.from(JSON.stringify({ apiSecret: secret }));
    for (const planted of [secret, json, json.toString("hex"), json.toString("base64")]) {
      expect(findCanaries(Buffer.from(planted), wordCanaries("secret", secret))).not.toEqual([]);
    }
  });

  it("finds nothing in what is public", () => {
    const publicKey = createPublicKey(pem);
    const everything = [
      merchantCertificate(),
      requestFor(),
      publicKey.export({ format: "pem", type: "spki" }),
      publicKey.export({ format: "der", type: "spki" }).toString("hex"),
      JSON.stringify(publicKey.export({ format: "jwk" })),
      privateKeyPem(privateKey("another")),
    ];
    expect(findCanaries(Buffer.from(everything.join("\n")), canaries)).toEqual([]);
  });
});

/** The engine at its most talkative, with the traces of gRPC and of the engine itself in files. */
const verbose = ["--logtostderr", "-v=9", "--logflow"];
function talkative(scratch: string) {
  return {
    GRPC_TRACE: "all",
    GRPC_VERBOSITY: "DEBUG",
    PULUMI_DEBUG_GRPC: join(scratch, "grpc.json"),
    PULUMI_DEBUG_PROMISE_LEAKS: "true",
    TF_LOG: "TRACE",
  };
}

describe("private keys and API secrets through a whole rotation, with everything logged", () => {
  const configSecret = "canary-of-the-stack-configuration-4711";
  const vaultFolder = realpathSync(mkdtempSync(join(tmpdir(), "vault-")));
  const downloads = realpathSync(mkdtempSync(join(tmpdir(), "downloads-")));
  const taken = {
    merchantId: "1900000110",
    key: privateKey("taken"),
    password: "Canary-of-the-PKCS12-4711",
    apiSecret: "CanaryOfTheApiSecret471100000000",
  };
  const variable = "TAKEN_API_SECRET";
  const outputs: [string, string][] = [];
  const seenOfProcesses = new Set<string>();
  let processes = 0;
  let aws: SecretsManagerSandbox;
  let stage: Stage;
  afterAll(async () => {
    await stage.close();
    await aws.close();
    for (const folder of [vaultFolder, downloads]) rmSync(folder, { recursive: true });
  });

  /** Runs a command with all logs, and looks at the processes while it runs. */
  async function logged(args: string[], expectFailure = false): Promise<void> {
    const env = { ...talkative(stage.engine.scratch), [variable]: taken.apiSecret };
    const running = stage.engine.spawn([...args, ...verbose], { env });
    const looking = setInterval(() => {
      for (const pid of running.processes()) {
        for (const what of ["cmdline", "environ"]) {
          const text = readProcess(pid, what);
          if (text !== "") seenOfProcesses.add(text);
        }
      }
      processes = Math.max(processes, running.processes().length);
    }, 100);
    const { exitCode, output } = await running.exited.finally(() => clearInterval(looking));
    outputs.push([`output of pulumi ${args.join(" ")}`, output]);
    expect({ args, failed: exitCode !== 0 }).toEqual({ args, failed: expectFailure });
  }

  const up = ["up", "--yes", "--skip-preview"];

  /** A merchant of our own making, and one who brings certificate and secret along. */
  function merchants() {
    const [notBefore, notAfter] = [-1e10, 1e11].map((away) => new Date(Date.now() + away));
    const certificate = merchantCertificate({ ...taken, notBefore, notAfter });
    const given = { p12: join(downloads, "shop.p12"), password: join(downloads, "password.txt") };
    writeFileSync(given.p12, pkcs12File({ ...taken, certificate }));
    writeFileSync(given.password, `${taken.password}\n`);
    const files = { p12: { file: given.p12 }, password: { file: given.password } };
    return {
      shop: { merchantId },
      callbacks: { class: "ApiV3Secret", merchantId },
      taken: { merchantId: taken.merchantId, certificate, import: files },
      v2: { class: "ApiSecret", merchantId: taken.merchantId, import: { env: variable } },
    } as const;
  }

  /** The commands of a person, who reads what they print. */
  async function person(): Promise<void> {
    const { secretArn, pendingVersionId } = await stage.outputs("callbacks");
    const promoted = await stage.promote(String(secretArn), String(pendingVersionId));
    const state = JSON.stringify(await stage.engine.state());
    const status = await merchantCredentials(["status", "--file", "-", "--json"], state);
    const at = ["--reason", "set it", "--endpoint", aws.endpoint];
    const revealed = await merchantCredentials(["reveal", String(secretArn), ...at]);
    const exitCodes = { promote: promoted.exitCode, reveal: revealed.exitCode };
    expect(exitCodes).toEqual({ promote: 0, reveal: 1 });
    for (const [name, { output }] of Object.entries({ promoted, status, revealed }))
      outputs.push([`output of merchant-credentials, ${name}`, output]);
  }

  it("never leave the vault", async () => {
    aws = await startSecretsManager({ folder: vaultFolder });
    stage = await Stage.open({ world: { aws } });
    await stage.engine.setConfig("pin", configSecret, { secret: true });
    const declared = merchants();
    stage.declare(declared);
    await logged(["preview", "--diff"]);
    await logged(up);
    await stage.sign({ name: "shop", days: 59 });
    aws.faults.add({
      kind: "error",
      operation: "UpdateSecretVersionStage",
      errorType: "AccessDeniedException",
    });
    await logged(up, true);
    await logged(["preview", "--diff"]);
    await logged(up); // current, and due: the next key
    await person();
    await stage.sign({ name: "shop" });
    await logged(up);
    stage.change("shop", { certificate: merchantCertificate({ notAfter: new Date(Date.now() + 1e11) }) });
    await logged(up, true);
    stage.change("shop", { certificate: stage.credential(merchantId).certificate as string });
    await logged(["refresh", "--yes", "--skip-preview"]);
    await logged(["destroy", "--yes", "--skip-preview"], true);
    for (const name of Object.keys(declared)) stage.change(name, { deletionProtection: false });
    await logged(up);
    await logged(["destroy", "--yes", "--skip-preview"]);

    const keys = privateKeys(stage.secret(merchantId));
    expect(keys).toHaveLength(2);
    const drawn = String(stage.credential(merchantId, "apiV3Secret").apiV3Secret);
    const inVault = {
      ...Object.fromEntries(
        keys.map((key, index) => [`key ${index + 1}`, keyCanaries(`key ${index + 1}`, key)]),
      ),
      "imported key": keyCanaries("imported key", privateKeyPem(taken.key)),
      "imported secret": wordCanaries("imported secret", taken.apiSecret),
      "drawn secret": wordCanaries("drawn secret", drawn),
    };
    const canaries = [
      ...Object.values(inVault).flat(),
      ...wordCanaries("password", taken.password),
      ...windowCanaries("PKCS#12", readFileSync(join(downloads, "shop.p12")).subarray(200, 248)),
    ];
    // The variable is where a reference says that the secret is: in the environment of `pulumi`, nowhere else.
    const environments = [...seenOfProcesses].join("\n").replaceAll(`${variable}=${taken.apiSecret}`, "");
    const state = await stage.engine.run(["stack", "export", "--show-secrets"]);
    const places: [string, Buffer][] = [
      ...outputs.map(([place, text]): [string, Buffer] => [place, Buffer.from(text)]),
      ["pulumi stack export", Buffer.from(state.output)],
      ["processes", Buffer.from(environments)],
      ["the vault's journal", Buffer.from(JSON.stringify(aws.journal.entries()))],
      ["the vault's journal on disk", readFileSync(join(vaultFolder, "journal.jsonl"))],
      ...filesBelow(stage.engine.scratch).map(({ path, bytes }): [string, Buffer] => [path, bytes]),
    ];
    // The scan is worth something only if there was something to scan.
    const scanned = places.map(([place]) => place).join("\n");
    for (const place of ["grpc.json", "/history/", "/backups/", "/stacks/", "/home/", "Pulumi.dev.yaml"]) {
      expect(scanned).toContain(place);
    }
    expect(places.reduce((sum, [, { length }]) => sum + length, 0)).toBeGreaterThan(5_000_000);
    if (process.platform === "linux") {
      expect(processes).toBeGreaterThanOrEqual(3);
      expect([...seenOfProcesses].join()).toContain("dynamic-provider");
    }
    expect(finds(places, canaries)).toEqual([]);
    // The engine has seen where the secrets are, which is how it can have seen everything else.
    const seen = outputs.map(([, text]) => text).join();
    for (const reference of [variable, "shop.p12", "password.txt"]) expect(seen).toContain(reference);
    // Where they belong, they are found: the same scan over the vault's own files.
    const vault = filesBelow(vaultFolder)
      .filter(({ path }) => path.endsWith(".json"))
      .map(({ path, bytes }): [string, Buffer] => [path, bytes]);
    for (const [name, those] of Object.entries(inVault))
      expect({ name, found: finds(vault, those) }).not.toEqual({ name, found: [] });
  });

  it("leave the stack's configuration out of the state, secrets most of all", () => {
    const folders = ["stacks", "backups"].map((name) => join(stage.engine.scratch, "backend/.pulumi", name));
    const checkpoints = folders.flatMap(filesBelow).filter(({ path }) => /\.json(\.bak)?$/.test(path));
    expect(checkpoints.length).toBeGreaterThan(5);
    for (const { path, bytes } of checkpoints) {
      const text = bytes.toString();
      const found = [configSecret, 'shop:pin"', '"pin"', ciphertextMark].filter((mark) =>
        text.includes(mark),
      );
      expect({ path, found }).toEqual({ path, found: [] });
    }
  });
});

/** The engine marks every secret in a state with this, encrypted ones too. */
const ciphertextMark = "4dabf18193072939515e22adb298388d";

describe("errors", () => {
  const canary = "canary-4711-never-to-be-quoted";
  const canaries = textCanaries("canary", canary);
  let stage: Stage;
  afterEach(() => stage.close());

  it("quote neither what is in the vault nor what AWS quotes of a request", async () => {
    stage = await Stage.open();
    const ids = {
      broken: "1900000141",
      torn: "1900000142",
      foreign: "1900000143",
      spoilt: "1900000144",
      misfiled: "1900000147",
      rejected: "1900000145",
      confused: "1900000146",
    };
    const shops = (tags: object) =>
      Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, { merchantId: id, tags }]));
    stage.declare(shops({}));
    await stage.up();
    const put = putter(stage);
    const request = (id: string) => ({
      VersionStages: stage
        .secret(id)
        .versions.at(-1)!
        .labels.filter((label) => label !== "AWSPENDING"),
    });
    const requestValue = (id: string) =>
      JSON.stringify({
        schema: "merchant-credentials/certificate-request/v1",
        merchantId: id,
        privateKey: canary,
        certificateRequest: canary,
      });
    await put(ids.broken, { SecretString: `{"schema": "${canary}` });
    await put(ids.torn, { SecretString: `{"privateKey": "${canary}`, ...request(ids.torn) });
    await put(ids.foreign, { SecretString: JSON.stringify({ schema: canary, password: canary }) });
    await put(ids.spoilt, { SecretString: requestValue(ids.spoilt), ...request(ids.spoilt) });
    await put(ids.misfiled, { SecretString: requestValue(canary), ...request(ids.misfiled) });
    const quoting = (secretId: string, errorType: string) => ({
      kind: "error" as const,
      operation: "TagResource",
      secretId,
      errorType,
      message: `Value '${canary}' at 'secretString' failed to satisfy constraint`,
    });
    stage.aws.faults.add(quoting(ids.rejected, "ValidationException"), quoting(ids.confused, "Bewilderment"));

    stage.declare(shops({ team: "payments" }));
    const { output } = await stage.up(["--continue-on-error"], { expectFailure: true });
    expect(output.match(/\* .*\[(unreadable-value|secret-not-usable)\]/g)).toHaveLength(5);
    expect(output).toContain("TagResource: ValidationException (HTTP 400)");
    expect(output).toContain("TagResource: Bewilderment (HTTP 400)");
    await expectNowhere(stage, [output], canaries);
  });

  it("quote nothing of what a reference leads to", async () => {
    stage = await Stage.open();
    const folder = mkdtempSync(join(tmpdir(), "downloads-"));
    const file = join(folder, "secret");
    writeFileSync(file, canary);
    const merchant = (id: string, args: object) => ({ merchantId: id, ...args });
    const secret = (id: string, args: object) => ({ class: "ApiSecret" as const, merchantId: id, ...args });
    const certificate = merchantCertificate({ notAfter: new Date(Date.now() + 1e11) });
    stage.declare({
      variable: secret("1900000151", { import: { env: "CANARY" } }),
      file: secret("1900000152", { import: { file } }),
      p12: merchant(merchantId, { certificate, import: { p12: { file } } }),
      word: merchant("1900000153", {
        certificate: merchantCertificate({ merchantId: "1900000153", notAfter: new Date(Date.now() + 1e11) }),
        import: { privateKey: { file }, passphrase: { env: "CANARY" } },
      }),
    });
    const { output } = await stage.up(["--continue-on-error"], {
      expectFailure: true,
      env: { CANARY: canary },
    });
    rmSync(folder, { recursive: true });
    expect(output.match(/\* import\S*: .*\[invalid-input\]/g)).toHaveLength(4);
    await expectNowhere(stage, [output], canaries);
  });

  it("refuse a private key in the program before the engine hears of it", async () => {
    stage = await Stage.open();
    const key = privateKeyPem();
    const env = talkative(stage.engine.scratch);
    for (const argument of [{ certificate: key }, { tags: { key: [key] } }]) {
      stage.declare({ shop: { merchantId, ...argument } });
      const { output } = await stage.up(verbose, { expectFailure: true, env });
      expect(output).toMatch(
        /: this holds a private key\. Remove it from the program and treat it as leaked/,
      );
      // Not in the program's folder, where this test has put it.
      stage.declare({});
      await expectNowhere(stage, [output], keyCanaries("key", key));
    }
    expect(stage.calls()).toEqual([]);
  });

  it("refuse a private key that arrives later, without an echo", async () => {
    const key = privateKeyPem();
    stage = await Stage.open({ files: { "index.js": arrivingLater, "key.pem": key } });
    const refused = async (way: string, reason: RegExp, run: "up" | "preview" = "up") => {
      const { output } = await stage[run]([], { expectFailure: true, env: { WAY: way } });
      expect(output).toMatch(reason);
      return output;
    };
    const outputs = [
      await refused(
        "secret",
        /certificate: this is not .* found a private key\)\. Remove it .* treat it as leaked/,
        "preview",
      ),
      await refused(
        "promised",
        /merchantName: expected the merchant's name .* found a text of 1\d{3} characters/,
      ),
      await refused("revealed", /tags\.team: expected a tag value .* found a text of 1\d{3} characters/),
    ];
    expect(stage.calls()).toEqual([]);
    stage.engine.write({ "key.pem": "" });
    await expectNowhere(stage, outputs, keyCanaries("key", key));
  });
});

/** A secret, a promise, and a value whose secretness got lost on the way, each in another argument. */
const arrivingLater = `
const pulumi = require("@pulumi/pulumi");
const { MerchantCertificate } = require("pulumi-merchant-credentials");
const key = require("node:fs").readFileSync("key.pem", "utf8");
const given = {
  secret: { certificate: pulumi.secret(key) },
  promised: { merchantName: new Promise((resolve) => setTimeout(resolve, 10, key)) },
  revealed: { tags: { team: pulumi.unsecret(pulumi.secret(key)) } },
}[process.env.WAY];
new MerchantCertificate("shop", { merchantId: "1900000109", merchantName: "Shop", ...given });
`;

function putter(stage: Stage) {
  const client = new SecretsManagerClient({
    endpoint: stage.aws.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "somebody", secretAccessKey: "else" },
  });
  return (id: string, value: Omit<PutSecretValueCommandInput, "SecretId">) =>
    client.send(new PutSecretValueCommand({ SecretId: stage.secret(id).arn, ...value }));
}

async function expectNowhere(stage: Stage, outputs: string[], canaries: Canary[]): Promise<void> {
  const places = [
    ...outputs.map((text): [string, Buffer] => ["output", Buffer.from(text)]),
    ...filesBelow(stage.engine.scratch).map(({ path, bytes }): [string, Buffer] => [path, bytes]),
  ];
  expect(finds(places, canaries)).toEqual([]);
}

function finds(places: [string, Buffer][], canaries: Canary[]): string[] {
  return places.flatMap(([place, bytes]) =>
    findCanaries(bytes, canaries).map((name) => `${name} in ${place}`),
  );
}

/** Empty where the process has ended meanwhile. */
function readProcess(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "latin1").replaceAll("\0", "\n");
  } catch {
    return "";
  }
}
