import { certificateNextSteps, revocationSteps } from "../../provider/domain/certificate-next-steps";
import {
  nextSteps,
  nextStepsUntil,
  unmetReasons,
  type TaskContext,
} from "../../provider/domain/certificate-tasks";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { defaultThresholds } from "../../provider/domain/lifecycle";
import { numbered } from "../../provider/domain/next-steps";
import type { Replica } from "../../provider/domain/secret";
import {
  certificateIssuedByWeChatPay,
  merchantCertificate,
  merchantId,
  merchantName,
  privateKey,
  someDay,
} from "../support/certificates";
import { certificateValue, fingerprint, PaperVault, placeholderVersion, requestValue } from "./vault-states";

/** A's certificate serves, from 2026-01-15 08:30 to 2031-01-15 08:30 UTC; B's comes next. */
const keys = { A: privateKey(), B: privateKey("B"), C: privateKey("C"), D: privateKey("D") };
type Name = keyof typeof keys;
const serials = { A: "A".repeat(40), B: "B".repeat(40), C: "C".repeat(40), D: "D".repeat(40) };
const certificateOf = (name: Name, validity: { notBefore?: Date; notAfter?: Date } = {}) =>
  merchantCertificate({ key: keys[name], serialNumber: serials[name], ...validity });

const first = certificateOf("A");
const second = certificateOf("B", { notBefore: new Date("2026-02-01"), notAfter: new Date("2031-02-01") });
/** A renewal of the first one's key, with a later end. */
const renewedSerial = "E".repeat(40);
const renewal = merchantCertificate({
  key: keys.A,
  serialNumber: renewedSerial,
  notBefore: new Date("2026-03-01"),
  notAfter: new Date("2032-01-15"),
});
const wechatPays = certificateIssuedByWeChatPay();

const end = new Date("2031-01-15T08:30:00Z");
const endText = "2031-01-15 08:30 UTC (2031-01-15 16:30 +08:00)";
const late = new Date("2031-01-08T08:30:00Z");
const before = (time: Date) => new Date(time.getTime() - 1000);

const holds = (pem: string, name: Name, ...labels: string[]) => ({
  value: certificateValue(pem, keys[name]),
  labels,
});
const request = (name: Name) => ({
  value: requestValue(keys[name]),
  labels: [`MC_REQUEST_${fingerprint(keys[name])}`],
});
const abandoned = (name: Name) => ({
  value: requestValue(keys[name]),
  labels: [`MC_ABANDONED_${fingerprint(keys[name])}`],
});
const current = (pem: string, name: Name) =>
  holds(pem, name, "AWSCURRENT", `MC_CERT_${readCertificateText(pem).certificate.serialNumber}`);
const marked = (name: Name, ...labels: string[]) => ({
  labels: [...labels, `MC_COMPROMISED_${serials[name]}`],
});

const waiting = { ...placeholderVersion, v2: request("B") };
const active = { v1: current(first, "A") };
const renewing = { ...active, v2: request("B") };
const compromised = { v1: { ...active.v1, ...marked("A", "AWSCURRENT") }, v2: request("B") };
const replaced = { v1: { ...active.v1, ...marked("A") }, v2: current(second, "B") };

type Versions = ConstructorParameters<typeof PaperVault>[0];
type Given = Partial<Omit<TaskContext, "certificate">> & {
  certificate?: string;
  replicas?: Replica[];
  tags?: Record<string, string>;
};

/** What a run says: why it is red, and what a person has to do. */
async function said(
  versions: Versions,
  given: Given = {},
): Promise<{ unmet: string[]; steps: string[]; until: Date | undefined }> {
  const { certificate: pem, replicas = [], tags = {}, now = someDay, ...rest } = given;
  const certificate = pem === undefined ? undefined : readCertificateText(pem);
  const view = await new PaperVault(versions, { replicas, tags }).view(certificate, now, undefined, rest);
  const context: TaskContext = {
    logicalName: "shop",
    merchantId,
    merchantName,
    issuance: "request",
    thresholds: defaultThresholds,
    policy: undefined,
    onExpiry: "fail",
    now,
    ...rest,
    certificate,
  };
  return {
    unmet: unmetReasons(view, context),
    steps: nextSteps(view, context),
    until: nextStepsUntil(view, context),
  };
}

