import type { LoadOptions, SecretArns } from "merchant-credentials-loader";

export interface ShopSettings {
  /** WeChat Pay's address. */
  wechatPay: string;
  appId: string;
  /** Where WeChat Pay sends its callbacks: this server's /callback, as the world sees it. */
  notifyUrl: string;
}

/** From the environment; README.md has the list. @throws Error that names the variable */
export function readSettings(env: NodeJS.ProcessEnv): {
  load: LoadOptions;
  shop: ShopSettings;
  port: number;
} {
  const { SECRET_ARNS: arns, MERCHANT_ID: merchantId, SECRETS_MANAGER_ENDPOINT: endpoint } = env;
  const { APP_ID: appId, NOTIFY_URL: notifyUrl, WECHATPAY_ENDPOINT: wechatPay, PORT: port } = env;
  if (!arns && !merchantId) throw new Error("SECRET_ARNS or MERCHANT_ID is missing.");
  if (!appId || !notifyUrl) throw new Error("APP_ID and NOTIFY_URL are needed.");
  return {
    load: { ...(arns ? { arns: secretArns(arns) } : { merchantId }), endpoint },
    shop: { wechatPay: wechatPay ?? "https://api.mch.weixin.qq.com", appId, notifyUrl },
    port: portOf(port ?? "8080"),
  };
}

function secretArns(json: string): SecretArns {
  const arns = parsed(json);
  if (typeof arns !== "object" || arns === null || Array.isArray(arns))
    throw new Error("SECRET_ARNS is not a JSON object: give `pulumi stack output secretArns --json`.");
  return arns;
}

/** The parser's error would quote what was given. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw new Error("PORT is not a number from 0 to 65535.");
  return port;
}
