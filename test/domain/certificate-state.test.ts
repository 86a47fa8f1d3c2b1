import {
  certificateState,
  type CertificateState,
  type StateContext,
} from "../../provider/domain/certificate-state";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { isoTime } from "../../provider/domain/calendar";
import { defaultThresholds } from "../../provider/domain/lifecycle";
import type { Replica } from "../../provider/domain/secret";
import {
  certificateIssuedByWeChatPay,
  contradictoryCertificate,
  merchantCertificate,
  merchantId,
  merchantName,
  privateKey,
  privateKeyPem,
  renewedCertificate,
  someDay,
} from "../support/certificates";
import {
  certificateValue,
  fingerprint,
  PaperVault,
  placeholderVersion,
  requestValue,
  since,
  spkiSha256,
} from "./vault-states";

const [key, nextKey] = [privateKey(), privateKey("next")];
const pem = merchantCertificate();
const next = merchantCertificate({
  key: nextKey,
  serialNumber: "B".repeat(40),
  notBefore: new Date("2030-12-01T10:00:00Z"),
  notAfter: new Date("2035-12-01T10:00:00Z"),
});
const { certificate } = readCertificateText(pem);
const { serialNumber } = certificate;
const served = { value: certificateValue(pem), labels: ["AWSCURRENT", `MC_CERT_${serialNumber}`] };
const open = { value: requestValue(nextKey), labels: [`MC_REQUEST_${fingerprint(nextKey)}`] };
const versions = {
  waiting: { ...placeholderVersion, v2: open },
  active: { v1: served },
  renewing: { v1: served, v2: open },
  replaced: {
    v1: { ...served, labels: [`MC_CERT_${serialNumber}`] },
    v3: { value: certificateValue(next, nextKey), labels: ["AWSCURRENT"] },
  },
};
/** The first one compromised, while it serves and after its replacement. */
const leaked = {
  serving: { v1: { ...served, labels: ["AWSCURRENT", `MC_COMPROMISED_${serialNumber}`] }, v2: open },
  replaced: {
    v1: { ...served, labels: [`MC_COMPROMISED_${serialNumber}`] },
    v3: versions.replaced.v3,
  },
};
const firstIssued = { "merchant-credentials:first-issued": "2026-01-15T08:30:00Z" };
const changed = (at: string, serial: string) => ({
  ...firstIssued,
  "merchant-credentials:last-change": `${at} current is certificate ${serial}`,
});
const issued = changed("2026-06-01T00:00:00Z", serialNumber);
const replacedThen = changed("2031-01-01T00:00:00Z", "B".repeat(40));

async function stateOf(
  held: ConstructorParameters<typeof PaperVault>[0],
  given: Partial<Omit<StateContext, "certificate">> & {
    certificate?: string;
    replicas?: Replica[];
    tags?: Record<string, string>;
  } = {},
): Promise<CertificateState> {
  const { certificate: declared, replicas = [], tags = issued, now = someDay, ...context } = given;
  const text = declared === undefined ? undefined : readCertificateText(declared);
  const view = await new PaperVault(held, { replicas, tags }).view(text, now, undefined, context);
  return certificateState(view, {
    logicalName: "shop",
    issuance: "request",
    merchantId,
    merchantName,
    thresholds: defaultThresholds,
    policy: undefined,
    onExpiry: "fail",
    previous: {},
    now,
    ...context,
    certificate: text,
  });
}

describe("the status", () => {
  it.each([
    ["awaiting-certificate", versions.waiting, undefined, someDay],
    ["active", versions.active, pem, someDay],
    ["renewal-requested", versions.renewing, pem, new Date("2030-12-01")],
    ["renewal-requested", versions.renewing, pem, new Date("2031-01-15T08:29:59Z")],
    ["expired", versions.renewing, pem, new Date("2031-01-15T08:30:00Z")],
    ["expired", versions.active, pem, new Date("2033-01-01")],
    ["compromised", leaked.serving, pem, someDay],
    ["compromised", leaked.serving, pem, new Date("2031-01-15T08:29:59Z")],
    ["expired", leaked.serving, pem, new Date("2031-01-15T08:30:00Z")],
    ["active", leaked.replaced, next, new Date("2031-01-01")],
  ] as const)("is %s", async (status, held, declared, now) => {
    expect((await stateOf(held, { certificate: declared, now })).status).toBe(status);
  });
});