const merchant = { logicalName: "shop", merchantId };
const B = { ...merchant, fingerprint: fingerprint(keys.B), isDownloaded: false };
const revocationOf = (...serialNumbers: string[]) =>
  revocationSteps({ ...merchant, serialNumbers, isLast: true });
/** While a replacement follows, the program has to go on naming it. */
const revocationFirst = (...serialNumbers: string[]) =>
  revocationSteps({ ...merchant, serialNumbers, isLast: false });

it.each<[string, Versions, Given]>([
  ["the first request waits for its certificate", waiting, {}],
  ["nothing has begun", placeholderVersion, {}],
  ["all is as declared", active, { certificate: first }],
  ["a renewal is due", renewing, { certificate: first, now: new Date("2030-12-01") }],
  ["it is one second before late", renewing, { certificate: first, now: before(late) }],
  ["it is late and runs only warn", renewing, { certificate: first, now: late, onExpiry: "warn" }],
  ["it has expired and runs only warn", renewing, { certificate: first, now: end, onExpiry: "warn" }],
  ["one that is compromised serves no more", replaced, { certificate: second, compromised: serials.A }],
  [
    "the same by its number in decimal",
    replaced,
    { certificate: second, compromised: BigInt(`0x${serials.A}`).toString() },
  ],
  ["the mark stays and the program is silent again", replaced, { certificate: second }],
  [
    "a request has been given up",
    { ...active, v2: abandoned("B") },
    { certificate: first, abandonRequest: fingerprint(keys.B) },
  ],
  [
    "one has been given up and another is open",
    { ...renewing, v3: abandoned("C") },
    { certificate: first, abandonRequest: fingerprint(keys.C) },
  ],
  ["the first certificate will be downloaded", placeholderVersion, { issuance: "download" }],
])("a run is green while %s", async (_name, versions, given) => {
  expect((await said(versions, given)).unmet).toEqual([]);
});

