import { MerchantScene } from "../support/merchant";

it("a look-up tells the secret's KMS key", async () => {
  const scene = await MerchantScene.start();
  const kmsKeyId = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  await scene.up({ kmsKeyId });
  scene.state = { id: scene.state!.id, outputs: {} };
  expect((await scene.refresh())!.outputs).toMatchObject({ kmsKeyId });
  await scene.sandbox.close();
});
