import { readerPolicy, type PolicyStatement, type Reading } from "../../provider/aws/reader-policy";

const arn = (kind: string, region = "us-east-1", partition = "aws") =>
  `arn:${partition}:secretsmanager:${region}:123456789012:secret:merchants/1900000109/${kind}-AbCdEf`;
const certificate = arn("certificate");
const apiSecret = arn("apiSecret");
const apiV3Secret = arn("apiV3Secret");
const keyId = "1234abcd-12ab-34cd-56ef-1234567890ab";
const key = `arn:aws:kms:us-east-1:123456789012:key/${keyId}`;

/** The value of these secrets at these stages. */
const values = (arns: string[], stages: string[]): PolicyStatement => ({
  Effect: "Allow",
  Action: "secretsmanager:GetSecretValue",
  Resource: arns,
  Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": stages } },
});
/** This key for these secrets. */
const decrypt = (resource: string, arns: string[], region = "us-east-1"): PolicyStatement => ({
  Effect: "Allow",
  Action: "kms:Decrypt",
  Resource: [resource],
  Condition: {
    StringEquals: {
      "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
      "kms:EncryptionContext:SecretARN": arns,
    },
  },
});
/** Whichever key of the account has this alias. */
const decryptByAlias = (resource: string, alias: string, arns: string[]): PolicyStatement => {
  const { Condition, ...statement } = decrypt(resource, arns);
  return {
    ...statement,
    Condition: { ...Condition, "ForAnyValue:StringEquals": { "kms:ResourceAliases": [alias] } },
  };
};

const all = ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"];