describe("a run is red, and says why,", () => {
  const stops =
    "WeChat Pay refuses every request signed with it: APIv3 payments and queries, Refund, Red Packet and Company Payment";

  it.each<[string, Date, string]>([
    [
      "from 7 days before the end on",
      late,
      `certificate: ${serials.A} expires on ${endText} and its replacement is not declared yet. From then on ${stops}.`,
    ],
    [
      "in the last second before the end",
      before(end),
      `certificate: ${serials.A} expires on ${endText} and its replacement is not declared yet. From then on ${stops}.`,
    ],
    ["at the end", end, `certificate: ${serials.A} expired on ${endText}. ${stops}.`],
    ["long after it", new Date("2033-01-01"), `certificate: ${serials.A} expired on ${endText}. ${stops}.`],
  ])("%s", async (_name, now, sentence) => {
    const { unmet, steps } = await said(renewing, { certificate: first, now });
    expect(unmet).toEqual([`${sentence}\n${numbered(steps)}`]);
    expect(steps).toEqual(
      certificateNextSteps({ ...B, action: "replace", isLate: true, ...(now < end && { deadline: end }) }),
    );
  });

  it("with the deadline as the day that it is in Shanghai", async () => {
    const evening = certificateOf("A", { notAfter: new Date("2031-01-15T16:00:00Z") });
    const { unmet } = await said(
      { v1: current(evening, "A") },
      { certificate: evening, now: new Date("2031-01-10") },
    );
    expect(unmet[0]).toContain("expires on 2031-01-15 16:00 UTC (2031-01-16 00:00 +08:00)");
  });

  it.each<[string, Given]>([
    ["years before its end", {}],
    ["where runs only warn", { onExpiry: "warn" }],
    ["late", { now: late }],
    ["after its end", { now: end }],
    ["after its end, where runs only warn", { now: end, onExpiry: "warn" }],
  ])("while a compromised certificate serves: %s", async (_name, given) => {
    const { unmet, steps } = await said(compromised, {
      certificate: first,
      compromised: serials.A,
      ...given,
    });
    expect(unmet).toEqual([
      `compromised: certificate ${serials.A} still serves, and others have its key. Replace it now.\n${numbered(steps)}`,
    ]);
    const { now = someDay } = given;
    expect(steps).toEqual(
      certificateNextSteps({
        ...B,
        action: "replace",
        compromised: serials.A,
        isLate: now >= late,
        ...(now < end && { deadline: end }),
      }),
    );
    expect(steps[0]).toMatch(/^Sign in/);
  });

  it("while it serves, before the mark and the request are there, and once the program is silent again", async () => {
    const sentence = `compromised: certificate ${serials.A} still serves, and others have its key. Replace it now.`;
    for (const [versions, given] of [
      [active, { compromised: serials.A }],
      [active, { compromised: serials.A.toLowerCase() }],
      [compromised, {}],
    ] as const) {
      const { unmet } = await said(versions, { certificate: first, ...given });
      expect(unmet).toHaveLength(1);
      expect(unmet[0]).toContain(sentence);
    }
  });

  it("while a renewal of the compromised key serves, which names the renewal to revoke", async () => {
    const versions = {
      v1: { ...active.v1, ...marked("A") },
      v2: holds(renewal, "A", "AWSCURRENT", `MC_COMPROMISED_${renewedSerial}`),
      v3: request("B"),
    };
    const { unmet, steps } = await said(versions, { certificate: renewal, compromised: serials.A });
    expect(unmet).toEqual([
      `compromised: certificate ${renewedSerial} still serves, and others have its key. Replace it now.\n${numbered(steps)}`,
    ]);
    expect(steps.join("\n")).toContain(`Revoke (作废) certificate ${renewedSerial}`);
  });

  it("while the renewal serves unmarked: the key is what others have", async () => {
    const versions = { v1: { ...active.v1, labels: [`MC_CERT_${serials.A}`] }, v2: current(renewal, "A") };
    const { unmet } = await said(versions, { certificate: renewal, compromised: serials.A });
    expect(unmet[0]).toContain(`compromised: certificate ${renewedSerial} still serves`);
  });

  it("where a renewal of the compromised key is declared in its place", async () => {
    const { unmet } = await said(compromised, { certificate: renewal, compromised: serials.A });
    expect(unmet[0]).toBe(
      `certificate: ${renewedSerial} has the key of ${serials.A}, which is marked as compromised and cannot come back. Declare its replacement.`,
    );
  });

  it.each<[string, Versions, string, string]>([
    [
      "what is in the vault",
      { v1: holds(first, "A", `MC_CERT_${serials.A}`), v2: current(second, "B") },
      serials.D,
      `compromised: found ${serials.D}, expected the serial number of a certificate in the vault (${serials.A}, ${serials.B}). Correct or remove it.`,
    ],
    [
      "what is compromised already, too",
      replaced,
      "dd",
      `compromised: found ${"0".repeat(38)}DD, expected the serial number of a certificate in the vault (${serials.B}, ${serials.A}). Correct or remove it.`,
    ],
    [
      "both that a text can mean",
      { v2: current(second, "B") },
      "1000",
      `compromised: found ${"0".repeat(36)}1000 or ${"0".repeat(37)}3E8, expected the serial number of a certificate in the vault (${serials.B}). Correct or remove it.`,
    ],
  ])("for an unknown `compromised`, and lists %s", async (_name, versions, named, sentence) => {
    expect((await said(versions, { certificate: second, compromised: named })).unmet).toEqual([sentence]);
  });

  it("for a `compromised` where there is no certificate at all", async () => {
    expect((await said(waiting, { compromised: serials.A })).unmet).toEqual([
      `compromised: found ${serials.A}, expected the serial number of a certificate in the vault (there is none). Correct or remove it.`,
    ]);
  });

  it.each<[string, Versions, string]>([
    ["the one that is open", renewing, fingerprint(keys.B)],
    ["that there is none", active, "there is none"],
  ])("for an unknown `abandonRequest`, and names %s", async (_name, versions, known) => {
    expect((await said(versions, { certificate: first, abandonRequest: "0123456789abcdef" })).unmet).toEqual([
      `abandonRequest: found 0123456789abcdef, expected the fingerprint of an outstanding request (${known}). Correct or remove it.`,
    ]);
  });

  it("for an `abandonRequest` whose certificate serves by now", async () => {
    const { unmet } = await said(active, { certificate: first, abandonRequest: fingerprint(keys.A) });
    expect(unmet).toEqual([expect.stringContaining(`abandonRequest: found ${fingerprint(keys.A)}`)]);
  });

  it.each<[string, Given, string, string]>([
    [
      "the merchant's name",
      { merchantName: "Other Shop" },
      "merchantName",
      `"Example Shop Ltd", found "Other Shop"`,
    ],
    [
      "the organization",
      { subject: { organization: "Shop" } },
      "subject.organization",
      `"微信商户系统", found "Shop"`,
    ],
    [
      "the locality",
      { subject: { locality: "Shanghai" } },
      "subject.locality",
      `"ShenZhen", found "Shanghai"`,
    ],
    ["the country", { subject: { country: "HK" } }, "subject.country", `"CN", found "HK"`],
  ])(
    "where %s has changed under an outstanding request, with the way out",
    async (_name, given, property, values) => {
      const open = fingerprint(keys.B);
      expect((await said(waiting, given)).unmet).toEqual([
        `${property}: request ${open} is outstanding with ${values}. Set it back until the request's certificate is declared, ` +
          `or give the request up with \`abandonRequest: "${open}"\`.`,
      ]);
      expect((await said({ ...placeholderVersion, v2: abandoned("B") }, given)).unmet).toEqual([]);
    },
  );

  it("with one reason for each attribute of the subject that has changed", async () => {
    const { unmet } = await said(waiting, {
      merchantName: "Other",
      subject: { locality: "L", country: "HK" },
    });
    expect(unmet.map((reason) => reason.split(":")[0]).sort()).toEqual([
      "merchantName",
      "subject.country",
      "subject.locality",
    ]);
  });

  it("where a certificate was withdrawn from the program, which serves on", async () => {
    expect((await said(active)).unmet).toEqual([
      `certificate: withdrawn from the program while ${serials.A} serves. Declare it again; to retire the merchant, remove the resource.`,
    ]);
  });

  it("for a replica that failed", async () => {
    const replicas = [{ region: "eu-west-1", status: "Failed" as const, message: "No such key" }];
    expect((await said(active, { certificate: first, replicas })).unmet).toEqual([
      "replicaRegions: the replica in eu-west-1 failed: No such key.",
    ]);
  });

  it("with all reasons at once, what the program says wrongly first", async () => {
    const { unmet } = await said(compromised, {
      compromised: "DD",
      abandonRequest: "0123456789abcdef",
      merchantName: "Other Shop",
      replicas: [{ region: "eu-west-1", status: "Failed" }],
    });
    expect(unmet.map((reason) => reason.split(/[:\n]/).slice(0, 2).join(":"))).toEqual([
      expect.stringMatching(/^compromised: found/),
      expect.stringMatching(/^abandonRequest: found/),
      expect.stringMatching(/^certificate: withdrawn/),
      expect.stringMatching(/^merchantName: request/),
      expect.stringMatching(/^compromised: certificate .* still serves/),
      expect.stringMatching(/^replicaRegions: the replica/),
    ]);
  });
});

