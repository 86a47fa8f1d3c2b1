import type { CertificateFields } from "../../provider/domain/adopted-certificate";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { emptyValue } from "../../provider/domain/credential-value";
import type { MerchantCredentialsError } from "../../provider/errors";
import { tenpayIssuer } from "../../sandbox/merchant-platform";
import {
  certificateOfAnotherMerchant,
  ellipticCurveKey,
  expiredCertificate,
  merchantCertificate,
  privateKey,
  privateKeyPem,
  someDay,
  withCrlf,
  withoutLineEnds,
} from "../support/certificates";
import {
  certificateValue,
  fingerprint,
  foreignFields,
  foreignValue,
  PaperVault,
  placeholder,
  placeholderVersion,
  requestValue,
  since,
  spkiSha256,
} from "./vault-states";

const [key, nextKey] = [privateKey(), privateKey("next")];
const pem = merchantCertificate();
const text = readCertificateText(pem);
const { serialNumber } = text.certificate;
const pendingLabels = [`MC_REQUEST_${fingerprint(nextKey)}`, "AWSPENDING"];
const serving = { value: certificateValue(pem), labels: ["AWSCURRENT", `MC_CERT_${serialNumber}`] };
const pending = { value: requestValue(nextKey), labels: pendingLabels };

async function refusal(vault: PaperVault, adopt?: CertificateFields): Promise<MerchantCredentialsError> {
  try {
    await vault.view(undefined, someDay, adopt);
  } catch (error) {
    return error as MerchantCredentialsError;
  }
  throw new Error("the vault was read");
}

describe("what the vault holds", () => {
  it("is nothing for a secret without any version", async () => {
    const view = await new PaperVault({}).view(undefined, someDay);
    expect(view).toMatchObject({ currentVersionId: undefined, current: undefined, pending: undefined });
  });

  it("is no credential while the placeholder is current, and the placeholder is not even read", async () => {
    const vault = new PaperVault(placeholderVersion);
    expect(await vault.view(undefined, someDay)).toMatchObject({
      currentVersionId: placeholder,
      current: undefined,
    });
    expect(vault.reads).toEqual([]);
  });

  it("is no credential either where another placeholder is current: that of a renamed secret", async () => {
    const vault = new PaperVault({ v0: { value: emptyValue, labels: ["AWSCURRENT"] } });
    expect(await vault.view(undefined, someDay)).toMatchObject({
      currentVersionId: "v0",
      current: undefined,
    });
  });

  it("is an open request, named by its key", async () => {
    const view = await new PaperVault({ ...placeholderVersion, v1: pending }).view(undefined, someDay);
    expect(view.pending).toMatchObject({
      versionId: "v1",
      fingerprint: fingerprint(nextKey),
      publicKeySha256: spkiSha256(nextKey),
      since,
    });
    expect(view.pending?.certificateRequest).toContain("BEGIN CERTIFICATE REQUEST");
  });

  it("is a serving certificate beside the next request", async () => {
    const view = await new PaperVault({ v1: serving, v2: pending }).view(undefined, someDay);
    expect(view.current).toMatchObject({ versionId: "v1", certificate: { serialNumber } });
    expect(view.pending?.versionId).toBe("v2");
  });

  it("is an open request even after someone else's write took AWSPENDING", async () => {
    const vault = new PaperVault({
      v1: serving,
      v2: { ...pending, labels: [pendingLabels[0]!] },
      v3: { value: "theirs", labels: ["AWSPENDING"] },
    });
    expect((await vault.view(undefined, someDay)).pending?.versionId).toBe("v2");
  });

  it.each([
    ["the kept version of the declared certificate", `MC_CERT_${serialNumber}`, "v1"],
    ["nothing where no version is labelled with its serial number", "MC_CERT_ABCD", undefined],
  ])("is, of a declared certificate, %s", async (_name, label, versionId) => {
    const vault = new PaperVault({ ...placeholderVersion, v1: { ...serving, labels: [label] } });
    expect((await vault.view(text, someDay)).declaredVersion?.versionId).toBe(versionId);
  });
});

