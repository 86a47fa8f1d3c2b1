import { inspect, type InspectOptions } from "node:util";
import { CredentialError } from "./errors";
import { withoutAccessors } from "./redacted";
import type { StoredVersion } from "./secrets-manager";
import { valueOf } from "./stored-value";

/** The API secret: signs v2 requests. The secret is no property of the object: no log, JSON or copy has it. */
export class ApiSecretCredential {
  readonly merchantId: string;
  readonly versionId: string;
  readonly #secret: string;

  /** @throws CredentialError `not-ready`, `another-kind`, `unreadable` */
  constructor(version: StoredVersion) {
    const { merchantId, apiSecret } = valueOf("apiSecret", version);
    assertSecret(apiSecret, `${version.secretId}: apiSecret`);
    this.merchantId = merchantId;
    this.versionId = version.versionId;
    this.#secret = apiSecret;
  }

  /** 32 letters and digits. **Secret.** */
  get apiSecret(): string {
    return this.#secret;
  }

  /** @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return withoutAccessors(this, options);
  }
}

/** The APIv3 secret: decrypts callbacks and platform certificates. No log, JSON or copy of the object has it. */
export class ApiV3SecretCredential {
  readonly merchantId: string;
  readonly versionId: string;
  readonly #secret: string;

  /** @throws CredentialError `not-ready`, `another-kind`, `unreadable` */
  constructor(version: StoredVersion) {
    const { merchantId, apiV3Secret } = valueOf("apiV3Secret", version);
    assertSecret(apiV3Secret, `${version.secretId}: apiV3Secret`);
    this.merchantId = merchantId;
    this.versionId = version.versionId;
    this.#secret = apiV3Secret;
  }

  /** 32 letters and digits. **Secret.** */
  get apiV3Secret(): string {
    return this.#secret;
  }

  /** @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    return withoutAccessors(this, options);
  }
}

function assertSecret(text: string, what: string): void {
  const found = notASecret(text);
  if (found) throw new CredentialError("unreadable", `${what} is ${found}; expected 32 letters and digits.`);
}

/** What a text is that cannot be a secret; undefined where it can be one. */
function notASecret(text: string): string | undefined {
  if (/^[0-9A-Za-z]{32}$/.test(text)) return undefined;
  const length = `${text.length} characters long`;
  if (/^\s|\s$/.test(text)) return `${length}, with a blank or line end around it`;
  if (/^(["']).*\1$/.test(text)) return `${length}, with quotes around it`;
  if (/^[0-9A-Fa-f]{40}$/.test(text)) return `${length}, like a serial number or a SHA-1`;
  return text.length === 32 ? `${length}, with others than letters and digits` : length;
}
