import path from "node:path";
import type { PulumiCli } from "./cli";

type Environment = Record<string, string>;

/**
 * What must not come along from the user's shell: accounts, backends and passphrases, and what npm, jest and Node
 * debuggers set for their own children.
 */
const foreign = /^(PULUMI_|AWS_|npm_|JEST_|TS_NODE_|NODE_(OPTIONS|PATH|ENV)$|INIT_CWD$)/i;

/** The environment of a Pulumi command that can reach nothing but its scratch folder and what a test gives it. */
export function isolatedEnvironment(
  outside: NodeJS.ProcessEnv,
  cli: Pick<PulumiCli, "path">,
  scratch: string,
): Environment {
  const kept = Object.entries(outside).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !foreign.test(entry[0]),
  );
  const environment = Object.fromEntries(kept);
  const pathName = Object.keys(environment).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const nowhere = path.join(scratch, "no-aws-configuration");
  return {
    ...environment,
    [pathName]: [...cli.path, environment[pathName] ?? ""].join(path.delimiter),
    PULUMI_HOME: path.join(scratch, "home"),
    PULUMI_BACKEND_URL: `file://${path.join(scratch, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: "throwaway",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // `tsc -b` has checked the types.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
