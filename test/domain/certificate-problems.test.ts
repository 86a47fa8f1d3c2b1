import { acceptedCertificate, certificateProblems } from "../../provider/domain/certificate-problems";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { readTrustChain } from "../../provider/domain/trust-chain";
import {
  certificateIssuedByWeChatPay,
  certificateNotYetValid,
  certificateOfAnotherMerchant,
  certificateSignedWithSha1,
  expiredCertificate,
  issuedOn,
  merchantCertificate,
  merchantId,
  platformCertificate,
  privateKey,
  renewedCertificate,
  someDay,
} from "../support/certificates";
import { enterprise, issuer, otherRoot, root } from "../support/trust-chains";
import { certificateValue, fingerprint, PaperVault, placeholderVersion, requestValue } from "./vault-states";

const [key, other, third] = [privateKey(), privateKey("other"), privateKey("third")];
const pem = merchantCertificate();
const { serialNumber } = readCertificateText(pem).certificate;
const waiting = {
  ...placeholderVersion,
  v1: { value: requestValue(key), labels: [`MC_REQUEST_${fingerprint(key)}`] },
};
const active = { v1: { value: certificateValue(pem), labels: ["AWSCURRENT", `MC_CERT_${serialNumber}`] } };
const otherPem = merchantCertificate({ key: other, serialNumber: "AB" });
const otherRequest = { value: requestValue(other), labels: [`MC_REQUEST_${fingerprint(other)}`] };

async function problems(
  versions: object,
  declared: string | undefined,
  now = someDay,
  { isImported, issuance = "request" }: { isImported?: boolean; issuance?: "request" | "download" } = {},
) {
  const certificate = declared === undefined ? undefined : readCertificateText(declared);
  const view = await new PaperVault(versions as typeof waiting).view(certificate, now);
  const context = { certificate, merchantId, issuance, isImported, now };
  const found = certificateProblems(context, view);
  expect(acceptedCertificate(context, view)).toBe(found.length === 0 ? certificate : undefined);
  return found;
}

describe("a declared certificate may become current", () => {
  it.each([
    ["where none is declared", waiting, undefined],
    ["with the key of the open request", waiting, pem],
    ["where it is already", active, pem],
    ["as a renewal of the current key", active, renewedCertificate()],
    [
      "as a renewal of the current key while another request is open",
      { ...active, v2: otherRequest },
      renewedCertificate(),
    ],
  ])("%s", async (_name, versions, declared) => {
    expect(await problems(versions, declared)).toEqual([]);
  });

  it("as a kept one: roll back", async () => {
    const next = merchantCertificate({ key: other, serialNumber: "AB" });
    const versions = {
      v1: { ...active.v1, labels: [`MC_CERT_${serialNumber}`] },
      v2: { value: certificateValue(next, other), labels: ["AWSCURRENT"] },
    };
    expect(await problems(versions, pem)).toEqual([]);
  });

  it.each([
    ["on a new secret", placeholderVersion],
    ["beside a request for another key", { ...placeholderVersion, v1: otherRequest }],
    [
      "beside another certificate that is current",
      { v1: { value: certificateValue(otherPem, other), labels: ["AWSCURRENT", "MC_CERT_AB"] } },
    ],
  ])("whose key is imported: %s", async (_name, versions) => {
    expect(await problems(versions, pem, someDay, { isImported: true })).toEqual([]);
    expect(await problems(versions, pem)).toHaveLength(1);
  });

  it("where it is current, even after it expired: that is for the lifecycle to say", async () => {
    expect(await problems(active, pem, new Date("2033-01-01"))).toEqual([]);
  });
});

