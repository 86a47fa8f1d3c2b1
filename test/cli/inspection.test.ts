import { inspect, type CredentialReport } from "../../provider/cli/inspection";
import { exportedCredentials } from "../../provider/cli/stack-export";
import { certificateNextSteps } from "../../provider/domain/certificate-next-steps";
import { Clock, MerchantScene } from "../support/merchant";
import {
  apiSecret,
  apiV3Secret,
  certificate,
  stackExport,
  stateFile,
  type ExportedResource,
} from "./exported-stacks";

const read = (text: string) => exportedCredentials(Buffer.from(text));
const reportsOf = (now: string, ...resources: ExportedResource[]): CredentialReport[] =>
  inspect(read(stackExport(...resources)), new Date(now));
const lineOf = ({ status, who, deadline }: CredentialReport): string =>
  [status, who, deadline].filter(Boolean).join(", ");

const pending = { versionId: "p1", since: "2026-12-01T00:00:00Z" };
const open = { status: "renewal-requested", pending };
const waits = { status: "rotation-pending", pending, failsFrom: "2026-12-15T00:00:00Z" };
const leaked = { status: "compromised", pending, unmet: ["compromised: certificate AB still serves."] };
const download = { issuance: "download" };
const noCurrent = { current: null, notAfter: null };
const period = {
  rotationFrom: "2026-11-22",
  maxAgeDays: 30,
  rotationPeriod: "period 1, from 2026-11-22 to 2026-12-22",
  dueFrom: "2026-12-21T16:00:00Z",
};

