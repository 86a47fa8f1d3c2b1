import { setTimeout as sleep } from "node:timers/promises";
import type { JournalEntry } from "../../merchant-platform";
import type { AppServer } from "./app-server";
import type { BusyMerchant } from "./busy-merchant";
import { Load } from "./load";
import { loadKinds, tally, type Result, type Rotation } from "./result";

const day = 24 * 60 * 60 * 1000;

/** How long things take, in milliseconds. */
export interface Pace {
  /** One callback, one order and one query each. */
  readonly everyMs: number;
  /** From a step on the platform to the next of ours, which finds the load in between. */
  readonly pauseMs: number;
}

interface Scene {
  readonly merchant: BusyMerchant;
  readonly load: Load;
  readonly pace: Pace;
}

/** Counted once the load has ended. */
type Count = () => Rotation;

/**
 * Rotates a merchant's certificate and APIv3 secret, and WeChat Pay its own certificate, while an application takes
 * callbacks and sends requests. Nothing is sped up but people: the application keeps what it has read for five minutes.
 */
export async function rotateUnderLoad(
  merchant: BusyMerchant,
  pace: Pace,
): Promise<Result & { serverOutput: string }> {
  const { tell } = merchant.setting;
  const due = await firstIssuance(merchant);

  tell.chapter("The application of examples/app starts, and business with it");
  const server = await merchant.startServer();
  try {
    const load = startLoad(merchant, server, pace);
    tell.say(`Every ${pace.everyMs} ms a callback comes in, an order goes out and is looked up.`);
    const scene = { merchant, load, pace };
    try {
      const rotations = [
        await certificate(scene, due),
        await apiV3Secret(scene),
        await platformCertificate(scene),
      ];
      await load.stop();
      return { sent: load.sent, rotations: rotations.map((count) => count()), serverOutput: server.output };
    } finally {
      await load.stop();
    }
  } finally {
    await server.stop();
  }
}

/** Returns when the certificate's replacement is due: seconds later. */
async function firstIssuance(merchant: BusyMerchant): Promise<Date> {
  const { tell } = merchant.setting;
  tell.chapter("A merchant is set up: key and secrets by `pulumi up`, the rest by a person on the platform");
  await merchant.connect();
  await merchant.up();
  tell.say("The person hands in the request, and types the two secrets that wait.");
  const due = new Date(Date.now() + 15_000);
  const certificate = await merchant.applyForCertificate(new Date(due.getTime() + 60 * day));
  for (const kind of ["apiSecret", "apiV3Secret"] as const) merchant.setSecret(kind);
  await merchant.declare("certificate", certificate);
  await merchant.up();
  tell.fact("WeChat Pay was asked about each of them, and each is current");
  return due;
}

async function certificate(scene: Scene, due: Date): Promise<Count> {
  const { merchant, pace } = scene;
  const { tell } = merchant.setting;
  tell.chapter("The certificate: 60 days before its end `pulumi up` makes the next key and request");
  const before = await serving(merchant);
  await sleep(Math.max(0, due.getTime() - Date.now()));
  await merchant.up();
  tell.say("A person hands in the request; the certificate that comes back goes into the configuration.");
  await merchant.declare(
    "certificate",
    await merchant.applyForCertificate(new Date(Date.now() + 5 * 365 * day)),
  );
  await merchant.up();
  const after = await serving(merchant);
  if (after === before) throw new Error("The next certificate was not promoted.");
  say(scene, `current in the vault: ${after}`);

  tell.say("A person in a hurry revokes the old one, which the application still has in memory.");
  merchant.revokeCertificate(before);
  await sleep(pace.pauseMs);
  const signedWith = (serial: string) =>
    count(merchant, (entry) => isOrder(entry) && entry.verdict === "accepted" && entry.serial === serial);
  const refused = count(merchant, (entry) => isOrder(entry) && entry.verdict === "revoked-certificate");
  say(scene, `${refused} refused by WeChat Pay; the application read again and asked again`);
  return () => ({
    what: "merchant certificate",
    evidence: "requests signed with the old and the new",
    before: signedWith(before),
    after: signedWith(after),
  });
}

async function apiV3Secret(scene: Scene): Promise<Count> {
  const { merchant, load, pace } = scene;
  const { tell } = merchant.setting;
  tell.chapter("The APIv3 secret: a trigger asks for the next value, which waits in the vault");
  await merchant.declare("apiV3SecretRotation", "second");
  await merchant.up();
  const { pendingVersionId } = await merchant.credential("ApiV3Secret");

  tell.say(
    "A person sets it on the platform: from now on callbacks are encrypted with it, and with no other.",
  );
  const before = tally(load.sent, "callback");
  merchant.setSecret("apiV3Secret");
  await sleep(pace.pauseMs);
  say(scene, "the vault still names the old value as current");
  await merchant.up();
  const { currentVersionId } = await merchant.credential("ApiV3Secret");
  if (currentVersionId !== pendingVersionId) throw new Error("The next APIv3 secret was not promoted.");
  await sleep(pace.pauseMs);
  say(scene, "WeChat Pay was asked; the new value is current");
  return () => {
    const all = tally(load.sent, "callback");
    return {
      what: "APIv3 secret",
      evidence: "callbacks encrypted with the old and the new",
      before: before.sent - before.failed,
      after: all.sent - all.failed - (before.sent - before.failed),
    };
  };
}

async function platformCertificate(scene: Scene): Promise<Count> {
  const { merchant, pace } = scene;
  const { tell } = merchant.setting;
  tell.chapter("WeChat Pay's own certificate: the next one is announced a day before it signs");
  const [before] = merchant.account.platformCertificates;
  const after = merchant.account.announcePlatformCertificate();
  tell.say("`pulumi up` asks twice a day. For this demo a changed setting makes it ask at once:");
  await merchant.declare("checkEveryHours", "6");
  await merchant.up();
  tell.say("WeChat Pay begins to sign with it.");
  merchant.account.replacePlatformCertificate();
  await sleep(pace.pauseMs);
  say(scene, "callbacks and answers signed with a key that was not in the application's memory");
  const signedWith = (serial: string) =>
    count(merchant, (entry) => entry.verdict === "callback" && entry.serial === serial);
  return () => ({
    what: "WeChat Pay's certificate",
    evidence: "callbacks signed with the old and the new",
    before: signedWith(before!.serialNumber),
    after: signedWith(after.serialNumber),
  });
}

function startLoad(merchant: BusyMerchant, server: AppServer, { everyMs }: Pace): Load {
  const { platform, account } = merchant;
  const callBack = async () =>
    (await platform.notify(account.merchantId, `${server.endpoint}/callback`)).status;
  return new Load(server.endpoint, callBack, everyMs);
}

/** A fact, and how the load fares. */
function say({ merchant, load }: Scene, fact: string): void {
  const counts = loadKinds.map((kind) => tally(load.sent, kind));
  const sent = counts.reduce((sum, each) => sum + each.sent, 0);
  const failed = counts.reduce((sum, each) => sum + each.failed, 0);
  merchant.setting.tell.fact(`${fact} (so far ${sent} callbacks and requests, ${failed} failed)`);
}

async function serving(merchant: BusyMerchant): Promise<string> {
  return String((await merchant.credential("MerchantCertificate")).serialNumber);
}

const count = ({ platform }: BusyMerchant, matches: (entry: JournalEntry) => boolean): number =>
  platform.journal.entries().filter(matches).length;

const isOrder = ({ target }: JournalEntry): boolean => target.startsWith("/v3/pay/transactions/");