describe("a declared certificate may not become current, with both values named,", () => {
  const request = { ...placeholderVersion, v1: otherRequest };
  it.each([
    [
      "where its key matches none",
      request,
      pem,
      `found ${fingerprint(key)}, expected ${fingerprint(other)} (the open request)`,
    ],
    [
      "where its key matches neither the request nor the current key",
      { ...active, v2: otherRequest },
      merchantCertificate({ key: third, serialNumber: "CD" }),
      `found ${fingerprint(third)}, expected ${fingerprint(other)} (the open request) or ${fingerprint(key)} (the current key)`,
    ],
    [
      "where it is an earlier one of the current key",
      active,
      merchantCertificate({ serialNumber: "CD", notAfter: new Date("2030-01-01") }),
      "is an earlier one of the current key and not kept here",
    ],
    [
      "where its request was abandoned",
      { ...active, v2: { ...otherRequest, labels: [`MC_ABANDONED_${fingerprint(other)}`] } },
      merchantCertificate({ key: other, serialNumber: "CD" }),
      `its key ${fingerprint(other)} belongs to a request that was abandoned`,
    ],
    [
      "where it expired",
      waiting,
      expiredCertificate(),
      `${serialNumber} expired on 2026-05-01 00:00 UTC (2026-05-01 08:00 +08:00)`,
    ],
    [
      "where it is not valid yet",
      waiting,
      certificateNotYetValid(),
      "is not valid before 2026-06-04 00:00 UTC (2026-06-04 08:00 +08:00)",
    ],
    [
      "where it is another merchant's",
      waiting,
      certificateOfAnotherMerchant(),
      "its subject CN is 1900000110, expected 1900000109",
    ],
    [
      "where it is the platform's",
      waiting,
      platformCertificate({ key }),
      "its subject CN is Tenpay.com sign, WeChat Pay's platform certificate, expected 1900000109",
    ],
    [
      "where it is signed with SHA-1",
      waiting,
      certificateSignedWithSha1(),
      "its signature algorithm is SHA-1 with RSA, expected SHA-256 with RSA",
    ],
  ])("%s", async (_name, versions, declared, reason) => {
    const found = await problems(versions, declared);
    expect(found.join("\n")).toContain(reason);
    for (const sentence of found) expect(sentence).toMatch(/^certificate: .*\.$/s);
  });

  it.each([[false], [true]])("where it is kept but compromised (imported: %s)", async (isImported) => {
    const versions = {
      v1: { ...active.v1, labels: [`MC_COMPROMISED_${serialNumber}`] },
      v2: { value: certificateValue(otherPem, other), labels: ["AWSCURRENT"] },
    };
    expect(await problems(versions, pem, someDay, { isImported })).toEqual([
      `certificate: ${serialNumber} is marked as compromised and cannot come back. Declare its replacement.`,
    ]);
  });

  it("where a renewal of a compromised key is declared, whose owner is named", async () => {
    const versions = {
      v1: { ...active.v1, labels: [`MC_COMPROMISED_${serialNumber}`] },
      v2: { value: certificateValue(otherPem, other), labels: ["AWSCURRENT"] },
    };
    const renewed = renewedCertificate();
    const renewedSerial = readCertificateText(renewed).certificate.serialNumber;
    for (const isImported of [false, true])
      expect(await problems(versions, renewed, someDay, { isImported })).toEqual([
        `certificate: ${renewedSerial} has the key of ${serialNumber}, which is marked as compromised and cannot come back. Declare its replacement.`,
      ]);
  });

  it("where WeChat Pay has made its key, and the program does not say where that is", async () => {
    const downloaded = certificateIssuedByWeChatPay({ key: third });
    const given = { issuance: "download" as const };
    expect(await problems(placeholderVersion, downloaded, someDay, given)).toEqual([
      `certificate: its key ${fingerprint(third)} is not in the vault. WeChat Pay has made it: say where it is, ` +
        "as in `import: { zip: { file } }`, the zip as downloaded.",
    ]);
    expect(await problems(placeholderVersion, downloaded, someDay, { ...given, isImported: true })).toEqual(
      [],
    );
  });

  it.each([
    ["it expired", waiting, expiredCertificate(), "expired on 2026-05-01"],
    ["it is not valid yet", placeholderVersion, certificateNotYetValid(), "is not valid before 2026-06-04"],
    [
      "it is another merchant's",
      placeholderVersion,
      certificateOfAnotherMerchant(),
      "its subject CN is 1900000110",
    ],
    [
      "its request was abandoned",
      { ...active, v2: { ...otherRequest, labels: [`MC_ABANDONED_${fingerprint(other)}`] } },
      otherPem,
      `its key ${fingerprint(other)} belongs to a request that was abandoned`,
    ],
  ])("although its key is imported: %s", async (_name, versions, declared, reason) => {
    const found = await problems(versions, declared, someDay, { isImported: true });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(reason);
  });
});

it.each([
  ["one second too early for the tolerance of five minutes", -301, 1],
  ["within five minutes, because clocks differ", -300, 0],
  ["from its first second on", 0, 0],
])("judges the beginning of a certificate: %s", async (_name, seconds, count) => {
  const now = new Date(issuedOn.getTime() + seconds * 1000);
  expect(await problems(waiting, pem, now)).toHaveLength(count);
});

it.each([
  ["one second before its end", -1, 0],
  ["at its end", 0, 1],
])("judges the end of a certificate without tolerance: %s", async (_name, seconds, count) => {
  const end = new Date("2031-01-15T08:30:00Z").getTime();
  expect(await problems(waiting, pem, new Date(end + seconds * 1000))).toHaveLength(count);
});

describe("a declared certificate that is not trusted may not become current,", () => {
  const asked = async (chain: string, now = someDay) => {
    const certificate = readCertificateText(pem);
    const view = await new PaperVault(waiting).view(certificate, now);
    const trust = { chain: readTrustChain(chain, "trustChain") };
    const context = { certificate, merchantId, issuance: "request" as const, now, trust };
    expect(acceptedCertificate(context, view)).toBeUndefined();
    return certificateProblems(context, view);
  };

  it("where no path leads from it, whatever preview knew of its chain", async () => {
    expect(await asked(otherRoot())).toEqual([
      expect.stringMatching(/^trustChain: the certificate of CN=Tenpay\.com Root CA.* is missing/),
    ]);
  });

  it("where the way round an issuer that has expired is weak", async () => {
    const strong = enterprise({ notAfter: someDay });
    const chain = [issuer(), strong, enterprise({ hash: "sha1" }), root()].join("");
    expect(await asked(chain)).toEqual([
      expect.stringMatching(
        /^trustChain: the issuer CN=Example Class 2 Enterprise CA.* expired on 2026-06-01/,
      ),
    ]);
  });
});
