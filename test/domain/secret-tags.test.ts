import { assertClaim, identityTags, ownTagCount, readIdentity } from "../../provider/domain/secret-tags";
import type { MerchantCredentialsError } from "../../provider/errors";

const identity = { owner: "shop/prod", merchantId: "1900000109", kind: "certificate", lease: "0a1b" };
const name = "merchants/1900000109/certificate";
const ours = { name, tags: identityTags(identity), rotationEnabled: false };
const tagged = (change: Partial<typeof identity>) => ({
  ...ours,
  tags: identityTags({ ...identity, ...change }),
});
const untagged = { ...ours, tags: { team: "payments" } };
const wanted = { owner: identity.owner, merchantId: identity.merchantId, kind: identity.kind };

const claim = (secret: Parameters<typeof assertClaim>[0], asks: { adopt?: boolean; lease?: string } = {}) =>
  assertClaim(secret, {
    wanted: { ...wanted, lease: asks.lease },
    adopt: asks.adopt ?? false,
    region: "us-east-1",
  });

function refusal(...args: Parameters<typeof claim>): MerchantCredentialsError {
  try {
    claim(...args);
  } catch (error) {
    return error as MerchantCredentialsError;
  }
  throw new Error("the claim was granted");
}

it("writes who holds a secret into tags of our prefix, and reads it back", () => {
  expect(identityTags(identity)).toEqual({
    "merchant-credentials:owner": "shop/prod",
    "merchant-credentials:merchant-id": "1900000109",
    "merchant-credentials:kind": "certificate",
    "merchant-credentials:lease": "0a1b",
  });
  expect(readIdentity(identityTags(identity))).toEqual(identity);
  expect(readIdentity({ team: "payments" })).toEqual({});
});

it("counts its own tags: owner, merchant-id, kind, lease, trigger, import, first-issued, last-change", () => {
  expect(ownTagCount).toBe(8);
});

describe("a program may manage", () => {
  it.each([
    ["its own secret, whatever the lease", ours, {}],
    ["its own secret after the state was lost", tagged({ lease: "ffff" }), { lease: "0a1b" }],
    [
      "a secret with the lease in its state, after the stack was renamed",
      tagged({ owner: "shop/old" }),
      { lease: "0a1b" },
    ],
    ["another owner's secret with adopt", tagged({ owner: "other/prod" }), { adopt: true }],
    ["a secret that something else made, with adopt", untagged, { adopt: true }],
    ["a secret whose primary is in its own region", { ...ours, primaryRegion: "us-east-1" }, {}],
  ])("%s", (_name, secret, asks) => {
    expect(() => claim(secret, asks)).not.toThrow();
  });
});

describe("a program may not manage", () => {
  it.each([
    ["another owner's secret", tagged({ owner: "other/prod" }), {}, "owner other/prod"],
    [
      "another owner's secret with another lease",
      tagged({ owner: "other/prod", lease: "ffff" }),
      { lease: "0a1b" },
      "owner other/prod",
    ],
    ["a secret that something else made", untagged, {}, "owner none: it was made by something else"],
    ["an untagged secret, with a lease in state", untagged, { lease: "0a1b" }, "owner none"],
  ])("%s, and is told of adopt", (_name, secret, asks, actual) => {
    const { code, details } = refusal(secret, asks);
    expect(code).toBe("secret-held-by-another");
    expect(details).toMatchObject({ property: "secretName" });
    expect(details.actual).toContain(name);
    expect(details.actual).toContain(actual);
    expect(details.hint).toContain("`adopt: true`");
  });

  it.each([
    [
      "a secret that AWS rotates",
      { ...ours, rotationEnabled: true },
      "AWS rotates this secret",
      "cancel-rotate-secret",
    ],
    [
      "a secret of a service",
      { ...ours, owningService: "rds" },
      "the AWS service rds manages",
      "another `secretName`",
    ],
    [
      "a replica",
      { ...ours, primaryRegion: "eu-west-1" },
      "replica of one in eu-west-1",
      "Provider with region eu-west-1",
    ],
    [
      "another merchant's secret",
      tagged({ merchantId: "1900000110" }),
      "belongs to merchant 1900000110, not 1900000109",
      "another `secretName`",
    ],
    [
      "a credential of another kind",
      tagged({ kind: "apiSecret" }),
      "kind apiSecret, not certificate",
      "another `secretName`",
    ],
  ])("%s, not even with adopt and the lease", (_name, secret, summary, hint) => {
    for (const asks of [{}, { adopt: true }, { adopt: true, lease: "0a1b" }]) {
      const { code, message, details } = refusal(secret, asks);
      expect(code).toBe("secret-not-usable");
      expect(message).toContain(summary);
      expect(details).toMatchObject({ property: "secretName", actual: name });
      expect(details.hint).toContain(hint);
    }
  });
});