describe("a certificate", () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    ["a second before it is due", "2026-11-23T11:59:59Z", {}, "healthy"],
    [
      "60 days before the end, though the state calls it active",
      "2026-11-23T12:00:00Z",
      {},
      "due, operator, 2027-01-22T12:00:00Z",
    ],
    ["with its request out", "2026-11-23T12:00:00Z", open, "due, super administrator, 2027-01-22T12:00:00Z"],
    [
      "with a request out before it is due",
      "2026-11-23T11:59:59Z",
      open,
      "due, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "a second before it is late",
      "2027-01-15T11:59:59Z",
      open,
      "due, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "7 days before the end",
      "2027-01-15T12:00:00Z",
      open,
      "overdue, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "7 days before the end, with nothing begun",
      "2027-01-15T12:00:00Z",
      {},
      "overdue, operator, 2027-01-22T12:00:00Z",
    ],
    [
      "a second before the end",
      "2027-01-22T11:59:59Z",
      open,
      "overdue, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "at its end, though the state calls it active",
      "2027-01-22T12:00:00Z",
      {},
      "expired, operator, 2027-01-22T12:00:00Z",
    ],
    [
      "at its end, with the request out",
      "2027-01-22T12:00:00Z",
      open,
      "expired, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "at its end, where runs only warn",
      "2027-01-22T12:00:00Z",
      { onExpiry: "warn" },
      "expired, operator, 2027-01-22T12:00:00Z",
    ],
    [
      "late, where runs only warn",
      "2027-01-15T12:00:00Z",
      { onExpiry: "warn" },
      "overdue, operator, 2027-01-22T12:00:00Z",
    ],
    ["a second before its own threshold", "2026-12-23T11:59:59Z", { renewBeforeDays: 30 }, "healthy"],
    [
      "from its own threshold on",
      "2026-12-23T12:00:00Z",
      { renewBeforeDays: 30 },
      "due, operator, 2027-01-22T12:00:00Z",
    ],
    [
      "failing on the last day only",
      "2027-01-21T11:59:59Z",
      { failBeforeDays: 1 },
      "due, operator, 2027-01-22T12:00:00Z",
    ],
    ["on that day", "2027-01-21T12:00:00Z", { failBeforeDays: 1 }, "overdue, operator, 2027-01-22T12:00:00Z"],
    [
      "before the first, the request out",
      "2026-12-02T00:00:00Z",
      { ...noCurrent, status: "awaiting-certificate", pending },
      "due, super administrator",
    ],
    [
      "before the first, without a request",
      "2026-12-02T00:00:00Z",
      { ...noCurrent, status: "awaiting-certificate" },
      "due, operator",
    ],
    [
      "whose last run failed",
      "2026-11-22T13:00:00Z",
      { unmet: ["certificate: matches no key."] },
      "overdue, operator",
    ],
    [
      "whose first run failed before it knew anything",
      "2026-11-22T13:00:00Z",
      {
        status: undefined,
        current: undefined,
        pending: undefined,
        unmet: ["AccessDenied. [vault-access-denied]"],
      },
      "overdue, operator",
    ],
    [
      "late, whose last run failed as well",
      "2027-01-15T12:00:00Z",
      { ...open, unmet: ["certificate: late."] },
      "overdue, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "whose key others know, though it is healthy",
      "2026-11-22T13:00:00Z",
      leaked,
      "overdue, super administrator",
    ],
    [
      "whose key others know, before its next request",
      "2026-11-22T13:00:00Z",
      { ...leaked, pending: null },
      "overdue, operator",
    ],
    [
      "whose key others know, in its last days",
      "2027-01-15T12:00:00Z",
      leaked,
      "overdue, super administrator",
    ],
    [
      "whose key others know, a second before the end",
      "2027-01-22T11:59:59Z",
      leaked,
      "overdue, super administrator",
    ],
    [
      "whose key others know, at its end",
      "2027-01-22T12:00:00Z",
      leaked,
      "expired, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "whose key others know, where runs only warn",
      "2026-11-22T13:00:00Z",
      { ...leaked, onExpiry: "warn" },
      "overdue, super administrator",
    ],
    ["that is downloaded, a second before it is due", "2026-11-23T11:59:59Z", download, "healthy"],
    [
      "that is downloaded, 60 days before the end",
      "2026-11-23T12:00:00Z",
      download,
      "due, operator, 2027-01-22T12:00:00Z",
    ],
    [
      "that is downloaded, with the request for its upgrade out",
      "2026-11-23T12:00:00Z",
      { ...download, ...open },
      "due, super administrator, 2027-01-22T12:00:00Z",
    ],
    [
      "that is downloaded, 7 days before the end",
      "2027-01-15T12:00:00Z",
      download,
      "overdue, operator, 2027-01-22T12:00:00Z",
    ],
    [
      "that is downloaded, at its end",
      "2027-01-22T12:00:00Z",
      download,
      "expired, operator, 2027-01-22T12:00:00Z",
    ],
    [
      "that will be downloaded, before the first",
      "2026-12-02T00:00:00Z",
      { ...download, ...noCurrent, status: "awaiting-certificate" },
      "due, super administrator",
    ],
    [
      "that somebody has changed by hand",
      "2026-11-22T13:00:00Z",
      { drift: ["tag team is gone"] },
      "due, operator",
    ],
    ["without dates", "2026-11-22T13:00:00Z", { current: { versionId: "c1" } }, "unknown, operator"],
    [
      "with a date that is none",
      "2026-11-22T13:00:00Z",
      { current: { notBefore: "2026-11-22T12:00:00Z", notAfter: "soon" } },
      "unknown, operator",
    ],
    [
      "whose facts are encrypted",
      "2026-11-22T13:00:00Z",
      {
        current: {
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          ciphertext: "v1:x",
        },
      },
      "unknown, operator",
    ],
  ])("%s", (_, now, outputs, line) => {
    expect(reportsOf(now, certificate(outputs)).map(lineOf)).toEqual([line]);
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    [
      "its key is compromised and a request waits",
      "2026-11-22T13:00:00Z",
      leaked,
      "have the open request issued, then declare the certificate, and revoke the one that is compromised",
    ],
    [
      "its key is compromised and the next run makes the request",
      "2026-11-22T13:00:00Z",
      { ...leaked, pending: null },
      "run pulumi up --refresh, which makes the request, and revoke the one that is compromised",
    ],
    [
      "its key is compromised and no request comes",
      "2026-11-22T13:00:00Z",
      { ...leaked, ...download, pending: null },
      'set issuance to "request", then run pulumi up --refresh, which makes the request, and revoke the one that is compromised',
    ],
    [
      "no request comes, because it is downloaded",
      "2026-11-23T12:00:00Z",
      download,
      'set issuance to "request", then run pulumi up --refresh, which makes the request',
    ],
    [
      "the first one will be downloaded",
      "2026-12-02T00:00:00Z",
      { ...download, ...noCurrent },
      "download the certificate with its key, then declare both",
    ],
    [
      "a request comes by itself",
      "2026-11-23T12:00:00Z",
      {},
      "run pulumi up --refresh, which makes the request",
    ],
  ])("says what to do where %s", (_, now, outputs, what) => {
    expect(reportsOf(now, certificate(outputs))).toMatchObject([{ what }]);
  });

  it("is told of by what the handlers themselves put into state, from its request to its end", async () => {
    const clock = new Clock(new Date("2026-11-22T12:00:00Z"));
    const scene = await MerchantScene.start({ clock });
    const now = (): string => {
      const { outputs } = scene.state!;
      return reportsOf(clock.now().toISOString(), certificate(outputs)).map(lineOf)[0]!;
    };
    try {
      await scene.up();
      expect(now()).toBe("due, super administrator");
      await scene.up({ certificate: scene.sign({ notAfter: new Date("2027-01-22T12:00:00Z") }) });
      expect(now()).toBe("healthy");
      clock.advanceDays(2);
      expect(now()).toBe("due, operator, 2027-01-22T12:00:00Z");
      await scene.up();
      expect(now()).toBe("due, super administrator, 2027-01-22T12:00:00Z");
      clock.advanceDays(55);
      expect(now()).toBe("overdue, super administrator, 2027-01-22T12:00:00Z");
      clock.advanceDays(5);
      expect(now()).toBe("expired, super administrator, 2027-01-22T12:00:00Z");
    } finally {
      await scene.close();
    }
  });

  it("is told of by what the handlers put into state, from a leaked key to its replacement", async () => {
    const clock = new Clock(new Date("2026-11-22T12:00:00Z"));
    const scene = await MerchantScene.start({ clock });
    const now = (): string => {
      const { outputs } = scene.state!;
      return reportsOf(clock.now().toISOString(), certificate(outputs)).map(lineOf)[0]!;
    };
    try {
      await scene.up();
      await scene.up({ certificate: scene.sign() });
      expect(now()).toBe("healthy");
      await scene.up({ compromised: scene.state!.outputs.serialNumber! });
      expect(now()).toBe("overdue, super administrator");
      await scene.up({ certificate: scene.sign({ notBefore: clock.now() }) });
      expect(now()).toBe("due, super administrator");
      await scene.up({ compromised: undefined });
      expect(now()).toBe("healthy");
    } finally {
      await scene.close();
    }
  });
});

