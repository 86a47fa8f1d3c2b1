import { problems, table, tally, type Result, type Sent } from "../../sandbox/demo/rotation/result";

const rotation = { what: "APIv3 secret", evidence: "callbacks encrypted with the old and the new" };
const well: Sent[] = [{ kind: "callback" }, { kind: "order" }, { kind: "query" }, { kind: "callback" }];
const good: Result = { sent: well, rotations: [{ ...rotation, before: 1, after: 12 }] };
const failed = (failure: string): Sent => ({ kind: "callback", failure });

describe("the result of the load", () => {
  it.each<[string, Result, string[]]>([
    ["is good where nothing failed and all was rotated", good, []],
    [
      "tells each reason once, with how many failed",
      { ...good, sent: [...well, failed("answered 401"), failed("answered 401"), failed("answered 503")] },
      ["3 of 5 callbacks failed: answered 401; answered 503."],
    ],
    [
      "is not good where a kind of load is missing",
      { ...good, sent: well.filter(({ kind }) => kind !== "query") },
      ["There were no queries (wechatpay-axios-plugin)."],
    ],
    ["is not good without rotations", { ...good, rotations: [] }, ["Nothing was rotated."]],
    [
      "is not good where nothing came before a rotation",
      { ...good, rotations: [{ ...rotation, before: 0, after: 12 }] },
      ["APIv3 secret: in use 0 times before and 12 times after."],
    ],
    [
      "is not good where nothing came after a rotation",
      { ...good, rotations: [{ ...rotation, before: 1, after: 0 }] },
      ["APIv3 secret: in use 1 times before and 0 times after."],
    ],
  ])("%s", (_, result, expected) => {
    expect(problems(result)).toEqual(expected);
  });

  it("counts what was sent and what failed of one kind", () => {
    expect(tally([...well, failed("answered 401")], "callback")).toEqual({ sent: 3, failed: 1 });
    expect(tally(well, "order")).toEqual({ sent: 1, failed: 0 });
  });

  it("is shown as two tables, with numbers to the right", () => {
    expect(table(good)).toEqual([
      "under load                         sent   failed",
      "callbacks                             2        0",
      "orders (wechatpay-node-v3)            1        0",
      "queries (wechatpay-axios-plugin)      1        0",
      "",
      "rotated        before   after   counted",
      "APIv3 secret        1      12   callbacks encrypted with the old and the new",
    ]);
  });
});
