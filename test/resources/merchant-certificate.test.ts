import { MerchantScene } from "../support/merchant";

let scene: MerchantScene;
beforeEach(async () => {
  scene = await MerchantScene.start();
});
afterEach(() => scene.close());

it("goes from nothing to active", async () => {
  const first = await scene.up();
  console.log(first, scene.sandbox.journal.entries().map((e) => e.operation));
  scene.sandbox.journal.clear();
  const second = await scene.up({ certificate: scene.sign() });
  console.log(second, scene.sandbox.journal.entries().map((e) => e.operation), JSON.stringify(scene.secret.versions.map(v=>[v.id,v.labels])));
  scene.sandbox.journal.clear();
  const third = await scene.up();
  expect(third.changed).toBe(false);
  expect(scene.sandbox.journal.entries()).toEqual([]);
});
