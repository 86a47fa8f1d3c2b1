import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { signals, type Signal } from "../../provider/cli/signals";
import { privateKeyPem } from "../../provider/domain/private-key";
import { digestOf, publicKeyByOpenssl } from "../support/import-files";
import { describeCertificate, openssl } from "../support/openssl";
import { CfcaStage, password, secretName } from "./cfca-stage";

let stage: CfcaStage;
beforeAll(async () => {
  stage = await CfcaStage.open();
});
beforeEach(() => stage.begin());
afterAll(() => stage.close());

/** The digest of the public key that the openssl command finds in the .pfx, without its legacy provider. */
function keyUnder(word: string, file = "ExampleShop.pfx"): string {
  const { status, stdout, stderr } = openssl(
    ["pkcs12", "-nodes", "-nocerts", "-passin", `pass:${word}`],
    stage.read(file),
  );
  if (status !== 0) throw new Error(stderr);
  return publicKeyByOpenssl(stdout);
}

describe("export", () => {
  it("writes the certificate and its key, and says what it wrote", async () => {
    const { certificate } = await stage.issue();
    const from = stage.calls().length;
    expect(await stage.exported()).toEqual({
      stdout: `The certificate of CFCA of merchant G90000001:
  ${stage.folder}/ExampleShop.cer  certificate, Base64 X.509; public
  ${stage.folder}/ExampleShop.pfx  certificate and private key, PKCS#12, under your password
Serial number ${certificate.serialNumber}, valid until 2029-12-01 08:00 UTC (2029-12-01 16:00 +08:00).
Whoever has the .pfx and its password signs as this merchant: delete it where it is no longer needed. The vault
keeps the key; this command writes the files again.
`,
      stderr: "",
      exitCode: 0,
    });
    expect(stage.files()).toEqual(["ExampleShop.cer", "ExampleShop.pfx"]);
    expect(stage.read("ExampleShop.cer").toString()).toBe(certificate.pem.replaceAll("\n", "\r\n"));
    expect(describeCertificate(stage.read("ExampleShop.cer")).serialNumber).toBe(certificate.rawSerialNumber);
    expect(keyUnder(password)).toBe(digestOf(privateKeyPem(stage.key)));
    const { stdout: all } = openssl(
      ["pkcs12", "-nokeys", "-passin", `pass:${password}`],
      stage.read("ExampleShop.pfx"),
    );
    const pems = all.toString().match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g);
    expect(pems).toEqual([certificate.pem, ...stage.chain]);
    expect(all.toString()).toContain("friendlyName: ExampleShop\n");
    expect(() =>
      createSecureContext({ pfx: stage.read("ExampleShop.pfx"), passphrase: password }),
    ).not.toThrow();

    expect(stage.calls(from)).toEqual(["DescribeSecret", "GetSecretValue"]);
    expect(stage.world.connections).toMatchObject([
      { region: "us-east-1", userAgent: "merchant-credentials/export" },
    ]);
    expect(stage.world.asked).toEqual([
      "Password for ExampleShop.pfx (8 to 64 printable ASCII characters; it is not shown): ",
      "The same again: ",
    ]);
  });

  it.each([0o000, 0o022, 0o777])("writes for this user alone, with a umask of %o", async (umask) => {
    await stage.issue();
    const before = process.umask(umask);
    try {
      expect(await stage.exported()).toMatchObject({ stderr: "", exitCode: 0 });
    } finally {
      process.umask(before);
    }
    for (const file of stage.files()) expect(statSync(join(stage.folder, file)).mode & 0o7777).toBe(0o600);
  });

  it("finds the secret by its ARN, and the folder from the current one", async () => {
    await stage.issue();
    mkdirSync(join(stage.folder, "keys"), { mode: 0o700 });
    const { stdout, exitCode } = await stage.run(
      ...["export", stage.arnOf(secretName), "--endpoint", stage.sandbox.endpoint],
      ...["--name", "a", "--to", "./keys/../keys"],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\n  ${stage.folder}/keys/a.pfx  `);
    expect(readdirSync(join(stage.folder, "keys")).sort()).toEqual(["a.cer", "a.pfx"]);
  });

  it.each<[string, (id: string) => string]>([
    ["its id", (id) => id],
    ["the first 16 digits of it", (id) => id.slice(0, 16)],
  ])("writes an earlier version by %s, and says that it does not serve", async (_, wanted) => {
    const earlier = await stage.issue();
    await stage.issue({ notAfter: new Date("2032-12-01T08:00:00Z") });
    const { stdout, stderr } = await stage.exported("--version", wanted(earlier.versionId));
    expect(stderr).toBe("");
    expect(stdout).toContain(
      `The certificate of CFCA of merchant G90000001, version ${earlier.versionId}, which does not serve:\n`,
    );
    expect(stage.read("ExampleShop.cer").toString().replaceAll("\r", "")).toBe(earlier.certificate.pem);
  });

  it("writes a certificate that has ended, with a warning", async () => {
    await stage.issue({ notAfter: new Date("2027-03-01T12:00:01Z") });
    expect((await stage.exported()).stderr).toBe("");
    stage.world.clock.set("2027-03-01T12:00:01Z");
    const { stderr, exitCode } = await stage.exported("--name", "Later");
    expect({ stderr, exitCode }).toEqual({
      stderr:
        "warning: this certificate has ended: 2027-03-01 12:00 UTC (2027-03-01 20:00 +08:00). The open platform takes nothing signed with it.\n",
      exitCode: 0,
    });
  });

  it("warns of one that is compromised", async () => {
    const { certificate, versionId } = await stage.issue();
    await stage.vault.moveLabel(secretName, `MC_COMPROMISED_${certificate.serialNumber}`, { to: versionId });
    expect((await stage.exported()).stderr).toBe(
      "warning: this certificate is marked as compromised: others may have its key.\n",
    );
  });

  it("warns of a folder that others may write to, unless it has the sticky bit", async () => {
    await stage.issue();
    chmodSync(stage.folder, 0o1777);
    expect((await stage.exported("--name", "a")).stderr).toBe("");
    chmodSync(stage.folder, 0o755);
    expect((await stage.exported("--name", "b")).stderr).toBe("");
    chmodSync(stage.folder, 0o775);
    expect((await stage.exported("--name", "c")).stderr).toBe(
      `warning: other users may write to ${stage.folder} (mode 775): they cannot read the two files, but can put others in their place. Better is a folder of mode 700.\n`,
    );
  });
});

describe("the password comes", () => {
  it.each<[string, () => Promise<string[]> | string[]]>([
    [
      "from a variable",
      () => {
        stage.world.environment.PFX_PASSWORD = password;
        return ["--password-env", "PFX_PASSWORD"];
      },
    ],
    [
      "from a file, one line end less",
      () => {
        writeFileSync(join(stage.folder, "password.txt"), `${password}\r\n`);
        return ["--password-file", "password.txt"];
      },
    ],
    [
      "from a secret",
      async () => {
        await stage.createSecret("other", "words/pfx", password);
        return ["--password-secret-arn", stage.arnOf("words/pfx")];
      },
    ],
    [
      "from under a key of a secret",
      async () => {
        await stage.createSecret("other", "words/pfx", JSON.stringify({ pfx: `${password}\n` }));
        return ["--password-secret-arn", stage.arnOf("words/pfx"), "--password-json-key", "pfx"];
      },
    ],
  ])("%s, and nobody is asked", async (_, given) => {
    await stage.issue();
    stage.world.isTerminal = { stdin: false, stdout: false, stderr: false };
    stage.world.environment.CI = "true";
    expect(await stage.exported(...(await given()))).toMatchObject({ stderr: "", exitCode: 0 });
    expect(stage.world.asked).toEqual([]);
    expect(keyUnder(password)).toBe(digestOf(privateKeyPem(stage.key)));
  });

  it("from another region's secret, through that region", async () => {
    await stage.issue();
    const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:words/pfx-AbCdEf";
    await stage.exported("--password-secret-arn", arn);
    expect(stage.world.connections.map(({ region, userAgent }) => [region, userAgent])).toEqual([
      ["us-east-1", "merchant-credentials/export"],
      ["eu-central-1", "merchant-credentials/export"],
    ]);
  });

  it("from the terminal even where standard output is a pipe", async () => {
    await stage.issue();
    stage.world.isTerminal.stdout = false;
    expect(await stage.exported()).toMatchObject({ exitCode: 0 });
  });
});

describe("a person who gives up", () => {
  it.each<Signal>([...signals])("by %s, leaves nothing behind", async (signal) => {
    await stage.issue();
    const from = stage.calls().length;
    stage.world.answers = signal;
    expect(await stage.exported()).toEqual({
      stdout: "",
      stderr: "Nothing was written.\n",
      exitCode: 128 + constants.signals[signal],
    });
    expect(stage.files()).toEqual([]);
    expect(stage.calls(from)).toEqual(["DescribeSecret"]);
  });
});
