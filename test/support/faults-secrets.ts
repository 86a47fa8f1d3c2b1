import { privateKeyPem } from "../../provider/domain/private-key";
import { promoteCommand } from "../../provider/cli/promote";
import type { World as CommandWorld } from "../../provider/cli/world";
import { Engine, Surroundings, type Disaster, type StoredSecret, type World } from "./faults";
import { rsaKey } from "./keys";
import { merchantId } from "./merchant";

type Version = StoredSecret["versions"][number];

const nowhere = { isTerminal: true, read: () => Promise.resolve(Buffer.alloc(0)), write: () => undefined };

/** `merchant-credentials promote`, with the credentials of the engine's provider. */
export async function promote(engine: Engine, version: string, disaster?: Disaster): Promise<void> {
  engine.surroundings.named.add(version);
  const vault = engine.live(disaster);
  const { signal } = new AbortController();
  const world: Partial<CommandWorld> = {
    now: engine.world.clock.now,
    sleep: () => Promise.resolve(),
    stdout: nowhere,
    vault: (connection) => vault(connection, signal),
  };
  const command = promoteCommand(world as CommandWorld, () => undefined);
  const where = [engine.secret.arn, "--endpoint", engine.world.endpoint];
  await command.parseAsync([...where, "--version", version], { from: "user" });
}

/** A person sets the value that waits on the platform, and says so in the program. */
export function activate(engine: Engine): void {
  const version = engine.state!.outputs.pendingVersionId as string;
  engine.surroundings.named.add(version);
  engine.change({ activation: { version } });
}

/** The 32 characters in a version, or its private key; undefined for the placeholder. */
export const secretIn = ({ value }: Version): string | undefined =>
  value.includes("PRIVATE KEY")
    ? /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(value.replaceAll("\\n", "\n"))?.[0]
    : /(?<![0-9A-Za-z])[0-9A-Za-z]{32}(?![0-9A-Za-z])/.exec(value)?.[0];

export const labelledWith = ({ versions }: StoredSecret, prefix: string): Version[] =>
  versions.filter(({ labels }) => labels.some((label) => label.startsWith(prefix)));

export const served = (secret: StoredSecret): Version => labelledWith(secret, "AWSCURRENT")[0]!;
export const before = (secret: StoredSecret): Version | undefined => labelledWith(secret, "AWSPREVIOUS")[0];

/** Keys that a partner still verifies with. */
export const verifiedWith = (secret: StoredSecret): Version[] => labelledWith(secret, "MC_VERIFY_");

/** Values that wait until a person has set them. */
export const waiting = (secret: StoredSecret): Version[] =>
  labelledWith(secret, "MC_REQUEST_").filter(
    ({ labels }) => !labels.some((label) => label === "AWSCURRENT" || label.startsWith("MC_ABANDONED_")),
  );

const inUse = ({ env }: Surroundings): string[] => Object.values(env);

/** How many values were ever drawn and stored. */
export function valuesMade({ versions }: StoredSecret, surroundings: Surroundings): number {
  const drawn = versions.map(secretIn).filter((secret) => secret !== undefined);
  return drawn.filter((secret) => !inUse(surroundings).includes(secret)).length;
}

/** Labels that a finished protocol has no more use for. */
export function leftoverLabels(secret: StoredSecret): string[] {
  return [
    ...labelledWith(secret, "MC_IMPORT_"),
    ...labelledWith(secret, "MC_REQUEST_").filter(({ labels }) => labels.includes("AWSCURRENT")),
  ].flatMap(({ labels }) => labels.filter((label) => label.startsWith("MC_")));
}

/**
 * What may never be otherwise, not even for a moment, as the vault is seen from one write to the next. Breaches are
 * collected, because whoever wrote would take an exception for an answer.
 */
export class Watch {
  readonly breaches: string[] = [];
  private readonly hasServed = new Set<string>();
  private last: string;
  /** Whether the key before was still verified with, when last looked. */
  private isOverlapping = false;

  constructor(
    private readonly surroundings: Surroundings,
    /** Whether values become current without anybody saying so. */
    private readonly immediate = false,
  ) {
    const [secret] = surroundings.world.secrets();
    this.last = "";
    for (const version of secret ? [served(secret), before(secret)] : [])
      if (version) this.hasServed.add(version.id);
    if (secret) this.last = served(secret).id;
  }

