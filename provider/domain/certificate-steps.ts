import { isDeepStrictEqual } from "node:util";
import type { Certificate } from "./certificate";
import type { CertificateText } from "./certificate-text";
import { fingerprintOf, type CertificateView, type HeldCertificate } from "./certificate-view";
import { isoTime } from "./calendar";
import { emptyValue, serializeValue } from "./credential-value";
import { stageOf, type Thresholds } from "./lifecycle";
import { labelledVersions, versionWith, type SecretDescription } from "./secret";
import { certificateChangeTags, readCertificateChange } from "./last-change";
import { firstIssuedTag } from "./secret-tags";
import { awsCurrent, awsPending, awsPrevious, labelName, requestFingerprint, tokens } from "./staging-labels";
import type { NewRequest, Step } from "./step";

/** What the program asks for, as far as the steps depend on it. */
export interface CertificateDeclaration {
  merchantId: string;
  /** The declared certificate, only if it may serve; see certificate-problems. */
  accepted: CertificateText | undefined;
  thresholds: Thresholds;
  now: Date;
  /** Makes the next key and its request. */
  generate: () => Promise<NewRequest>;
  /** Fetches the key of a certificate that is in use elsewhere, checked against it; PKCS#8 PEM. Secret. */
  importKey?: ((certificate: Certificate) => Promise<string>) | undefined;
}

interface Rule {
  /** Why the step is taken, in one phrase. */
  because: string;
  step: (view: CertificateView, declaration: CertificateDeclaration) => Step | undefined;
}

/**
 * The protocol of a certificate, one write at a time; the first rule that has a step decides. Completing,
 * rolling back and cleaning up after a crash are the same rules seen from different states.
 */
export const certificateRules: readonly Rule[] = [
  {
    because: "a secret without any version would make its first one current",
    step: ({ currentVersionId, secret }) =>
      currentVersionId === undefined
        ? { do: "put", token: tokens.create(secret.name), value: emptyValue, labels: [awsCurrent] }
        : undefined,
  },
  {
    because: "a credential of another tool is written anew before it can be current in our form",
    step: ({ foreign, secret, currentVersionId }, { merchantId, accepted }) => {
      if (!foreign) return undefined;
      const { versionId, adopted, privateKey } = foreign;
      const { serialNumber, certificateSha256 } = adopted.certificate;
      const written = labelledVersions(secret, "certificate").find(({ of }) => of === serialNumber);
      if (written)
        return { do: "move-label", label: awsCurrent, from: currentVersionId!, to: written.versionId };
      // The program's list of issuers wins over the other tool's.
      const isDeclared = accepted?.certificate.certificateSha256 === certificateSha256;
      const complete = isDeclared ? accepted : adopted;
      return completed(complete, versionId, certificateValue(merchantId, complete, privateKey));
    },
  },
  {
    because: "an expired certificate need not be kept, and labels are few",
    step: ({ outlived: [first] }) =>
      first && {
        do: "move-label",
        label: labelName("certificate", first.serialNumber),
        from: first.versionId,
      },
  },
  {
    because: "the declared certificate is complete in the vault and not current",
    step: (view, { accepted }) => {
      const { declaredVersion, currentVersionId } = view;
      const complete = accepted && declaredVersion && !keyFor(accepted, view);
      return complete && declaredVersion.versionId !== currentVersionId
        ? { do: "move-label", label: awsCurrent, from: currentVersionId!, to: declaredVersion.versionId }
        : undefined;
    },
  },
  {
    because: "a renewal of the current key makes the request for another key needless",
    step: ({ pending, current }, { accepted }) =>
      pending && isRenewalOfKey(current, accepted)
        ? { do: "move-label", label: labelName("abandoned", pending.fingerprint), to: pending.versionId }
        : undefined,
  },
  {
    because: "the declared certificate belongs to a key in the vault",
    step: (view, { merchantId, accepted }) => {
      const source = accepted && keyFor(accepted, view);
      return (
        source &&
        completed(accepted, source.versionId, certificateValue(merchantId, accepted, source.privateKey))
      );
    },
  },
  {
    because: "the declared certificate is in use already, and the program says where its key is",
    step: (view, { merchantId, accepted, importKey }) => {
      if (!accepted || !importKey || matchOf(accepted, view) !== "none") return undefined;
      const { certificate } = accepted;
      const value = async () => certificateValue(merchantId, accepted, await importKey(certificate));
      return completed(accepted, keyFromOutside, value);
    },
  },
  {
    because: "a request is finished once its key is current or it is abandoned",
    step: (view) => {
      const abandoned = new Set(labelledVersions(view.secret, "abandoned").map(({ versionId }) => versionId));
      const finished = labelledVersions(view.secret, "request").find(
        ({ versionId, of }) =>
          versionId === view.currentVersionId ||
          of === fingerprintOf(view.current) ||
          abandoned.has(versionId),
      );
      return (
        finished && { do: "move-label", label: labelName("request", finished.of), from: finished.versionId }
      );
    },
  },
  {
    because: "roll back finds a certificate by its label",
    step: ({ secret, current }) => {
      const serialNumber = current?.certificate.serialNumber;
      const known = labelledVersions(secret, "certificate").some(({ of }) => of === serialNumber);
      const barred = labelledVersions(secret, "compromised").some(({ of }) => of === serialNumber);
      return current && serialNumber && !known && !barred
        ? { do: "move-label", label: labelName("certificate", serialNumber), to: current.versionId }
        : undefined;
    },
  },
  {
    because: "years of use count from the first certificate",
    step: ({ secret, current }, { now }) => {
      if (!current) return undefined;
      const { serialNumber, notBefore } = current.certificate;
      const isRecorded = readCertificateChange(secret.tags)?.serialNumber === serialNumber;
      if (isRecorded && secret.tags[firstIssuedTag]) return undefined;
      const change = { at: isoTime(now), serialNumber, isImported: cameFromOutside(current, secret) };
      return {
        do: "tag",
        tags: {
          [firstIssuedTag]: secret.tags[firstIssuedTag] ?? isoTime(notBefore),
          ...certificateChangeTags(change),
        },
      };
    },
  },
  {
    because: "there is no credential yet, or the current one is due, and no request is open",
    step: ({ current, pending }, { thresholds, now, generate, importKey }) => {
      const isWanted = current ? stageOf(current.certificate, thresholds, now) !== "healthy" : !importKey;
      return isWanted && !pending ? { do: "begin", generate } : undefined;
    },
  },
];

