import { randomBytes } from "node:crypto";
import type { CertificateCredential } from "./certificate-credential";
import { CredentialError } from "./errors";
import type { MerchantSecrets } from "./merchant-secrets";
import { presentMessage, signatureProblem, type ReceivedMessage } from "./message";
import { isEncryptedResource, readNotificationBody, readResource, type Notification } from "./notification";
import { requestToSign, type OutgoingRequest } from "./outgoing-request";
import { allExpired, isExpired } from "./platform-keys";
import type { ApiSecretCredential, ApiV3SecretCredential } from "./secret-credential";
import { renewing } from "./renewing";
import {
  assertAppId,
  axiosPluginOptions,
  nodeV3Options,
  type WechatpayAxiosPluginOptions,
  type WechatpayNodeV3Options,
} from "./sdk-options";
import { authorization, decryptResource, type EncryptedResource } from "./wechatpay";

/**
 * The credentials of one merchant, always the present ones: each call looks whether what is in memory is recent
 * enough. Made by `loadMerchant`. Every method may throw a `CredentialError`.
 */
export class MerchantCredentials {
  readonly merchantId: string;
  readonly #secrets: MerchantSecrets;
  readonly #now: () => Date;

  /** @internal */
  constructor(merchantId: string, secrets: MerchantSecrets, now: () => Date) {
    this.merchantId = merchantId;
    this.#secrets = secrets;
    this.#now = now;
  }

  /** The API certificate with its key and serial number, all of one version. */
  certificate(): Promise<CertificateCredential> {
    return this.#secrets.certificate.get();
  }

  /** The secret that signs v2 requests. */
  apiSecret(): Promise<ApiSecretCredential> {
    return this.#secrets.apiSecret.get();
  }

  /** The current secret of APIv3. To decrypt, use `readNotification` or `decrypt`, which know the next one too. */
  apiV3Secret(): Promise<ApiV3SecretCredential> {
    return this.#secrets.apiV3Secret.get();
  }

  /** The public keys with which WeChat Pay signs now, SPKI PEM by `Wechatpay-Serial`; at least one. */
  async platformKeys(): Promise<Record<string, string>> {
    const keys = await this.#secrets.platformKeys();
    const now = this.#now();
    const ended = allExpired(keys, now);
    if (ended) throw ended;
    const present = keys.filter((key) => !isExpired(key, now));
    return Object.fromEntries(
      present.map(({ serial, publicKey }) => [
        serial,
        publicKey.export({ type: "spki", format: "pem" }) as string,
      ]),
    );
  }

  /** Options for `new Pay(…)` of wechatpay-node-v3; what else is given is put beside them. */
  async wechatpayNodeV3<More extends { appid: string }>(more: More): Promise<WechatpayNodeV3Options & More> {
    assertAppId(more);
    const [certificate, { apiV3Secret }] = await Promise.all([this.certificate(), this.apiV3Secret()]);
    return nodeV3Options(certificate, apiV3Secret, more);
  }