describe("a value of another tool, where it is to be taken over,", () => {
  const viewOf = (value: string, adopt?: CertificateFields) =>
    new PaperVault({ v0: { value, labels: ["AWSCURRENT"] } }).view(undefined, someDay, adopt);
  const json = (parts: object) => JSON.stringify({ key: privateKeyPem(key), crt: pem, ...parts });

  it("is a certificate with its key, and no credential of ours yet", async () => {
    const view = await viewOf(foreignValue(pem), foreignFields);
    expect(view).toMatchObject({ currentVersionId: "v0", current: undefined, pending: undefined });
    expect(view.foreign).toMatchObject({ versionId: "v0", adopted: text, privateKey: privateKeyPem(key) });
  });

  it.each([
    ["a key of PKCS#1", json({ key: key.export({ format: "pem", type: "pkcs1" }) })],
    ["a key without line ends", json({ key: withoutLineEnds(privateKeyPem(key)) })],
    ["Windows line ends", json({ key: withCrlf(privateKeyPem(key)), crt: withCrlf(pem) })],
    ["other members", json({ password: "theirs", n: 1, list: [], nothing: null })],
  ])("may have %s", async (_name, value) => {
    const { foreign } = await viewOf(value, foreignFields);
    expect(foreign).toMatchObject({ adopted: text, privateKey: privateKeyPem(key) });
  });

  it("may have the issuers under a key of their own, or behind the certificate", async () => {
    const issuer = merchantCertificate({
      ...{ key: privateKey("issuer"), certificateAuthority: true, serialNumber: "CA" },
      subject: tenpayIssuer,
    });
    const apart = await viewOf(json({ ca: issuer }), { ...foreignFields, chain: "ca" });
    const together = await viewOf(json({ crt: pem + issuer }), foreignFields);
    expect(apart.foreign?.adopted.chain).toEqual([issuer]);
    expect(together.foreign?.adopted).toEqual(apart.foreign?.adopted);
  });

  it("is not looked for in a credential of ours", async () => {
    const view = await new PaperVault({ v1: serving }).view(undefined, someDay, foreignFields);
    expect(view).toMatchObject({ current: { versionId: "v1" }, foreign: undefined });
  });

  it.each<[string, string, CertificateFields, string]>([
    ["of no known form, without the names of its keys", foreignValue(pem), {}, "adopt"],
    ["that is no JSON object", "canary-".repeat(9), foreignFields, "adopt.certificate"],
    [
      "without the certificate's key",
      foreignValue(pem),
      { ...foreignFields, certificate: "cert" },
      "adopt.certificate",
    ],
    [
      "without the private key's key",
      foreignValue(pem),
      { ...foreignFields, privateKey: "prv" },
      "adopt.privateKey",
    ],
    ["without the chain's key", foreignValue(pem), { ...foreignFields, chain: "ca" }, "adopt.chain"],
    [
      "whose parts changed places",
      foreignValue(pem),
      { privateKey: "crt", certificate: "key" },
      "adopt.certificate",
    ],
    ["with an object for a key", json({ key: { pem: "x" } }), foreignFields, "adopt.privateKey"],
    ["with an empty key", json({ key: "" }), foreignFields, "adopt.privateKey"],
    ["with an encrypted key", json({ key: encrypted() }), foreignFields, "adopt.privateKey"],
    ["with an elliptic curve key", json({ key: ecPem() }), foreignFields, "adopt.privateKey"],
    ["with another certificate's key", foreignValue(pem, nextKey), foreignFields, "adopt.privateKey"],
    [
      "with a member of every object as name",
      foreignValue(pem),
      { ...foreignFields, privateKey: "toString" },
      "adopt.privateKey",
    ],
  ])("is refused %s, without quoting it", async (_name, value, adopt, property) => {
    const error = await refusal(new PaperVault({ v0: { value, labels: ["AWSCURRENT"] } }), adopt);
    expect(error.details.property).toBe(property);
    expect(["unreadable-value", "unreadable-certificate"]).toContain(error.code);
    const said = `${error.stack}${JSON.stringify(error)}`;
    for (const part of [privateKeyPem(key).slice(100, 160), "canary-", "PRIVATE KEY"])
      expect(said).not.toContain(part);
  });

  it("is refused with a certificate of another merchant", async () => {
    const value = foreignValue(certificateOfAnotherMerchant());
    const { code, message } = await refusal(
      new PaperVault({ v0: { value, labels: ["AWSCURRENT"] } }),
      foreignFields,
    );
    expect(code).toBe("secret-not-usable");
    expect(message).toContain("1900000110, expected 1900000109");
  });

  function encrypted(): string {
    const options = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "word" } as const;
    return key.export(options).toString();
  }

  function ecPem(): string {
    return privateKeyPem(ellipticCurveKey());
  }
});

