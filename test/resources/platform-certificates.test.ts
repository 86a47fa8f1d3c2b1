import {
  PlatformScene,
  apiV3Value,
  certificateValue,
  listed,
  nothingYet,
  serialNumbers,
  undecided,
} from "./platform-scene";
import { canary } from "./secret-scene";

const { old, next, last } = serialNumbers;
const shop = new PlatformScene("platformCertificates", ({ arns }) => ({ ...arns }));

const first = listed("old", "2027-01-15T00:00:00Z");
const second = listed("next", "2032-01-15T00:00:00Z");
const third = listed("last", "2033-01-15T00:00:00Z");

beforeEach(() => {
  shop.certificates = [first];
});

const nextSteps = () => (shop.outputs.nextSteps as string[]).join("\n");
const served = () =>
  (shop.serving as { certificates?: { serialNumber: string }[] }).certificates?.map(
    ({ serialNumber }) => serialNumber,
  );

describe("the first run", () => {
  it("stores what WeChat Pay lists, and puts out what is public of it", async () => {
    const { unmet, outputs } = await shop.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "active",
      secretName: "merchants/1900000109/platformCertificates",
      currentVersionId: shop.version(),
      serialNumbers: [old],
      validUntil: "2027-01-15T00:00:00Z",
      askFrom: "2026-11-23T00:00:00Z",
      checkEveryHours: 12,
      warnBeforeDays: 30,
      nextSteps: [],
      drift: [],
      history: [
        {
          versionId: shop.version(),
          from: "2026-11-22T12:00:00Z",
          reason: "first value",
          serialNumbers: [old],
        },
      ],
    });
    expect(outputs.certificates).toEqual([
      {
        serialNumber: old,
        effectiveTime: "2026-01-15T08:30:00Z",
        expireTime: "2027-01-15T00:00:00Z",
        certificateSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
    expect(JSON.stringify(outputs)).not.toContain("BEGIN CERTIFICATE");
    expect(shop.serving).toEqual({
      schema: "merchant-credentials/platform-certificates/v1",
      merchantId: "1900000109",
      certificates: [first],
    });
    expect(shop.writes).toEqual([
      "CreateSecret",
      "PutSecretValue",
      "UpdateSecretVersionStage",
      "TagResource",
    ]);
    expect(shop.labels).toEqual(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]);
    expect(shop.knownKeys).toEqual([]);
  });

  it.each([
    ["the certificate", "certificate", "Finish the certificate first"],
    ["the APIv3 secret", "apiV3Secret", "Finish the APIv3 secret first"],
  ])("waits for %s, green, and goes on by itself", async (_what, kind, step) => {
    await shop.store(kind, nothingYet);
    const { unmet, outputs } = await shop.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({ status: "awaiting-credentials", currentVersionId: null, history: [] });
    expect(nextSteps()).toContain(step);
    expect(shop.questions).toBe(0);

    shop.later(1);
    const { outputs: still } = await shop.up();
    expect(still).toEqual(outputs);

    await shop.store(kind, kind === "certificate" ? certificateValue() : apiV3Value(canary("V")));
    expect((await shop.up()).outputs).toMatchObject({ status: "active", nextSteps: [] });
    expect(served()).toEqual([old]);
  });

  it.each([
    [
      "refused",
      { verdict: "refused", field: "serialNumber", says: "It knows no such serial number." },
      "serialNumber",
    ],
    ["undecided", undecided("unreachable"), "unreachable"],
  ] as const)("is red where the answer is %s and nothing serves", async (_name, answer, word) => {
    shop.certificates = answer;
    const { unmet, outputs } = await shop.up();
    expect(unmet.join("\n")).toContain(word);
    expect(unmet.join("\n")).toContain(answer.says);
    expect(outputs).toMatchObject({ status: "unavailable", certificates: [], validUntil: null });
    shop.certificates = [first];
    expect((await shop.up()).unmet).toEqual([]);
    expect(served()).toEqual([old]);
  });
});