describe.each([
  ["an API secret", apiSecret],
  ["an APIv3 secret", apiV3Secret],
])("%s", (_kind, secret) => {
  it.each<[string, string, Record<string, unknown>, string]>([
    ["in use", "2036-12-01T00:00:00Z", {}, "healthy"],
    [
      "before the first value is set",
      "2036-12-01T00:00:00Z",
      { ...noCurrent, status: "awaiting-activation", pending },
      "due, super administrator",
    ],
    [
      "whose first value has not come about",
      "2026-12-01T00:00:00Z",
      { ...noCurrent, status: "awaiting-activation" },
      "due, operator",
    ],
    [
      "a second before its rotation is overdue",
      "2026-12-14T23:59:59Z",
      waits,
      "due, super administrator, 2026-12-15T00:00:00Z",
    ],
    [
      "once its rotation is overdue",
      "2026-12-15T00:00:00Z",
      waits,
      "overdue, super administrator, 2026-12-15T00:00:00Z",
    ],
    [
      "a second before 14 days, where runs only warn",
      "2026-12-14T23:59:59Z",
      { ...waits, failsFrom: null, onExpiry: "warn" },
      "due, super administrator, 2026-12-15T00:00:00Z",
    ],
    [
      "after 14 days, where runs only warn",
      "2026-12-15T00:00:00Z",
      { ...waits, failsFrom: null, onExpiry: "warn" },
      "overdue, super administrator, 2026-12-15T00:00:00Z",
    ],
    [
      "after days of its own, where runs only warn",
      "2026-12-03T00:00:00Z",
      { ...waits, failsFrom: null, onExpiry: "warn", failAfterDays: 2 },
      "overdue, super administrator, 2026-12-03T00:00:00Z",
    ],
    [
      "a first value that may wait for ever, where runs only warn",
      "2036-12-03T00:00:00Z",
      { ...noCurrent, status: "awaiting-activation", pending, onExpiry: "warn" },
      "due, super administrator",
    ],
    [
      "whose last run failed",
      "2026-12-01T00:00:00Z",
      { unmet: ["activation.version: there is no version x."] },
      "overdue, operator",
    ],
    [
      "that waits, and whose last run failed",
      "2026-12-02T00:00:00Z",
      { ...waits, unmet: ["replicaRegions: failed."] },
      "overdue, operator",
    ],
    [
      "that a person has promoted, as a refresh has seen",
      "2026-12-01T00:00:00Z",
      { ...waits, drift: ["the open request is gone from version 3f1c9a52…"] },
      "due, operator",
    ],
    [
      "that somebody has changed by hand",
      "2026-12-01T00:00:00Z",
      { drift: ["another version is current"] },
      "due, operator",
    ],
    ["a second before its period ends", "2026-12-21T15:59:59Z", period, "healthy"],
    ["whose period has ended without a run", "2026-12-21T16:00:00Z", period, "due, operator"],
    [
      "whose time of the next value is none",
      "2026-12-21T16:00:00Z",
      { ...period, dueFrom: "soon" },
      "healthy",
    ],
    ["of which nothing is recorded", "2026-12-01T00:00:00Z", { status: undefined }, "unknown, operator"],
  ])("%s", (_, now, outputs, line) => {
    expect(reportsOf(now, secret(outputs)).map(lineOf)).toEqual([line]);
  });
});

