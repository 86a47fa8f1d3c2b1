import { generateKeyPair, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type * as secretsManager from "../vault/secrets-manager";
import { credentialHandlers } from "./credential-handlers";
import { toDynamicProvider } from "./dynamic";
import { merchantCertificateKind } from "./merchant-certificate-kind";
import type { Ports } from "./ports";
import { providerConfigKeys } from "./provider-config";

/** The ports of a real run; tests call the same handlers with their own. */
const ports: Ports = {
  now: () => new Date(),
  sleep: (milliseconds) => sleep(milliseconds),
  randomHex: (bytes) => randomBytes(bytes).toString("hex"),
  generateKey: async () => (await promisify(generateKeyPair)("rsa", { modulusLength: 2048 })).privateKey,
  vault: (connection, signal) => {
    // The AWS SDK is most of what loading would cost, and a preview or an unchanged run never needs it.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at once
    const { secretsManagerVault } = require("../vault/secrets-manager") as typeof secretsManager;
    return secretsManagerVault(connection, signal);
  },
  // eslint-disable-next-line no-console -- the engine shows a provider's standard output to the user
  log: (text) => console.log(text),
};

/** What the provider text of a MerchantCertificate calls; never called by programs. */
export const merchantCertificate = toDynamicProvider(
  credentialHandlers(merchantCertificateKind, ports),
  providerConfigKeys,
);
