import { createHash, createHmac } from "node:crypto";

export type V2SignType = "MD5" | "HMAC-SHA256";

/**
 * The signature of v2 parameters. Source: WeChat Pay API v2, "Signature algorithm": empty values and `sign` are left
 * out, the rest sorted by the ASCII of their names, joined as `k=v&…&key=SECRET`, digested, in upper-case hex.
 */
export function v2Signature(
  parameters: Readonly<Record<string, string>>,
  apiSecret: string,
  signType: V2SignType = "MD5",
): string {
  const signed = Object.keys(parameters)
    .filter((name) => name !== "sign" && parameters[name] !== "")
    .sort()
    .map((name) => `${name}=${parameters[name]}`);
  const text = [...signed, `key=${apiSecret}`].join("&");
  const digest = signType === "MD5" ? createHash("md5") : createHmac("sha256", apiSecret);
  return digest.update(text).digest("hex").toUpperCase();
}
