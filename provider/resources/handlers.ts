// First: in Node 20 a certificate that is read (toLegacyObject) before this is loaded leaves it without functions, and no
// call to AWS or WeChat Pay over HTTPS would go out.
import "node:tls";
import { generateKeyPair, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { wechatPayEndpoint } from "../domain/wechatpay-endpoint";
import type { Connection } from "../vault/connection";
import type * as secretsManager from "../vault/secrets-manager";
import type { Vault } from "../vault/vault";
import { weChatPayOverHttp } from "../verification/http-client";
import { weChatPayProber } from "../verification/we-chat-pay-prober";
import { apiSecretKind } from "./api-secret-kind";
import { cfcaCertificateKind } from "./cfca-certificate-kind";
import { credentialHandlers } from "./credential-handlers";
import { toDynamicProvider } from "./dynamic";
import { merchantCertificateKind } from "./merchant-certificate-kind";
import { merchantKeyKind } from "./merchant-key-kind";
import { operatingCertificatesHandlers } from "./operating-certificates-handlers";
import { platformCertificatesKind } from "./platform-certificates-kind";
import { platformPublicKeyKind } from "./platform-public-key-kind";
import type { Ports } from "./ports";
import { providerConfigKeys } from "./provider-config";
import { readSecretFile } from "./secret-file";
import { connection, location } from "./secret-location";
import { secretSources } from "./secret-sources";

function vault(to: Connection, signal: AbortSignal): Vault {
  // The AWS SDK is most of what loading would cost, and a preview or an unchanged run never needs it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at once
  const { secretsManagerVault } = require("../vault/secrets-manager") as typeof secretsManager;
  return secretsManagerVault(to, signal);
}

const world = {
  now: () => new Date(),
  sleep: (milliseconds: number) => sleep(milliseconds),
  randomBytes: (count: number) => randomBytes(count),
};

/** The ports of a real run; tests call the same handlers with their own. */
const ports: Ports = {
  ...world,
  generateKey: async (bits) => (await promisify(generateKeyPair)("rsa", { modulusLength: bits })).privateKey,
  vault,
  secretSources: (config, signal) =>
    secretSources({
      env: process.env,
      readFile: readSecretFile,
      // The engine starts the host of dynamic providers in the program's folder.
      folder: process.cwd(),
      readSecret: (arn) => vault(connection(config, location(arn).region), signal).readCurrent(arn),
    }),
  prober: ({ wechatPayEndpoint: setting }, signal) => {
    const { baseUrl, flavour } = wechatPayEndpoint(typeof setting === "string" ? setting : undefined);
    return weChatPayProber({ ...world, flavour, weChatPay: weChatPayOverHttp(baseUrl, signal) });
  },
  // eslint-disable-next-line no-console -- the engine shows a provider's standard output to the user
  log: (text) => console.log(text),
};

// What the provider text of each class calls; never called by programs.
export const merchantCertificate = toDynamicProvider(
  credentialHandlers(merchantCertificateKind, ports),
  providerConfigKeys,
);
export const apiSecret = toDynamicProvider(
  credentialHandlers(apiSecretKind("apiSecret"), ports),
  providerConfigKeys,
);
export const apiV3Secret = toDynamicProvider(
  credentialHandlers(apiSecretKind("apiV3Secret"), ports),
  providerConfigKeys,
);
export const merchantKey = toDynamicProvider(credentialHandlers(merchantKeyKind, ports), providerConfigKeys);
export const cfcaCertificate = toDynamicProvider(
  credentialHandlers(cfcaCertificateKind, ports),
  providerConfigKeys,
);
export const platformCertificates = toDynamicProvider(
  credentialHandlers(platformCertificatesKind, ports),
  providerConfigKeys,
);
export const platformPublicKey = toDynamicProvider(
  credentialHandlers(platformPublicKeyKind, ports),
  providerConfigKeys,
);
export const operatingCertificates = toDynamicProvider(
  operatingCertificatesHandlers(ports),
  providerConfigKeys,
);
