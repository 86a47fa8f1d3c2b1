import { MerchantCredentialsError } from "../errors";
import type { World } from "./world";

/** What each CI service sets; its output is kept, and read by many. Sources: the services' own documentation. */
const ciVariables = [
  "CI",
  "CONTINUOUS_INTEGRATION",
  "GITHUB_ACTIONS",
  "GITLAB_CI",
  "JENKINS_URL",
  "TEAMCITY_VERSION",
  "TF_BUILD",
  "BUILDKITE",
  "CIRCLECI",
  "TRAVIS",
  "APPVEYOR",
  "DRONE",
  "CODEBUILD_BUILD_ID",
  "BITBUCKET_BUILD_NUMBER",
  "PULUMI_CI_SYSTEM",
];

/** The variable by which a CI service gives itself away. */
export function ciVariable(environment: World["environment"]): string | undefined {
  return ciVariables.find((name) => !["", "0", "false", undefined].includes(environment[name]));
}

/**
 * A secret is shown to a person in front of a screen and to nothing else.
 *
 * @throws MerchantCredentialsError that says why this is not one.
 */
export function assertTerminal({ stdin, stdout, environment }: World): void {
  const service = ciVariable(environment);
  if (service) {
    throw refused(`${service} is set, so this is a CI job, and its output is kept and read by many`, {
      hint: "Run it in a terminal of your own",
    });
  }
  const redirected = !stdout.isTerminal
    ? "standard output"
    : !stdin.isTerminal
      ? "standard input"
      : undefined;
  if (redirected) {
    throw refused(`${redirected} is not a terminal, so the secret would land in a file, a pipe or a log`, {
      hint: "Run it in a terminal, without a pipe or a redirection",
    });
  }
  if (environment.TERM === "dumb") {
    throw refused("TERM is dumb: this terminal cannot take back what it has shown", {
      hint: "Run it in another terminal",
    });
  }
}

function refused(summary: string, { hint }: { hint: string }): MerchantCredentialsError {
  return new MerchantCredentialsError("invalid-input", summary, { hint });
}
