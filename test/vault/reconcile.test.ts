import type { SecretDescription } from "../../provider/domain/secret";
import { Reconciliation } from "../../provider/vault/reconcile";
import type { Vault } from "../../provider/vault/vault";

const secret: SecretDescription = {
  arn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop-AbCdEf",
  name: "shop",
  tags: {},
  versions: { v1: ["AWSCURRENT"] },
  rotationEnabled: false,
  replicas: [],
};
const waiting = { sleep: () => Promise.resolve(), now: () => new Date("2026-06-01") };

function reconciliation(steps: number) {
  let writes = 0;
  const tag = () => Promise.resolve(void writes++);
  const run = new Reconciliation<number>(
    { tag } as Partial<Vault> as Vault,
    secret.arn,
    {
      kind: "certificate",
      view: () => Promise.resolve(writes),
      next: (view) => (view < steps ? { do: "tag", tags: { n: String(view) } } : undefined),
    },
    waiting,
  );
  return { run: () => run.run(secret), writes: () => writes };
}

it("goes on until nothing is left to do, for 100 writes", async () => {
  const { run, writes } = reconciliation(100);
  expect(await run()).toBe(100);
  expect(writes()).toBe(100);
});

it("stops where steps undo each other, instead of writing for ever", async () => {
  const { run, writes } = reconciliation(Infinity);
  await expect(run()).rejects.toMatchObject({
    code: "internal",
    message: expect.stringContaining("more than 100 writes for one secret") as unknown,
  });
  expect(writes()).toBe(101);
});
