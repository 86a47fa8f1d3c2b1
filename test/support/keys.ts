import { generateKeyPairSync, type KeyObject } from "node:crypto";

/** From the environment, which every test file of a worker gets. */
declare const keysOfTheWorker: Map<string, KeyObject>;

/** The RSA key `name`: the same one in all test files of a worker, and another for every name and length. */
export function rsaKey(name: string, modulusLength = 2048): KeyObject {
  const id = `${name} ${modulusLength}`;
  const key = keysOfTheWorker.get(id) ?? generateKeyPairSync("rsa", { modulusLength }).privateKey;
  keysOfTheWorker.set(id, key);
  return key;
}

/** Of the authority in a scene; `testAuthority` has others, which it must not vouch for. */
export const authorityKeys = () => ({
  root: rsaKey("scene's root"),
  issuer: rsaKey("scene's issuer"),
  wechatPayIssuer: rsaKey("scene's issuer of WeChat Pay"),
});
