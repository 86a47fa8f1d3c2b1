import { spawnSync } from "node:child_process";

/** Java's keytool, in English. */
const program = "keytool";
const english = "-J-Duser.language=en";

/** Why Java cannot be asked; undefined where it can. In CI that is an error. */
export function noKeytool(): string | undefined {
  const { status } = spawnSync(program, [english, "-help"]);
  if (status === 0) return undefined;
  const reason = "Java has not been asked: that needs `keytool`, of a JDK or JRE of 8u301 or later";
  if (process.env.CI === "true") throw new Error(reason);
  return reason;
}

/** What keytool prints; passwords come from the environment. Fails with what it says. */
export function keytool(args: readonly string[], passwords: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(program, [english, ...args], {
    env: { ...process.env, ...passwords },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`keytool ended with ${status}: ${stdout}${stderr}`.trim());
  return stdout;
}
