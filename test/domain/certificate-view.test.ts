import { readCertificateText } from "../../provider/domain/certificate-text";
import { emptyValue } from "../../provider/domain/credential-value";
import type { MerchantCredentialsError } from "../../provider/errors";
import {
  expiredCertificate,
  merchantCertificate,
  privateKey,
  privateKeyPem,
  someDay,
} from "../support/certificates";
import {
  certificateValue,
  fingerprint,
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

async function refusal(vault: PaperVault): Promise<MerchantCredentialsError> {
  try {
    await vault.view(undefined, someDay);
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
    expect(crowded.outlived).toEqual([{ versionId: "kept", serialNumber: "AA" }]);
  });

  it("are kept until notAfter has passed", async () => {
    const { outlived } = await new PaperVault(fill(14)).view(undefined, old.notAfter);
    expect(outlived).toEqual([]);
  });
});
