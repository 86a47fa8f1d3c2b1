import type { Caller } from "./authentication";
import type { Plaintext, Resource } from "./cryptography";
import { parameterError } from "./api-error";
import type { ApiRequest } from "./exchange";
import type { Orders } from "./orders";

/** A request whose signature has been accepted. */
export interface Call extends Caller {
  request: ApiRequest;
  orders: Orders;
  seal: (plaintext: Plaintext) => Resource;
  /** Sends a callback after the answer. */
  callBack: (url: string, event: CallbackEvent) => void;
}

export interface CallbackEvent {
  /** Default `TRANSACTION.SUCCESS`. */
  eventType?: string;
  /** What is encrypted, as JSON. Default: a paid transaction. */
  resource?: object;
  /** Default `transaction`. */
  originalType?: string;
  /** Default: as `originalType`; may be empty. */
  associatedData?: string;
  /** Which key signs while the merchant knows both. Default: as for answers. */
  signedBy?: "platform-certificate" | "public-key";
}

export interface Endpoint {
  method: "GET" | "POST";
  path: RegExp;
  /** Whether it refuses what names no `Accept` or `User-Agent`, before anything else. */
  needsUserAgent: boolean;
  /** The body of a 200. Throws ApiError. `part` is the variable part of the path. */
  answer(call: Call, part: string): object;
}

/** Throws ApiError unless the body is a JSON object. */
export function jsonBody({ body }: ApiRequest): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    throw parameterError("", "The body is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw parameterError("", "The body is not an object");
  }
  return parsed as Record<string, unknown>;
}

/** Throws ApiError unless it is a text of 1 to `most` characters. */
export function textIn(body: Record<string, unknown>, name: string, most: number): string {
  const value = body[name];
  if (typeof value !== "string" || value === "" || value.length > most) {
    throw parameterError(`/${name}`, `must be a text of 1 to ${most} characters`);
  }
  return value;
}
