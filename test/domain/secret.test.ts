import fc from "fast-check";
import {
  currentVersionId,
  labelCount,
  labelledVersions,
  versionWith,
  withLabelMoved,
  withVersion,
} from "../../provider/domain/secret";
import { aSecret } from "./vault-states";

const withVersions = (versions: Record<string, string[]>) => aSecret({ versions });

describe("a label move, as Secrets Manager does it", () => {
  it.each([
    [
      "AWSCURRENT moves and leaves AWSPREVIOUS behind",
      { a: ["AWSCURRENT"], b: ["MC_CERT_B"] },
      "AWSCURRENT",
      "b",
      { a: ["AWSPREVIOUS"], b: ["MC_CERT_B", "AWSCURRENT"] },
    ],
    [
      "AWSPREVIOUS leaves the version before the last",
      { a: ["AWSPREVIOUS", "MC_CERT_A"], b: ["AWSCURRENT"], c: ["MC_CERT_C"] },
      "AWSCURRENT",
      "c",
      { a: ["MC_CERT_A"], b: ["AWSPREVIOUS"], c: ["MC_CERT_C", "AWSCURRENT"] },
    ],
    [
      "AWSCURRENT goes back",
      { a: ["AWSPREVIOUS", "MC_CERT_A"], b: ["AWSCURRENT", "MC_CERT_B"] },
      "AWSCURRENT",
      "a",
      { a: ["MC_CERT_A", "AWSCURRENT"], b: ["MC_CERT_B", "AWSPREVIOUS"] },
    ],
    [
      "AWSPENDING stays on a promoted version",
      { a: ["AWSCURRENT"], b: ["AWSPENDING"] },
      "AWSCURRENT",
      "b",
      { a: ["AWSPREVIOUS"], b: ["AWSPENDING", "AWSCURRENT"] },
    ],
    [
      "the first AWSCURRENT leaves no AWSPREVIOUS",
      { a: ["MC_CERT_A"] },
      "AWSCURRENT",
      "a",
      { a: ["MC_CERT_A", "AWSCURRENT"] },
    ],
    [
      "another label moves alone",
      { a: ["AWSCURRENT", "MC_CERT_A"], b: ["AWSPENDING"] },
      "AWSPENDING",
      "a",
      { a: ["AWSCURRENT", "MC_CERT_A", "AWSPENDING"] },
    ],
    [
      "a version without labels is not listed",
      { a: ["AWSCURRENT"], b: ["MC_REQUEST_1"] },
      "MC_REQUEST_1",
      undefined,
      { a: ["AWSCURRENT"] },
    ],
  ] as [string, Record<string, string[]>, string, string | undefined, Record<string, string[]>][])(
    "%s",
    (_name, versions, label, to, expected) => {
      expect(withLabelMoved(withVersions(versions), label, to).versions).toEqual(expected);
    },
  );

  it("leaves the description that it is given alone", () => {
    const secret = withVersions({ a: ["AWSCURRENT"], b: [] });
    withLabelMoved(secret, "AWSCURRENT", "b");
    expect(secret.versions).toEqual({ a: ["AWSCURRENT"], b: [] });
  });
});

it("writes a version and takes its labels from wherever they were", () => {
  const secret = withVersions({ a: ["AWSCURRENT"], b: ["AWSPENDING", "MC_REQUEST_1"] });
  expect(withVersion(secret, "c", ["MC_CERT_C", "AWSPENDING"]).versions).toEqual({
    a: ["AWSCURRENT"],
    b: ["MC_REQUEST_1"],
    c: ["MC_CERT_C", "AWSPENDING"],
  });
});

it("keeps each label on one version at a time, whatever moves", () => {
  const label = fc.constantFrom("AWSCURRENT", "AWSPENDING", "MC_CERT_A", "MC_CERT_B", "MC_REQUEST_1");
  const move = fc.tuple(label, fc.constantFrom("a", "b", "c"));
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), (moves) => {
      let secret = withVersions({});
      for (const [name, to] of moves) {
        const before = currentVersionId(secret);
        secret = withLabelMoved(secret, name, to);
        expect(versionWith(secret, name)).toBe(to);
        if (name === "AWSCURRENT" && before && before !== to)
          expect(versionWith(secret, "AWSPREVIOUS")).toBe(before);
      }
      const all = Object.values(secret.versions).flat();
      expect(new Set(all).size).toBe(all.length);
      expect(labelCount(secret)).toBe(all.length);
    }),
  );
});

it("finds our labels on all versions and nobody else's", () => {
  const secret = withVersions({ a: ["AWSCURRENT", "MC_CERT_A", "blue"], b: ["MC_CERT_B", "MC_REQUEST_1"] });
  expect(labelledVersions(secret, "certificate")).toEqual([
    { versionId: "a", kind: "certificate", of: "A" },
    { versionId: "b", kind: "certificate", of: "B" },
  ]);
  expect(labelledVersions(secret, "request")).toEqual([{ versionId: "b", kind: "request", of: "1" }]);
  expect(labelledVersions(secret, "abandoned")).toEqual([]);
});

it("knows no current version before there is one", () => {
  expect(currentVersionId(withVersions({ a: ["AWSPENDING"] }))).toBeUndefined();
});