  /**
   * Options for `new Wechatpay(…)` of wechatpay-axios-plugin; what else is given is put beside them. Without an API
   * secret that can be read there is no `secret`. The SDK changes the object: every client needs one of its own.
   */
  async wechatpayAxiosPlugin<More extends object = object>(
    more = {} as More,
  ): Promise<WechatpayAxiosPluginOptions & More> {
    const certificate = await this.certificate();
    const [certs, api] = await Promise.all([this.platformKeys(), this.#secrets.apiSecret.optional()]);
    return axiosPluginOptions(certificate, certs, api?.apiSecret, more);
  }

  /**
   * A function that gives what `build` makes, and makes it anew when a credential has changed, or one that was missing
   * has come: for clients of SDKs, which keep the credentials that they were made with. A client of wechatpay-axios-plugin has to be inside an object:
   * any name is a method of it, `then` too, and a promise would wait for it and send a request.
   */
  renewing<T>(build: () => T | Promise<T>): () => Promise<T> {
    return renewing(build, () => this.#secrets.versions());
  }

  /**
   * The header `Authorization` of a request, for now: WeChat Pay takes it once, and within five minutes.
   *
   * @throws CredentialError `invalid-options` for a request that cannot be right
   */
  async authorization(request: OutgoingRequest): Promise<string> {
    const toSign = requestToSign(request);
    const timestamp = Math.floor(this.#now().getTime() / 1000);
    const nonce = randomBytes(16).toString("hex");
    const { signer } = await this.certificate();
    return authorization({ ...toSign, timestamp, nonce }, signer);
  }

  /** SHA-256 with RSA over a text, in Base64: `paySign` of JSAPI and mini programs, say. */
  async sign(text: string): Promise<string> {
    if (typeof (text as unknown) !== "string")
      throw new CredentialError("invalid-options", "sign: what to sign is not a text.");
    return (await this.certificate()).sign(text);
  }

  /**
   * Makes sure that WeChat Pay has signed a message, an answer or a callback, within the last five minutes.
   *
   * @throws CredentialError `signature`, `clock`
   */
  async verify(message: ReceivedMessage): Promise<void> {
    await this.#verified(message);
  }

  /**
   * The text in a resource that WeChat Pay has encrypted. Only for what has been verified: `readNotification` does both.
   *
   * @throws CredentialError `decryption`
   */
  async decrypt(resource: EncryptedResource): Promise<string> {
    if (!isEncryptedResource(resource))
      throw new CredentialError("unreadable", "The resource lacks algorithm, ciphertext or nonce.");
    const text = await this.#decrypted(resource);
    if (text !== undefined) return text;
    await Promise.all(this.#secrets.apiV3Secrets.map(({ secret }) => secret.refresh()));
    const again = await this.#decrypted(resource);
    if (again !== undefined) return again;
    throw this.#undecipherable();
  }

  /**
   * A callback, verified first and then decrypted. Answer 2xx to what it returns, and 4xx or 5xx to what it throws:
   * WeChat Pay sends the callback again.
   *
   * @throws CredentialError `signature`, `clock`, `decryption`, `unreadable`
   */
  async readNotification<T = unknown>(message: ReceivedMessage): Promise<Notification<T>> {
    const notification = readNotificationBody(await this.#verified(message));
    const resource = readResource(await this.decrypt(notification.resource)) as T;
    return { ...notification, resource };
  }

  /**
   * Reads again what the application uses, and what it looked for and did not find, every secret at most once in five
   * seconds: after WeChat Pay has answered `SIGN_ERROR`, say.
   */
  refresh(): Promise<void> {
    return this.#secrets.refresh();
  }

  /** The body of a message that WeChat Pay has signed. */
  async #verified(message: ReceivedMessage): Promise<string> {
    const signed = presentMessage(message, this.#now());
    const check = async () => {
      const problem = signatureProblem(signed, await this.#secrets.platformKeys(), this.#now());
      if (problem) throw problem;
    };
    const { platformCertificates, platformPublicKey } = this.#secrets;
    await check().catch(async () => {
      await Promise.all([platformCertificates.refresh(), platformPublicKey.refresh()]);
      await check();
    });
    return signed.body;
  }

  async #decrypted(resource: EncryptedResource): Promise<string | undefined> {
    const tried = new Set<string>();
    for (const { secret } of this.#secrets.apiV3Secrets) {
      // A value of another time may be of another form, and before the first activation only the pending one is there.
      const held = await secret.optional().catch(() => undefined);
      // A value that has been promoted may still be pending too.
      if (!held || tried.has(held.versionId)) continue;
      tried.add(held.versionId);
      const text = decryptResource(resource, held.apiV3Secret);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #undecipherable(): CredentialError {
    const { apiV3Secret, apiV3Secrets } = this.#secrets;
    if (!apiV3Secret.held) return apiV3Secret.error!;
    const tried = apiV3Secrets.map(({ stage, secret: { held, error } }) =>
      held ? `${stage} is version ${held.versionId}.` : error!.message,
    );
    return new CredentialError(
      "decryption",
      `No APIv3 secret decrypts the message: is the one on the Merchant Platform stored here? ${tried.join(" ")}`,
    );
  }
}
