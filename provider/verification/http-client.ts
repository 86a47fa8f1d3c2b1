import http from "node:http";
import https from "node:https";
import { endpointProblem } from "../domain/connection-rules";
import { MerchantCredentialsError } from "../errors";
import { NoAnswer, type WeChatPay, type WeChatPayAnswer, type WeChatPayRequest } from "./wechat-pay";

/** How long an answer may take and how large it may be. */
export interface AnswerLimits {
  milliseconds: number;
  bytes: number;
}

const usual: AnswerLimits = { milliseconds: 10_000, bytes: 1_000_000 };

/** WeChat Pay refuses requests without a User-Agent. Source: pay.weixin.qq.com/doc/v3/merchant/4012081709. */
const always = { Accept: "application/json", "User-Agent": "pulumi-merchant-credentials" };

/**
 * WeChat Pay over HTTPS, or over HTTP on loopback. Redirects are answers, and proxies of the environment are not used:
 * a signed request goes to the endpoint or nowhere. No connection outlives its request.
 *
 * @param signal ends whatever is under way
 */
export function weChatPayOverHttp(
  baseUrl: string,
  signal: AbortSignal,
  limits: AnswerLimits = usual,
): WeChatPay {
  const problem = endpointProblem(baseUrl);
  if (problem) {
    throw new MerchantCredentialsError("invalid-input", "WeChat Pay cannot be reached there", {
      property: "wechatPayEndpoint",
      expected: "https, or http on loopback",
      actual: problem,
    });
  }
  return (request) => ask(new URL(request.target, baseUrl), request, signal, limits);
}

function ask(
  url: URL,
  { method, headers, body }: WeChatPayRequest,
  signal: AbortSignal,
  limits: AnswerLimits,
): Promise<WeChatPayAnswer> {
  return new Promise((resolve, reject) => {
    const { request: send } = url.protocol === "https:" ? https : http;
    const length = body === "" ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
    const request = send(url, {
      method,
      headers: { ...always, ...headers, ...length },
      agent: false,
      // Not even NODE_TLS_REJECT_UNAUTHORIZED may let a stranger answer for WeChat Pay.
      rejectUnauthorized: true,
    });
    let isAnswered = false;
    const fail = (error: unknown): void => {
      reject(error instanceof NoAnswer ? error : noAnswer(error));
      request.destroy();
    };
    const late = new NoAnswer("timeout", `no answer within ${limits.milliseconds / 1000} seconds`);
    const timer = setTimeout(fail, limits.milliseconds, late);
    const abort = (): void => fail(new NoAnswer("aborted", "the run has no time left"));
    signal.addEventListener("abort", abort, { once: true });
    request.on("close", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      // A protocol that nobody asked for ends with neither answer nor error; a broken answer tells of itself.
      if (!isAnswered) fail(new NoAnswer("unreachable", "the connection ended without an answer"));
    });
    request.on("error", fail);
    request.on("response", (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > limits.bytes) {
          fail(new NoAnswer("too-large", `an answer of more than ${limits.bytes} bytes`));
        } else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: single(response.headers),
          body: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    if (signal.aborted) abort();
    else request.end(body);
  });
}

/** Headers with one value; those of WeChat Pay that count have one. */
function single(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

const untrusted = /CERT|ERR_TLS|UNABLE_TO_|SELF_SIGNED/;

/** Node's own message can quote what was read; its code is a name. */
function noAnswer(error: unknown): NoAnswer {
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? "unknown");
  return untrusted.test(code)
    ? new NoAnswer("certificate", `the endpoint's TLS certificate is not trusted (${code})`)
    : new NoAnswer("unreachable", `no connection (${code})`);
}
