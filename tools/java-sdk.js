// @ts-check
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { CommandFailed, run } = require("./setup/command");
const { cacheFolder } = require("./setup/places");
const { withLock } = require("./setup/lock");
const { step } = require("./setup/step");

const pom = path.join(__dirname, "java-sdk", "pom.xml");

/**
 * Prints the folder that holds WeChat Pay's official Java SDK and the AWS SDK for Java with all they need, after Maven
 * has put them into the cache folder if they are not there. Only one test asks for it. A folder for each state of the
 * pinned versions.
 */
async function javaSdk() {
  const java = await version("javac", ["-version"], /javac (?:1\.)?(\d+)/);
  if (!java || java < 11) throw new Error("The Java SDK needs a JDK, version 11 or later (`java`, `javac`).");
  const pins = crypto.createHash("sha256").update(fs.readFileSync(pom)).digest("hex").slice(0, 12);
  const folder = path.join(cacheFolder, `java-sdk-${pins}`);
  if (fs.existsSync(folder)) return folder;

  await withLock(path.join(cacheFolder, "java-sdk.lock"), async () => {
    if (fs.existsSync(folder)) return;
    if (!(await version("mvn", ["--version"], /Apache Maven (\d+)/)))
      throw new Error("The Java SDK needs Maven (`mvn`), which is not installed here.");
    const repository = path.join(cacheFolder, "maven");
    const unfinished = `${folder}-unfinished`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    await step("Java SDK: downloading (first time, about half a minute)", () =>
      run(
        "mvn",
        [
          "--batch-mode",
          "--no-transfer-progress",
          "--file",
          pom,
          `-Dmaven.repo.local=${repository}`,
          `-DoutputDirectory=${unfinished}`,
          "-DincludeScope=runtime",
          "dependency:copy-dependencies",
        ],
        { seconds: 300 },
      ),
    );
    fs.renameSync(unfinished, folder);
  });
  return folder;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {RegExp} pattern
 * @returns {Promise<number | undefined>} the major version; undefined where the command is missing
 */
async function version(command, args, pattern) {
  const printed = await run(command, args, { seconds: 30 }).catch(() => "");
  const found = pattern.exec(printed)?.[1];
  return found === undefined ? undefined : Number(found);
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"]))
  process.on(signal, () => process.exit(130));

javaSdk().then(
  (folder) => process.stdout.write(`${folder}\n`),
  (error) => {
    if (error instanceof CommandFailed) process.stderr.write(`${error.excerpt}\n`);
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
