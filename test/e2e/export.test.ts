import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createSecureContext } from "node:tls";
import { projectRoot } from "../../sandbox/engine/project-root";
import type { Certificate } from "../../provider/domain/certificate";
import { privateKeyPem } from "../../provider/domain/private-key";
import { CfcaStage, password, secretName } from "../cli/cfca-stage";
import { noPseudoTerminal, onPseudoTerminal, type Act, type Deed } from "../cli/pseudo-terminal";
import type { Transcript } from "../cli/staged-world";
import { digestOf, publicKeyByOpenssl } from "../support/import-files";
import { keytool, noKeytool } from "../support/keytool";
import { describeCertificate, openssl, opensslOutput } from "../support/openssl";

const command = join(projectRoot, "provider", "bin", "merchant-credentials.js");

let stage: CfcaStage;
let certificate: Certificate;
beforeAll(async () => {
  stage = await CfcaStage.open();
});
beforeEach(async () => {
  await stage.begin();
  // The built command has the real clock.
  ({ certificate } = await stage.issue({ notAfter: new Date("2099-12-01T08:00:00Z") }));
});
afterAll(() => stage.close());

const environment = {
  PATH: process.env.PATH!,
  TERM: "xterm",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};
const args = (...more: string[]): string[] => [
  ...[command, "export", secretName, ...stage.place, "--name", "ExampleShop", "--to", stage.folder],
  ...more,
];
const cer = (): string => join(stage.folder, "ExampleShop.cer");
const pfx = (): string => join(stage.folder, "ExampleShop.pfx");
const files = (): string[] => readdirSync(stage.folder).sort();

/** Runs the program that users install, with the password in a variable of its own and a pipe as input. */
async function run(env: Record<string, string> = { PFX_PASSWORD: password }): Promise<Transcript> {
  const child = spawn(process.execPath, args("--password-env", "PFX_PASSWORD"), {
    env: { ...environment, ...env },
  });
  child.stdin.end();
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  stage.assertSilent(stdout + stderr);
  return { stdout, stderr, exitCode };
}

function keyByOpenssl(file: string, word = password): string {
  const args = ["pkcs12", "-in", file, "-nodes", "-nocerts", "-passin", `pass:${word}`];
  return publicKeyByOpenssl(opensslOutput(args));
}

describe("the built command", () => {
  it("writes what openssl and Node read, without a terminal", async () => {
    expect(await run()).toMatchObject({ stderr: "", exitCode: 0 });
    expect(files()).toEqual(["ExampleShop.cer", "ExampleShop.pfx"]);
    for (const file of [cer(), pfx()]) expect(statSync(file).mode & 0o7777).toBe(0o600);
    expect(keyByOpenssl(pfx())).toBe(digestOf(privateKeyPem(stage.key)));
    expect(describeCertificate(stage.read("ExampleShop.cer")).serialNumber).toBe(certificate.rawSerialNumber);
    const { status } = openssl(["pkcs12", "-in", pfx(), "-noout", "-passin", "pass:another one"]);
    expect(status).not.toBe(0);
    const context = { pfx: stage.read("ExampleShop.pfx"), passphrase: password };
    expect(() => createSecureContext(context)).not.toThrow();
  });

  it("writes nothing over what is there", async () => {
    await run();
    const before = stage.read("ExampleShop.pfx");
    const { stderr, exitCode } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("there is a file of this name already");
    expect(stage.read("ExampleShop.pfx").equals(before)).toBe(true);
  });

  it("asks nobody where there is no terminal", async () => {
    const from = stage.calls().length;
    const child = spawn(process.execPath, args(), { env: environment });
    child.stdin.end();
    const stderr = await text(child.stderr);
    expect(stderr).toBe(
      "error: nobody can be asked for the password: standard input is not a terminal. " +
        "Say where it is: --password-env, --password-file or --password-secret-arn.\n",
    );
    expect(stage.calls(from)).toEqual([]);
  });
});