/** Stands for the version of a key that did not come from this secret, in the ids of versions made with it. */
export const keyFromOutside = "import";

function certificateValue(
  merchantId: string,
  { certificate, chain }: CertificateText,
  privateKey: string,
): string {
  return serializeValue({
    schema: "merchant-credentials/certificate/v1",
    merchantId,
    serialNumber: certificate.serialNumber,
    privateKey,
    certificate: certificate.pem,
    chain,
  });
}

/** Writes the complete credential; AWSPENDING leaves the request with it and ends where AWS expects it. */
function completed(
  { certificate, chain }: CertificateText,
  keyVersionId: string,
  value: string | (() => Promise<string>),
): Step {
  return {
    do: "put",
    token: tokens.certificate(keyVersionId, certificate.certificateSha256, chain),
    value,
    labels: [labelName("certificate", certificate.serialNumber), awsPending],
  };
}

/** Whether the key was made elsewhere: the version's id tells what it was written from. */
function cameFromOutside(
  { versionId, certificate, chain }: HeldCertificate,
  secret: SecretDescription,
): boolean {
  const madeWith = (keyVersionId: string | undefined): boolean =>
    keyVersionId !== undefined &&
    versionId === tokens.certificate(keyVersionId, certificate.certificateSha256, chain);
  const isForeign = !secret.tags[firstIssuedTag] || readCertificateChange(secret.tags)?.isImported === true;
  return madeWith(keyFromOutside) || (isForeign && madeWith(versionWith(secret, awsPrevious)));
}

/** The next write; undefined where nothing is left to do. */
export function nextCertificateStep(
  view: CertificateView,
  declaration: CertificateDeclaration,
): Step | undefined {
  for (const { step } of certificateRules) {
    const next = step(view, declaration);
    if (next) return next;
  }
  return undefined;
}

/** The version whose key the certificate was issued for, while the certificate is not in the vault yet. */
function keyFor(
  accepted: CertificateText,
  view: CertificateView,
): { versionId: string; privateKey: string } | undefined {
  const { current, pending, declaredVersion } = view;
  // Completed already, unless the program now declares other issuers with it.
  if (declaredVersion)
    return isDeepStrictEqual(declaredVersion.chain, accepted.chain) ? undefined : declaredVersion;
  if (pending && accepted.certificate.publicKeySha256 === pending.publicKeySha256) return pending;
  return isRenewalOfKey(current, accepted) ? current : undefined;
}

function isRenewalOfKey(current: CertificateView["current"], accepted: CertificateText | undefined): boolean {
  return (
    current !== undefined &&
    accepted !== undefined &&
    accepted.certificate.publicKeySha256 === current.certificate.publicKeySha256 &&
    accepted.certificate.notAfter > current.certificate.notAfter
  );
}

/** How the certificate relates to the keys in the vault. */
export type Match = "current" | "kept" | "pending" | "renewal-of-key" | "compromised" | "abandoned" | "none";

export function matchOf({ certificate }: CertificateText, view: CertificateView): Match {
  const { current, pending, declaredVersion, secret } = view;
  const fingerprint = requestFingerprint(certificate.publicKeySha256);
  if (labelledVersions(secret, "compromised").some(({ of }) => of === certificate.serialNumber))
    return "compromised";
  if (current?.certificate.certificateSha256 === certificate.certificateSha256) return "current";
  if (declaredVersion) return "kept";
  if (pending?.publicKeySha256 === certificate.publicKeySha256) return "pending";
  if (isRenewalOfKey(current, { certificate, chain: [] })) return "renewal-of-key";
  return labelledVersions(secret, "abandoned").some(({ of }) => of === fingerprint) ? "abandoned" : "none";
}
