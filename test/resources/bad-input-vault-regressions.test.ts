import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { serializeValue } from "../../provider/domain/credential-value";
import type { JsonObject } from "../../provider/resources/resource-handlers";
import { merchantCertificate, privateKey, privateKeyPem } from "../support/certificates";
import { merchantId, MerchantScene } from "../support/merchant";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const secretName = `merchants/${merchantId}/certificate`;
let scene: MerchantScene;
let aws: SecretsManager;
let inputs: JsonObject;

// One scene, emptied for each test, with keys that the tests share: a key takes 0.2 s to make.
beforeAll(async () => {
  scene = await MerchantScene.start();
  inputs = scene.inputs;
  aws = new SecretsManager({
    endpoint: scene.sandbox.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});

beforeEach(() => {
  scene.sandbox.reset();
  scene.clock.set("2026-11-22T12:00:00Z");
  let made = 0;
  scene.ports.generateKey = () => Promise.resolve(privateKey(`key ${made++}`));
  Object.assign(scene, { state: undefined, inputs });
});

afterAll(async () => {
  aws.destroy();
  await scene.close();
});

it("does not adopt a credential that is another merchant's by its value, though it has no tags", async () => {
  const pem = merchantCertificate({ merchantId: "1900000110" });
  const value = serializeValue({
    schema: "merchant-credentials/certificate/v1",
    merchantId: "1900000110",
    serialNumber: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    privateKey: privateKeyPem(privateKey()),
    certificate: pem,
    chain: [],
  });
  await aws.createSecret({ Name: secretName, SecretString: value });
  const problem = await scene.up({ adopt: true }).then(
    ({ unmet }) => unmet.join(),
    (error: Error) => error.message,
  );
  expect(problem).toContain("1900000110");
  expect(scene.secret.tags).toEqual({});
});