const cases: { reads: string; given: Reading; allows: PolicyStatement[] }[] = [
  {
    reads: "a certificate under the account's own key",
    given: { credentials: [{ secretArn: certificate, credentialKind: "certificate" }] },
    allows: [values([certificate], ["AWSCURRENT"])],
  },
  {
    reads: "a certificate without a key, as a look-up answers",
    given: { credentials: [{ secretArn: certificate, kmsKeyId: null, credentialKind: "certificate" }] },
    allows: [values([certificate], ["AWSCURRENT"])],
  },
  {
    reads: "a secret of unknown kind: the current value only",
    given: { credentials: [{ secretArn: apiV3Secret }] },
    allows: [values([apiV3Secret], ["AWSCURRENT"])],
  },
  {
    reads: "an API secret: a pending one cannot be tried",
    given: { credentials: [{ secretArn: apiSecret, credentialKind: "apiSecret" }] },
    allows: [values([apiSecret], ["AWSCURRENT"])],
  },
  {
    reads: "an APIv3 secret: a notification may come under the value before or after",
    given: { credentials: [{ secretArn: apiV3Secret, credentialKind: "apiV3Secret" }] },
    allows: [values([apiV3Secret], all)],
  },
  {
    reads: "a key by its ARN",
    given: { credentials: [{ secretArn: certificate, kmsKeyId: key }] },
    allows: [values([certificate], ["AWSCURRENT"]), decrypt(key, [certificate])],
  },
  {
    reads: "a key by its id: of the secret's account and region",
    given: { credentials: [{ secretArn: certificate, kmsKeyId: keyId }] },
    allows: [values([certificate], ["AWSCURRENT"]), decrypt(key, [certificate])],
  },
  {
    reads: "a multi-region key by its id",
    given: { credentials: [{ secretArn: certificate, kmsKeyId: "mrk-1234abcd12ab34cd56ef1234567890ab" }] },
    allows: [
      values([certificate], ["AWSCURRENT"]),
      decrypt("arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab", [certificate]),
    ],
  },
  {
    reads: "a key of another account",
    given: {
      credentials: [{ secretArn: certificate, kmsKeyId: key.replace("123456789012", "210987654321") }],
    },
    allows: [
      values([certificate], ["AWSCURRENT"]),
      decrypt(key.replace("123456789012", "210987654321"), [certificate]),
    ],
  },
  {
    reads: "a key by its alias: any key of the account and region that has it",
    given: { credentials: [{ secretArn: certificate, kmsKeyId: "alias/merchants" }] },
    allows: [
      values([certificate], ["AWSCURRENT"]),
      decryptByAlias("arn:aws:kms:us-east-1:123456789012:key/*", "alias/merchants", [certificate]),
    ],
  },
  {
    reads: "a key by the ARN of an alias of another account",
    given: {
      credentials: [
        { secretArn: certificate, kmsKeyId: "arn:aws:kms:us-east-1:210987654321:alias/merchants" },
      ],
    },
    allows: [
      values([certificate], ["AWSCURRENT"]),
      decryptByAlias("arn:aws:kms:us-east-1:210987654321:key/*", "alias/merchants", [certificate]),
    ],
  },
  {
    reads: "the account's own key by its alias, which needs no permission",
    given: { credentials: [{ secretArn: certificate, kmsKeyId: "alias/aws/secretsmanager" }] },
    allows: [values([certificate], ["AWSCURRENT"])],
  },
  {
    reads: "a whole merchant with several keys: a statement for each set of stages and each key",
    given: {
      credentials: [
        { secretArn: certificate, kmsKeyId: key, credentialKind: "certificate" },
        { secretArn: apiSecret, kmsKeyId: keyId, credentialKind: "apiSecret" },
        { secretArn: apiV3Secret, kmsKeyId: "alias/notify", credentialKind: "apiV3Secret" },
        { secretArn: arn("certificate", "eu-west-1"), kmsKeyId: keyId, credentialKind: "certificate" },
      ],
    },
    allows: [
      values([certificate, apiSecret, arn("certificate", "eu-west-1")], ["AWSCURRENT"]),
      values([apiV3Secret], all),
      decrypt(key, [certificate, apiSecret]),
      decryptByAlias("arn:aws:kms:us-east-1:123456789012:key/*", "alias/notify", [apiV3Secret]),
      decrypt(key.replace("us-east-1", "eu-west-1"), [arn("certificate", "eu-west-1")], "eu-west-1"),
    ],
  },
  {
    reads: "a secret given twice while its key changes: once, with both keys",
    given: {
      credentials: [
        { secretArn: certificate, kmsKeyId: key },
        { secretArn: certificate, kmsKeyId: "alias/next" },
      ],
    },
    allows: [
      values([certificate], ["AWSCURRENT"]),
      decrypt(key, [certificate]),
      decryptByAlias("arn:aws:kms:us-east-1:123456789012:key/*", "alias/next", [certificate]),
    ],
  },
  {
    reads: "the stages that are asked for, in one order and once",
    given: {
      credentials: [
        { secretArn: certificate, credentialKind: "certificate" },
        { secretArn: apiV3Secret, credentialKind: "apiV3Secret" },
      ],
      stages: ["AWSPREVIOUS", "AWSCURRENT", "AWSPREVIOUS"],
    },
    allows: [values([certificate, apiV3Secret], ["AWSCURRENT", "AWSPREVIOUS"])],
  },
  {
    reads: "replicas: the same ARN in their regions, under keys that need no permission",
    given: {
      credentials: [{ secretArn: certificate, kmsKeyId: key }],
      replicaRegions: ["eu-west-1", "us-east-1", "ap-southeast-1"],
    },
    allows: [
      values(
        [certificate, arn("certificate", "eu-west-1"), arn("certificate", "ap-southeast-1")],
        ["AWSCURRENT"],
      ),
      decrypt(key, [certificate]),
    ],
  },
  {
    reads: "a secret in China: its partition, and amazonaws.com without .cn",
    given: { credentials: [{ secretArn: arn("certificate", "cn-north-1", "aws-cn"), kmsKeyId: keyId }] },
    allows: [
      values([arn("certificate", "cn-north-1", "aws-cn")], ["AWSCURRENT"]),
      decrypt(
        `arn:aws-cn:kms:cn-north-1:123456789012:key/${keyId}`,
        [arn("certificate", "cn-north-1", "aws-cn")],
        "cn-north-1",
      ),
    ],
  },
  {
    reads: "a secret in GovCloud with its replica",
    given: {
      credentials: [{ secretArn: arn("certificate", "us-gov-west-1", "aws-us-gov") }],
      replicaRegions: ["us-gov-east-1"],
    },
    allows: [
      values(
        [
          arn("certificate", "us-gov-west-1", "aws-us-gov"),
          arn("certificate", "us-gov-east-1", "aws-us-gov"),
        ],
        ["AWSCURRENT"],
      ),
    ],
  },
];

describe("the policy of a reader allows, for", () => {
  it.each(cases.map(({ reads, given, allows }) => [reads, given, allows] as const))(
    "%s",
    (_reads, given, allows) => {
      expect(readerPolicy(given)).toEqual({ Version: "2012-10-17", Statement: allows });
    },
  );

  it("nothing on everything: each Resource names an account, and a key that is not named is bound to its secrets", () => {
    for (const { given } of cases) {
      for (const { Resource, Condition } of readerPolicy(given).Statement) {
        for (const resource of Resource) {
          expect(resource).toMatch(/^arn:aws[a-z-]*:(secretsmanager|kms):[a-z0-9-]+:\d{12}:/);
          if (!resource.includes("*")) continue;
          expect(resource).toMatch(/:key\/\*$/);
          expect(Condition).toEqual({
            StringEquals: {
              "kms:ViaService": expect.stringMatching(/^secretsmanager\./) as string,
              "kms:EncryptionContext:SecretARN": expect.any(Array) as string[],
            },
            "ForAnyValue:StringEquals": { "kms:ResourceAliases": [expect.any(String)] },
          });
        }
      }
    }
  });
});
