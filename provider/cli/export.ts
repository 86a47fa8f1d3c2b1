import { join } from "node:path";
import type { Command } from "commander";
import { bothZones } from "../domain/calendar";
import { cerFile, exportedCertificate, type ExportedCertificate } from "../domain/exported-certificate";
import { pkcs12File } from "../domain/pkcs12-file";
import { currentVersionId, isLabelled } from "../domain/secret";
import { MerchantCredentialsError } from "../errors";
import type { Vault } from "../vault/vault";
import { exitCodes } from "./exit-codes";
import { exportFolder, fileExists, folderWarning } from "./export-folder";
import { exportPassword, passwordSource, withPasswordOptions, type PasswordOptions } from "./export-password";
import { exportText } from "./export-text";
import { exportableSecret, type ExportableSecret } from "./exportable-secret";
import { NotWritten, type NewFile } from "./new-files";
import { printable } from "./printable";
import { assertVersion, commandOnSecret, secretReference, type ConnectionOptions } from "./secret-reference";
import { exitCodeOf } from "./signals";
import { UsageError } from "./usage-error";
import type { World } from "./world";

interface ExportOptions extends ConnectionOptions, PasswordOptions {
  name: string;
  to?: string;
  version?: string;
}

export function exportCommand(world: World, end: (exitCode: number) => void): Command {
  const command = commandOnSecret("export")
    .summary("write a certificate of CFCA and its key as .cer and .pfx")
    .description(
      "Writes the certificate of CFCA that serves as <name>.cer (Base64 X.509) and, with its private key and under a " +
        "password, as <name>.pfx (PKCS#12, AES-256), for programs that read nothing else. New files for this user " +
        "alone, never in a git work tree. Changes nothing in AWS.",
    )
    .requiredOption("--name <letters>", "of both files, without ending: 1 to 64 letters A-Z and a-z")
    .option("--to <folder>", "a folder that is there; default: the current one")
    .option("--version <id>", "another version that is kept (output history) than the one that serves");
  return withPasswordOptions(command)
    .addHelpText(
      "after",
      `
The password has 8 to 64 printable ASCII characters, and is not the merchant id.

Exit codes: 0 written, 1 not, 2 wrong usage; 130, 143, 129 and 131 if Ctrl-C or a signal ended it.

Example:
  merchant-credentials export merchants/G90000001/cfcaCertificate --region eu-central-1 --name ExampleShop --to ~/keys`,
    )
    .action(async (secret: string, options: ExportOptions) =>
      end(await exportCertificate(secret, options, world)),
    );
}

async function exportCertificate(named: string, options: ExportOptions, world: World): Promise<number> {
  const { name, to, version } = options;
  assertName(name);
  if (version !== undefined) assertVersion(version, "currentVersionId, or a versionId of history");
  const reference = secretReference(named, options);
  const source = passwordSource(options, world);
  const names = { cer: `${name}.cer`, pfx: `${name}.pfx` };
  const folder = await exportFolder(to, Object.values(names), world);
  warn(await folderWarning(folder, world), world);

  const connection = { ...reference.connection, userAgent: "merchant-credentials/export" };
  const vault = world.vault(connection);
  const found = await exportableSecret(vault, reference, version);
  const { merchantId } = found;
  // The key is read once the password is there: it waits for nobody in memory.
  const password = await exportPassword(source, { merchantId, file: names.pfx, connection }, world);
  if (typeof password === "string") {
    world.stderr.write("Nothing was written.\n");
    return exitCodeOf(password);
  }
  try {
    const exported = await readCertificate(vault, found);
    for (const warning of certificateWarnings(exported, found, world)) warn(warning, world);
    const files = {
      cer: { path: join(folder, names.cer), content: cerFile(exported.certificates[0]) },
      pfx: {
        path: join(folder, names.pfx),
        content: pkcs12File({ ...exported, password, friendlyName: name }, world.randomBytes),
      },
    };
    await write(Object.values(files), world);
    world.stdout.write(
      exportText({
        merchantId,
        ...(found.versionId !== currentVersionId(found.secret) && { notServing: found.versionId }),
        certificate: exported.certificates[0],
        cer: files.cer.path,
        pfx: files.pfx.path,
      }),
    );
    return exitCodes.done;
  } finally {
    password.fill(0);
  }
}

function assertName(name: string): void {
  if (/^[A-Za-z]{1,64}$/.test(name)) return;
  throw new UsageError("the open platform takes file names of letters only", {
    property: "--name",
    expected: "1 to 64 letters A-Z and a-z, without an ending",
    actual: /^[A-Za-z]*$/.test(name) ? `${name.length} letters` : "other characters",
    hint: "Take the `exportName` of the CfcaCertificate",
  });
}

async function readCertificate(vault: Vault, found: ExportableSecret): Promise<ExportedCertificate> {
  const { secret, versionId } = found;
  const version = await vault.read(secret.arn, versionId);
  if (version) return exportedCertificate(version.value, found);
  throw new MerchantCredentialsError("secret-gone", "this version is gone", {
    actual: `version ${versionId} of ${secret.name}`,
    hint: "Another run may be changing this secret: run the command again",
  });
}

function certificateWarnings(
  { certificates: [{ serialNumber, notAfter }] }: ExportedCertificate,
  { secret }: ExportableSecret,
  world: World,
): string[] {
  return [
    ...(notAfter > world.now()
      ? []
      : [
          `this certificate has ended: ${bothZones(notAfter)}. The open platform takes nothing signed with it`,
        ]),
    ...(isLabelled(secret, "compromised", serialNumber)
      ? ["this certificate is marked as compromised: others may have its key"]
      : []),
  ];
}

function warn(text: string | undefined, world: World): void {
  if (text !== undefined) world.stderr.write(`warning: ${text}.\n`);
}

async function write(files: readonly NewFile[], world: World): Promise<void> {
  try {
    await world.disk.createFiles(files);
  } catch (error) {
    if (!(error instanceof NotWritten)) throw error;
    const { path, code, left } = error;
    if (code === "EEXIST" && left.length === 0) throw fileExists(path);
    throw new MerchantCredentialsError(
      "invalid-input",
      writeProblems[code] ?? `it cannot be written (${code})`,
      {
        property: printable(path),
        hint:
          left.length > 0
            ? `This run could not take away what it had begun: delete ${left.map(printable).join(" and ")}`
            : "Nothing of this run is left there",
      },
    );
  }
}

/** What stopped the writing, by the code of Node.js. */
const writeProblems: Readonly<Record<string, string>> = {
  EEXIST: "there is a file of this name already",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full for this user",
  EACCES: "there is no permission to write it",
  EPERM: "there is no permission to write it",
  EROFS: "the disk is read-only",
  ENOENT: "the folder is gone",
};