describe("a credential of a kind that this release does not know", () => {
  it("is listed as unknown", () => {
    const type = "pulumi-nodejs:dynamic/merchantCredentials:LoyaltyCard";
    expect(reportsOf("2026-12-01T00:00:00Z", { ...apiSecret(), type })).toMatchObject([
      {
        kind: "LoyaltyCard",
        status: "unknown",
        what: "use a newer merchant-credentials: this one does not know the kind",
      },
    ]);
  });

  it.each(["constructor", "__proto__", "toString"])("even if it is called %s", (className) => {
    const type = `pulumi-nodejs:dynamic/merchantCredentials:${className}`;
    expect(reportsOf("2026-12-01T00:00:00Z", { ...apiSecret(), type })).toMatchObject([
      { status: "unknown" },
    ]);
  });
});

describe("what is read of a state", () => {
  const names = (text: string): string[] => read(text).map(({ urn }) => urn.split("::").at(-1)!);

  it("is the same from an export and from a state file", () => {
    expect(read(stateFile(certificate(), apiSecret()))).toEqual(
      read(stackExport(certificate(), apiSecret())),
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ["is only looked up", { external: true }],
    ["waits to be deleted", { delete: true }],
    ["is a component", { custom: false }],
    ["is of another package", { type: "pulumi-nodejs:dynamic:Resource" }],
    ["has no type", { type: undefined }],
  ])("leaves out what %s", (_, facts) => {
    const left = { ...certificate(), ...facts };
    expect(names(stackExport(left, apiSecret()))).toEqual(["shop-api-secret"]);
  });

  it.each([
    ["a new stack", '{"version":3,"deployment":{"manifest":{}}}'],
    ["a new stack in a state file", '{"version":3,"checkpoint":{"stack":"organization/shop/dev"}}'],
    ["resources of no form", '{"version":3,"deployment":{"resources":[null,1,"x",[]]}}'],
    ["a later version of the form", '{"version":4,"deployment":{"resources":[]}}'],
  ])("is nothing of %s", (_, text) => expect(read(text)).toEqual([]));

  it("has every text without characters that could move the cursor", () => {
    const evil = "\u001b[2J\u0007sh\u202eop\r\nroot\u009b1A";
    const [report] = reportsOf(
      "2026-12-02T00:00:00Z",
      apiSecret({
        logicalName: evil,
        merchantId: evil,
        status: evil,
        secretArn: evil,
        unmet: [evil],
        drift: [evil],
        nextSteps: [evil],
      }),
    );
    const text = "[2Jshoproot1A";
    expect(report).toMatchObject({
      name: text,
      merchantId: null,
      recordedStatus: text,
      secretArn: text,
      nextSteps: [text],
    });
    expect(report!.reasons).toEqual(["[2Jshop", "[2Jshop"]);
  });

  it("has the first line of a reason, because its steps are told of anyway", () => {
    const steps = certificateNextSteps({
      logicalName: "shop",
      merchantId: "1900000109",
      fingerprint: "f",
      action: "apply",
    });
    const unmet = [`certificate: late.\n${steps.join("\n")}`];
    expect(reportsOf("2026-12-02T00:00:00Z", certificate({ unmet }))[0]!.reasons).toEqual([
      "certificate: late.",
    ]);
  });

  it("shows a merchant id that is encrypted as absent, even if the export has it in plain text", () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: '"1900000109"',
    };
    expect(reportsOf("2026-12-02T00:00:00Z", apiSecret({ merchantId: secret }))[0]!.merchantId).toBeNull();
  });
});
