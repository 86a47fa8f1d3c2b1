import fc from "fast-check";
import {
  labelName,
  readLabel,
  requestFingerprint,
  tokens,
  type LabelKind,
} from "../../provider/domain/staging-labels";

const kinds: LabelKind[] = ["request", "certificate", "compromised", "abandoned", "import"];

it.each([
  ["request", "0123456789abcdef", "MC_REQUEST_0123456789abcdef"],
  [
    "certificate",
    "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    "MC_CERT_5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
  ],
  [
    "compromised",
    "5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
    "MC_COMPROMISED_5157F09EFDC096DE15EBE81A47057A7232F1B8E1",
  ],
  ["abandoned", "0123456789abcdef", "MC_ABANDONED_0123456789abcdef"],
  ["import", "0123456789abcdef", "MC_IMPORT_0123456789abcdef"],
] as const)("names a label %s of %s", (kind, of, label) => {
  expect(labelName(kind, of)).toBe(label);
});

it.each(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "blue", "MC_OTHER_1", "xMC_CERT_1", ""])(
  "takes no part in other people's labels: %s",
  (label) => expect(readLabel(label)).toBeUndefined(),
);

it("reads back every label that it names", () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.stringMatching(/^[0-9A-Fa-f]{1,40}$/), (kind, of) => {
      expect(readLabel(labelName(kind, of))).toEqual({ kind, of });
    }),
  );
});

it("names a request by the first 16 hex digits of its public key's SHA-256, or of a secret's version id", () => {
  expect(requestFingerprint("0123456789abcdef".repeat(4))).toBe("0123456789abcdef");
});

it("stays within the 256 characters that Secrets Manager allows for a label", () => {
  for (const kind of kinds) expect(labelName(kind, "F".repeat(40)).length).toBeLessThanOrEqual(256);
});

describe("client request tokens", () => {
  const arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:merchants/1900000109/certificate-AbCdEf";

  it.each([
    ["create", tokens.create("merchants/1900000109/certificate")],
    ["request", tokens.request(arn, "certificate", "current", 0)],
    ["certificate", tokens.certificate("pending", "abc", [])],
    ["import", tokens.import(arn, "apiSecret", "v1", "abc", 0)],
  ])("are 32 to 64 characters, as Secrets Manager wants: %s", (_name, token) => {
    expect(token).toMatch(/^[0-9a-f]{64}$/);
  });

  it("are the same for the same step, so that a crash or a second run makes no second version", () => {
    expect(tokens.request(arn, "certificate", "v1", 0)).toBe(tokens.request(arn, "certificate", "v1", 0));
  });

  it("differ in secret, kind, current version, attempt and source", () => {
    const all = [
      tokens.request(arn, "certificate", "v1", 0),
      tokens.request(arn, "certificate", "v1", 1),
      tokens.request(arn, "certificate", "v2", 0),
      tokens.request(arn, "apiSecret", "v1", 0),
      tokens.request(`${arn}x`, "certificate", "v1", 0),
      tokens.certificate("v1", "abc", []),
      tokens.certificate("v1", "abc", ["issuer"]),
      tokens.create(arn),
      tokens.import(arn, "apiSecret", "v1", "abc", 0),
      tokens.import(arn, "apiSecret", "v1", "abd", 0),
      tokens.import(arn, "apiSecret", "v1", "abc", 1),
      tokens.import(arn, "apiSecret", "v2", "abc", 0),
      tokens.import(arn, "apiV3Secret", "v1", "abc", 0),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
