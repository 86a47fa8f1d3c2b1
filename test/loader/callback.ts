import type { KeyObject } from "node:crypto";
import { Aes, Formatter, Rsa } from "wechatpay-axios-plugin";
import { privateKey } from "../support/certificates";
import { apiV3Secret, platformSerial } from "./stored-merchant";

export interface CallbackOptions {
  /** Seconds since 1970. */
  timestamp: number;
  secret?: string;
  key?: KeyObject;
  serial?: string;
  /** Changes of the resource after encryption. */
  resource?: object;
  /** The body in place of a callback's. */
  body?: string;
}

export const payment = { out_trade_no: "1217752501201407033233368018", trade_state: "SUCCESS" };

/** A callback as WeChat Pay sends it, made with the cipher and signature of wechatpay-axios-plugin. */
export function callback(options: CallbackOptions): { headers: Record<string, string>; body: string } {
  const { timestamp, secret = apiV3Secret, key = privateKey("platform"), serial = platformSerial } = options;
  const [nonce, data] = ["fdasflkja484", "transaction"];
  const resource = {
    original_type: "transaction",
    algorithm: "AEAD_AES_256_GCM",
    ciphertext: Aes.AesGcm.encrypt(JSON.stringify(payment), secret, nonce, data),
    associated_data: data,
    nonce,
    ...options.resource,
  };
  const body =
    options.body ??
    JSON.stringify({
      id: "EV-2018022511223320873",
      create_time: "2026-11-22T20:00:00+08:00",
      resource_type: "encrypt-resource",
      event_type: "TRANSACTION.SUCCESS",
      summary: "支付成功",
      resource,
    });
  const headers = {
    "Content-Type": "application/json",
    "Wechatpay-Timestamp": String(timestamp),
    "Wechatpay-Nonce": "EcsmQk7z3bDlXqhG",
    "Wechatpay-Serial": serial,
    "Wechatpay-Signature": Rsa.sign(Formatter.response(timestamp, "EcsmQk7z3bDlXqhG", body), key),
  };
  return { headers, body };
}
