import { createHash, createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from "node:crypto";
import { createCertificateAuthority, type CertificateAuthority } from "../../sandbox/merchant-platform";
import { readCertificateRequest } from "../../sandbox/merchant-platform/certificate-request";
import type { SecretsManagerSandbox } from "../../sandbox/secrets-manager";
import { parseValue, type CredentialValue } from "../../provider/domain/credential-value";
import type { RotatedKind } from "../../provider/domain/rotated-kind";
import { apiSecretKind } from "../../provider/resources/api-secret-kind";
import { credentialHandlers } from "../../provider/resources/credential-handlers";
import { merchantCertificateKind } from "../../provider/resources/merchant-certificate-kind";
import { merchantKeyKind } from "../../provider/resources/merchant-key-kind";
import type { Ports } from "../../provider/resources/ports";
import type { JsonObject, Outcome, ResourceHandlers } from "../../provider/resources/resource-handlers";
import { secretSources } from "../../provider/resources/secret-sources";
import { secretsManagerVault } from "../../provider/vault/secrets-manager";
import type { Vault } from "../../provider/vault/vault";
import { intercepted, type ModelSecretsManager } from "./faults-vault";
import { rsaKey } from "./keys";
import { merchantId, merchantName, type Clock } from "./merchant";
import { unaskedProber } from "./prober";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** A secret as it lies in the vault, whatever the vault is. */
export interface StoredSecret {
  name: string;
  arn: string;
  tags: Readonly<Record<string, string>>;
  versions: { id: string; labels: readonly string[]; value: string }[];
  kmsKeyId?: string;
  replicaRegions: readonly string[];
  isScheduledForDeletion: boolean;
}

/** What holds the secrets in a test: the sandbox over HTTP, or the model in memory. */
export interface World {
  readonly clock: Clock;
  readonly endpoint: string;
  vault: Ports["vault"];
  secrets(): StoredSecret[];
}

export function sandboxWorld(sandbox: SecretsManagerSandbox, clock: Clock): World {
  return {
    clock,
    endpoint: sandbox.endpoint,
    vault: secretsManagerVault,
    secrets: () =>
      sandbox.secrets().map((secret) => ({
        ...secret,
        versions: secret.versions.map((version) => ({ ...version, value: String(version.value) })),
        isScheduledForDeletion: secret.deletionDate !== undefined,
      })),
  };
}

export function modelWorld(model: ModelSecretsManager, clock: Clock, vault = model.vault()): World {
  return {
    clock,
    // Never called: the model answers in its stead.
    endpoint: "http://127.0.0.1:9",
    vault: () => vault,
    secrets: () =>
      model.all().map(({ versions, replicas, deletedAt, ...secret }) => ({
        ...secret,
        versions: Object.entries(versions).map(([id, version]) => ({ id, ...version })),
        replicaRegions: replicas.map(({ region }) => region),
        isScheduledForDeletion: deletedAt !== undefined,
      })),
  };
}

/** The n-th of a handful of keys. */
export const keyNumber = (n: number): KeyObject => rsaKey(`number ${n}`);

/** Thrown in place of every answer once the provider is dead; nobody is left to catch it. */
export class Death extends Error {}

export type Phase = "before" | "after";

/** Where a run dies, or stands still while something else happens; counted from 1. */
export interface Disaster {
  call: number;
  phase: Phase;
  /** Happens at that moment. */
  meanwhile?: () => Promise<unknown>;
  /** This call alone fails, and the run lives on. */
  error?: Error;
  /** Default true. */
  dies?: boolean;
}

/** Several times what any run needs. */
const mostCalls = 150;

/** One life of a provider process. */
interface Life {
  readonly calls: string[];
  isOver: boolean;
}

/** The vault's calls as they are made, and the death of whoever makes them. */
function mortal(vault: Vault, life: Life, disaster?: Disaster): Vault {
  const strike = async (phase: Phase, call: number): Promise<void> => {
    if (life.isOver) throw new Death();
    if (!disaster || disaster.call !== call || disaster.phase !== phase) return;
    await disaster.meanwhile?.();
    if (disaster.error) throw disaster.error;
    life.isOver = disaster.dies ?? true;
    if (life.isOver) throw new Death();
  };
  return intercepted(vault, async (operation, perform) => {
    const call = life.calls.push(operation);
    if (call > mostCalls) throw new Error(`the run does not end: ${life.calls.slice(-4).join(", ")}`);
    await strike("before", call);
    const answer = perform();
    // A refusal is an answer too.
    await answer.catch(() => undefined);
    await strike("after", call);
    return answer;
  });
}

interface Checkpoint {
  id: string;
  outputs: JsonObject;
}

/** What all runs on one world share: keys in order, the platform's people, and the requests they were given. */
export class Surroundings {
  private keysMade = 1;
  private draws = 0;
  readonly platform: CertificateAuthority;
  readonly handedOut: Set<string>;
  /** What references of the program lead to. */
  readonly env: Record<string, string>;
  /** Versions that a person has said are set on the platform. */
  readonly named: Set<string>;

  constructor(
    readonly world: World,
    from?: Surroundings,
  ) {
    this.platform = from?.platform ?? createCertificateAuthority({ keys: authorityKeys() });
    this.keysMade = from?.keysMade ?? 1;
    this.draws = from?.draws ?? 0;
    this.handedOut = new Set(from?.handedOut);
    this.env = { ...from?.env };
    this.named = new Set(from?.named);
  }

  nextKey = (): KeyObject => keyNumber(this.keysMade++);
  nextBytes = (count: number): Buffer => {
    const seed = String(++this.draws);
    const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
      createHash("sha256").update(`${seed} ${block}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, count);
  };
}

const authorityKeys = () => ({ root: keyNumber(0), issuer: keyNumber(0) });

/** What a resource is the credential of. */
export type Kind = "certificate" | RotatedKind;

function handlersOf(kind: Kind, ports: Ports): ResourceHandlers {
  switch (kind) {
    case "certificate":
      return credentialHandlers(merchantCertificateKind, ports);
    case "merchantKey":
      return credentialHandlers(merchantKeyKind, ports);
    case "apiSecret":
    case "apiV3Secret":
      return credentialHandlers(apiSecretKind(kind), ports);
  }
}

/** A process of the provider; whoever calls it last lends it a vault. */
interface Process extends Pick<Ports, "vault" | "log"> {
  handlers: ResourceHandlers;
}

function newProcess({ world, nextBytes, nextKey, env }: Surroundings, kind: Kind): Process {
  const process: Process = {
    vault: world.vault,
    log: () => undefined,
    handlers: handlersOf(kind, {
      now: world.clock.now,
      sleep: () => Promise.resolve(),
      randomBytes: nextBytes,
      secretSources: () =>
        secretSources({
          env,
          folder: ".",
          readFile: () => Promise.resolve("missing" as const),
          readSecret: () => Promise.resolve(undefined),
        }),
      prober: () => unaskedProber,
      generateKey: () => Promise.resolve(nextKey()),
      vault: (connection, signal) => process.vault(connection, signal),
      log: (text) => process.log(text),
    }),
  };
  return process;
}

/** The engine's side of one resource: its program, its state, and the states it had before. */
export class Engine {
  state: Checkpoint | undefined;
  checkpoints: (Checkpoint | undefined)[] = [];
  private process?: Process;
  private life: Life = { calls: [], isOver: false };
  private storm?: { world: World; disaster: Disaster | undefined };
  readonly logged: string[] = [];
  /** Of the Provider. */
  region = "us-east-1";
  /** Certificates in the order in which people brought them. */
  certificates: string[] = [];

  constructor(
    readonly surroundings: Surroundings,
    public inputs: JsonObject = {},
    readonly kind: Kind = "certificate",
  ) {
    const named = kind === "certificate" ? { merchantName } : {};
    this.inputs = { merchantId, ...named, owner: "shop/prod", logicalName: "shop", ...inputs };
  }

  /** Another engine with the same program and the same state: another checkout, or the same one in a fork. */
  copy(surroundings = this.surroundings): Engine {
    const other = new Engine(surroundings, this.inputs, this.kind);
    other.state = this.state;
    other.checkpoints = [...this.checkpoints];
    other.certificates = [...this.certificates];
    return other;
  }

  get world(): World {
    return this.surroundings.world;
  }

  /** The vault's calls of the last run. */
  get calls(): readonly string[] {
    return this.life.calls;
  }

  /** From here on all runs are one life of the provider, in a world that is not as it seems. */
  disturb(world: World, disaster: Disaster | undefined): void {
    this.storm = { world, disaster };
    this.life = { calls: [], isOver: false };
  }

  calm(): void {
    this.storm = undefined;
  }

  get config(): JsonObject {
    return { region: this.region, endpoint: this.world.endpoint };
  }

  /** From here on both are served by one process of the provider, as in one run of the engine. */
  shareProcessWith(other: Engine): void {
    this.process = other.process = newProcess(this.surroundings, this.kind);
  }

  /** Starts a life of the provider, or of another program with the same credentials; only its vault may die. */
  live(disaster = this.storm?.disaster): Ports["vault"] {
    const { world } = this.storm ?? this;
    if (!this.storm) this.life = { calls: [], isOver: false };
    const { life } = this;
    return (connection, signal) => mortal(world.vault(connection, signal), life, disaster);
  }

  private handlers(disaster = this.storm?.disaster): ResourceHandlers {
    const { logged } = this;
    const process = this.process ?? newProcess(this.surroundings, this.kind);
    process.vault = this.live(disaster);
    process.log = (text) => void logged.push(text);
    return process.handlers;
  }

  /** `pulumi up`: false where nothing had to be done. The run is green unless `unmet` is said otherwise. */
  async up(disaster?: Disaster, { signal } = new AbortController()): Promise<boolean> {
    const handlers = this.handlers(disaster);
    const { config } = this;
    const olds = this.state?.outputs ?? {};
    const { inputs, failures } = handlers.check({ olds, news: this.inputs, config });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    let outcome: Outcome;
    if (!this.state) {
      outcome = await handlers.create({ inputs, config, signal });
    } else {
      if (!handlers.diff({ olds, news: inputs })) return false;
      outcome = await handlers.update({ id: this.state.id, outputs: olds, inputs, config, signal });
    }
    this.save(outcome.id, outcome.outputs);
    return true;
  }

  /** `pulumi preview`: whether an up would do something. */
  preview(): boolean {
    const handlers = this.handlers();
    const olds = this.state?.outputs ?? {};
    const { inputs } = handlers.check({ olds, news: this.inputs, config: this.config });
    return !this.state || handlers.diff({ olds, news: inputs });
  }

  /** Whatever the handler of a dead provider answers, nobody hears it any more. */
  private save(id: string, outputs: JsonObject): void {
    if (this.life.isOver) throw new Death();
    this.checkpoints.push(this.state);
    this.state = { id, outputs: JSON.parse(JSON.stringify(outputs)) as JsonObject };
    const { certificateRequest, pendingVersionId } = this.state.outputs;
    const request = this.kind === "certificate" ? certificateRequest : pendingVersionId;
    if (typeof request === "string") this.surroundings.handedOut.add(request);
  }

  async refresh(): Promise<void> {
    const { id, outputs } = this.state!;
    const { signal } = new AbortController();
    const found = await this.handlers().read({ id, outputs, config: this.config, signal });
    this.state = found && { id: found.id, outputs: JSON.parse(JSON.stringify(found.outputs)) as JsonObject };
  }

  async destroy(disaster?: Disaster): Promise<void> {
    const { id, outputs } = this.state!;
    const { signal } = new AbortController();
    await this.handlers(disaster).delete({ id, outputs, config: this.config, signal });
    if (this.life.isOver) throw new Death();
    this.checkpoints.push(this.state);
    this.state = undefined;
  }

  get unmet(): readonly string[] {
    return (this.state?.outputs.unmet ?? []) as string[];
  }

  /** A person takes the open request to the platform and puts the certificate that comes back into the program. */
  bringCertificate(validity: "annual" | "five-year" = "five-year", serialNumber?: string): void {
    const { platform, world } = this.surroundings;
    const request = this.state!.outputs.certificateRequest as string;
    const notBefore = world.clock.now();
    this.declare(platform.issue(request, { merchantId, merchantName, notBefore, validity, serialNumber }));
  }

  /** By the one-year rules: the same key, a year more. The request is the one that the certificate came from. */
  bringRenewal(): void {
    const { platform, world, handedOut } = this.surroundings;
    const renew = this.inputs.certificate as string;
    const key = fingerprintOfCertificate(renew);
    const request = [...handedOut].find((candidate) => fingerprintOfRequest(candidate) === key)!;
    this.declare(platform.issue(request, { merchantId, renew, notBefore: world.clock.now() }));
  }

  declare(certificate: string): void {
    if (!this.certificates.includes(certificate)) this.certificates.push(certificate);
    this.inputs = { ...this.inputs, certificate };
  }

  change(inputs: JsonObject): void {
    this.inputs = { ...this.inputs, ...inputs };
  }

  get secret(): StoredSecret {
    return this.world.secrets().find(({ arn }) => arn === this.state?.id) ?? this.world.secrets()[0]!;
  }
}

const read = new Map<string, CredentialValue>();

function valueOf(text: string): CredentialValue {
  if (!read.has(text)) read.set(text, parseValue(text));
  return read.get(text)!;
}

const fingerprints = new Map<string, string>();

function remembered(text: string, make: () => string): string {
  if (!fingerprints.has(text)) fingerprints.set(text, make());
  return fingerprints.get(text)!;
}

const fingerprintOf = (key: KeyObject) =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);

const fingerprintOfKey = (pem: string) =>
  remembered(pem, () => fingerprintOf(createPublicKey(createPrivateKey(pem))));

export const fingerprintOfRequest = (pem: string) =>
  remembered(pem, () => fingerprintOf(readCertificateRequest(pem).publicKey));

const fingerprintOfCertificate = (pem: string) =>
  remembered(pem, () => fingerprintOf(new X509Certificate(pem).publicKey));

const labelled = ({ versions }: StoredSecret, prefix: string) =>
  versions.flatMap(({ id, labels }) =>
    labels
      .filter((label) => label.startsWith(prefix))
      .map((label) => ({ id, of: label.slice(prefix.length) })),
  );

/** What may never be otherwise, not even for a moment: in the words of the design's first principle. */
export function assertNothingIsLost(secret: StoredSecret, handedOut: Iterable<string> = []): void {
  const current = secret.versions.filter(({ labels }) => labels.includes("AWSCURRENT"));
  if (current.length !== 1) throw new Error(`${current.length} versions are AWSCURRENT`);
  const value = valueOf(current[0]!.value);
  if (value.schema === "merchant-credentials/certificate-request/v1")
    throw new Error("half a credential is current");
  if (value.schema === "merchant-credentials/certificate/v1") {
    if (fingerprintOfKey(value.privateKey) !== fingerprintOfCertificate(value.certificate)) {
      throw new Error("the current key is not the current certificate's");
    }
  }
  const open = openRequests(secret);
  if (open.length > 1) throw new Error(`${open.length} requests are open: ${open.join(", ")}`);
  for (const request of handedOut) {
    const fingerprint = fingerprintOfRequest(request);
    const holders = secret.versions.filter(({ labels, value: text }) => {
      const held = valueOf(text);
      return labels.length > 0 && "privateKey" in held && fingerprintOfKey(held.privateKey) === fingerprint;
    });
    if (holders.length === 0)
      throw new Error(`the key of the request ${fingerprint} is in no labelled version`);
  }
}

/** Fingerprints of the requests that still wait for their certificate. */
export function openRequests(secret: StoredSecret): string[] {
  const abandoned = new Set(labelled(secret, "MC_ABANDONED_").map(({ of }) => of));
  const [current] = secret.versions.filter(({ labels }) => labels.includes("AWSCURRENT"));
  const value = current && valueOf(current.value);
  const served = value && "certificate" in value && fingerprintOfCertificate(value.certificate);
  return labelled(secret, "MC_REQUEST_")
    .map(({ of }) => of)
    .filter((of) => of !== served && !abandoned.has(of));
}

/** How many keys were ever stored as a request. */
export function requestsMade(secret: StoredSecret): number {
  return secret.versions.filter(
    ({ value }) => valueOf(value).schema === "merchant-credentials/certificate-request/v1",
  ).length;
}

/** The certificate that applications read now; undefined while there is only the placeholder. */
export function servedCertificate(secret: StoredSecret): string | undefined {
  const value = valueOf(secret.versions.find(({ labels }) => labels.includes("AWSCURRENT"))!.value);
  return "certificate" in value ? value.certificate : undefined;
}

/** Labels that a finished protocol has no more use for. */
export function leftovers(secret: StoredSecret): string[] {
  const open = openRequests(secret);
  return labelled(secret, "MC_REQUEST_")
    .map(({ of }) => of)
    .filter((of) => !open.includes(of));
}