const noJava = noKeytool();
(noJava ? describe.skip : describe)(noJava ?? "Java", () => {
  const passwords = { WORD: password, NEXT: "another word" };
  const store = ["-storetype", "PKCS12", "-storepass:env", "WORD"];

  it("lists the key under the file's name, with its chain", async () => {
    await run();
    const listed = keytool(["-list", "-v", "-keystore", pfx(), ...store], passwords);
    expect(listed).toContain("Your keystore contains 1 entry\n");
    expect(listed).toMatch(/^Alias name: exampleshop$/m);
    expect(listed).toMatch(/^Entry type: PrivateKeyEntry$/m);
    expect(listed).toMatch(/^Certificate chain length: 3$/m);
    const serial = certificate.rawSerialNumber.toLowerCase();
    expect(listed).toMatch(new RegExp(`^Certificate\\[1\\]:\\n.*\\n.*\\nSerial number: ${serial}$`, "m"));
  });

  it("takes the key into a store of its own", async () => {
    await run();
    const own = join(stage.folder, "own.p12");
    keytool(
      [
        ...["-importkeystore", "-noprompt"],
        ...["-srckeystore", pfx(), "-srcstoretype", "PKCS12", "-srcstorepass:env", "WORD"],
        ...["-destkeystore", own, "-deststoretype", "PKCS12", "-deststorepass:env", "NEXT"],
      ],
      passwords,
    );
    expect(keyByOpenssl(own, passwords.NEXT)).toBe(digestOf(privateKeyPem(stage.key)));
  });

  it("reads the certificate", async () => {
    await run();
    const printed = keytool(["-printcert", "-file", cer()]);
    expect(printed).toContain(`Serial number: ${certificate.rawSerialNumber.toLowerCase()}\n`);
    const digest = certificate.certificateSha256.toUpperCase().match(/../g)!.join(":");
    expect(printed).toContain(`SHA256: ${digest}\n`);
  });

  it("opens it with no other password", async () => {
    await run();
    const list = () => keytool(["-list", "-keystore", pfx(), ...store], { WORD: "another word" });
    expect(list).toThrow(/password was incorrect|integrity check/i);
  });
});

const noTerminal = noPseudoTerminal();
(noTerminal ? describe.skip : describe)(noTerminal ?? "export on a real terminal", () => {
  const [first, second] = ["it is not shown): ", "The same again: "];
  const typed = (keys: string): Deed => ({ type: keys });

  async function exported(...acts: Act[]) {
    const found = await onPseudoTerminal({ program: process.execPath, args: args(), environment, acts });
    stage.assertSilent(found.screen);
    expect(found.isAsBefore).toBe(true);
    return { ...found, screen: found.screen.replaceAll("\r\n", "\n") };
  }
  const asked = `Password for ExampleShop.pfx (8 to 64 printable ASCII characters; ${first}\n`;

  it.each<[string, Act[]]>([
    [
      "one after the other",
      [
        { cue: first, deed: typed(`${password}\r`) },
        { cue: second, deed: typed(`${password}\r`) },
      ],
    ],
    ["in one go", [{ cue: first, deed: typed(`${password}\r${password}\r`) }]],
    [
      "with mistakes that are corrected",
      [
        { cue: first, deed: typed(`nonsense\u0015${password}x\u007f\r`) },
        { cue: second, deed: typed(`${password}\u0004`) },
      ],
    ],
  ])("takes a password, typed twice, %s, and shows nothing of it", async (_, acts) => {
    const { screen, exitCode } = await exported(...acts);
    expect(exitCode).toBe(0);
    expect(screen).toMatch(new RegExp(`^${escaped(asked)}The same again: \\nThe certificate of CFCA of `));
    expect(keyByOpenssl(pfx())).toBe(digestOf(privateKeyPem(stage.key)));
  });

  it("refuses two that differ", async () => {
    const { screen, exitCode } = await exported(
      { cue: first, deed: typed(`${password}\r`) },
      { cue: second, deed: typed(`${password}.\r`) },
    );
    expect({ screen, exitCode }).toEqual({
      screen: `${asked}The same again: \nerror: password: the two passwords differ. Nothing was written; run it again.\n`,
      exitCode: 1,
    });
    expect(files()).toEqual([]);
  });

  it("says at once that one is too short", async () => {
    const { screen, exitCode } = await exported({ cue: first, deed: typed("short\r") });
    expect({ screen, exitCode }).toEqual({
      screen: `${asked}error: password: this cannot be the password (expected 8 to 64 printable ASCII characters, found 5 characters). Nothing was written.\n`,
      exitCode: 1,
    });
  });

  it.each<[string, Deed, number]>([
    ["Ctrl-C", "ctrl-c", 130],
    ["SIGTERM", "sigterm", 143],
    ["SIGHUP", "sighup", 129],
  ])("ends with %s, at either question, as if nothing had been", async (_, deed, exitCode) => {
    const atOnce = await exported({ cue: first, deed });
    expect(atOnce).toMatchObject({ screen: `${asked}Nothing was written.\n`, exitCode });
    const later = await exported({ cue: first, deed: typed(`${password}\r`) }, { cue: second, deed });
    expect(later).toMatchObject({ screen: `${asked}The same again: \nNothing was written.\n`, exitCode });
    expect(files()).toEqual([]);
  });

  it("asks nobody in a CI job", async () => {
    const { screen, exitCode } = await onPseudoTerminal({
      program: process.execPath,
      args: args(),
      environment: { ...environment, CI: "true" },
      acts: [],
    });
    expect(exitCode).toBe(2);
    expect(screen).toContain("nobody can be asked for the password: CI is set");
    expect(existsSync(pfx())).toBe(false);
  });
});

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
