import type { KeyObject } from "node:crypto";

/** Of the environment that every test file gets. */
declare const rsaKeyNamed: (name: string, modulusLength: number) => KeyObject;

/** The RSA key `name`: the same one each time in a test file, and another for every name and length. */
export function rsaKey(name: string, modulusLength = 2048): KeyObject {
  return rsaKeyNamed(name, modulusLength);
}

/** Of the authority in a scene; `testAuthority` has others, which it must not vouch for. */
export const authorityKeys = () => ({
  root: rsaKey("scene's root"),
  issuer: rsaKey("scene's issuer"),
  wechatPayIssuer: rsaKey("scene's issuer of WeChat Pay"),
});
