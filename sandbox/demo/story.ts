import { setTimeout as sleep } from "node:timers/promises";
import { Engine, type RunOptions } from "../engine/engine";
import { projectRoot } from "../engine/project-root";
import { createCertificateAuthority, type CertificateAuthority } from "../merchant-platform";
import { startSecretsManager, type SecretsManagerSandbox } from "../secrets-manager";
import type { Narrator } from "./narrator";

const day = 24 * 60 * 60 * 1000;
const merchantName = "Example Shop Ltd";

interface Stage {
  engine: Engine;
  aws: SecretsManagerSandbox;
  platform: CertificateAuthority;
  tell: Narrator;
  colour: boolean;
}

/**
 * Takes the quickstart stack from nothing to a working certificate and through its rotation, with the real engine.
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
    await rotation(shop);
    await expiry(await stage("late"));
    await cleanUp(shop);
  } finally {
    for (const engine of engines) engine.dispose();
    await aws.close();
  }
}

async function rotation(stage: Stage): Promise<void> {
  const { engine, aws, tell } = stage;
  await connect(stage, "1900000109");

  tell.chapter("First `pulumi up`: a key is made and stored, a request comes out");
  await up(stage);
  tell.fact(`the key is in Secrets Manager and nowhere else: ${writes(aws)} writes, ${reads(aws)} reads`);

  tell.chapter("A person pastes the request on the Merchant Platform; the platform signs it");
  const dueSoon = new Date(Date.now() + 60 * day + 20_000);
  await declare(stage, new Date(dueSoon.getTime() - 5 * 365 * day), dueSoon);
  tell.say("The certificate is public: it goes into the stack's configuration, through code review.");

  tell.chapter("`pulumi up` checks the certificate and makes it current");
  await up(stage);
  tell.fact(`active: ${writes(aws)} writes, ${reads(aws)} reads`);

  tell.chapter("`pulumi up` again: nothing to do");
  await up(stage);
  tell.fact(`${aws.journal.entries().length} AWS calls`);

  tell.chapter("60 days before expiry: the preview shows one line");
  await until(dueSoon.getTime() - 60 * day);
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
  tell.chapter("Another merchant, where nobody acts: late, then expired");
  await connect(stage, "1900000110");
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
}

async function cleanUp(stage: Stage): Promise<void> {
  const { engine, aws, tell } = stage;
  tell.chapter("Clean-up: a live credential is protected until you say otherwise");
  await run(stage, ["destroy", "--yes", "--skip-preview"], { expectFailure: true });
  await engine.setConfig("merchant-credentials:deletionProtection", "false");
  await run(stage, ["up", "--yes", "--skip-preview"], { stdio: "pipe" });
  await run(stage, ["destroy", "--yes", "--skip-preview"]);
  const secret = aws.secrets().find(({ name }) => name.includes("1900000109"));
  tell.fact(
    `scheduled for deletion on ${secret?.deletionDate?.toISOString().slice(0, 10)}; until then it can be restored`,
  );
}

async function connect({ engine, aws }: Stage, merchantId: string): Promise<void> {
  await engine.setConfig("aws:region", "us-east-1");
  await engine.setConfig("merchant-credentials:endpoint", aws.endpoint);
  await engine.setConfig("merchantId", merchantId);
}

/** Plays the person and the platform: the request string goes there, the certificate string comes back. */
async function declare({ engine, platform, tell }: Stage, notBefore: Date, notAfter: Date): Promise<void> {
  const { request } = await engine.outputs();
  const merchantId = (await engine.config())["merchant-credentials-quickstart:merchantId"]!;
  const certificate = platform.issue(String(request), { merchantId, merchantName, notBefore, notAfter });
  await engine.setConfig("shopCertificate", certificate);
  tell.say("$ pulumi config set shopCertificate -- '-----BEGIN CERTIFICATE-----…'");
}

async function up(stage: Stage, options: RunOptions = {}, ...flags: string[]): Promise<void> {
  stage.aws.journal.clear();
  await run(stage, ["up", "--yes", "--skip-preview", "--suppress-progress", ...flags], options);
}

async function run({ engine, tell, colour }: Stage, args: string[], options: RunOptions = {}): Promise<void> {
  if (options.stdio !== "pipe")
    tell.say(`$ pulumi ${args.slice(0, 1).join(" ")}${args.includes("--diff") ? " --diff" : ""}`);
  await engine.run([...args, "--color", colour ? "always" : "never"], { stdio: "inherit", ...options });
}

/** What the state says is current; auditors look there. */
async function servingSerial(engine: Engine): Promise<string> {
  const { deployment } = await engine.state();
  const certificate = deployment.resources?.find(({ type }) => type.endsWith(":MerchantCertificate"));
  return String(certificate?.outputs?.serialNumber);
}

async function until(time: number): Promise<void> {
  await sleep(Math.max(0, time - Date.now() + 500));
}

const writes = (aws: SecretsManagerSandbox): number => aws.journal.count("writes");
const reads = (aws: SecretsManagerSandbox): number => aws.journal.count("reads");
