import type { KeyObject } from "node:crypto";
import type { CertificateFields } from "../../provider/domain/adopted-certificate";
import { readCertificateText } from "../../provider/domain/certificate-text";
import type { CertificateQuestion } from "../../provider/domain/certificate-view";
import { emptyValue } from "../../provider/domain/credential-value";
import { labelName } from "../../provider/domain/staging-labels";
import type { MerchantCredentialsError } from "../../provider/errors";
import { tenpayIssuer } from "../../sandbox/merchant-platform";
import {
  certificateOfAnotherMerchant,
  ellipticCurveKey,
  expiredCertificate,
  merchantCertificate,
  privateKey,
  privateKeyPem,
  renewedCertificate,
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

describe("kept certificates are read", () => {
  const [A, B, C] = [privateKey("A"), privateKey("B"), privateKey("C")];
  const kept = (digit: string, at: KeyObject) => ({
    value: certificateValue(merchantCertificate({ key: at, serialNumber: digit.repeat(40) }), at),
    labels: [`MC_CERT_${digit.repeat(40)}`],
  });
  const others = (count: number) => ({
    other: { value: emptyValue, labels: Array.from({ length: count }, (_, n) => `other-${n}`) },
  });
  const three = { v1: serving, v2: kept("A", A), v3: kept("B", B) };
  const open = { v4: pending };

  it.each<[string, ConstructorParameters<typeof PaperVault>[0], Partial<CertificateQuestion>, string[]]>([
    ["not while nothing asks for them", { ...three, v5: kept("C", C) }, {}, ["v1"]],
    ["not at 13 labels", { ...three, ...others(9) }, {}, ["v1"]],
    ["from 14 labels on", { ...three, ...others(10) }, {}, ["v1", "v2", "v3"]],
    ["where the program calls one compromised", three, { compromised: "B".repeat(40) }, ["v1", "v2", "v3"]],
    ["where a request is open and three are kept", { ...three, ...open }, {}, ["v1", "v2", "v3", "v4"]],
    [
      "not where two are, beside an open request",
      { v1: serving, v2: kept("A", A), ...open },
      {},
      ["v1", "v4"],
    ],
    [
      "not where the only open request is given up",
      { ...three, ...open },
      { abandonRequest: fingerprint(nextKey) },
      ["v1"],
    ],
  ])("%s", async (_name, versions, question, versionIds) => {
    const vault = new PaperVault(versions);
    await vault.view(undefined, someDay, undefined, question);
    expect([...new Set(vault.reads)].sort()).toEqual(versionIds);
  });
});

describe("the label that is kept for nothing any more", () => {
  const [A, B, C] = [privateKey("A"), privateKey("B"), privateKey("C")];
  const past = { notBefore: new Date("2021-01-01"), notAfter: new Date("2026-01-01") };
  const [a, b, c] = ["A", "B", "C"].map((digit) => digit.repeat(40)) as [string, string, string];
  const held = (of: string, at: KeyObject, validity: object, ...labels: string[]) => ({
    value: certificateValue(merchantCertificate({ key: at, serialNumber: of, ...validity }), at),
    labels,
  });
  const kept = (of: string, at: KeyObject, validity = {}, ...labels: string[]) =>
    held(of, at, validity, `MC_CERT_${of}`, ...labels);
  const abandoned = { value: requestValue(nextKey), labels: [`MC_ABANDONED_${fingerprint(nextKey)}`] };
  type Versions = ConstructorParameters<typeof PaperVault>[0];
  /** With labels of other people up to that many. */
  const upTo = (count: number, versions: Versions): Versions => {
    const ours = Object.values(versions).flatMap(({ labels }) => labels).length;
    const labels = Array.from({ length: count - ours }, (_, n) => `other-${n}`);
    return { ...versions, other: { value: emptyValue, labels } };
  };
  const expired = { v1: serving, v2: kept(a, A, past) };
  const sooner = { notAfter: new Date("2030-01-01") };
  const request = `MC_REQUEST_${fingerprint(nextKey)}`;
  const theirs = {
    value: foreignValue(merchantCertificate({ key: A, serialNumber: a }), A),
    labels: ["AWSCURRENT"],
  };

  it.each<[string, Versions, Partial<CertificateQuestion>, string | undefined]>([
    ["an expired certificate's, from 14 labels on", upTo(14, expired), {}, `MC_CERT_${a}`],
    ["nobody's, at 13: the certificate is not read", upTo(13, expired), {}, undefined],
    [
      "an expired certificate's where the program names another",
      { ...expired, v3: kept(b, B) },
      { compromised: b },
      `MC_CERT_${a}`,
    ],
    [
      "an expired certificate's where a request is open and three are kept",
      { ...expired, v3: kept(b, B), v4: pending },
      {},
      `MC_CERT_${a}`,
    ],
    ["nobody's where the program names the expired one itself", expired, { compromised: a }, undefined],
    [
      "nobody's where it names it in decimal",
      expired,
      { compromised: BigInt(`0x${a}`).toString() },
      undefined,
    ],
    [
      "nobody's where the expired one is what was current before",
      upTo(20, { v1: serving, v2: kept(a, A, past, "AWSPREVIOUS") }),
      {},
      undefined,
    ],
    [
      "nobody's where the expired one is current",
      upTo(20, { v2: kept(a, A, past, "AWSCURRENT") }),
      {},
      undefined,
    ],
    [
      "nobody's where the expired one is declared",
      upTo(20, expired),
      { certificate: readCertificateText(merchantCertificate({ key: A, serialNumber: a, ...past })) },
      undefined,
    ],
    [
      "an abandoned request's, from 14 labels on",
      upTo(14, { v1: serving, v2: abandoned }),
      {},
      `MC_ABANDONED_${fingerprint(nextKey)}`,
    ],
    ["nobody's, at 13", upTo(13, { v1: serving, v2: abandoned }), {}, undefined],
    [
      "nobody's where the program gives that request up",
      upTo(20, { v1: serving, v2: abandoned }),
      { abandonRequest: fingerprint(nextKey) },
      undefined,
    ],
    [
      "nobody's while the abandoned request has its own label still",
      upTo(20, { v1: serving, v2: { ...abandoned, labels: [request, ...abandoned.labels] } }),
      {},
      undefined,
    ],
    [
      "the one's that ends first, from 16 labels on",
      upTo(16, { v1: serving, v2: kept(a, A), v3: kept(b, B, sooner) }),
      {},
      `MC_CERT_${b}`,
    ],
    ["nobody's, at 15", upTo(15, { v1: serving, v2: kept(a, A), v3: kept(b, B, sooner) }), {}, undefined],
    [
      "the other's where that is declared",
      upTo(16, { v1: serving, v2: kept(a, A), v3: kept(b, B, sooner) }),
      { certificate: readCertificateText(merchantCertificate({ key: B, serialNumber: b, ...sooner })) },
      `MC_CERT_${a}`,
    ],
    [
      "nobody's where all are current, previous and declared",
      upTo(20, { v1: serving, v2: kept(a, A, {}, "AWSPREVIOUS"), v3: kept(b, B) }),
      { certificate: readCertificateText(merchantCertificate({ key: B, serialNumber: b })) },
      undefined,
    ],
    [
      "nobody's where it is being adopted",
      upTo(20, { v0: theirs, v2: kept(a, A) }),
      { adopt: foreignFields },
      undefined,
    ],
    [
      "never a mark's",
      upTo(20, {
        v1: serving,
        v2: held(a, A, past, `MC_COMPROMISED_${a}`),
        v3: held(b, B, {}, `MC_COMPROMISED_${b}`),
      }),
      {},
      undefined,
    ],
    [
      "never the mark's of what serves, even after its end",
      upTo(20, { v2: held(c, C, past, "AWSCURRENT", `MC_COMPROMISED_${c}`) }),
      {},
      undefined,
    ],
  ])("is %s", async (_name, versions, question, label) => {
    const { outlived } = await new PaperVault(versions).view(
      question.certificate,
      someDay,
      question.adopt,
      question,
    );
    const named = outlived && labelName(outlived.kind, outlived.of);
    expect(named).toBe(label);
    const carriers = Object.keys(versions).filter((id) => versions[id]!.labels.includes(String(named)));
    expect(carriers).toEqual(outlived ? [outlived.versionId] : []);
  });

  it("waits until the certificate has ended", async () => {
    const { notAfter } = readCertificateText(expiredCertificate()).certificate;
    const vault = new PaperVault(
      upTo(14, {
        v1: serving,
        v2: { value: certificateValue(expiredCertificate()), labels: ["MC_CERT_AA"] },
      }),
    );
    const at = async (now: Date) => (await vault.view(undefined, now)).outlived?.of;
    expect(await at(new Date(notAfter.getTime() - 1000))).toBeUndefined();
    expect(await at(notAfter)).toBe("AA");
  });
});

describe("the certificates whose key others know", () => {
  const B = "B".repeat(40);
  const marked = { ...serving, labels: [`MC_COMPROMISED_${serialNumber}`] };
  const other = merchantCertificate({ key: nextKey, serialNumber: B });
  const current = { value: certificateValue(other, nextKey), labels: ["AWSCURRENT", `MC_CERT_${B}`] };
  const keptToo = { ...serving, labels: [`MC_CERT_${serialNumber}`] };
  const renewed = renewedCertificate();
  const renewedSerial = readCertificateText(renewed).certificate.serialNumber;
  const renewedToo = { value: certificateValue(renewed), labels: [`MC_CERT_${renewedSerial}`] };

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
    [
      "the one that it names and all kept ones of its key",
      { v1: keptToo, v2: current, v3: renewedToo },
      serialNumber,
      ["v1", "v3"],
    ],
    [
      "all of the key of a renewal that it names",
      { v1: keptToo, v2: current, v3: renewedToo },
      renewedSerial,
      ["v1", "v3"],
    ],
    [
      "the marked one and the kept one of its key that is named no more",
      { v1: marked, v2: current, v3: { ...renewedToo, labels: [`MC_COMPROMISED_${renewedSerial}`] } },
      undefined,
      ["v1", "v3"],
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
  const open = { v9: pending };

  it.each<[string, ConstructorParameters<typeof PaperVault>[0], Date, number]>([
    ["looked for not while no request is open", { v1: serving, v2: B!, v3: C! }, someDay, 0],
    ["looked for not below three", { v1: serving, v2: B!, ...open }, someDay, 0],
    ["all three", { v1: serving, v2: B!, v3: C!, ...open }, someDay, 3],
    ["not three, where one is marked", { v1: serving, v2: B!, v3: markedD, ...open }, someDay, 0],
    ["three beside one that is marked", { v1: serving, v2: B!, v3: C!, v4: markedD, ...open }, someDay, 3],
    ["four", { v1: serving, v2: B!, v3: C!, v4: D!, ...open }, someDay, 4],
    [
      "three in their last second",
      { v1: serving, v2: B!, v3: C!, ...open },
      new Date(end.getTime() - 1000),
      3,
    ],
    ["none at their end", { v1: serving, v2: B!, v3: C!, ...open }, end, 0],
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
