import { startMoto, type Moto } from "../../sandbox/engine/moto";
import { readerPolicy, type PolicyDocument } from "../../provider/aws/reader-policy";

// moto's IAM reads a policy document by the grammar and refuses one as AWS does: MalformedPolicyDocument.
let moto: Moto | { readonly missing: string };

beforeAll(async () => {
  moto = await startMoto();
}, 600_000);
afterAll(async () => "close" in moto && (await moto.close()));

/** `created`, or the code of the refusal. */
async function creation(document: object): Promise<string> {
  if ("missing" in moto) {
    console.warn(`Not asked: ${moto.missing}`);
    return "not asked";
  }
  await moto.reset();
  const answer = await fetch(moto.endpoint, {
    method: "POST",
    headers: { Authorization: "AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/iam/aws4_request" },
    body: new URLSearchParams({
      Action: "CreatePolicy",
      Version: "2010-05-08",
      PolicyName: "reader",
      PolicyDocument: JSON.stringify(document),
    }),
  });
  return answer.ok ? "created" : (/<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1] ?? "no code");
}

const document: PolicyDocument = readerPolicy({
  credentials: (["aws", "aws-cn"] as const).flatMap((partition) => {
    const region = partition === "aws" ? "us-east-1" : "cn-north-1";
    const arn = (kind: string) =>
      `arn:${partition}:secretsmanager:${region}:123456789012:secret:merchants/1900000109/${kind}-AbCdEf`;
    return [
      { secretArn: arn("certificate"), credentialKind: "certificate", kmsKeyId: "alias/merchants" } as const,
      {
        secretArn: arn("apiV3Secret"),
        credentialKind: "apiV3Secret",
        kmsKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab",
      } as const,
    ];
  }),
});
const [statement] = document.Statement;

describe("an independent IAM", () => {
  it("takes a policy with every kind of statement", async () => {
    expect(document.Statement).toHaveLength(6);
    expect(["created", "not asked"]).toContain(await creation(document));
  });

  it.each([
    ["an effect of its own", { Effect: "Permit" }],
    ["a resource that is no ARN", { Resource: ["merchants"] }],
    ["an operator of its own", { Condition: { AnyOf: { "secretsmanager:VersionStage": "AWSCURRENT" } } }],
  ])("would refuse %s", async (_what, change) => {
    const changed = { ...document, Statement: [{ ...statement, ...change }] };
    expect(["MalformedPolicyDocument", "MalformedPolicyDocumentException", "not asked"]).toContain(
      await creation(changed),
    );
  });
});
