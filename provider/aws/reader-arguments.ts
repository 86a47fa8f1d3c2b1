import { regionPattern } from "../domain/connection-rules";
import { MerchantCredentialsError } from "../errors";
import { described } from "../resources/shape";
import { policyKey } from "./kms-key";
import { readableStages, stagesByKind, type Reading } from "./reader-policy";
import { secretLocation } from "./secret-arn";

/** Whether a value is not known yet, so that there is nothing to say about it. */
export type ArrivesLater = (value: unknown) => boolean;

interface Expectation {
  expected: string;
  hint?: string;
}

const oneOf = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(" or ");

const expectations = {
  list: { expected: "a list of at least one credential", hint: "A reader of nothing needs no policy" },
  credential: { expected: "a credential, or an object with its `secretArn`" },
  secretArn: {
    expected: "the full ARN of one secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX",
    hint: "Give output `secretArn` of the credential; a name, a pattern or an ARN without its six last characters is not enough",
  },
  kmsKeyId: {
    expected: "the id, alias/name or ARN of a KMS key of the secret's region",
    hint: "Leave it out for the account's aws/secretsmanager key",
  },
  credentialKind: { expected: oneOf(Object.keys(stagesByKind)) },
  stages: { expected: `a list of ${oneOf(readableStages)}` },
  role: {
    expected: "the name of a role",
    hint: "Give the name alone, without arn:aws:iam::ACCOUNT:role/ and without a path",
  },
} as const satisfies Record<string, Expectation>;

/**
 * Refuses what cannot be read. Nothing that was given is repeated: a secret could be in the wrong place.
 *
 * @throws MerchantCredentialsError `invalid-input`, naming the argument, e.g. `credentials.0.secretArn`
 */
export function assertReading(
  { credentials, stages, replicaRegions }: { readonly [name in keyof Reading]?: unknown },
  resource: string,
  arrivesLater: ArrivesLater = never,
): void {
  const expect = expecting(resource, arrivesLater);
  expect("credentials", credentials, members(credentials).length > 0, expectations.list);
  members(credentials).forEach((credential, index) => {
    const property = `credentials.${index}`;
    expect(property, credential, isObject(credential), expectations.credential);
    if (!isObject(credential) || arrivesLater(credential)) return;
    const { secretArn, kmsKeyId, credentialKind } = credential;
    const location = typeof secretArn === "string" ? secretLocation(secretArn) : undefined;
    expect(`${property}.secretArn`, secretArn, location !== undefined, expectations.secretArn);
    // Which region it must be of is known with the secret.
    const isKey = typeof kmsKeyId === "string" && (!location || policyKey(kmsKeyId, location) !== undefined);
    expect(`${property}.kmsKeyId`, kmsKeyId, isNothing(kmsKeyId) || isKey, expectations.kmsKeyId);
    const isKind = typeof credentialKind === "string" && Object.hasOwn(stagesByKind, credentialKind);
    const kindProperty = `${property}.credentialKind`;
    expect(kindProperty, credentialKind, isNothing(credentialKind) || isKind, expectations.credentialKind);
  });

  expect("stages", stages, isNothing(stages) || members(stages).length > 0, expectations.stages);
  members(stages).forEach((stage, index) => {
    const isStage = (readableStages as readonly unknown[]).includes(stage);
    expect(`stages.${index}`, stage, isStage, { expected: oneOf(readableStages) });
  });
  const isList = isNothing(replicaRegions) || Array.isArray(replicaRegions);
  expect("replicaRegions", replicaRegions, isList, { expected: "a list of regions" });
  members(replicaRegions).forEach((region, index) => {
    const isRegion = typeof region === "string" && regionPattern.test(region);
    expect(`replicaRegions.${index}`, region, isRegion, { expected: "an AWS region such as eu-west-1" });
  });
}

/** Source: IAM API reference, AttachRolePolicy (RoleName). */
const roleName = /^[\w+=,.@-]{1,64}$/;

/** @throws MerchantCredentialsError `invalid-input` where this is not the name of a role */
export function assertRoleName(role: unknown, resource: string, arrivesLater: ArrivesLater = never): void {
  const isRole = typeof role === "string" && roleName.test(role);
  expecting(resource, arrivesLater)("role", role, isRole, expectations.role);
}

const never: ArrivesLater = () => false;

function expecting(resource: string, arrivesLater: ArrivesLater) {
  return (property: string, value: unknown, isRight: boolean, expectation: Expectation): void => {
    if (isRight || arrivesLater(value)) return;
    const details = { resource, property, actual: described(value), ...expectation };
    throw new MerchantCredentialsError("invalid-input", "cannot be used", details);
  };
}

function members(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