describe("what is in state", () => {
  it("of a certificate whose fields contradict each other is its issuer's word: it serves already", async () => {
    const odd = contradictoryCertificate();
    const held = { v1: { value: certificateValue(odd), labels: ["AWSCURRENT"] } };
    const { current, status } = await stateOf(held, { certificate: odd });
    expect(status).toBe("active");
    expect(current?.issuedBy).toBe("certificate-authority");
  });

  it("of the next steps is when their words change by the clock alone", async () => {
    const given = { certificate: pem, now: new Date("2030-12-01"), policy: "annual" } as const;
    expect((await stateOf(versions.renewing, given)).nextStepsUntil).toBe("2031-01-15T08:30:00Z");
    expect((await stateOf(versions.active, { certificate: pem })).nextStepsUntil).toBeNull();
  });

  it("before the first certificate is the request and who waits for it since when", async () => {
    const state = await stateOf(versions.waiting, { tags: {} });
    expect(state).toMatchObject({
      pendingVersionId: "v2",
      pending: { versionId: "v2", publicKeySha256: spkiSha256(nextKey), since: isoTime(since) },
      unmet: [],
      keyOrigin: "generated",
      history: [],
    });
    expect([state.current, state.serialNumber, state.notAfter, state.firstIssuedAt]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(state.certificateRequest).toContain("BEGIN CERTIFICATE REQUEST");
  });

  it("of a certificate is all that is public, the vault's truth also at top level", async () => {
    const state = await stateOf(versions.active, { certificate: pem });
    expect(state.current).toEqual({
      versionId: "v1",
      serialNumber,
      issuedBy: "certificate-authority",
      issuer: "CN=Tenpay.com Root CA, O=Tenpay.com, OU=Tenpay.com CA Center, C=CN",
      subject: `CN=${merchantId}, O=微信商户系统, OU=${merchantName}, L=ShenZhen, C=CN`,
      notBefore: "2026-01-15T08:30:00Z",
      notAfter: "2031-01-15T08:30:00Z",
      certificateSha256: certificate.certificateSha256,
      publicKeySha256: spkiSha256(key),
    });
    expect(state).toMatchObject({
      currentVersionId: "v1",
      serialNumber,
      notAfter: "2031-01-15T08:30:00Z",
      firstIssuedAt: "2026-01-15T08:30:00Z",
      unmet: [],
      nextSteps: [],
    });
  });

  describe("says where the key was born:", () => {
    const change = (serial: string, suffix = "") => ({
      ...issued,
      "merchant-credentials:last-change": `2026-02-03T00:00:00Z current is certificate ${serial}${suffix}`,
    });
    const importedTags = change(serialNumber, ": imported");
    const imported = () => stateOf(versions.active, { certificate: pem, tags: importedTags });

    it("elsewhere, as the vault tells, with when it was imported and why it is current", async () => {
      const state = await imported();
      expect(state.keyOrigin).toBe("imported");
      expect(state.history).toMatchObject([{ reason: "import", from: "2026-02-03T00:00:00Z" }]);
      expect(state.unmet).toEqual([]);
    });

    it("still elsewhere after a renewal of the same key", async () => {
      const renewed = renewedCertificate();
      const held = { v2: { value: certificateValue(renewed), labels: ["AWSCURRENT"] } };
      const tags = change(readCertificateText(renewed).certificate.serialNumber);
      const state = await stateOf(held, { certificate: renewed, tags, previous: await imported() });
      expect(state.keyOrigin).toBe("imported");
      expect(state.history.at(-1)).toMatchObject({ reason: "renewal of the same key" });
    });

    it("here after a replacement, whatever the tag says of the one before", async () => {
      const given = { certificate: next, now: new Date("2031-01-01"), previous: await imported() };
      for (const tags of [importedTags, change("B".repeat(40))])
        expect((await stateOf(versions.replaced, { ...given, tags })).keyOrigin).toBe("generated");
    });
  });

  it.each(Object.entries(versions))("never is a private key: %s", async (_name, held) => {
    const text = JSON.stringify(await stateOf(held, { certificate: pem, now: new Date("2031-01-10") }));
    expect(text).not.toContain("PRIVATE KEY");
    for (const secret of [key, nextKey]) {
      for (const line of privateKeyPem(secret).split("\n").slice(1, -2)) expect(text).not.toContain(line);
    }
  });
});

describe("unmet, for which a run is red,", () => {
  it.each([
    ["is nothing while the first certificate is waited for", versions.waiting, {}, []],
    ["is nothing while all is as declared", versions.active, { certificate: pem }, []],
    [
      "is nothing while a renewal is due",
      versions.renewing,
      { certificate: pem, now: new Date("2030-12-01") },
      [],
    ],
    [
      "is nothing one second before it is late",
      versions.renewing,
      { certificate: pem, now: new Date("2031-01-08T08:29:59Z") },
      [],
    ],
    [
      "is a replacement that is late",
      versions.renewing,
      { certificate: pem, now: new Date("2031-01-08T08:30:00Z") },
      [/expires on 2031-01-15 08:30 UTC.* its replacement is not declared yet/],
    ],
    [
      "is an expired certificate, with what stops working",
      versions.renewing,
      { certificate: pem, now: new Date("2031-02-01") },
      [/expired on 2031-01-15 08:30 UTC.*APIv3 payments/],
    ],
    [
      "is not an expiry that only warns",
      versions.renewing,
      { certificate: pem, now: new Date("2031-02-01"), onExpiry: "warn" as const },
      [],
    ],
    [
      "is a certificate withdrawn from the program",
      versions.active,
      {},
      [/withdrawn from the program while .* serves/],
    ],
    [
      "is a certificate of another key",
      versions.waiting,
      { certificate: pem },
      [/its key matches none in the vault/],
    ],
    [
      "is not the key of a certificate that is imported",
      versions.waiting,
      { certificate: pem, isImported: true },
      [],
    ],
    [
      "is another merchant name while a request is outstanding",
      versions.waiting,
      { merchantName: "Other Shop" },
      [/^merchantName: .*outstanding with "Example Shop Ltd".*"Other Shop"/],
    ],
    [
      "is another subject while a request is outstanding",
      versions.waiting,
      { subject: { locality: "Shanghai" } },
      [/^subject\.locality: .*outstanding with "ShenZhen".*"Shanghai"/],
    ],
    [
      "is a replica that failed",
      versions.active,
      {
        certificate: pem,
        replicas: [{ region: "eu-west-1", status: "Failed" as const, message: "No such key" }],
      },
      [/the replica in eu-west-1 failed: No such key/],
    ],
  ])("%s", async (_name, held, given, reasons) => {
    const { unmet } = await stateOf(held, given);
    expect(unmet).toHaveLength(reasons.length);
    reasons.forEach((reason, n) => expect(unmet[n]).toMatch(reason));
  });

  it.each([
    ["late", new Date("2031-01-10")],
    ["expired", new Date("2031-02-01")],
  ])("names the step and the place when %s", async (_name, now) => {
    const { unmet } = await stateOf(versions.renewing, { certificate: pem, now });
    expect(unmet[0]).toContain("API Security");
    expect(unmet[0]).toContain(fingerprint(nextKey));
  });
});

describe("the next steps", () => {
  it.each([
    ["apply for the first", versions.waiting, {}, someDay, "Apply"],
    [
      "replace under the 5-year rules",
      versions.renewing,
      { certificate: pem },
      new Date("2030-12-01"),
      "Apply (申请证书)",
    ],
    [
      "renew under the 1-year rules",
      versions.renewing,
      { certificate: pem, policy: "annual" as const },
      new Date("2030-12-01"),
      "Renew Certificate",
    ],
    [
      "upgrade what expired under the 1-year rules",
      versions.renewing,
      {
        certificate: pem,
        policy: "annual" as const,
        tags: { "merchant-credentials:first-issued": "2029-01-15T08:30:00Z" },
      },
      new Date("2031-02-01"),
      "Upgrade Certificate",
    ],
    [
      "change after five years of use",
      versions.renewing,
      { certificate: pem, policy: "annual" as const },
      new Date("2031-01-15T08:30:00Z"),
      "Change Certificate",
    ],
  ])("tell a person to %s", async (_name, held, given, now, button) => {
    expect((await stateOf(held, { ...given, now })).nextSteps.join("\n")).toContain(button);
  });

  it("say the deadline until it has passed", async () => {
    const steps = async (now: string) =>
      (await stateOf(versions.renewing, { certificate: pem, now: new Date(now) })).nextSteps[0];
    expect(await steps("2030-12-01")).toContain("2031-01-15 08:30 UTC (2031-01-15 16:30 +08:00)");
    expect(await steps("2031-02-01")).not.toContain("UTC");
  });

  it("are none while no request is open", async () => {
    expect((await stateOf(versions.active, { certificate: pem })).nextSteps).toEqual([]);
  });
});

describe("after a replacement", () => {
  const now = new Date("2031-01-01T00:00:00Z");
  const after = async (policy?: "annual") => {
    const previous = await stateOf(versions.active, { certificate: pem });
    return stateOf(versions.replaced, { certificate: next, previous, now, policy, tags: replacedThen });
  };

  it("the old certificate keeps its own validity under the 5-year rules", async () => {
    expect((await after()).oldValidUntil).toBe("2031-01-15T08:30:00Z");
  });

  it("the old certificate lives 48 hours from the new one's issuance, not from promotion, under the 1-year rules", async () => {
    expect((await after("annual")).oldValidUntil).toBe("2030-12-03T10:00:00Z");
  });

  it("the history says from when to when each was current, and why", async () => {
    expect((await after()).history).toEqual([
      {
        versionId: "v1",
        serialNumber,
        from: "2026-06-01T00:00:00Z",
        until: "2031-01-01T00:00:00Z",
        reason: "first issuance",
      },
      { versionId: "v3", serialNumber: "B".repeat(40), from: "2031-01-01T00:00:00Z", reason: "replacement" },
    ]);
  });

  it("all of it stays as it is when nothing changes", async () => {
    const settled = await after();
    const later = await stateOf(versions.replaced, {
      certificate: next,
      previous: settled,
      now: new Date("2031-03-01"),
      tags: replacedThen,
    });
    expect(later).toEqual(settled);
  });
});

it("takes a certificate it finds in the vault into the history as found", async () => {
  const { history } = await stateOf(versions.replaced, { certificate: next, tags: replacedThen });
  expect(history).toMatchObject([{ versionId: "v3", reason: "found in the vault" }]);
});

it("leaves a certificate whose promotion is not recorded yet to the run that records it", async () => {
  const { history } = await stateOf(versions.replaced, { certificate: next, tags: firstIssued });
  expect(history).toEqual([]);
});

describe("the history of", () => {
  const now = new Date("2031-01-01T00:00:00Z");
  const at = "2031-01-01T00:00:00Z";
  const wechatPays = certificateIssuedByWeChatPay();
  const wechatPaysSerial = readCertificateText(wechatPays).certificate.serialNumber;
  const renewed = renewedCertificate();
  const renewedSerial = readCertificateText(renewed).certificate.serialNumber;
  const B = "B".repeat(40);

  /** Ten more runs of the same program on later days: nothing may grow or change in what they say. */
  async function settled(
    held: ConstructorParameters<typeof PaperVault>[0],
    given: Parameters<typeof stateOf>[1] & object,
  ): Promise<CertificateState> {
    const state = await stateOf(held, given);
    let previous = { ...state, abandonRequest: given.abandonRequest };
    for (let run = 1; run <= 10; run++) {
      const later = new Date((given.now ?? someDay).getTime() + run * 3_600_000);
      const again = await stateOf(held, { ...given, now: later, previous });
      expect(again).toEqual(state);
      expect(again.history).toBe(previous.history);
      previous = { ...again, abandonRequest: given.abandonRequest };
    }
    return state;
  }

  it.each<[string, string, Parameters<typeof stateOf>[0], string, string]>([
    ["a replacement", "replacement", versions.replaced, next, B],
    [
      "a replacement of one that is compromised",
      "replacement of a compromised certificate",
      leaked.replaced,
      next,
      B,
    ],
    [
      "a renewal of the same key",
      "renewal of the same key",
      { v1: { ...served, labels: [] }, v3: { value: certificateValue(renewed), labels: ["AWSCURRENT"] } },
      renewed,
      renewedSerial,
    ],
  ])("%s says so, and stays as it is", async (_name, reason, held, declared, serial) => {
    const previous = await stateOf(versions.active, { certificate: pem });
    const { history } = await settled(held, {
      certificate: declared,
      previous,
      now,
      tags: changed(at, serial),
    });
    expect(history).toMatchObject([
      { versionId: "v1", reason: "first issuance", until: at },
      { versionId: "v3", serialNumber: serial, from: at, reason },
    ]);
    expect(history).toHaveLength(2);
  });

  it("an upgrade says so, and that the one before works for 48 hours more", async () => {
    const before = { v1: { value: certificateValue(wechatPays), labels: ["AWSCURRENT"] } };
    const previous = await stateOf(before, {
      certificate: wechatPays,
      issuance: "download",
      tags: changed("2026-06-01T00:00:00Z", wechatPaysSerial),
    });
    expect(previous.current).toMatchObject({ issuedBy: "wechat-pay" });
    const after = await settled(versions.replaced, {
      certificate: next,
      previous,
      now,
      tags: changed(at, B),
    });
    expect(after.history.map(({ reason }) => reason)).toEqual(["first issuance", "upgrade"]);
    expect(after.oldValidUntil).toBe("2030-12-03T10:00:00Z");
  });

  it("one that is compromised is marked while it serves, and for ever", async () => {
    const previous = await stateOf(versions.active, { certificate: pem });
    const given = { certificate: pem, compromised: serialNumber, now, previous };
    const serving = await settled(leaked.serving, given);
    const tenure = { versionId: "v1", serialNumber, from: "2026-06-01T00:00:00Z", reason: "first issuance" };
    expect(serving.history).toEqual([{ ...tenure, compromised: at }]);

    const later = "2031-01-02T00:00:00Z";
    const replaced = await settled(leaked.replaced, {
      certificate: next,
      compromised: serialNumber,
      previous: serving,
      now: new Date(later),
      tags: changed(later, B),
    });
    expect(replaced.history).toEqual([
      { ...tenure, compromised: at, until: later },
      { versionId: "v3", serialNumber: B, from: later, reason: "replacement of a compromised certificate" },
    ]);
    expect(replaced.status).toBe("active");
  });

  it("a compromised one says nothing of how long it works: it does until it is revoked", async () => {
    for (const policy of [undefined, "annual"] as const) {
      const previous = await stateOf(leaked.serving, { certificate: pem });
      const given = { certificate: next, previous, now, policy, tags: replacedThen };
      expect((await stateOf(leaked.replaced, given)).oldValidUntil).toBeNull();
    }
  });

  const fingerprintB = fingerprint(nextKey);
  const given = { ...open, labels: [`MC_ABANDONED_${fingerprintB}`] };
  const abandoned = {
    versionId: "v2",
    fingerprint: fingerprintB,
    from: isoTime(since),
    until: at,
    reason: "abandoned request",
  };

  it("a request that the program gives up has it before the certificate that serves", async () => {
    const previous = await stateOf(versions.renewing, { certificate: pem });
    const state = await settled(
      { ...versions.active, v2: given },
      {
        certificate: pem,
        abandonRequest: fingerprintB,
        previous,
        now,
        onExpiry: "warn",
      },
    );
    expect(state.history).toMatchObject([abandoned, { versionId: "v1", reason: "first issuance" }]);
    expect(state.history).toHaveLength(2);
    expect(state.history[0]).toEqual(abandoned);
  });

  it("the first request that is given up has it, and the first certificate is the first all the same", async () => {
    const previous = await stateOf(versions.waiting, { tags: {} });
    const again = {
      ...placeholderVersion,
      v2: given,
      v4: { ...open, value: requestValue(key), labels: [`MC_REQUEST_${fingerprint(key)}`] },
    };
    const waiting = await settled(again, { abandonRequest: fingerprintB, previous, now, tags: {} });
    expect(waiting.history).toEqual([abandoned]);
    expect(waiting.pendingVersionId).toBe("v4");

    const issued = await settled(
      { ...versions.active, v2: given },
      {
        certificate: pem,
        abandonRequest: fingerprintB,
        onExpiry: "warn",
        previous: { ...waiting, abandonRequest: fingerprintB },
        now,
        tags: changed(at, serialNumber),
      },
    );
    expect(issued.history.map(({ reason }) => reason)).toEqual(["abandoned request", "first issuance"]);
  });

  it("a request that a renewal of the current key makes needless has it, too", async () => {
    const previous = await stateOf(versions.renewing, { certificate: pem });
    const held = { v3: { value: certificateValue(renewed), labels: ["AWSCURRENT"] }, v2: given };
    const { history } = await settled(held, {
      certificate: renewed,
      previous,
      now,
      tags: changed(at, renewedSerial),
    });
    expect(history.map(({ reason }) => reason)).toEqual([
      "first issuance",
      "abandoned request",
      "renewal of the same key",
    ]);
    expect(history[1]).toEqual(abandoned);
  });

  it("a request that was given up before a lost state is found once, since this run saw it", async () => {
    const state = await settled(
      { ...versions.active, v2: given },
      {
        certificate: pem,
        abandonRequest: fingerprintB,
        now,
        onExpiry: "warn",
      },
    );
    expect(state.history[0]).toEqual({ ...abandoned, from: at });
    expect(state.history).toHaveLength(2);
  });

  it("a request that was given up long ago and is not named any more stays out of it", async () => {
    const { history } = await settled(
      { ...versions.active, v2: given },
      {
        certificate: pem,
        now,
        onExpiry: "warn",
      },
    );
    expect(history.map(({ reason }) => reason)).toEqual(["first issuance"]);
  });
});
