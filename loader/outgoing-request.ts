import { CredentialError } from "./errors";
import type { SignedRequest } from "./wechatpay";

/** A request to sign. */
export interface OutgoingRequest {
  method: SignedRequest["method"];
  /** The whole address, or path and query. */
  url: string;
  /** As it is sent. Default: empty. */
  body?: string | undefined;
}

const methods: readonly unknown[] = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
] satisfies SignedRequest["method"][];

/**
 * What the signature of a request covers: all but time and nonce.
 *
 * @throws CredentialError `invalid-options` for what WeChat Pay would answer with SIGN_ERROR, or never get
 */
export function requestToSign(request: OutgoingRequest): Pick<SignedRequest, "method" | "target" | "body"> {
  const {
    method,
    url,
    body = "",
  } = (request as OutgoingRequest | null | undefined) ?? ({} as OutgoingRequest);
  if (!methods.includes(method)) throw invalid(`method is not one of ${methods.join(", ")}`);
  if (!isAddress(url))
    throw invalid("url is neither an https or http address nor a path that begins with a single slash");
  if (typeof body !== "string")
    throw invalid("body is not a text: give it as it is sent; a parsed body has another signature");
  const { pathname, search } = new URL(url, "https://api.mch.weixin.qq.com");
  return { method, target: `${pathname}${search}`, body };
}

/** A URL's parser takes `\` for a slash and passes over line ends, and two slashes begin another host. */
function isAddress(url: unknown): boolean {
  if (typeof url !== "string") return false;
  return /^\/(?![/\\])[^\t\r\n]*$/.test(url) || (/^https?:\/\//i.test(url) && URL.canParse(url));
}

function invalid(problem: string): CredentialError {
  return new CredentialError("invalid-options", `authorization: ${problem}.`);
}
