import type { MerchantCredentials } from "merchant-credentials-loader";
import type { IPayRequest } from "wechatpay-node-v3/dist/lib/pay-request.interface";
import { WeChatPayError } from "./wechatpay-error";

/**
 * How wechatpay-node-v3 reaches WeChat Pay. Its own way knows one address only, and does not verify what comes back;
 * this one leads to any address, and verifies.
 */
export function verifiedHttp(credentials: MerchantCredentials, baseUrl: string): IPayRequest {
  const send = async (method: string, url: string, headers: Record<string, string>, body?: string) => {
    const { pathname, search } = new URL(url);
    const signal = AbortSignal.timeout(10_000);
    // WeChat Pay redirects nobody, and `fetch` would take order and signature to another host.
    const request = { method, headers, body, signal, redirect: "error" } as const;
    const response = await fetch(new URL(pathname + search, baseUrl), request);
    const text = await response.text();
    // What WeChat Pay refuses it does not sign.
    if (!response.ok) throw new WeChatPayError(response.status, text.slice(0, 200));
    await credentials.verify({ headers: response.headers, body: text });
    return { status: response.status, data: text === "" ? undefined : (JSON.parse(text) as unknown) };
  };
  return {
    get: (url, headers) => send("GET", url, headers),
    // These bytes are what the SDK has signed.
    post: (url, params, headers) => send("POST", url, headers, JSON.stringify(params)),
    upload: () => Promise.reject(new Error("This shop uploads nothing.")),
  };
}
