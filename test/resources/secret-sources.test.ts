import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSecretFile } from "../../provider/resources/secret-file";
import {
  secretSources,
  type SecretFile,
  type SecretSourcePorts,
} from "../../provider/resources/secret-sources";
import type { SecretReference } from "../../provider/resources/secret-ref";
import { MerchantCredentialsError } from "../../provider/errors";
import { VaultError, type VaultErrorReason } from "../../provider/vault/vault";
import { findCanaries, textCanaries } from "../support/canaries";
import { privateKeyPem } from "../support/certificates";
import { pkcs12File } from "../support/import-files";

const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/old-AbCdEf";
const secret = "canaryAbcdefghijklmnopqrstuvw012";
const p12 = pkcs12File();
const pem = privateKeyPem();

const folder = mkdtempSync(join(tmpdir(), "secret-sources-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into the program's folder. */
function inFolder(name: string, content: string | Buffer): SecretReference {
  writeFileSync(join(folder, name), content);
  return { file: name };
}

type Value = { text?: string; bytes?: Buffer } | undefined;

function sources(values: { env?: Record<string, string>; file?: SecretFile; secret?: Value | Error } = {}) {
  const asked: string[] = [];
  const ports: SecretSourcePorts = {
    env: values.env ?? {},
    readFile: async (path) => values.file ?? readSecretFile(path),
    folder,
    readSecret: async (wanted) => {
      asked.push(wanted);
      if (values.secret instanceof Error) throw values.secret;
      return values.secret;
    },
  };
  return { asked, ...secretSources(ports) };
}

const withSecret = (value: Value) => sources({ secret: value });
const withEnv = (text: string) => sources({ env: { SHOP: text } });
const env = { env: "SHOP" };
const ofSecret = { secretArn: arn };
const json = (record: unknown) => withSecret({ text: JSON.stringify(record) });

describe("text comes", () => {
  it.each<[string, () => Promise<string>, string?]>([
    ["from an environment variable", () => withEnv(secret).text(env, "import")],
    ["from a file", () => sources().text(inFolder("secret.txt", secret), "import")],
    [
      "from a file by its whole path",
      () => {
        inFolder("whole.txt", secret);
        return sources().text({ file: join(folder, "whole.txt") }, "import");
      },
    ],
    [
      "from a file in a folder beside the program's",
      () => {
        inFolder("beside.txt", secret);
        return sources().text({ file: "./x/../beside.txt" }, "import");
      },
    ],
    [
      "from a file behind a link",
      () => {
        inFolder("linked.txt", secret);
        symlinkSync("linked.txt", join(folder, "link"));
        return sources().text({ file: "link" }, "import");
      },
    ],
    [
      "from a file with a byte order mark",
      () => sources().text(inFolder("bom.txt", `\uFEFF${secret}`), "import"),
    ],
    [
      "from a file, with its line end",
      () => sources().text(inFolder("line.txt", `${secret}\r\n`), "import"),
      `${secret}\r\n`,
    ],
    ["from a file in Chinese", () => sources().text(inFolder("cn.txt", "密码"), "import"), "密码"],
    ["from a secret", () => withSecret({ text: secret }).text(ofSecret, "import")],
    ["from a binary secret", () => withSecret({ bytes: Buffer.from(secret) }).text(ofSecret, "import")],
    [
      "from a key of a secret",
      () => json({ other: 1, key: secret }).text({ ...ofSecret, jsonKey: "key" }, "import"),
    ],
    [
      "from a key of a binary secret",
      () =>
        withSecret({ bytes: Buffer.from(`{"a.b":"${secret}"}`) }).text(
          { ...ofSecret, jsonKey: "a.b" },
          "import",
        ),
    ],
    [
      "from an environment variable of 65,536 bytes",
      () => withEnv("x".repeat(65_536)).text(env, "import"),
      "x".repeat(65_536),
    ],
  ])("%s", async (_name, read, expected = secret) => {
    expect(await read()).toBe(expected);
  });

  it("from the secret of that ARN, asked for once", async () => {
    const { asked, text } = withSecret({ text: secret });
    await text(ofSecret, "import");
    expect(asked).toEqual([arn]);
  });
});

describe("bytes come", () => {
  it.each<[string, () => Promise<Buffer>, Buffer?]>([
    ["from a file as they are", () => sources().bytes(inFolder("a.p12", p12), "import.p12")],
    ["from a binary secret as they are", () => withSecret({ bytes: p12 }).bytes(ofSecret, "import.p12")],
    [
      "from an environment variable in Base64",
      () => withEnv(p12.toString("base64")).bytes(env, "import.p12"),
    ],
    [
      "from an environment variable in Base64 with line ends",
      () => withEnv(`${p12.toString("base64").replace(/.{76}/g, "$&\r\n")}\n`).bytes(env, "import.p12"),
    ],
    [
      "from a secret in Base64",
      () => withSecret({ text: p12.toString("base64") }).bytes(ofSecret, "import.p12"),
    ],
    [
      "from a key of a secret in Base64",
      () => json({ key: p12.toString("base64") }).bytes({ ...ofSecret, jsonKey: "key" }, "import.p12"),
    ],
    [
      "from an environment variable in PEM",
      () => withEnv(pem).bytes(env, "import.privateKey"),
      Buffer.from(pem),
    ],
    [
      "from an environment variable in PEM on one line",
      () => withEnv(pem.replaceAll("\n", "\\n")).bytes(env, "import.privateKey"),
      Buffer.from(pem.replaceAll("\n", "\\n")),
    ],
    [
      "from a secret in PEM",
      () => withSecret({ text: `\uFEFF${pem}` }).bytes(ofSecret, "import.privateKey"),
      Buffer.from(pem),
    ],
    [
      "from a key of a secret in PEM",
      () => json({ key: pem }).bytes({ ...ofSecret, jsonKey: "key" }, "import.privateKey"),
      Buffer.from(pem),
    ],
    [
      "from a file of 65,536 bytes",
      () => sources().bytes(inFolder("large", Buffer.alloc(65_536)), "p"),
      Buffer.alloc(65_536),
    ],
    [
      "of 65,536 in Base64",
      () => withEnv(Buffer.alloc(65_536).toString("base64")).bytes(env, "p"),
      Buffer.alloc(65_536),
    ],
  ])("%s", async (_name, read, expected = p12) => {
    expect(await read()).toEqual(expected);
  });
});

const vaultSays = (reason: VaultErrorReason, message = "GetSecretValue: refused") =>
  sources({ secret: new VaultError(reason, message, "GetSecretValue") });
const ofKey = (jsonKey: string): SecretReference => ({ ...ofSecret, jsonKey });
const deep = `{"key":{"deeper":"${secret}"},"canaryOtherKey":"${secret}"}`;

interface Refused {
  read: () => Promise<unknown>;
  property: string;
  says: RegExp;
  code?: string;
}

const refused: Record<string, Refused> = {
  "a variable that is not set": {
    read: () => sources().text({ env: "SHOP_API_SECRET" }, "import"),
    property: "import.env",
    says: /is not set \(expected a value in SHOP_API_SECRET, found none\)\. Set it where the pulumi command runs/,
  },
  "a variable that is not set, named as no variable is": {
    read: () => sources().text({ env: "canaryHunter2" }, "import"),
    property: "import.env",
    says: /is not set \(expected a value in it, found none\)/,
  },
  "a variable that every object has": {
    read: () => sources().text({ env: "constructor" }, "import"),
    property: "import.env",
    says: /is not set/,
  },
  "an empty variable": {
    read: () => withEnv("").text(env, "import"),
    property: "import.env",
    says: /nothing is there/,
  },
  "an empty variable for bytes": {
    read: () => withEnv("").bytes(env, "import.zip"),
    property: "import.zip.env",
    says: /nothing is there/,
  },
  "a variable of white space for bytes": {
    read: () => withEnv(" \n").bytes(env, "import.zip"),
    property: "import.zip.env",
    says: /the file in Base64, or a key in PEM, found text that is neither/,
  },
  "a variable that is neither Base64 nor PEM": {
    read: () => withEnv(`${secret}!`).bytes(env, "import.p12"),
    property: "import.p12.env",
    says: /found text that is neither\)\. Encode the file with: base64 -w0 FILE/,
  },
  "Base64 that is cut off": {
    read: () => withEnv(p12.toString("base64").slice(0, 1001)).bytes(env, "import.p12"),
    property: "import.p12.env",
    says: /found text that is neither/,
  },
  "a variable that is too large": {
    read: () => withEnv("x".repeat(65_537)).text(env, "import"),
    property: "import.env",
    says: /too large \(expected at most 65536 bytes, found more\)/,
  },
  "a variable whose characters have more bytes": {
    read: () => withEnv("密".repeat(30_000)).text(env, "import"),
    property: "import.env",
    says: /too large/,
  },
  "Base64 that is too large": {
    read: () => withEnv(Buffer.alloc(65_537).toString("base64")).bytes(env, "import.zip"),
    property: "import.zip.env",
    says: /too large/,
  },
  "Base64 that is much too large": {
    read: () => withEnv(Buffer.alloc(200_000).toString("base64")).bytes(env, "import.zip"),
    property: "import.zip.env",
    says: /too large/,
  },
  "PEM that is too large": {
    read: () => withEnv(pem.repeat(50)).bytes(env, "import.privateKey"),
    property: "import.privateKey.env",
    says: /too large/,
  },
  "a file that is missing": {
    read: () => sources().text({ file: "nowhere/canaryHunter2" }, "import"),
    property: "import.file",
    says: /cannot be read \(expected a file of at most 65536 bytes, found none\)\. A relative path starts at \//,
  },
  "a file below a file": {
    read: () => {
      inFolder("not-a-folder", "x");
      return sources().text({ file: "not-a-folder/x" }, "import");
    },
    property: "import.file",
    says: /found none\)/,
  },
  "a file with a path that is too long": {
    read: () => sources().text({ file: "x".repeat(1000) }, "import"),
    property: "import.file",
    says: /found none\)/,
  },
  "a file in the home folder": {
    read: () => sources().text({ file: "~/secret" }, "import"),
    property: "import.file",
    says: /~ is not expanded/,
  },
  "a folder": {
    read: () => {
      mkdirSync(join(folder, "zip"));
      return sources().bytes({ file: "zip" }, "import.zip");
    },
    property: "import.zip.file",
    says: /found a folder.*Give the path of the file in it/,
  },
  "a device": {
    read: () => sources().bytes({ file: "/dev/zero" }, "import.zip"),
    property: "import.zip.file",
    says: /a pipe, a socket or a device/,
  },
  "a file that this user may not read": {
    read: () => sources({ file: "unreadable" }).text({ file: "closed" }, "import"),
    property: "import.file",
    says: /found one that may not be read.*Let the user that runs pulumi read it/,
  },
  "an empty file": {
    read: () => sources().text(inFolder("empty", ""), "import"),
    property: "import.file",
    says: /nothing is there/,
  },
  "an empty file for bytes": {
    read: () => sources().bytes(inFolder("empty", ""), "import.p12"),
    property: "import.p12.file",
    says: /nothing is there/,
  },
  "a file of a byte order mark only": {
    read: () => sources().text(inFolder("mark", "\uFEFF"), "import"),
    property: "import.file",
    says: /nothing is there/,
  },
  "a file of 65,537 bytes": {
    read: () => sources().bytes(inFolder("larger", Buffer.alloc(65_537)), "import.zip"),
    property: "import.zip.file",
    says: /too large/,
  },
  "bytes where text belongs": {
    read: () => sources().text(inFolder("bytes.p12", p12), "import"),
    property: "import.file",
    says: /bytes where text belongs \(expected text in UTF-8, found \d+ bytes that are not text\)/,
  },
  "text with a control character": {
    read: () => sources().text(inFolder("control", `${secret}\0`), "import"),
    property: "import.file",
    says: /bytes where text belongs/,
  },
  "a text of Windows in UTF-16": {
    read: () => sources().text(inFolder("utf16.txt", Buffer.from(`\uFEFF${secret}`, "utf16le")), "import"),
    property: "import.file",
    says: /found text in UTF-16\)\. Save it as UTF-8/,
  },
  "a binary secret where text belongs": {
    read: () => withSecret({ bytes: p12 }).text(ofSecret, "import"),
    property: "import.secretArn",
    says: /bytes where text belongs/,
  },
  "a binary secret that is no JSON": {
    read: () => withSecret({ bytes: p12 }).text(ofKey("key"), "import"),
    property: "import.secretArn",
    says: /bytes where text belongs/,
  },
  "an empty secret": {
    read: () => withSecret({ text: "" }).text(ofSecret, "import"),
    property: "import.secretArn",
    says: /nothing is there/,
  },
  "a secret that is too large": {
    read: () => withSecret({ bytes: Buffer.alloc(65_537, "x") }).text(ofSecret, "import"),
    property: "import.secretArn",
    says: /too large/,
  },
  "a JSON object where bytes belong": {
    read: () => json({ canaryKey: secret }).bytes(ofSecret, "import.p12"),
    property: "import.p12.secretArn",
    says: /found a JSON object\)\. Name the key that holds the file with `jsonKey`/,
  },
  "a key of a text that is no JSON": {
    read: () => withSecret({ text: secret }).text(ofKey("key"), "import"),
    property: "import.jsonKey",
    says: /a text under the key "key", found text that is not a JSON object/,
  },
  "a key of a JSON list": {
    read: () => json([secret]).text(ofKey("0"), "import"),
    property: "import.jsonKey",
    says: /not a JSON object/,
  },
  "a key that is absent": {
    read: () => json({ canaryOtherKey: secret }).text(ofKey("key"), "import"),
    property: "import.jsonKey",
    says: /under the key "key", found no such key/,
  },
  "a key that every object has": {
    read: () => json({ canaryOtherKey: secret }).text(ofKey("toString"), "import"),
    property: "import.jsonKey",
    says: /found no such key/,
  },
  "a key with an object": {
    read: () => withSecret({ text: deep }).text(ofKey("key"), "import"),
    property: "import.jsonKey",
    says: /found something else than text/,
  },
  "a key with a number": {
    read: () => json({ key: 1900000109 }).text(ofKey("key"), "import"),
    property: "import.jsonKey",
    says: /found something else than text/,
  },
  "a key with an empty text": {
    read: () => json({ key: "" }).text(ofKey("key"), "import"),
    property: "import.jsonKey",
    says: /found an empty text/,
  },
  "a key with text that is neither Base64 nor PEM": {
    read: () => json({ key: "not a file!" }).bytes(ofKey("key"), "import.p12"),
    property: "import.p12.jsonKey",
    says: /found text that is neither/,
  },
  "a secret that is not there": {
    read: () => withSecret(undefined).text(ofSecret, "import"),
    property: "import.secretArn",
    says: /no such secret, or it has no current value.*arn:aws:secretsmanager/,
  },
  "a secret without a value": {
    read: () => withSecret({}).text(ofSecret, "import"),
    property: "import.secretArn",
    says: /no such secret, or it has no current value/,
  },
  "a secret that AWS does not find": {
    read: () => vaultSays("not-found").bytes(ofSecret, "import.p12"),
    property: "import.p12.secretArn",
    says: /no such secret/,
  },
  "a secret that may not be read": {
    read: () => vaultSays("access-denied", "GetSecretValue: AccessDeniedException").text(ofSecret, "import"),
    property: "import.secretArn",
    says: /AccessDeniedException\)\. Allow secretsmanager:GetSecretValue on arn:.*AbCdEf, and kms:Decrypt/,
    code: "vault-access-denied",
  },
  "a secret whose key cannot be used": {
    read: () => vaultSays("kms").text(ofSecret, "import"),
    property: "import.secretArn",
    says: /the KMS key of this secret cannot be used.*allow kms:Decrypt/,
    code: "vault-refused",
  },
};

