import { createHash, randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { measure, type Fault, type Faults } from "../faults";
import type { Journal, JournalEntry } from "../journal";
import { ApiError } from "./api-error";
import { authenticate, type Caller } from "./authentication";
import type { Callbacks } from "./callbacks";
import { certificates } from "./certificates-endpoint";
import { securityEcho } from "./echo-endpoint";
import { header, type Answer, type ApiRequest, type FindMerchant } from "./exchange";
import { Orders } from "./orders";
import { seal, signatureHeaders } from "./tampering";
import { nativeOrder, orderByOutTradeNo } from "./transaction-endpoints";
import { UsedNonces } from "./used-nonces";
import { answerV2, isV2 } from "./v2-endpoints";
import type { Endpoint } from "./v3-endpoint";

/** What goes back; a connection that is dropped or left hanging has no answer. */
export type Outcome = Answer | "drop" | "hang";

export interface ServiceParts {
  find: FindMerchant;
  callbacks: Callbacks;
  faults: Faults;
  journal: Journal;
}

const endpoints: readonly Endpoint[] = [certificates, securityEcho, nativeOrder, orderByOutTradeNo];

type Judged = Answer & Pick<JournalEntry, "verdict" | "merchant" | "serial">;

/** The platform's API, v2 and v3: judges a request, answers it, signs the answer and notes both. */
export class Service {
  readonly #nonces = new UsedNonces();
  readonly #orders = new Orders();

  constructor(private readonly parts: ServiceParts) {}

  async outcome(arrived: ApiRequest): Promise<Outcome> {
    const fault = this.parts.faults.meet(arrived.path);
    await wait(measure(fault, "latencyMs") ?? 0);
    const minutes = measure(fault, "clockMinutes") ?? 0;
    const request = { ...arrived, at: new Date(arrived.at.getTime() + minutes * 60_000) };
    const status = measure(fault, "status");
    if (fault === "drop" || fault === "hang") {
      this.#note(request, { verdict: "not-judged", status: 0 }, fault);
      return fault;
    }
    const judged: Judged =
      status === undefined
        ? this.#judge(request, fault)
        : { ...errorAnswer(status), verdict: "not-judged", ...claimed(request) };
    this.#note(request, judged, fault);
    return {
      status: judged.status,
      headers: { ...judged.headers, ...ofEveryAnswer(request.at) },
      body: judged.body,
    };
  }

  #judge(request: ApiRequest, fault?: Fault): Judged {
    if (request.method === "POST" && isV2(request.path)) {
      const { merchant, verdict, body } = answerV2(request, this.parts.find, this.#orders);
      return {
        status: 200,
        headers: { "Content-Type": "text/plain" },
        body: tampered(body, fault),
        verdict,
        merchant,
      };
    }
    try {
      return { ...this.#answerV3(request, fault), verdict: "accepted", ...claimed(request) };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // What is refused is not signed, as far as it was seen of the real platform.
      return {
        status: error.status,
        headers: json,
        body: error.body,
        verdict: error.reason,
        ...claimed(request),
      };
    }
  }

  #answerV3(request: ApiRequest, fault?: Fault): Answer {
    const [endpoint, part] = endpointOf(request);
    if (endpoint.needsUserAgent && !(header(request, "accept") && header(request, "user-agent"))) {
      throw new ApiError("no-user-agent", 400, "INVALID_REQUEST", "Http头缺少Accept或User-Agent");
    }
    const { find, callbacks } = this.parts;
    const caller = authenticate(request, find, this.#nonces);
    const tampering = typeof fault === "string" ? fault : undefined;
    const answer = endpoint.answer(
      {
        ...caller,
        request,
        orders: this.#orders,
        seal: (plaintext) => seal(plaintext, tampering),
        callBack: (url, event) => void callbacks.send(caller.merchant, url, event),
      },
      part,
    );
    const body = tampered(JSON.stringify(answer), fault);
    const signature = signatureHeaders(body, signingKey(request, caller), request.at, tampering);
    return { status: 200, headers: { ...json, ...signature }, body };
  }

  #note(
    request: ApiRequest,
    judged: Pick<Judged, "verdict" | "merchant" | "serial" | "status">,
    fault?: Fault,
  ) {
    const { method, target, path, body, at } = request;
    const { verdict, merchant, serial, status } = judged;
    this.parts.journal.note({
      at: at.toISOString(),
      method,
      target: verdict === "not-offered" ? path : target,
      ...(merchant && { merchant }),
      ...(serial && { serial }),
      verdict,
      status,
      ...(fault && { fault }),
      ...(body.length > 0 && { bodySha256: createHash("sha256").update(body).digest("hex") }),
    });
  }
}

const json = { "Content-Type": "application/json; charset=utf-8" };

/** An unknown address has an empty answer, and so has an unknown method. */
function endpointOf({ method, path }: ApiRequest): [Endpoint, string] {
  const candidates = endpoints.filter((endpoint) => endpoint.path.test(path));
  const endpoint = candidates.find((candidate) => candidate.method === method);
  if (!endpoint) throw new NotOffered(candidates.length > 0 ? 405 : 404);
  return [endpoint, endpoint.path.exec(path)?.[1] ?? ""];
}

class NotOffered extends ApiError {
  constructor(status: number) {
    super("not-offered", status, "", "");
  }
  override get body() {
    return "";
  }
}

/** The key that the request names, if it is one of this merchant's: that is how one asks for the public key's. */
function signingKey(request: ApiRequest, { merchant }: Caller) {
  const keys = merchant.platformKeys();
  const named = header(request, "wechatpay-serial");
  return (named && keys.named(named, request.at)) || keys.signing(request.at);
}

function claimed(request: ApiRequest): Pick<JournalEntry, "merchant" | "serial"> {
  const authorization = header(request, "authorization") ?? "";
  const [merchant, serial] = [/\bmchid="([^"]{1,40})"/, /\bserial_no="([^"]{1,64})"/].map(
    (field) => field.exec(authorization)?.[1],
  );
  return { merchant, serial };
}

function tampered(body: string, fault?: Fault): string {
  if (fault === "garbage-body") return "<html><body>It works!</body>";
  if (fault === "oversized-body") return body + " ".repeat(2 * 1024 * 1024);
  return fault === "empty-body" ? "" : body;
}

function errorAnswer(status: number): Answer {
  const code = status === 429 ? "FREQUENCY_LIMITED" : status < 500 ? "INVALID_REQUEST" : "SYSTEM_ERROR";
  const message = status === 429 ? "频率超限" : status < 500 ? "无效请求" : "系统错误";
  return { status, headers: json, body: JSON.stringify({ code, message }) };
}

const ofEveryAnswer = (at: Date) => ({
  Date: at.toUTCString(),
  "Request-ID": `${randomBytes(20).toString("hex").toUpperCase()}-${Math.floor(at.getTime() / 1000)}`,
});
