import {
  constants,
  createDecipheriv,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
  X509Certificate,
  type KeyObject,
} from "node:crypto";

/** A signed request, with whatever a test wants to be wrong about it. */
export interface Attempt {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  /** Seconds. Default: the clock's. */
  timestamp?: number;
  nonce?: string;
  merchantId?: string;
  serialNumber?: string;
  privateKey?: KeyObject;
  /** What is signed, where that is not what is sent. */
  signed?: { method?: string; target?: string; body?: string };
  /** The whole header instead; null for none. */
  authorization?: string | null;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Signs and reads as an application does, with node:crypto alone, so that it may judge the platform. */
export class WeChatPayClient {
  constructor(
    private readonly endpoint: string,
    private readonly merchantId: string,
    private readonly certificate: string,
    private readonly privateKey: KeyObject,
    private readonly now: () => Date,
  ) {}

  async send(target: string, attempt: Attempt = {}): Promise<Answer> {
    const { method = attempt.body === undefined ? "GET" : "POST", body, headers } = attempt;
    const authorization = attempt.authorization ?? this.authorization(method, target, attempt);
    const response = await fetch(this.endpoint + target, {
      method,
      body,
      headers: {
        Accept: "application/json",
        "User-Agent": "test",
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(attempt.authorization !== null && { Authorization: authorization }),
        ...headers,
      },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  authorization(method: string, target: string, attempt: Attempt = {}): string {
    const timestamp = attempt.timestamp ?? Math.floor(this.now().getTime() / 1000);
    const nonce = attempt.nonce ?? randomBytes(16).toString("hex");
    const signed = { method, target, body: attempt.body ?? "", ...attempt.signed };
    const message = `${signed.method}\n${signed.target}\n${timestamp}\n${nonce}\n${signed.body}\n`;
    const signature = sign("sha256", Buffer.from(message), attempt.privateKey ?? this.privateKey);
    const serialNumber = attempt.serialNumber ?? new X509Certificate(this.certificate).serialNumber;
    const fields = {
      mchid: attempt.merchantId ?? this.merchantId,
      nonce_str: nonce,
      signature: signature.toString("base64"),
      timestamp,
      serial_no: serialNumber,
    };
    const list = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
    return `WECHATPAY2-SHA256-RSA2048 ${list.join(",")}`;
  }
}

/** Whether this key has signed the answer, or the callback. */
export function isSignedBy(publicKey: KeyObject, headers: Headers, body: string): boolean {
  const [timestamp, nonce, signature = ""] = ["timestamp", "nonce", "signature"].map(
    (name) => headers.get(`wechatpay-${name}`) ?? "",
  );
  const message = Buffer.from(`${timestamp}\n${nonce}\n${body}\n`);
  return verify("sha256", message, publicKey, Buffer.from(signature, "base64"));
}

export interface EncryptedResource {
  nonce: string;
  associated_data: string;
  ciphertext: string;
}

/** Throws where secret, nonce, associated data or tag do not fit. */
export function decrypted(resource: EncryptedResource, apiV3Secret: string): string {
  const bytes = Buffer.from(resource.ciphertext, "base64");
  const decipher = createDecipheriv("aes-256-gcm", apiV3Secret, resource.nonce, { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16)).setAAD(Buffer.from(resource.associated_data));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
}

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" };

/** As sensitive fields are sent. */
export function encryptedField(text: string, key: KeyObject): string {
  return publicEncrypt({ key, ...oaep }, Buffer.from(text)).toString("base64");
}

export function decryptedField(base64: string, key: KeyObject): string {
  return privateDecrypt({ key, ...oaep }, Buffer.from(base64, "base64")).toString();
}