describe("a run that has nothing to do", () => {
  it("makes no call to AWS and asks nobody before the time has come", async () => {
    await shop.up();
    shop.quiet();
    shop.at("2026-11-22T23:59:59Z");
    expect(await shop.up()).toMatchObject({ changed: false });
    expect([shop.calls, shop.questions]).toEqual([[], 1]);
  });

  it("asks when it has, reads what it needs and writes nothing", async () => {
    await shop.up();
    shop.quiet();
    shop.at("2026-11-23T00:00:00Z");
    expect(await shop.up()).toMatchObject({ changed: true, unmet: [] });
    expect(shop.questions).toBe(2);
    expect(shop.calls.sort()).toEqual(["DescribeSecret", ...Array<string>(3).fill("GetSecretValue")]);
    expect(shop.outputs.askFrom).toBe("2026-11-23T12:00:00Z");
    expect(shop.knownKeys).toEqual([old]);
  });

  it("a refresh describes, and leaves nothing to do", async () => {
    await shop.up();
    const before = shop.outputs;
    shop.quiet();
    expect(await shop.refresh()).toEqual(before);
    expect(shop.calls).toEqual(["DescribeSecret"]);
    expect(await shop.up()).toMatchObject({ changed: false });
  });
});

describe("a change of certificates", () => {
  it("adds the new one beside the old one, which stays until it ends although it is listed no more", async () => {
    await shop.up();
    shop.later(1);
    shop.certificates = [first, second];
    shop.quiet();
    await shop.up();
    expect(shop.writes).toEqual(["PutSecretValue", "UpdateSecretVersionStage", "TagResource"]);
    expect(served()).toEqual([next, old]);
    expect(shop.outputs).toMatchObject({ serialNumbers: [next, old], validUntil: "2032-01-15T00:00:00Z" });
    expect(shop.reasons).toEqual(["first value", "change"]);

    shop.certificates = [second];
    shop.at("2027-01-14T23:59:59Z");
    shop.quiet();
    await shop.up();
    expect([shop.writes, served()]).toEqual([[], [next, old]]);
    // The end of a certificate is asked for to the second.
    expect(shop.outputs.askFrom).toBe("2027-01-15T00:00:00Z");

    shop.at("2027-01-15T00:00:00Z");
    await shop.up();
    expect(served()).toEqual([next]);
    expect(shop.reasons).toEqual(["first value", "change", "change"]);
  });

  it("takes an earlier end of the old one from WeChat Pay", async () => {
    await shop.up();
    shop.later(1);
    const sooner = { ...first, expireTime: "2026-11-24T12:00:00Z" };
    shop.certificates = [sooner, second];
    await shop.up();
    shop.later(1);
    shop.certificates = [second];
    await shop.up();
    expect(served()).toEqual([next]);
  });

  it("goes back to a content that served before, whose version has lost its labels or not", async () => {
    shop.certificates = [second];
    await shop.up();
    const before = shop.version();
    const brief = listed("last", "2026-11-25T00:00:00Z");
    for (const certificates of [
      [brief, second],
      [{ ...brief, expireTime: "2026-11-25T01:00:00Z" }, second],
    ]) {
      shop.later(1);
      shop.certificates = certificates;
      await shop.up();
      expect(served()).toEqual([next, last]);
    }
    expect(shop.secret.versions.find(({ id }) => id === before)!.labels).toEqual([]);
    shop.certificates = [second];
    shop.later(1);
    await shop.up();
    expect([served(), shop.version()]).toEqual([[next], before]);
  });
});

describe("what WeChat Pay leaves open", () => {
  it("changes nothing while a certificate is in force: green, said, and asked again by the next run", async () => {
    await shop.up();
    shop.later(1);
    shop.quiet();
    shop.certificates = undecided("platform");
    const { unmet, outputs } = await shop.up();
    expect([unmet, shop.writes]).toEqual([[], []]);
    expect(outputs).toMatchObject({
      status: "active",
      serialNumbers: [old],
      askFrom: "2026-11-23T00:00:00Z",
    });
    expect(nextSteps()).toContain("There was platform. Run pulumi up again.");
    const { outputs: again } = await shop.up();
    expect(again).toEqual(outputs);
    expect(shop.questions).toBe(3);
  });

  it("asks again from the same time when the hours had not run out", async () => {
    await shop.up();
    shop.certificates = undecided("clock");
    await shop.up({ tags: { team: "payments" } });
    expect(shop.outputs.askFrom).toBe("2026-11-22T12:00:00Z");
    expect(await shop.up()).toMatchObject({ changed: true });
  });

  it.each(["wrong-secret", "signer-refused"] as const)(
    "%s is red although one serves: it does not pass by itself",
    async (because) => {
      await shop.up();
      shop.later(1);
      shop.certificates = undecided(because);
      expect(await shop.red()).toBe(`There was ${because}.`);
      expect([served(), shop.outputs.status, nextSteps()]).toEqual([[old], "active", ""]);
    },
  );

  it("a refusal is red although one serves, which stays", async () => {
    await shop.up();
    shop.later(1);
    shop.certificates = { verdict: "refused", field: "apiV3Secret", says: "It encrypts with another." };
    expect(await shop.red()).toBe("WeChat Pay refuses (apiV3Secret): It encrypts with another.");
    expect([served(), shop.outputs.status]).toEqual([[old], "active"]);
  });
});

