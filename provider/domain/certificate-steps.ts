import type { Certificate } from "./certificate";
import type { Issuance } from "./certificate-acceptance";
import { isIssuedByWeChatPay } from "./certificate-kind";
import { isCompromised, isRenewalOfKey, keyFor, matchOf } from "./certificate-match";
import type { CertificateText } from "./certificate-text";
import { fingerprintOf, type CertificateView } from "./certificate-view";
import { isoTime } from "./calendar";
import { cameFromOutside, certificateValue, completed, keyFromOutside } from "./completed-certificate";
import { emptyValue } from "./credential-value";
import { stageOf, type Thresholds } from "./lifecycle";
import { isLabelled, labelledVersions, openRequests } from "./secret";
import { certificateChangeTags, readCertificateChange } from "./last-change";
import { firstIssuedTag } from "./secret-tags";
import { awsCurrent, labelName, tokens } from "./staging-labels";
import type { NewRequest, Step } from "./step";

/** What the program asks for, as far as the steps depend on it. */
export interface CertificateDeclaration {
  merchantId: string;
  /** The declared certificate, only if it may serve; see certificate-problems. */
  accepted: CertificateText | undefined;
  thresholds: Thresholds;
  /** Whether the certificate comes from a request; any other comes with its key. */
  issuance: Issuance;
  /** Whether the declared certificate, whose key is elsewhere, can never serve: it has expired, or others have its key. */
  isLost?: boolean;
  /** The fingerprint of the request that the program gives up. */
  abandonRequest?: string | undefined;
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
    step: ({ foreign, secret, currentVersionId }, { accepted, ...whose }) => {
      if (!foreign) return undefined;
      const { versionId, adopted, privateKey } = foreign;
      const { serialNumber, certificateSha256 } = adopted.certificate;
      const written = labelledVersions(secret, "certificate").find(({ of }) => of === serialNumber);
      if (written)
        return { do: "move-label", label: awsCurrent, from: currentVersionId!, to: written.versionId };
      // The program's list of issuers wins over the other tool's.
      const isDeclared = accepted?.certificate.certificateSha256 === certificateSha256;
      const complete = isDeclared ? accepted : adopted;
      return completed(complete, versionId, certificateValue(whose, complete, privateKey));
    },
  },
  {
    because: "a label that has nothing to do any more makes room: Secrets Manager allows 20",
    step: ({ outlived }) =>
      outlived && {
        do: "move-label",
        label: labelName(outlived.kind, outlived.of),
        from: outlived.versionId,
      },
  },
  {
    because: "a certificate whose key is known to others never comes back",
    step: (view) => {
      const unmarked = [...view.compromised, ...(view.current ? [view.current] : [])].find(
        ({ certificate }) =>
          isCompromised(certificate, view) &&
          !isLabelled(view.secret, "compromised", certificate.serialNumber),
      );
      return (
        unmarked && {
          do: "move-label",
          label: labelName("compromised", unmarked.certificate.serialNumber),
          to: unmarked.versionId,
        }
      );
    },
  },
  {
    because: "a compromised certificate is not kept for a roll back",
    step: ({ secret }) => {
      const kept = labelledVersions(secret, "certificate").find(({ of }) =>
        isLabelled(secret, "compromised", of),
      );
      return kept && { do: "move-label", label: labelName("certificate", kept.of), from: kept.versionId };
    },
  },
  {
    because: "a request for a key that others know leads nowhere",
    step: ({ pending, leakedKeys }) =>
      pending && leakedKeys.includes(pending.publicKeySha256)
        ? { do: "move-label", label: labelName("abandoned", pending.fingerprint), to: pending.versionId }
        : undefined,
  },
  {
    because: "the program gives the open request up",
    step: ({ secret, current }, { abandonRequest }) => {
      // Its certificate may have become current before the run broke off.
      const isDone = abandonRequest === fingerprintOf(current);
      const given = openRequests(secret).find(({ of }) => of === abandonRequest && !isDone);
      return given && { do: "move-label", label: labelName("abandoned", given.of), to: given.versionId };
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
      pending && accepted && isRenewalOfKey(current, accepted.certificate)
        ? { do: "move-label", label: labelName("abandoned", pending.fingerprint), to: pending.versionId }
        : undefined,
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
    because: "the declared certificate belongs to a key in the vault",
    step: (view, { accepted, ...whose }) => {
      const source = accepted && keyFor(accepted, view);
      return (
        source && completed(accepted, source.versionId, certificateValue(whose, accepted, source.privateKey))
      );
    },
  },
  {
    because: "the declared certificate is in use already, and the program says where its key is",
    step: (view, { accepted, importKey, ...whose }) => {
      if (!accepted || !importKey || matchOf(accepted, view) !== "none") return undefined;
      const { certificate } = accepted;
      const value = async () => certificateValue(whose, accepted, await importKey(certificate));
      return completed(accepted, keyFromOutside, value);
    },
  },
  {
    because: "roll back finds a certificate by its label",
    step: ({ secret, current }) => {
      const serialNumber = current?.certificate.serialNumber;
      if (!current || !serialNumber) return undefined;
      const isNamed = isLabelled(secret, "certificate", serialNumber);
      const isBarred = isLabelled(secret, "compromised", serialNumber);
      return !isNamed && !isBarred
        ? { do: "move-label", label: labelName("certificate", serialNumber), to: current.versionId }
        : undefined;
    },
  },
  {
    because: "years of use count from the first certificate",
    step: ({ secret, current }, { issuance, now }) => {
      if (!current) return undefined;
      const { serialNumber, notBefore } = current.certificate;
      const isRecorded = readCertificateChange(secret.tags)?.serialNumber === serialNumber;
      if (isRecorded && secret.tags[firstIssuedTag]) return undefined;
      // What CFCA has issued never had its key made here, however often it was written anew.
      const isImported = issuance === "cfca" || cameFromOutside(current, secret);
      const change = { at: isoTime(now), serialNumber, isImported };
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
    because: "a next certificate is wanted, and no request is open",
    step: (view, { thresholds, issuance, isLost, now, generate, importKey }) => {
      const { current, pending } = view;
      if (pending || issuance !== "request") return undefined;
      const isWanted = current
        ? stageOf(current.certificate, thresholds, now) !== "healthy" ||
          isIssuedByWeChatPay(current.certificate) ||
          isCompromised(current.certificate, view)
        : !importKey || isLost;
      return isWanted ? { do: "begin", generate } : undefined;
    },
  },
];

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
