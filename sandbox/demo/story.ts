import { setTimeout as sleep } from "node:timers/promises";
import { Engine, type RunOptions } from "../engine/engine";
import { projectRoot } from "../engine/project-root";
import { createCertificateAuthority, type CertificateAuthority } from "../merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../secrets-manager";
import { merchantCredentials } from "./command-line";
import type { Narrator } from "./narrator";

const day = 24 * 60 * 60 * 1000;
const merchant = { merchantId: "1900000109", merchantName: "Example Shop Ltd" };
const region = "us-east-1";

interface Stage {
  engine: Engine;
  aws: SecretsManagerSandbox;
  platform: CertificateAuthority;
  tell: Narrator;
  colour: boolean;
}

/**
 * Takes the quickstart stack from nothing to a merchant with all its credentials and through a rotation, with the real engine.
 * Nothing is sped up: the platform issues certificates that reach their next stage seconds later.
 */
export async function tellStory(tell: Narrator, colour: boolean): Promise<void> {
  const aws = await startSecretsManager();
  const platform = createCertificateAuthority();
  const engines: Engine[] = [];
  const stage = async (stack: string): Promise<Stage> => {
    const engine = await Engine.create({ project: projectRoot, stack });
    engines.push(engine);
    return { engine, aws, platform, tell, colour };
  };
  try {
    const shop = await stage("shop");
    await rotation(shop, await firstIssuance(shop));
    await expiry(await stage("late"));
    await cleanUp(shop);
  } finally {
    for (const engine of engines) engine.dispose();
    await aws.close();
  }
}

/** Returns when its certificate falls due: seconds later. */
async function firstIssuance(stage: Stage): Promise<Date> {
  const { aws, tell } = stage;
  await connect(stage, "merchants");

  tell.chapter("First `pulumi up`: a key and two secrets are made and stored; a person is told what to do");
  await up(stage);
  tell.fact(`they are in Secrets Manager and nowhere else: ${writes(aws)} writes, ${reads(aws)} reads`);

  tell.chapter("A person pastes the request on the Merchant Platform; the platform signs it");
  const due = new Date(Date.now() + 30_000);
  const end = new Date(due.getTime() + 60 * day);
  await declare(stage, new Date(end.getTime() - 5 * 365 * day), end);
  tell.say("The certificate is public: it goes into the stack's configuration, through code review.");

  tell.chapter("The person sets the two secrets on the platform, and activates them in the same minute");
  for (const kind of ["apiSecret", "apiV3Secret"] as const) await setSecret(stage, kind);

  tell.chapter(
    "`pulumi up --refresh` checks the certificate, makes it current, and takes in what was promoted",
  );
  await up(stage, {}, "--refresh");
  tell.fact("all three are active");

  tell.chapter("`pulumi up` again: nothing to do");
  await up(stage, {}, "--suppress-outputs");
  tell.fact(`${aws.journal.entries().length} AWS calls`);
  await status(stage);
  return due;
}

async function rotation(stage: Stage, due: Date): Promise<void> {
  const { engine, tell } = stage;
  tell.chapter("60 days before expiry: the preview shows one line");
  await until(due.getTime());
  await run(stage, ["preview", "--diff"]);

  tell.chapter("`pulumi up` makes the next key and request by itself; the current one keeps serving");
  const serving = await servingSerial(engine);
  await up(stage);
  tell.fact(`serving before and after: ${serving}`);
  if ((await servingSerial(engine)) !== serving) throw new Error("the serving certificate changed");

  tell.chapter("The platform signs the new request; `pulumi up` promotes it");
  await declare(stage, new Date(), new Date(Date.now() + 5 * 365 * day));
  await up(stage);
  const renewed = await servingSerial(engine);
  tell.fact(`now serving ${renewed}`);
  if (renewed === serving) throw new Error("the new certificate was not promoted");
}

async function expiry(stage: Stage): Promise<void> {
  const { tell } = stage;
  tell.chapter("Another stack, where nobody acts: late, then expired");
  await connect(stage, "neglected");
  await run(stage, ["up", "--yes", "--skip-preview", "--suppress-outputs"], {
    stdio: "pipe",
  });
  const end = new Date(Date.now() + 12_000);
  await declare(stage, new Date(end.getTime() - 5 * 365 * day), end);
  tell.say(
    "Its certificate is good for a few seconds more. The run is red, and says what a person has to do by when:",
  );
  await up(stage, { expectFailure: true }, "--suppress-outputs");
  await until(end.getTime());
  tell.say("It has expired. The run stays red, also after a refresh, until a new certificate is declared:");
  await run(stage, ["refresh", "--yes", "--skip-preview"], { stdio: "pipe" });
  await up(stage, { expectFailure: true }, "--suppress-outputs");
  tell.say("What a monitor sees, from the state alone; the exit code says how bad it is:");
  await status(stage);
}

