import { randomUUID } from "node:crypto";
import { ServiceError, unreadableInput } from "./service-error";

/** An HTTP request to the service, before anything in it is believed. */
export interface WireRequest {
  readonly target?: string;
  readonly authorization?: string;
  readonly contentType?: string;
  readonly text: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

/** The operation in `X-Amz-Target: secretsmanager.<Operation>`. */
export function targetedOperation({ target = "" }: WireRequest): string {
  return /^secretsmanager\.(\w+)$/.exec(target)?.[1] ?? (target || "Unknown");
}

/** The region in the credential scope of a Signature Version 4 header. The signature is not checked. */
export function signedRegion({ authorization }: WireRequest): string | undefined {
  return authorization && /Credential=[^/,\s]+\/\d{8}\/([a-z0-9-]+)\//.exec(authorization)?.[1];
}

export function assertSigned({ authorization }: WireRequest): void {
  if (!authorization) {
    throw new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  if (!/^AWS4-\S+ .*Credential=.+Signature=/.test(authorization)) {
    throw new ServiceError(
      "IncompleteSignatureException",
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
    );
  }
}

export function parseBody(text: string): Record<string, unknown> {
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    // The parser's own message quotes what it read, which may be a secret value.
    throw unreadableInput("The request is not JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw unreadableInput("The request must be a JSON object.");
  }
  return body as Record<string, unknown>;
}

export function jsonAnswer(status: number, body: object): WireAnswer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() },
    text: JSON.stringify(body),
  };
}

/** The service spells its own errors' text `Message` and those of its front end `message`; both are sent. */
export function jsonError({ type, message, status }: ServiceError): WireAnswer {
  return jsonAnswer(status, { __type: type, message, Message: message });
}
