import { control } from "./control";
import type { Faults } from "./faults";
import { closeServer, listen } from "./http-server";
import { Journal } from "./journal";
import { SecretStore } from "./secret-store";
import { Service, type RequestHook } from "./service";
import { type SecretSnapshot, snapshot } from "./snapshot";
import { StateFolder } from "./state-folder";

export interface SecretsManagerOptions {
  /** Default 0: a free port. */
  port?: number;
  /** Keeps secrets and journal here; default in memory only. The files hold secret values, mode 0600. */
  folder?: string;
  /** Served when the request's credential scope names no region; default us-east-1. */
  region?: string;
  /** Twelve digits; default 123456789012. */
  accountId?: string;
  /** The clock of the service; default the system's. */
  now?: () => Date;
  /** Every request waits this long before it takes effect, in milliseconds; default 0. */
  latencyMs?: number;
}

export interface SecretsManagerSandbox {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Every secret with its values, for tests to look at. */
  secrets(): SecretSnapshot[];
  /**
   * Sets what only AWS itself can: as if rotation had been configured, or another service owned the secret.
   * Seen by DescribeSecret; it changes nothing else.
   * @throws Error if there is no secret of that name; `region` defaults to the sandbox's.
   */
  amend(name: string, facts: { rotationEnabled?: boolean; owningService?: string }, region?: string): void;
  /**
   * Calls `hook` before and after the effect of each request, until the returned function is called.
   * The request waits for it; a hook that throws closes the connection without an answer.
   */
  onRequest(hook: RequestHook): () => void;
  /** Forgets secrets, journal, faults and hooks. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts a stand-in of AWS Secrets Manager on the loopback address. */
export async function startSecretsManager(
  options: SecretsManagerOptions = {},
): Promise<SecretsManagerSandbox> {
  const { folder, region = "us-east-1", accountId = "123456789012", latencyMs = 0 } = options;
  const now = options.now ?? (() => new Date());
  const journal = new Journal(folder);
  const store = new SecretStore(folder === undefined ? undefined : new StateFolder(folder));
  const service = new Service({ region, accountId, latencyMs, now, store, journal });

  const controlled = {
    journal,
    faults: service.faults,
    reset() {
      store.clear();
      journal.clear();
      service.faults.clear();
      service.hooks.clear();
    },
  };
  const { server, endpoint } = await listen(options.port ?? 0, {
    service: (request) => service.outcome(request),
    control: (method, path, body) => control(controlled, method, path, body),
  });

  return {
    ...controlled,
    endpoint,
    secrets: () => store.all(now().getTime()).map((secret) => snapshot(secret, accountId)),
    amend(name, facts, where = region) {
      const secret = store.find(where, name, now().getTime());
      if (!secret) throw new Error(`No secret ${name} in ${where} to amend.`);
      store.replace(secret, { ...secret, ...facts });
    },
    onRequest(hook) {
      service.hooks.add(hook);
      return () => service.hooks.delete(hook);
    },
    close: () => closeServer(server),
  };
}
