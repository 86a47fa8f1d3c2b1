import type { KeyObject } from "node:crypto";
import type { CertificateFields } from "../../provider/domain/adopted-certificate";
import { readCertificateText } from "../../provider/domain/certificate-text";
import type { CertificateQuestion } from "../../provider/domain/certificate-view";
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

describe("what labels are kept for nothing any more", () => {
  const [A, B, C] = [privateKey("A"), privateKey("B"), privateKey("C")];
  const past = { notBefore: new Date("2021-01-01"), notAfter: new Date("2026-01-01") };
  const pemOf = (of: string, at: KeyObject, validity = {}) =>
    merchantCertificate({ key: at, serialNumber: of, ...validity });
  const kept = (of: string, at: KeyObject, validity = {}, kind = "CERT") => ({
    value: certificateValue(pemOf(of, at, validity), at),
    labels: [`MC_${kind}_${of}`],
  });
  const [a, b, c] = ["A", "B", "C"].map((digit) => digit.repeat(40)) as [string, string, string];
  const abandoned = { value: requestValue(nextKey), labels: [`MC_ABANDONED_${fingerprint(nextKey)}`] };
  const others = (count: number) => ({
    other: { value: emptyValue, labels: Array.from({ length: count }, (_, n) => `other-${n}`) },
  });
  const versions = {
    v1: serving,
    v2: kept(a, A, past),
    v3: kept(b, B, past, "COMPROMISED"),
    v4: abandoned,
    v5: kept(c, C),
    ...others(8),
  };

  it("is of expired certificates, marked or kept, and of abandoned requests", async () => {
    const { outlived } = await new PaperVault(versions).view(text, someDay);
    expect(outlived).toEqual([
      { versionId: "v2", kind: "certificate", of: a },
      { versionId: "v3", kind: "compromised", of: b },
      { versionId: "v4", kind: "abandoned", of: fingerprint(nextKey) },
    ]);
  });

  it("is nothing while there is room", async () => {
    const { other, ...roomy } = versions;
    expect(other.labels).toHaveLength(8);
    const vault = new PaperVault({ ...roomy, ...others(7) });
    expect((await vault.view(text, someDay)).outlived).toEqual([]);
  });

  it.each<[string, Partial<CertificateQuestion>, string[]]>([
    ["a mark that the program names", { compromised: b }, ["v2", "v4"]],
    ["a mark that it names in decimal", { compromised: BigInt(`0x${b}`).toString() }, ["v2", "v4"]],
    ["a kept one that it calls compromised", { compromised: a }, ["v3", "v4"]],
    ["a request that it gives up", { abandonRequest: fingerprint(nextKey) }, ["v2", "v3"]],
  ])("is not %s", async (_name, question, versionIds) => {
    const { outlived } = await new PaperVault(versions).view(text, someDay, undefined, question);
    expect(outlived.map(({ versionId }) => versionId)).toEqual(versionIds);
  });

  it("is never the mark of what serves, even after its end", async () => {
    const current = {
      v1: { ...kept(a, A, past, "COMPROMISED"), labels: ["AWSCURRENT", `MC_COMPROMISED_${a}`] },
    };
    const { outlived } = await new PaperVault({ ...current, ...others(12) }).view(undefined, someDay);
    expect(outlived).toEqual([]);
  });
});