const canaries = [
  ...textCanaries("secret", secret),
  ...textCanaries("another key", "canaryOtherKey"),
  ...textCanaries("a key", "canaryKey"),
  ...textCanaries("password as a name", "canaryHunter2"),
  ...textCanaries("private key", pem.replace(/-----[A-Z ]+-----/g, "").trim()),
  ...textCanaries(".p12", p12.toString("base64").slice(0, 100)),
];

async function rejection(read: () => Promise<unknown>): Promise<unknown> {
  try {
    await read();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

describe("what cannot be read is refused on the reference's member, and nothing of it is shown:", () => {
  it.each(Object.entries(refused))("%s", async (_name, { read, property, says, code = "invalid-input" }) => {
    const error = (await rejection(read)) as MerchantCredentialsError;
    expect(error).toBeInstanceOf(MerchantCredentialsError);
    expect(error.code).toBe(code);
    expect(error.details.property).toBe(property);
    expect(error.message).toMatch(says);
    expect(error.details.hint).toBeDefined();
    const shown = Buffer.from(JSON.stringify([error.message, error.details, error.cause ?? ""]));
    expect(findCanaries(shown, canaries)).toEqual([]);
  });
});

it.each<VaultErrorReason>(["unavailable", "conflict", "refused"])(
  "what says nothing of the reference passes through: %s",
  async (reason) => {
    expect(await rejection(() => vaultSays(reason).text(ofSecret, "import"))).toMatchObject({
      name: "VaultError",
      reason,
    });
  },
);

it("what nobody foresaw passes through", async () => {
  const error = new TypeError("unforeseen");
  expect(await rejection(() => sources({ secret: error }).text(ofSecret, "import"))).toBe(error);
});

describe("a file is read only if it is one:", () => {
  it("a named pipe keeps nobody waiting", async () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    expect(await readSecretFile(join(folder, "pipe"))).toBe("special");
  });

  it("a socket", async () => {
    const server = createServer().listen(join(folder, "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    expect(await readSecretFile(join(folder, "socket"))).toBe("special");
    await new Promise((resolve) => server.close(resolve));
  });

  it("a link to itself cannot be read", async () => {
    symlinkSync("loop", join(folder, "loop"));
    expect(await readSecretFile(join(folder, "loop"))).toBe("unreadable");
  });

  it("a path that no system takes cannot be read", async () => {
    expect(await readSecretFile("a\0b")).toBe("unreadable");
  });

  const proc = process.platform === "linux" ? it : it.skip;
  proc("one that claims to be empty and is not is read to its end", async () => {
    expect(String(await readSecretFile("/proc/self/status"))).toMatch(/^Name:[^]*\n$/);
  });
});
