import { endpointProblem } from "../domain/connection-rules";
import { MerchantCredentialsError } from "../errors";
import { parseSecretArn, type SecretArn } from "../vault/arn";
import type { Connection } from "../vault/connection";
import type { JsonObject } from "./resource-handlers";

/** How to reach the vault in a region, from what the Provider was given. */
export function connection(config: JsonObject, region: string): Connection {
  const { profile, assumeRole, endpoint } = config as Partial<Connection>;
  const problem = endpoint && endpointProblem(endpoint);
  if (problem)
    throw new MerchantCredentialsError("invalid-input", `the Provider's endpoint is ${problem}`, {
      property: "endpoint",
    });
  return {
    region,
    ...(profile && { profile }),
    ...(assumeRole && { assumeRole }),
    ...(endpoint && { endpoint }),
  };
}

/** Where the secret of a resource lives, by its id: the Provider may have been pointed elsewhere since. */
export function location(id: string): SecretArn {
  const arn = parseSecretArn(id);
  if (arn) return arn;
  throw new MerchantCredentialsError("invalid-input", "the resource's id is not the ARN of a secret", {
    property: "id",
    expected: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX",
  });
}
