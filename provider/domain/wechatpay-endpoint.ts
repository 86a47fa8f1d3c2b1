import { endpointProblem } from "./connection-rules";

/** Where WeChat Pay is reached, and which of its two sets of paths is there. */
export interface WeChatPayEndpoint {
  /** Scheme, host and port, without a slash at the end. */
  baseUrl: string;
  /** `mainland`: paths `/v3/…` and v2; `global`: paths `/v3/global/…`, APIv3 only. */
  flavour: WeChatPayFlavour;
}

export type WeChatPayFlavour = "mainland" | "global";

/**
 * WeChat Pay's own hosts by name. Sources: pay.weixin.qq.com/doc/v3/merchant/4014551946 (mainland),
 * pay.weixin.qq.com/doc/global/v3/zh/4012354540 (Hong Kong and the rest of the world).
 */
const known: ReadonlyMap<string, WeChatPayEndpoint> = new Map([
  ["mainland", { baseUrl: "https://api.mch.weixin.qq.com", flavour: "mainland" }],
  ["global", { baseUrl: "https://apihk.mch.weixin.qq.com", flavour: "global" }],
]);

/** Why a text may not be the setting `wechatPayEndpoint`; undefined where it may. */
export function wechatPayEndpointProblem(text: string): string | undefined {
  if (known.has(text)) return undefined;
  const problem = endpointProblem(text);
  if (problem) return problem;
  const { pathname, search, hash } = new URL(text);
  if (pathname !== "/") return "a URL with a path";
  return search || hash || /[?#]/.test(text) ? "a URL with a query" : undefined;
}

/**
 * The setting `wechatPayEndpoint`: `mainland` (default), `global`, or a URL that {@link wechatPayEndpointProblem}
 * finds nothing wrong with. A URL of the global host has the global paths, any other those of the mainland.
 */
export function wechatPayEndpoint(text = "mainland"): WeChatPayEndpoint {
  const named = known.get(text);
  if (named) return named;
  const baseUrl = new URL(text).origin;
  return [...known.values()].find((each) => each.baseUrl === baseUrl) ?? { baseUrl, flavour: "mainland" };
}
