import type { GenericSchema, InferOutput } from "valibot";
import type { SecretDescription } from "../domain/secret";
import type { Step } from "../domain/step";
import type { Protocol } from "../vault/reconcile";
import type { CommonArguments } from "./common-arguments";
import type { Outside, Ports } from "./ports";
import type { CheckFailure, JsonObject } from "./resource-handlers";

/** Inputs of any kind, as far as the shared handlers look at them. */
export type CredentialInputs = CommonArguments & {
  merchantId: string;
  /** Whether to take over a secret that exists; as an object, how to read a value of another tool. */
  adopt: boolean | object;
};

/** Inputs of the right shape, what was stored before, and what the Provider says. */
export interface CheckCall {
  inputs: JsonObject;
  olds: JsonObject;
  config: JsonObject;
  now: Date;
}

export interface Checked {
  inputs: JsonObject;
  failures: CheckFailure[];
}

/** What differs between the kinds of credential; the handlers are the same for all. */
export interface CredentialKind<Schema extends GenericSchema, View, State> {
  /** As in tags, tokens and the default secret name. */
  kind: string;
  schema: Schema;
  /** The names of all inputs, those that check injects included. */
  inputNames: readonly string[];
  /** Fills in this kind's own defaults, before the shape is checked. */
  withDefaults: (news: JsonObject) => JsonObject;
  /** Rules on inputs of the right shape, and what check adds to them: normal forms and readable lines. */
  check: (call: CheckCall) => Checked;
  protocol: (inputs: InferOutput<Schema>, ports: Ports, outside: Outside) => ValueProtocol<View>;
  /** Tags that a new owner starts from, beside the identity. */
  claimTags: (inputs: InferOutput<Schema>, now: Date) => Readonly<Record<string, string>>;
  /** The outputs of a look-up by id: what labels tell; null and empty lists where DescribeSecret does not. */
  blank: (secret: SecretDescription) => JsonObject;
  /** What goes into state, from what the vault holds; `previous` is what the state said before. */
  state: (view: View, inputs: InferOutput<Schema>, previous: JsonObject, now: Date) => State;
}

/** A protocol for the values alone; the settings of the secret around them are the handlers'. */
export type ValueProtocol<View> = Pick<Protocol<View>, "view"> & { next: (view: View) => Step | undefined };
