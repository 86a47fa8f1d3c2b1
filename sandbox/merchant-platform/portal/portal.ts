import type { Merchant } from "../accounts/merchant-account";
import type { Answer, ApiRequest, FindMerchant } from "../api/exchange";
import { header } from "../api/exchange";
import type { Journal } from "../journal";
import { PlatformRefusal } from "../refusal";
import { accountView } from "./account-view";
import { actions, isAction, type ActionName, type Typed } from "./actions";
import { page, pageHeaders, type Notice } from "./page";

export interface PortalParts {
  find: FindMerchant;
  merchants: () => readonly Merchant[];
  journal: Journal;
}

const shownRequests = 20;

export const isOfPortal = (path: string): boolean => path === "/" || path.startsWith("/portal/");

/** What the super administrator sees and does: a page with forms, and the same as JSON. */
export class Portal {
  constructor(private readonly parts: PortalParts) {}

  answer(request: ApiRequest): Answer {
    const { method, path } = request;
    if (method === "GET" && path === "/") return this.#page(200);
    if (method === "GET" && path === "/portal/merchants") {
      return jsonAnswer(200, this.parts.merchants().map(accountView));
    }
    const [, merchantId, action] = /^\/portal\/merchants\/(\d+)\/([a-z0-9-]+)$/.exec(path) ?? [];
    if (method !== "POST" || !merchantId || !action || !isAction(action)) {
      return { status: 404, headers: { "Content-Type": "text/plain" }, body: "Not found\n" };
    }
    return this.#act(request, merchantId, action);
  }

  #act(request: ApiRequest, merchantId: string, action: ActionName): Answer {
    const isForm = header(request, "content-type")?.startsWith("application/x-www-form-urlencoded") === true;
    try {
      const merchant = this.parts.find(merchantId);
      if (!merchant)
        throw new PlatformRefusal("unknown-merchant", `There is no merchant ${merchantId} here.`);
      const result = actions[action](merchant, isForm ? typedInForm(request) : typedInJson(request));
      this.#note(request, merchantId, "accepted", 200);
      return isForm ? this.#page(200, done(action, result)) : jsonAnswer(200, result);
    } catch (error) {
      if (!(error instanceof PlatformRefusal)) throw error;
      const { code, message } = error;
      const status = code === "unknown-merchant" ? 404 : 400;
      this.#note(request, merchantId, code, status);
      return isForm
        ? this.#page(status, { isRefusal: true, says: message })
        : jsonAnswer(status, { code, message });
    }
  }

  #page(status: number, notice?: Notice): Answer {
    const latest = this.parts.journal.entries().slice(-shownRequests).reverse();
    return {
      status,
      headers: pageHeaders,
      body: page(this.parts.merchants().map(accountView), latest, notice),
    };
  }

  #note(
    { at, method, path }: ApiRequest,
    merchant: string,
    verdict: "accepted" | PlatformRefusal["code"],
    status: number,
  ) {
    this.parts.journal.note({ at: at.toISOString(), method, target: path, merchant, verdict, status });
  }
}

function done(action: ActionName, result: Record<string, string>): Notice {
  const says: Record<ActionName, string> = {
    "sms-code": `The super administrator's phone says: ${result.smsCode} is the code, for the next 5 minutes.`,
    "api-secret": "The API secret is set; the one before is worthless now.",
    "apiv3-secret": "The APIv3 secret is set; the one before is worthless now.",
    certificate: `The certificate string, serial number ${result.serialNumber}:`,
    revoke: "The certificate is revoked; within 7 days it can be restored.",
    restore: "The certificate is valid again.",
  };
  return { isRefusal: false, says: says[action], text: result.certificate };
}

const typedInForm = ({ body }: ApiRequest): Typed =>
  Object.fromEntries(new URLSearchParams(body.toString("utf8")));

/** The text itself is never in the refusal: it may be a secret. */
function typedInJson({ body }: ApiRequest): Typed {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8") || "{}");
  } catch {
    throw new PlatformRefusal("not-a-form", "Send an object of texts as JSON.");
  }
  const isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  if (!isObject || !Object.values(parsed as object).every((value) => typeof value === "string")) {
    throw new PlatformRefusal("not-a-form", "Send an object of texts as JSON.");
  }
  return parsed as Typed;
}

const jsonAnswer = (status: number, body: unknown): Answer => ({
  status,
  headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" },
  body: JSON.stringify(body),
});
