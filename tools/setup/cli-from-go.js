// @ts-check
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { run } = require("./command");
const { makeFolderAtomically, projectRoot } = require("./places");
const { versionNumbers } = require("./versions");

const cliModule = path.join(projectRoot, "tools", "pulumi-cli");
const languageHostModule = path.join(projectRoot, "tools", "pulumi-language-nodejs");
const sdk = "github.com/pulumi/pulumi/sdk/v3";

/**
 * The version that a module file requires of a module.
 * @param {string} folder
 * @param {string} name
 */
function requiredVersion(folder, name) {
  const text = fs.readFileSync(path.join(folder, "go.mod"), "utf8");
  const line = text.split("\n").find((candidate) => candidate.includes(`${name} v`));
  const version = line && versionNumbers(line.slice(line.indexOf(`${name} v`) + name.length));
  if (!version) throw new Error(`${path.join(folder, "go.mod")} requires no ${name}`);
  return version.join(".");
}

/** The CLI version that set-up provides, which is also the version of the SDK that the project is tested with. */
const pinnedCliVersion = () => requiredVersion(cliModule, "github.com/pulumi/pulumi/pkg/v3");

/** The user's own cross-compilation settings and workspaces have no say here; their caches and proxy do. */
function goEnvironment() {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
  for (const name of ["GOOS", "GOARCH", "GOEXPERIMENT"]) delete env[name];
  return env;
}

/**
 * The version of the Go that would build; asked inside the module, where a toolchain switch counts.
 * @returns {Promise<string | undefined>}
 */
async function goVersion() {
  try {
    const version = versionNumbers(
      await run("go", ["env", "GOVERSION"], { cwd: cliModule, env: goEnvironment(), seconds: 120 }),
    );
    return version?.join(".");
  } catch {
    return undefined;
  }
}

/**
 * Builds the CLI and the Node language host into `folder`/bin. The versions and checksums are committed, so no
 * checksum database is asked. The language host is not published as a module of its own any more, but an earlier
 * one, which lies inside the SDK's module, serves today's engine.
 * @param {string} folder
 */
async function buildCli(folder) {
  await makeFolderAtomically(folder, async (draft) => {
    const bin = path.join(draft, "bin") + path.sep;
    fs.mkdirSync(bin);
    const build = (
      /** @type {string} */ cwd,
      /** @type {string} */ command,
      /** @type {string[]} */ flags,
    ) => {
      const version = `-X ${sdk}/go/common/version.Version=v${requiredVersion(cwd, sdk)}`;
      const common = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", `-w -s ${version}`];
      return run("go", ["build", ...common, ...flags, "-o", bin, command], { cwd, env: goEnvironment() });
    };
    await build(languageHostModule, `${sdk}/nodejs/cmd/pulumi-language-nodejs`, []);
    await build(cliModule, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", ["-tags", "osusergo,grpcnotrace"]);
    // The third part is a script of the npm package; it finds the package from the program's own folder.
    const script = "pulumi-resource-pulumi-nodejs" + (process.platform === "win32" ? ".cmd" : "");
    fs.copyFileSync(path.join(projectRoot, "node_modules/@pulumi/pulumi", script), path.join(bin, script));
    fs.chmodSync(path.join(bin, script), 0o755);
  });
}

module.exports = { buildCli, goVersion, pinnedCliVersion, requiredVersion };
