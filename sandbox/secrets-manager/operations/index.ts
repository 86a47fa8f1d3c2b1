import type { Call } from "../call";
import * as inputs from "../inputs";
import type { Field } from "../shape";
import { createSecret } from "./create-secret";
import { deleteSecret, restoreSecret } from "./deletion";
import { describeSecret, listSecretVersionIds } from "./describe-secret";
import { removeRegionsFromReplication, replicateSecretToRegions } from "./replication";
import { tagResource, untagResource } from "./tags";
import { getSecretValue, putSecretValue, updateSecret } from "./values";
import { updateSecretVersionStage } from "./version-stage";

export interface Operation {
  readonly kind: "read" | "write";
  run(body: unknown, call: Call): object;
}

/** The operations of Secrets Manager that the sandbox serves. */
export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["DescribeSecret", read(inputs.describeSecret, describeSecret)],
  ["GetSecretValue", read(inputs.getSecretValue, getSecretValue)],
  ["ListSecretVersionIds", read(inputs.listSecretVersionIds, listSecretVersionIds)],
  ["CreateSecret", write(inputs.createSecret, createSecret)],
  ["PutSecretValue", write(inputs.putSecretValue, putSecretValue)],
  ["UpdateSecret", write(inputs.updateSecret, updateSecret)],
  ["UpdateSecretVersionStage", write(inputs.updateSecretVersionStage, updateSecretVersionStage)],
  ["TagResource", write(inputs.tagResource, tagResource)],
  ["UntagResource", write(inputs.untagResource, untagResource)],
  ["DeleteSecret", write(inputs.deleteSecret, deleteSecret)],
  ["RestoreSecret", write(inputs.restoreSecret, restoreSecret)],
  ["ReplicateSecretToRegions", write(inputs.replicateSecretToRegions, replicateSecretToRegions)],
  ["RemoveRegionsFromReplication", write(inputs.removeRegionsFromReplication, removeRegionsFromReplication)],
]);

type Run<T> = (input: T, call: Call) => object;

function read<T>(shape: Field<T>, run: Run<T>): Operation {
  return { kind: "read", run: (body, call) => run(shape.read(body, ""), call) };
}

function write<T>(shape: Field<T>, run: Run<T>): Operation {
  return { kind: "write", run: (body, call) => run(shape.read(body, ""), call) };
}
