import * as pulumi from "@pulumi/pulumi";

// The example names the package as its users do.
jest.mock("pulumi-merchant-credentials/aws", () => jest.requireActual<object>("../../provider/aws/index"));

const secretArn =
  "arn:aws:secretsmanager:eu-central-1:123456789012:secret:merchants/1900000109/certificate-AbCdEf";

describe("examples/reader", () => {
  it("lets the application's role read the certificate, and nothing else", async () => {
    const registered = new Map<string, Record<string, unknown>>();
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs }) => {
          const given = inputs as Record<string, unknown>;
          registered.set(type, given);
          const outputs = { secretArn, certificateRequest: "(a request)", nextSteps: [] };
          const arn = `arn:aws:iam::123456789012:policy/${name}`;
          return { id: name, state: { ...given, ...outputs, arn } };
        },
        call: ({ inputs }) => inputs as object,
      },
      "merchant-credentials-reader",
      "prod",
    );
    pulumi.runtime.setAllConfig({
      "aws:region": "eu-central-1",
      "merchant-credentials-reader:applicationRole": "checkout",
    });
    await pulumi.runtime.runInPulumiStack(async () =>
      jest.requireActual<object>("../../examples/reader/index"),
    );
    await pulumi.runtime.disconnect();

    expect(registered.get("aws:iam/rolePolicyAttachment:RolePolicyAttachment")).toEqual({
      role: "checkout",
      policyArn: "arn:aws:iam::123456789012:policy/checkout-policy",
    });
    expect(JSON.parse(registered.get("aws:iam/policy:Policy")!.policy as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: [secretArn],
          Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": ["AWSCURRENT"] } },
        },
      ],
    });
  });
});
