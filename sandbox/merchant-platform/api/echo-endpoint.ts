import { ApiError, parameterError } from "./api-error";
import { signError } from "./authentication";
import { decryptField, encryptField } from "./cryptography";
import { header } from "./exchange";
import { jsonBody, textIn, type Call, type Endpoint } from "./v3-endpoint";

/** Tries signatures and encryption in both directions: https://pay.weixin.qq.com/doc/v3/merchant/4014551946 */
export const securityEcho: Endpoint = {
  method: "POST",
  path: /^\/v3\/security\/echo$/,
  needsUserAgent: true,
  answer: (call: Call) => {
    const body = jsonBody(call.request);
    const echo = {
      echo_message: textIn(body, "echo_message", 1024),
      ...("encrypted_echo_message" in body &&
        encryptedEcho(call, textIn(body, "encrypted_echo_message", 1024))),
    };
    platformKey(call);
    if ("notify_url" in body) {
      if (call.merchant.secret("apiV3Secret") === undefined) throw signError("no-apiv3-secret");
      call.callBack(urlIn(body), {
        eventType: "SECURITY_ECHO.SUCCESS",
        resource: echo,
        originalType: "security_echo",
      });
    }
    return echo;
  },
};

/** Encrypted for the platform, it comes back encrypted for the merchant's certificate. */
function encryptedEcho(call: Call, encrypted: string): { encrypted_echo_message: string } {
  const text = decryptField(encrypted, platformKey(call).privateKey);
  if (text === undefined) {
    throw parameterError(
      "/encrypted_echo_message",
      "is not encrypted with the key that Wechatpay-Serial names",
    );
  }
  return { encrypted_echo_message: encryptField(text, call.certificate.publicKey) };
}

/** Source of the words: https://pay.weixin.qq.com/doc/v3/merchant/4013053279 */
function platformKey({ request, merchant }: Call) {
  const name = header(request, "wechatpay-serial");
  const key = name && merchant.platformKeys().named(name, request.at);
  if (key) return key;
  const message = name
    ? "平台证书序列号Wechatpay-Serial错误"
    : "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)";
  throw new ApiError("platform-serial", 400, "PARAM_ERROR", message);
}

function urlIn(body: Record<string, unknown>): string {
  const url = textIn(body, "notify_url", 255);
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : "")) {
    throw parameterError("/notify_url", "must be a URL");
  }
  return url;
}