describe("a person has to", () => {
  const due = new Date("2030-12-01T00:00:00Z");
  const annual = { certificate: first, policy: "annual", now: due } as const;
  const usedSince = (day: string) => ({ "merchant-credentials:first-issued": `${day}T08:30:00Z` });
  const downloaded = { v1: current(wechatPays, "A") };
  const wechatPaysEnd = new Date("2036-01-15T08:30:00Z");

  it.each<[string, Versions, Given, string[]]>([
    ["do nothing while nothing has begun", placeholderVersion, {}, []],
    ["do nothing while all is healthy", active, { certificate: first }, []],
    ["apply for the first", waiting, {}, certificateNextSteps({ ...B, action: "apply" })],
    [
      "download the first",
      placeholderVersion,
      { issuance: "download" },
      certificateNextSteps({ ...merchant, action: "download", isDownloaded: true }),
    ],
    [
      "download the first, as the program says, though a request was open before",
      waiting,
      { issuance: "download" },
      certificateNextSteps({ ...merchant, action: "download", isDownloaded: true }),
    ],
    [
      "do nothing with one that WeChat Pay has issued",
      downloaded,
      { issuance: "download", certificate: wechatPays },
      [],
    ],
    [
      "upgrade it in its last 60 days, for which the program has to ask first",
      downloaded,
      { issuance: "download", certificate: wechatPays, now: new Date("2035-12-01") },
      certificateNextSteps({ ...merchant, isDownloaded: true, action: "upgrade", deadline: wechatPaysEnd }),
    ],
    [
      "upgrade it as soon as the program has asked",
      { ...downloaded, v2: request("B") },
      { certificate: wechatPays },
      certificateNextSteps({ ...B, action: "upgrade", deadline: wechatPaysEnd }),
    ],
    [
      "replace it",
      renewing,
      { certificate: first, now: due },
      certificateNextSteps({ ...B, action: "replace", deadline: end }),
    ],
    [
      "replace it before it is due, where a request is open already",
      renewing,
      { certificate: first },
      certificateNextSteps({ ...B, action: "replace", deadline: end }),
    ],
    [
      "renew it under the 1-year rules",
      renewing,
      { ...annual, tags: usedSince("2029-01-15") },
      certificateNextSteps({ ...B, action: "renew", deadline: end }),
    ],
    [
      "renew it, once the platform shows the button",
      renewing,
      { ...annual, now: new Date("2030-10-01"), thresholds: { renewBeforeDays: 200, failBeforeDays: 7 } },
      certificateNextSteps({
        ...B,
        action: "renew",
        deadline: end,
        offeredFrom: new Date("2030-11-16T08:30:00Z"),
      }),
    ],
    [
      "change it after five years of use, as the vault's tag tells",
      renewing,
      { ...annual, tags: usedSince("2025-12-01"), now: new Date("2030-12-01T08:30:00Z") },
      certificateNextSteps({ ...B, action: "change", deadline: end }),
    ],
    [
      "renew it one second before",
      renewing,
      { ...annual, tags: usedSince("2025-12-01"), now: new Date("2030-12-01T08:29:59Z") },
      certificateNextSteps({ ...B, action: "renew", deadline: end }),
    ],
    [
      "upgrade it after it has expired under the 1-year rules",
      renewing,
      { ...annual, tags: usedSince("2029-01-15"), now: end },
      certificateNextSteps({
        ...B,
        action: "upgrade-expired",
        isLate: true,
        offeredUntil: new Date("2031-02-15T08:30:00Z"),
      }),
    ],
    [
      "change a compromised one under the 1-year rules: a renewal could keep its key",
      compromised,
      { ...annual, now: someDay, tags: usedSince("2026-01-15") },
      certificateNextSteps({ ...B, action: "change", compromised: serials.A, deadline: end }),
    ],
  ])("%s", async (_name, versions, given, steps) => {
    expect((await said(versions, given)).steps).toEqual(steps);
  });

  describe("install an operating certificate first, or not:", () => {
    it.each<[string, string | undefined, "valid" | "none" | undefined]>([
      ["nothing is told", undefined, undefined],
      ["there is none", "none", "none"],
      ["the last has ended long ago", "2029-01-01T00:00:00Z", "none"],
      ["the last ends at this second", "2030-12-01T00:00:00Z", "none"],
      ["the last ends one second later", "2030-12-01T00:00:01Z", "valid"],
      ["the last is valid for long", "2033-01-01T00:00:00Z", "valid"],
    ])("%s", async (_name, operatingCertificatesUntil, operatingCertificate) => {
      const { steps } = await said(renewing, {
        ...annual,
        tags: usedSince("2029-01-15"),
        operatingCertificatesUntil,
      });
      const expected = { ...B, action: "renew", deadline: end } as const;
      expect(steps).toEqual(
        certificateNextSteps({ ...expected, ...(operatingCertificate && { operatingCertificate }) }),
      );
      expect(steps[0]!.startsWith("First install")).toBe(operatingCertificate === "none");
    });

    it("never for the first certificate", async () => {
      expect((await said(waiting, { operatingCertificatesUntil: "none" })).steps).toEqual(
        certificateNextSteps({ ...B, action: "apply" }),
      );
    });
  });

  describe("revoke one before another can be issued, where three are valid:", () => {
    const kept = (name: Name, notAfter = new Date("2030-12-24")) =>
      holds(certificateOf(name, { notAfter }), name, `MC_CERT_${serials[name]}`);
    const replacement = certificateNextSteps({ ...B, action: "replace", deadline: end });
    const full = certificateNextSteps({ ...B, action: "replace", deadline: end, isFull: true });

    it.each<[string, Versions, Given, string[]]>([
      ["two are", { ...renewing, v3: kept("C") }, {}, replacement],
      ["three are", { ...renewing, v3: kept("C"), v4: kept("D") }, {}, full],
      [
        "three are in the last second of one",
        { ...renewing, v3: kept("C"), v4: kept("D", new Date(due.getTime() + 1000)) },
        {},
        full,
      ],
      [
        "two are from the end of the third on",
        { ...renewing, v3: kept("C"), v4: kept("D", due) },
        {},
        replacement,
      ],
      [
        "two are beside one that is compromised and to be revoked anyway",
        { ...renewing, v3: kept("C"), v4: { ...kept("D"), ...marked("D") } },
        {},
        replacement,
      ],
      [
        "three are beside one that is compromised",
        {
          ...{ ...renewing, v3: kept("C"), v4: kept("D") },
          v5: holds(renewal, "A", `MC_CERT_${renewedSerial}`),
          v6: { ...kept("B"), ...marked("B") },
          v2: {
            value: requestValue(privateKey("E")),
            labels: [`MC_REQUEST_${fingerprint(privateKey("E"))}`],
          },
        },
        {},
        certificateNextSteps({
          ...{ ...B, fingerprint: fingerprint(privateKey("E")), action: "replace" },
          ...{ deadline: end, isFull: true },
        }),
      ],
      [
        "three are, under the 1-year rules, which know no such limit",
        { ...renewing, v3: kept("C"), v4: kept("D") },
        { policy: "annual", tags: usedSince("2029-01-15") },
        certificateNextSteps({ ...B, action: "renew", deadline: end }),
      ],
    ])("%s", async (_name, versions, given, steps) => {
      expect((await said(versions, { certificate: first, now: due, ...given })).steps).toEqual(steps);
    });
  });

  describe("revoke a compromised certificate that serves no more", () => {
    it.each<[string, Versions, Given, string[]]>([
      ["while the program names it", replaced, { compromised: serials.A }, revocationOf(serials.A)],
      [
        "while the program names it in decimal",
        replaced,
        { compromised: BigInt(`0x${serials.A}`).toString() },
        revocationOf(serials.A),
      ],
      ["not once the program is silent", replaced, {}, []],
      ["not where another is named", replaced, { compromised: serials.D }, []],
      ["in its last second", replaced, { compromised: serials.A, now: before(end) }, revocationOf(serials.A)],
      ["not from its end on", replaced, { compromised: serials.A, now: end }, []],
    ])("%s", async (_name, versions, given, steps) => {
      // In its last weeks the one that serves would be due as well.
      const lasting = certificateOf("B", {
        notBefore: new Date("2026-02-01"),
        notAfter: new Date("2036-02-01"),
      });
      const held = { ...versions, v2: current(lasting, "B") };
      expect((await said(held, { certificate: lasting, ...given })).steps).toEqual(steps);
    });

    it("before anything else that is open, because others can use it until then", async () => {
      const kept = { v1: { ...active.v1, ...marked("A") }, v2: current(second, "B"), v3: request("C") };
      const { steps } = await said(kept, { certificate: second, compromised: serials.A });
      const replacement = certificateNextSteps({
        ...{ ...merchant, isDownloaded: false, fingerprint: fingerprint(keys.C), action: "replace" as const },
        deadline: new Date("2031-02-01T00:00:00Z"),
      });
      expect(steps).toEqual([...revocationFirst(serials.A), ...replacement]);
    });

    it("together with a renewal of its key, whichever of the two is named", async () => {
      const both = {
        v1: { ...active.v1, ...marked("A") },
        v2: holds(renewal, "A", `MC_COMPROMISED_${renewedSerial}`),
        v3: current(second, "B"),
      };
      for (const named of [serials.A, renewedSerial]) {
        const { steps } = await said(both, { certificate: second, compromised: named });
        expect(steps).toEqual(revocationOf(serials.A, renewedSerial));
      }
    });

    it("together with a kept one of its key that no label marks yet", async () => {
      const both = {
        v1: { ...active.v1, labels: [`MC_CERT_${serials.A}`] },
        v2: holds(renewal, "A", `MC_CERT_${renewedSerial}`),
        v3: current(second, "B"),
      };
      for (const named of [serials.A, renewedSerial]) {
        const { steps } = await said(both, { certificate: second, compromised: named });
        expect(steps).toEqual(revocationOf(serials.A, renewedSerial));
      }
    });

    it("and once more at its replacement, where a renewal of its key serves", async () => {
      const versions = {
        v1: { ...active.v1, ...marked("A") },
        v2: holds(renewal, "A", "AWSCURRENT", `MC_COMPROMISED_${renewedSerial}`),
        v3: request("B"),
      };
      const { steps } = await said(versions, { certificate: renewal, compromised: serials.A });
      expect(steps.slice(0, revocationFirst(serials.A).length)).toEqual(revocationFirst(serials.A));
      expect(steps.filter((step) => step.startsWith("Revoke"))).toEqual([
        expect.stringContaining(serials.A),
        expect.stringContaining(renewedSerial),
      ]);
    });
  });
});

