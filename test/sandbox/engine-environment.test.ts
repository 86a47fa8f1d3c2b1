import path from "node:path";
import { isolatedEnvironment } from "../../sandbox/engine/environment";

const outside = {
  PATH: "/usr/bin",
  HOME: "/home/someone",
  PULUMI_BACKEND_URL: "https://api.example.com",
  PULUMI_ACCESS_TOKEN: "pul-0",
  PULUMI_CONFIG_PASSPHRASE_FILE: "/home/someone/passphrase",
  AWS_PROFILE: "production",
  AWS_SESSION_TOKEN: "token",
  AWS_ENDPOINT_URL_SECRETS_MANAGER: "https://example.com",
  NODE_OPTIONS: "--inspect",
  JEST_WORKER_ID: "worker-7",
  npm_config_prefix: "/usr",
};

describe("the environment of an isolated engine", () => {
  const environment = isolatedEnvironment(outside, { path: ["/cache/bin"] }, "/scratch");

  it("keeps nothing of the user's accounts, backends and debuggers", () => {
    const values = Object.values(environment);
    for (const value of Object.values(outside).slice(2)) expect(values).not.toContain(value);
  });

  it("finds the language host before anything else on PATH, and the home folder as it was", () => {
    expect(environment).toMatchObject({ PATH: `/cache/bin${path.delimiter}/usr/bin`, HOME: "/home/someone" });
  });

  it("keeps state in the scratch folder and AWS away from the machine's configuration", () => {
    expect(environment).toMatchObject({
      PULUMI_BACKEND_URL: "file:///scratch/backend",
      PULUMI_HOME: "/scratch/home",
      AWS_CONFIG_FILE: "/scratch/no-aws-configuration",
      AWS_EC2_METADATA_DISABLED: "true",
    });
  });
});