describe("public-key mode", () => {
  it("is green, says what a person does, and stays so while WeChat Pay cannot be asked", async () => {
    shop.certificates = undecided("public-key-mode");
    const { unmet, outputs } = await shop.up();
    expect(unmet).toEqual([]);
    expect(outputs).toMatchObject({
      status: "public-key-mode",
      certificates: [],
      askFrom: "2026-11-23T00:00:00Z",
    });
    expect(nextSteps()).toContain("WeChat Pay Public Key (微信支付公钥)");
    expect(nextSteps()).toContain('Then remove "shop"');

    shop.later(1);
    shop.certificates = undecided("unreachable");
    expect((await shop.up()).unmet).toEqual([]);
    expect(shop.outputs.status).toBe("public-key-mode");
    expect(nextSteps()).toContain("unreachable");
  });

  it("keeps what served until it ends, and is not red afterwards", async () => {
    await shop.up();
    shop.certificates = undecided("public-key-mode");
    shop.later(1);
    await shop.up();
    expect(shop.outputs).toMatchObject({ status: "public-key-mode", serialNumbers: [old] });
    expect(nextSteps()).toContain("Once these certificates have ended");
    shop.at("2027-06-01T00:00:00Z");
    expect((await shop.up()).unmet).toEqual([]);
    expect(served()).toEqual([old]);
  });
});

describe("the end of the last certificate", () => {
  it.each([
    ["2026-12-15T23:59:59Z", "active"],
    ["2026-12-16T00:00:00Z", "expiring"],
    ["2027-01-14T23:59:59Z", "expiring"],
    ["2027-01-15T00:00:00Z", "expired"],
  ])("at %s it is %s", async (time, status) => {
    await shop.up();
    shop.at(time);
    const { unmet, outputs } = await shop.up();
    expect(outputs.status).toBe(status);
    expect(unmet).toHaveLength(status === "expired" ? 1 : 0);
    expect(served()).toEqual([old]);
  });

  it("says by when a person has to act, and the change comes on time", async () => {
    await shop.up();
    shop.at("2026-12-15T18:00:00Z");
    await shop.up();
    expect(shop.outputs).toMatchObject({ status: "active", askFrom: "2026-12-16T00:00:00Z", nextSteps: [] });
    shop.at("2026-12-16T00:00:00Z");
    await shop.up();
    expect(nextSteps()).toContain("By 2027-01-15 00:00 UTC (2027-01-15 08:00 +08:00): sign in");
    expect(nextSteps()).toContain("PlatformPublicKey");
    shop.certificates = [first, second];
    shop.later(1);
    await shop.up();
    expect(shop.outputs).toMatchObject({ status: "active", nextSteps: [] });
  });

  it('fails the run, unless onExpiry is "warn"', async () => {
    await shop.up();
    shop.at("2027-01-15T00:00:00Z");
    expect(await shop.red()).toContain(
      "All platform certificates have ended, the last with 2027-01-15 00:00 UTC",
    );
    expect(await shop.up({ onExpiry: "warn" })).toMatchObject({ unmet: [], outputs: { status: "expired" } });
    shop.certificates = undecided("unreachable");
    expect(await shop.red({ onExpiry: "fail" })).toContain("have ended");
    shop.certificates = [second];
    expect(await shop.red()).toBe("");
    expect(served()).toEqual([next]);
  });
});

