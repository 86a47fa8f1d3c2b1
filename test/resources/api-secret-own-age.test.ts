import type { JsonObject } from "../../provider/resources/resource-handlers";
import { MerchantScene } from "../support/merchant";

let shop: MerchantScene;
afterEach(() => shop.close());

async function activate(inputs: JsonObject): Promise<void> {
  shop = await MerchantScene.start({ kind: "apiSecret" });
  await shop.up(inputs);
  await shop.up({ activation: { version: shop.state!.outputs.pendingVersionId! } });
}

const statusAfterUp = async () => (await shop.up()).outputs.status;

describe("a value from before period 1 is replaced by its own age", () => {
  it("after the state was lost", async () => {
    await activate({ maxAgeDays: 365 });
    shop.clock.advanceDays(300);
    shop.state = undefined;
    expect(await statusAfterUp()).toBe("active");
    expect(shop.state!.outputs.dueFrom).toBe("2027-11-22T12:00:00Z");
    shop.clock.set("2027-11-22T11:59:59Z");
    expect((await shop.up()).changed).toBe(false);
    shop.clock.set("2027-11-22T12:00:00Z");
    expect(await statusAfterUp()).toBe("rotation-pending");
    expect(shop.state!.outputs.dueFrom).toBeNull();
  });

  it("where rotationFrom was in the future", async () => {
    await activate({ maxAgeDays: 365, rotationFrom: "2027-06-01" });
    shop.clock.set("2027-05-31T16:00:01Z");
    expect(await statusAfterUp()).toBe("active");
    shop.clock.set("2027-11-22T12:00:00Z");
    expect(await statusAfterUp()).toBe("rotation-pending");
  });

  it("not before period 1 begins", async () => {
    await activate({ maxAgeDays: 30, rotationFrom: "2027-06-01" });
    expect(shop.state!.outputs.dueFrom).toBe("2027-05-31T16:00:00Z");
    shop.clock.set("2027-05-31T15:59:59Z");
    expect(await statusAfterUp()).toBe("active");
    shop.clock.set("2027-05-31T16:00:00Z");
    expect(await statusAfterUp()).toBe("rotation-pending");
  });
});