async function cleanUp(stage: Stage): Promise<void> {
  const { engine, aws, tell } = stage;
  tell.chapter("Clean-up: a live credential is protected until you say otherwise");
  await run(stage, ["destroy", "--yes", "--skip-preview"], { expectFailure: true });
  await engine.setConfig("merchant-credentials:deletionProtection", "false");
  await run(stage, ["up", "--yes", "--skip-preview"], { stdio: "pipe" });
  await run(stage, ["destroy", "--yes", "--skip-preview"]);
  const secret = aws.secrets().find(({ name }) => name.startsWith("merchants/"));
  tell.fact(
    `scheduled for deletion on ${secret?.deletionDate?.toISOString().slice(0, 10)}; until then it can be restored`,
  );
}

async function connect({ engine, aws }: Stage, secretPrefix: string): Promise<void> {
  await engine.setConfig("aws:region", region);
  await engine.setConfig("merchant-credentials:endpoint", aws.endpoint);
  await engine.setConfig("merchant-credentials:secretPrefix", secretPrefix);
}

/** Plays the person and the platform: the request string goes there, the certificate string comes back. */
async function declare({ engine, platform, tell }: Stage, notBefore: Date, notAfter: Date): Promise<void> {
  const { request } = await engine.outputs();
  const certificate = platform.issue(String(request), { ...merchant, notBefore, notAfter });
  await engine.setConfig("shopCertificate", certificate);
  tell.say("$ pulumi config set shopCertificate -- '-----BEGIN CERTIFICATE-----…'");
}

/** Plays the person with a value that waits: reads it in a terminal, types it on the platform, promotes it. */
async function setSecret({ engine, aws, tell }: Stage, kind: "apiSecret" | "apiV3Secret"): Promise<void> {
  const secret = `merchants/${merchant.merchantId}/${kind}`;
  const { pendingVersionId: version } = await credential(
    engine,
    kind === "apiSecret" ? "ApiSecret" : "ApiV3Secret",
  );
  const at = ["--region", region, "--endpoint", aws.endpoint];
  tell.say(`$ merchant-credentials reveal ${secret} --region ${region} --reason "first value"`);
  const refused = await merchantCredentials(["reveal", secret, ...at, "--reason", "first value"]);
  if (refused.exitCode === 0) throw new Error("a value was revealed to a pipe");
  tell.say("  … shows 32 characters on a terminal until Enter, and nowhere else. To this demo it says:");
  tell.say(`  ${refused.output.trim()}`);
  tell.say(`$ merchant-credentials promote ${secret} --region ${region} --version ${String(version)}`);
  const promoted = await merchantCredentials(["promote", secret, ...at, "--version", String(version)]);
  if (promoted.exitCode !== 0) throw new Error(promoted.output);
  for (const line of promoted.output.trim().split("\n")) tell.say(`  ${line}`);
}

/** What a monitor runs: it needs the state and nothing else. */
async function status({ engine, tell }: Stage): Promise<void> {
  tell.say("$ pulumi stack export | merchant-credentials status --file -");
  const { output, exitCode } = await merchantCredentials(
    ["status", "--file", "-"],
    JSON.stringify(await engine.state()),
  );
  for (const line of output.trimEnd().split("\n")) tell.say(`  ${line}`);
  tell.fact(`exit code ${exitCode}`);
}

async function up(stage: Stage, options: RunOptions = {}, ...flags: string[]): Promise<void> {
  stage.aws.journal.clear();
  await run(stage, ["up", "--yes", "--skip-preview", "--suppress-progress", ...flags], options);
}

async function run({ engine, tell, colour }: Stage, args: string[], options: RunOptions = {}): Promise<void> {
  const shown = [args[0], ...args.filter((arg) => arg === "--diff" || arg === "--refresh")].join(" ");
  if (options.stdio !== "pipe") tell.say(`$ pulumi ${shown}`);
  await engine.run([...args, "--color", colour ? "always" : "never"], { stdio: "inherit", ...options });
}

/** What the state says is current; auditors look there. */
async function servingSerial(engine: Engine): Promise<string> {
  return String((await credential(engine, "MerchantCertificate")).serialNumber);
}

async function credential(engine: Engine, className: string): Promise<Record<string, unknown>> {
  const { deployment } = await engine.state();
  return deployment.resources?.find(({ type }) => type.endsWith(`:${className}`))?.outputs ?? {};
}

async function until(time: number): Promise<void> {
  await sleep(Math.max(0, time - Date.now() + 500));
}

const writes = (aws: SecretsManagerSandbox): number => aws.journal.count("writes");
const reads = (aws: SecretsManagerSandbox): number => aws.journal.count("reads");
