import { execSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { startSecretsManager } from "../secrets-manager";
import { Engine } from "./engine";
import { examplesIn, parseRequest, type Example } from "./examples";
import { cacheFolder, projectRoot } from "./project-root";

/** Nobody answers here: the real WeChat Pay is never asked about the credentials of an example. */
const nobody = "http://127.0.0.1:9";

/** Runs an example against the local Secrets Manager; what it makes lasts until it is destroyed. */
async function runExample(example: Example, command: readonly string[]): Promise<number> {
  const folder = path.join(cacheFolder, "examples", example.name);
  const secretsManager = await startAtSameAddress(
    path.join(folder, "secrets-manager"),
    path.join(folder, "port"),
  );
  let engine: Engine | undefined;
  try {
    if (example.prepare !== undefined)
      execSync(example.prepare, { cwd: path.join(projectRoot, "examples", example.name), stdio: "inherit" });
    engine = await Engine.create({ project: example.project, scratch: path.join(folder, "engine") });
    const config = await engine.config();
    if (config["merchant-credentials:endpoint"] !== secretsManager.endpoint) {
      await engine.setConfig("merchant-credentials:endpoint", secretsManager.endpoint);
    }
    if (config["aws:region"] === undefined) await engine.setConfig("aws:region", "us-east-1");
    if (config["merchant-credentials:wechatPayEndpoint"] === undefined)
      await engine.setConfig("merchant-credentials:wechatPayEndpoint", nobody);
    const result = await engine.run(command, {
      stdio: "inherit",
      expectFailure: "maybe",
      env: yesGivenToNpm(),
    });
    return result.exitCode;
  } finally {
    engine?.dispose();
    await secretsManager.close();
  }
}

/** The endpoint is configuration, so a new port at every run would show up as a change in every preview. */
async function startAtSameAddress(folder: string, portFile: string) {
  fs.mkdirSync(folder, { recursive: true });
  const port = fs.existsSync(portFile) ? Number(fs.readFileSync(portFile, "utf8")) : undefined;
  const server = await startSecretsManager({ folder, port }).catch((error: unknown) => {
    if (port === undefined || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return startSecretsManager({ folder });
  });
  fs.writeFileSync(portFile, new URL(server.endpoint).port);
  return server;
}

/** In `npm run example quickstart destroy --yes`, npm takes the `--yes` for its own. */
function yesGivenToNpm(): Record<string, string> {
  return process.env.npm_config_yes === "true" ? { PULUMI_SKIP_CONFIRMATIONS: "true" } : {};
}

async function main(): Promise<number> {
  const request = parseRequest(process.argv.slice(2), examplesIn(projectRoot));
  if ("problem" in request) {
    console.error(request.problem);
    return 2;
  }
  return runExample(request.example, request.command);
}

// Ctrl-C reaches the engine as well, which ends its run in order; the sandbox has to serve it until then.
process.on("SIGINT", () => {});

main().then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