describe("a request is finished, not open,", () => {
  it.each([
    [
      "where its key is the current version's",
      { v1: serving, v2: { value: requestValue(key), labels: [`MC_REQUEST_${fingerprint(key)}`] } },
    ],
    [
      "where its label sits on the current version",
      { v1: { ...serving, labels: [...serving.labels, "MC_REQUEST_0123456789abcdef"] } },
    ],
    [
      "where it is abandoned",
      { v1: serving, v2: { ...pending, labels: [...pendingLabels, `MC_ABANDONED_${fingerprint(nextKey)}`] } },
    ],
  ])("%s", async (_name, versions) => {
    expect((await new PaperVault(versions).view(undefined, someDay)).pending).toBeUndefined();
  });
});

describe("the reading stops", () => {
  it("at two open requests, and names both", async () => {
    const third = privateKey("third");
    const vault = new PaperVault({
      ...placeholderVersion,
      v1: pending,
      v2: { value: requestValue(third), labels: [`MC_REQUEST_${fingerprint(third)}`] },
    });
    const { code, message } = await refusal(vault);
    expect(code).toBe("two-open-requests");
    expect(message).toContain(`MC_REQUEST_${fingerprint(nextKey)} and MC_REQUEST_${fingerprint(third)}`);
  });

  const canary = "c4n4ry-0123456789abcdefghij";
  it.each([
    [
      "someone else's value is current",
      { v1: { value: `{"password":"${canary}"}`, labels: ["AWSCURRENT"] } },
    ],
    ["a request is current", { v1: { value: requestValue(key), labels: ["AWSCURRENT"] } }],
    [
      "a request's label is on a complete credential",
      { ...placeholderVersion, v1: { ...serving, labels: pendingLabels } },
    ],
    [
      "a request's key cannot be read",
      {
        ...placeholderVersion,
        v1: { value: requestValue(nextKey).replaceAll("PRIVATE KEY", canary), labels: pendingLabels },
      },
    ],
    [
      "a certificate cannot be read",
      {
        v1: {
          value: serving.value.replaceAll("BEGIN CERTIFICATE", `BEGIN ${canary}`),
          labels: ["AWSCURRENT"],
        },
      },
    ],
    ["a value is cut off", { v1: { value: serving.value.slice(0, 900), labels: ["AWSCURRENT"] } }],
  ])("where %s, without quoting it", async (_name, versions) => {
    const error = await refusal(new PaperVault(versions));
    expect(error.code).toBe("unreadable-value");
    const said = `${error.stack}${JSON.stringify(error)}`;
    expect(said).not.toContain(canary);
    expect(said).not.toContain(privateKeyPem(key).slice(100, 160));
  });
});

describe("kept certificates that have expired", () => {
  const old = readCertificateText(expiredCertificate()).certificate;
  const kept = { value: certificateValue(expiredCertificate()), labels: [`MC_CERT_AA`] };
  const fill = (labels: number) => ({
    ...placeholderVersion,
    full: { value: emptyValue, labels: Array.from({ length: labels - 2 }, (_, n) => `label-${n}`) },
    kept,
  });

  it("are looked for only when labels are getting few: Secrets Manager allows 20", async () => {
    const roomy = new PaperVault(fill(13));
    expect((await roomy.view(undefined, someDay)).outlived).toEqual([]);
    expect(roomy.reads).toEqual([]);

    const crowded = await new PaperVault(fill(14)).view(undefined, someDay);
    expect(crowded.outlived).toEqual([{ versionId: "kept", kind: "certificate", of: "AA" }]);
  });

  it("are kept until notAfter has passed", async () => {
    const { outlived } = await new PaperVault(fill(14)).view(undefined, old.notAfter);
    expect(outlived).toEqual([]);
  });
});