describe("credentials that cannot be used", () => {
  it.each([
    [
      "another kind as the certificate",
      "certificate",
      () => apiV3Value(canary("X")),
      "certificateSecretArn: it holds",
    ],
    ["another kind as the APIv3 secret", "apiV3Secret", () => certificateValue(), "apiV3SecretArn: it holds"],
    [
      "another merchant's certificate",
      "certificate",
      () => certificateValue("1900000110"),
      "another merchant's",
    ],
    [
      "another merchant's APIv3 secret",
      "apiV3Secret",
      () => apiV3Value(canary("X"), "1900000110"),
      "another merchant's",
    ],
  ] as const)("%s is red, and nobody is asked", async (_name, kind, value, words) => {
    await shop.up();
    shop.later(1);
    await shop.store(kind, value());
    expect(await shop.red()).toContain(words);
    expect([shop.questions, served(), shop.outputs.status]).toEqual([1, [old], "active"]);
  });

  it.each(["certificateSecretArn", "apiV3SecretArn"])("a %s that leads nowhere is red", async (property) => {
    const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:nowhere-AbCdEf";
    expect(await shop.red({ [property]: arn })).toContain(`${property}: there is no such secret`);
  });
});

describe("the secret around them", () => {
  const name = "merchants/1900000109/platformCertificates";

  it("of another owner is refused, and adopted with what is about to end in it", async () => {
    const ending = { ...second, expireTime: "2026-12-20T00:00:00Z" };
    shop.certificates = [ending, third];
    await shop.up({ owner: "other/prod" });
    shop.scene.state = undefined;
    await expect(shop.up({ owner: "shop/prod" })).rejects.toThrow("is not this program's");
    shop.certificates = [first];
    expect((await shop.up({ adopt: true })).unmet).toEqual([]);
    expect(served()).toEqual([old, next]);
    expect(shop.reasons).toEqual(["change"]);
  });

  it("with another tool's value is taken over, and the value kept as previous", async () => {
    await shop.aws.createSecret({ Name: name, SecretString: '{"pem":"…"}' });
    const before = shop.version();
    expect((await shop.up({ adopt: true })).unmet).toEqual([]);
    expect(served()).toEqual([old]);
    expect(shop.version("AWSPREVIOUS")).toBe(before);
  });

  it.each([
    ["another tool's, after ours has served", '{"pem":"…"}', "not a merchant credential"],
    ["another kind's", JSON.stringify(apiV3Value(canary("X"))), "another kind"],
    [
      "another merchant's",
      () => JSON.stringify({ ...shop.serving, merchantId: "1900000110" }),
      "another merchant",
    ],
  ])("with a value that is %s is red, and left as it is", async (_name, value, words) => {
    await shop.up();
    const SecretString = typeof value === "string" ? value : value();
    await shop.aws.putSecretValue({ SecretId: name, SecretString });
    shop.later(1);
    expect(await shop.red()).toContain(words);
    expect(JSON.stringify(shop.serving)).toBe(SecretString);
  });

  it("takes in a value of ours that somebody else has made current, readable members only", async () => {
    await shop.up();
    const ending = { ...second, expireTime: "2026-12-20T00:00:00Z" };
    const certificates = [ending, { ...ending, serialNumber: last, certificate: "none" }];
    const SecretString = JSON.stringify({ ...shop.serving, certificates });
    await shop.aws.putSecretValue({ SecretId: name, SecretString });
    await shop.refresh();
    expect(shop.outputs.drift).toHaveLength(1);
    await shop.up();
    expect(served()).toEqual([old, next]);
    expect(shop.reasons).toEqual(["first value", "change"]);
  });

  it("can be looked up by its ARN, without a value being read", async () => {
    await shop.up();
    const { id } = shop.scene.state!;
    shop.scene.state = { id, outputs: {} };
    shop.quiet();
    expect(await shop.refresh()).toMatchObject({
      secretArn: id,
      merchantId: "1900000109",
      currentVersionId: shop.version(),
      status: null,
      certificates: [],
    });
    expect(shop.calls).toEqual(["DescribeSecret"]);
  });

  it("is deleted only once protection is off", async () => {
    await shop.up();
    await expect(shop.scene.destroy()).rejects.toThrow("protected");
    await shop.up({ deletionProtection: false });
    await shop.scene.destroy();
    expect(shop.secret.deletionDate).toBeDefined();
  });
});
