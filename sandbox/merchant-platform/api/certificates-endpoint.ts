import { ApiError, parameterError } from "./api-error";
import { signError } from "./authentication";
import type { Call, Endpoint } from "./v3-endpoint";

/** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012551764 and, abroad, /doc/global/v3/zh/4012354540 */
export const certificates: Endpoint = {
  method: "GET",
  path: /^\/v3\/(?:global\/)?certificates$/,
  needsUserAgent: true,
  answer: ({ merchant, request, seal }: Call) => {
    const algorithm = request.query.get("algorithm_type");
    if (algorithm !== null && algorithm !== "RSA" && algorithm !== "ALL") {
      throw parameterError("algorithm_type", "must be RSA or ALL", "query");
    }
    if (merchant.mode === "public-key") {
      throw new ApiError(
        "public-key-mode",
        404,
        "RESOURCE_NOT_EXISTS",
        "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引https://pay.weixin.qq.com/docs/merchant/products/platform-certificate/wxp-pub-key-guide.html",
      );
    }
    const apiV3Secret = merchant.secret("apiV3Secret");
    if (apiV3Secret === undefined) throw signError("no-apiv3-secret");
    const offered = merchant.platformKeys().offered(request.at);
    return {
      data: offered.map(({ serialNumber, effectiveTime, expireTime, pem }) => ({
        serial_no: serialNumber,
        effective_time: beijingTime(effectiveTime),
        expire_time: beijingTime(expireTime),
        encrypt_certificate: seal({ text: pem, apiV3Secret, associatedData: "certificate" }),
      })),
    };
  },
};

/** RFC 3339 with the offset that the platform writes. */
export function beijingTime(date: Date): string {
  return `${new Date(date.getTime() + 8 * 60 * 60_000).toISOString().slice(0, 19)}+08:00`;
}
