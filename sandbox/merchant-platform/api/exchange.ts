import type { IncomingHttpHeaders } from "node:http";
import type { Merchant } from "../accounts/merchant-account";

export interface ApiRequest {
  method: string;
  /** Path and query, as in the request line. */
  target: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The platform's clock when it came in. */
  at: Date;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The merchant with this id, if it is one. */
export type FindMerchant = (merchantId: string) => Merchant | undefined;

export function header({ headers }: Pick<ApiRequest, "headers">, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