describe("the certificates whose key others know", () => {
  const B = "B".repeat(40);
  const marked = { ...serving, labels: [`MC_COMPROMISED_${serialNumber}`] };
  const other = merchantCertificate({ key: nextKey, serialNumber: B });
  const current = { value: certificateValue(other, nextKey), labels: ["AWSCURRENT", `MC_CERT_${B}`] };
  const keptToo = { ...serving, labels: [`MC_CERT_${serialNumber}`] };

  it.each<[string, ConstructorParameters<typeof PaperVault>[0], string | undefined, string[]]>([
    ["none, where none is marked or named", { v1: keptToo, v2: current }, undefined, []],
    ["the marked one", { v1: marked, v2: current }, undefined, ["v1"]],
    ["the one that the program names", { v1: keptToo, v2: current }, serialNumber, ["v1"]],
    ["the one that it names in lower case", { v1: keptToo, v2: current }, serialNumber.toLowerCase(), ["v1"]],
    [
      "the one that it names in decimal",
      { v1: keptToo, v2: current },
      BigInt(`0x${serialNumber}`).toString(),
      ["v1"],
    ],
    ["the one that serves, where that is named", { v1: keptToo, v2: current }, B, ["v2"]],
    ["the marked and the named one", { v1: marked, v2: current }, B, ["v1", "v2"]],
    ["one, where it is marked and named", { v1: marked, v2: current }, serialNumber, ["v1"]],
    [
      "one, after a crash between its two labels",
      { v1: { ...serving, labels: [...marked.labels, ...keptToo.labels] }, v2: current },
      serialNumber,
      ["v1"],
    ],
    ["none for a number that is not in the vault", { v1: keptToo, v2: current }, "DD", []],
    ["none for a text that is no number", { v1: keptToo, v2: current }, "the old one", []],
  ])("are %s", async (_name, versions, compromised, versionIds) => {
    const view = await new PaperVault(versions).view(undefined, someDay, undefined, { compromised });
    expect(view.compromised.map(({ versionId }) => versionId)).toEqual(versionIds);
  });

  it("are read with their certificates, because another one may have the same key", async () => {
    const { compromised } = await new PaperVault({ v1: marked, v2: current }).view(undefined, someDay);
    expect(compromised[0]!.certificate.publicKeySha256).toBe(spkiSha256(key));
  });
});

describe("the certificates that are valid", () => {
  const end = new Date("2031-01-15T08:30:00Z");
  const names = ["B", "C", "D"] as const;
  const [B, C, D] = names.map((name) => {
    const at = privateKey(name);
    return {
      value: certificateValue(merchantCertificate({ key: at, serialNumber: name.repeat(40) }), at),
      labels: [`MC_CERT_${name.repeat(40)}`],
    };
  });
  const markedD = { ...D!, labels: [`MC_COMPROMISED_${"D".repeat(40)}`] };

  it.each<[string, ConstructorParameters<typeof PaperVault>[0], Date, number]>([
    ["looked for not below three", { v1: serving, v2: B! }, someDay, 0],
    ["all three", { v1: serving, v2: B!, v3: C! }, someDay, 3],
    [
      "three, of which one is compromised and not revoked by the vault",
      { v1: serving, v2: B!, v3: markedD },
      someDay,
      3,
    ],
    ["four", { v1: serving, v2: B!, v3: C!, v4: D! }, someDay, 4],
    ["three in their last second", { v1: serving, v2: B!, v3: C! }, new Date(end.getTime() - 1000), 3],
    ["none at their end", { v1: serving, v2: B!, v3: C! }, end, 0],
  ])("are %s", async (_name, versions, now, count) => {
    const { valid } = await new PaperVault(versions).view(undefined, now);
    expect(valid).toHaveLength(count);
    expect(new Set(valid).size).toBe(count);
  });
});

describe("of two open requests", () => {
  const third = privateKey("third");
  const [first, second] = [fingerprint(nextKey), fingerprint(third)];
  const versions = {
    v1: serving,
    v2: pending,
    v3: { value: requestValue(third), labels: [`MC_REQUEST_${second}`] },
  };

  it.each([
    ["the other waits where one is given up", first, "v3", second],
    ["and the other way round", second, "v2", first],
  ])("%s", async (_name, abandonRequest, versionId, left) => {
    const view = await new PaperVault(versions).view(undefined, someDay, undefined, { abandonRequest });
    expect(view.pending).toMatchObject({ versionId, fingerprint: left });
  });

  it("none is taken where the program gives up a third", async () => {
    const question = { abandonRequest: "0123456789abcdef" };
    await expect(
      new PaperVault(versions).view(undefined, someDay, undefined, question),
    ).rejects.toMatchObject({
      code: "two-open-requests",
      message: expect.stringContaining("abandonRequest") as unknown,
    });
  });

  it("the only one waits no more where it is given up", async () => {
    const vault = new PaperVault({ v1: serving, v2: pending });
    expect(
      (await vault.view(undefined, someDay, undefined, { abandonRequest: first })).pending,
    ).toBeUndefined();
    expect((await vault.view(undefined, someDay)).pending?.versionId).toBe("v2");
  });
});