  look = (): void => {
    const [secret] = this.surroundings.world.secrets();
    if (!secret) return;
    const current = labelledWith(secret, "AWSCURRENT");
    if (current.length !== 1) this.breaches.push(`${current.length} versions are AWSCURRENT`);
    this.follow(current[0]!, secret);
    const verified = verifiedWith(secret).map(({ id }) => id);
    if (verified.length > 1) this.breaches.push("two keys are verified with beside the current one");
    this.isOverlapping = verified.includes(before(secret)?.id ?? "");
    const open = waiting(secret);
    if (open.length > 1) this.breaches.push(`${open.length} values wait at once`);
    if (open.some(({ id }) => this.hasServed.has(id))) this.breaches.push("a value waits that has served");
    const givenUp = labelledWith(secret, "MC_ABANDONED_");
    for (const shown of this.surroundings.handedOut) {
      const isKept = [...open, ...givenUp].some(({ id }) => id === shown) || this.hasServed.has(shown);
      if (!isKept) this.breaches.push("a value that was shown to a person is lost");
    }
    if (secret.versions.flatMap(({ labels }) => labels).length >= 20) this.breaches.push("labels run out");
  };

  private follow(current: Version, secret: StoredSecret): void {
    if (current.id === this.last) return;
    const { named } = this.surroundings;
    const value = secretIn(current);
    const isWanted =
      this.immediate || named.has(current.id) || (value && inUse(this.surroundings).includes(value));
    if (this.last !== "" && !isWanted) this.breaches.push("a value is current that nobody has activated");
    if (this.isOverlapping && !(value && inUse(this.surroundings).includes(value)))
      this.breaches.push("a key is passed over that is still verified with");
    if (this.hasServed.has(current.id))
      this.breaches.push("a value that another took over from serves again");
    if (this.last !== "" && before(secret)?.id !== this.last)
      this.breaches.push("AWSPREVIOUS is not the value before");
    this.hasServed.add(current.id);
    this.last = current.id;
  }
}

/** No value is in what the engine keeps or logs. */
export function assertNothingLeaks(engine: Engine, secret: StoredSecret): void {
  const kept = JSON.stringify([engine.state, engine.checkpoints, engine.logged]);
  const secrets = [...secret.versions.map(secretIn), ...inUse(engine.surroundings)];
  if (secrets.some((value) => value !== undefined && kept.includes(secretPart(value))))
    throw new Error("a secret value is in the state, a checkpoint or the log");
}

/** Of a private key a line in its second half, which the public key has not. */
const secretPart = (value: string): string => value.split("\n")[18] ?? value;

const unlimited = new AbortController().signal;

/** Another tool has made the secret: its value is a text of its own. */
export async function placeForeign(engine: Engine, text: (secret: string) => string): Promise<void> {
  const { env, world } = engine.surroundings;
  const vault = world.vault({ region: engine.region, endpoint: world.endpoint }, unlimited);
  const name = `merchants/${merchantId}/${engine.kind}`;
  const token = "0123456789abcdef".repeat(4);
  await vault.create({ name, token, value: text(env.FOREIGN!), description: "", tags: {} });
}

/** An engine for a merchant key, with keys in use to refer to. */
export function keyEngine(world: World, inputs: Engine["inputs"] = {}): Engine {
  const surroundings = new Surroundings(world);
  for (const name of ["OLD", "NEW", "FOREIGN"])
    surroundings.env[name] = privateKeyPem(rsaKey(`in use as ${name}`));
  return new Engine(surroundings, inputs, "merchantKey");
}

/** An engine for an API secret, with values in use to refer to. */
export function secretEngine(world: World, inputs: Engine["inputs"] = {}): Engine {
  const surroundings = new Surroundings(world);
  const valueOf = (letter: string) => letter.repeat(32);
  Object.assign(surroundings.env, { OLD: valueOf("x"), NEW: valueOf("y"), FOREIGN: valueOf("z") });
  return new Engine(surroundings, inputs, "apiSecret");
}
