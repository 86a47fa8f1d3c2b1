import type { Vault } from "../../provider/vault/vault";
import {
  assertNothingIsLost,
  fingerprintOfRequest,
  modelWorld,
  openRequests,
  servedCertificate,
  type StoredSecret,
  type World,
} from "./faults";
import { intercepted, ModelSecretsManager } from "./faults-vault";
import { Clock } from "./merchant";

/** Which certificate applications read, and from when on. */
export interface Tenure {
  from: number;
  pem: string;
}

/** A merchant's secret, watched at every write. */
export class SimulatedVault {
  readonly clock = new Clock();
  readonly tenures: Tenure[] = [];
  /** What may never be, and was. */
  readonly broken: string[] = [];
  /** Since the last `forget`. */
  calls: string[] = [];
  requestsMade = 0;
  mostLabels = 0;
  /** Requests (PEM) whose key must not get lost. */
  readonly handedOut = new Set<string>();
  readonly vault: Vault;
  private readonly world: World;

  /** @param isOver whether nobody waits for a request (its fingerprint) any more, nor for a certificate of its key. */
  constructor(private readonly isOver: (fingerprint: string, now: number) => boolean) {
    const model = new ModelSecretsManager(this.clock.now);
    this.world = modelWorld(model, this.clock);
    model.onWrite(() => this.watch());
    this.vault = intercepted(model.vault(), (operation, perform, args) => {
      this.calls.push(operation);
      if (operation === "put" && JSON.stringify(args[1]).includes('"MC_REQUEST_')) this.requestsMade++;
      return perform();
    });
  }

  get secret(): StoredSecret | undefined {
    return this.world.secrets()[0];
  }

  get served(): string | undefined {
    return this.tenures.at(-1)?.pem;
  }

  outstanding(): readonly string[] {
    return this.secret ? openRequests(this.secret) : [];
  }

  private watch(): void {
    const { secret, clock, broken, handedOut } = this;
    if (!secret) return;
    const now = clock.now().getTime();
    for (const request of handedOut) {
      if (this.isOver(fingerprintOfRequest(request), now)) handedOut.delete(request);
    }
    this.mostLabels = Math.max(this.mostLabels, secret.versions.flatMap(({ labels }) => labels).length);
    try {
      assertNothingIsLost(secret, handedOut);
    } catch (error) {
      broken.push((error as Error).message);
    }
    const pem = servedCertificate(secret);
    if (pem === this.served) return;
    if (pem === undefined) broken.push("the placeholder came back");
    else this.tenures.push({ from: now, pem });
  }
}