describe("the words of the next steps change", () => {
  const due = new Date("2030-12-01T00:00:00Z");
  const fiveYearsOfUse = new Date("2030-12-20T08:30:00Z");
  const usedSince = { "merchant-credentials:first-issued": "2025-12-20T08:30:00Z" };
  const monthAfter = new Date("2031-02-15T08:30:00Z");
  const annual = { certificate: first, policy: "annual", tags: usedSince } as const;
  const beyondAll = {
    v1: { ...active.v1, ...marked("A") },
    v2: current(certificateOf("B", { notAfter: new Date("2036-02-01") }), "B"),
  };

  it.each<[string, Versions, Given, Date | undefined]>([
    ["never where there are none", active, { certificate: first }, undefined],
    ["never before the first certificate", waiting, {}, undefined],
    ["at five years of use: renew, then change", renewing, { ...annual, now: due }, fiveYearsOfUse],
    [
      "at five years of use, one second before",
      renewing,
      { ...annual, now: before(fiveYearsOfUse) },
      fiveYearsOfUse,
    ],
    ["at the end, from five years of use on", renewing, { ...annual, now: fiveYearsOfUse }, end],
    ["one month after the end", renewing, { ...annual, now: end, onExpiry: "warn" }, monthAfter],
    ["never after that", renewing, { ...annual, now: monthAfter, onExpiry: "warn" }, undefined],
    [
      "when the last operating certificate ends",
      renewing,
      { ...annual, now: due, operatingCertificatesUntil: "2030-12-10T00:00:00Z" },
      new Date("2030-12-10T00:00:00Z"),
    ],
    [
      "not by one that has ended",
      renewing,
      { ...annual, now: due, operatingCertificatesUntil: "2030-12-01T00:00:00Z" },
      fiveYearsOfUse,
    ],
    [
      "not where there is none",
      renewing,
      { ...annual, now: due, operatingCertificatesUntil: "none" },
      fiveYearsOfUse,
    ],
    [
      "when a certificate that has to be revoked ends by itself",
      beyondAll,
      { certificate: second, compromised: serials.A, now: due, tags: usedSince },
      end,
    ],
    [
      "and not at its end: they are gone",
      beyondAll,
      { certificate: second, compromised: serials.A, now: end, tags: usedSince },
      undefined,
    ],
  ])("%s", async (_name, versions, given, until) => {
    expect((await said(versions, given)).until).toEqual(until);
  });

  it.each(["2025-12-20T08:30:00Z", "2029-01-15T08:30:00Z"])(
    "at no other date, where the first certificate began on %s",
    async (began) => {
      const given: Given = {
        ...annual,
        onExpiry: "warn",
        operatingCertificatesUntil: "2030-12-10T00:00:00Z",
        tags: { "merchant-credentials:first-issued": began },
        // Never late before the end: that is a stage, which a run looks at anyway.
        thresholds: { renewBeforeDays: 200, failBeforeDays: 0 },
      };
      const at = (now: Date) => said(renewing, { ...given, now });
      const changes: string[] = [];
      let now = new Date("2030-09-01T00:00:00Z");
      for (let { steps, until } = await at(now); until; { steps, until } = await at(now)) {
        expect((await at(before(until))).steps).toEqual(steps);
        if ((await at(until)).steps.join() !== steps.join()) changes.push(until.toISOString());
        now = until;
      }
      expect((await at(now)).steps).toEqual((await at(new Date("2034-01-01"))).steps);
      expect(changes).toEqual(
        began.startsWith("2025")
          ? [
              "2030-11-16T08:30:00.000Z",
              "2030-12-10T00:00:00.000Z",
              began.replace("2025", "2030").replace("Z", ".000Z"),
              end.toISOString(),
            ]
          : [
              "2030-11-16T08:30:00.000Z",
              "2030-12-10T00:00:00.000Z",
              end.toISOString(),
              monthAfter.toISOString(),
            ],
      );
    },
  );
});
