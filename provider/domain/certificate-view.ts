import type { CertificateText } from "./certificate-text";
import type { Issuance } from "./certificate-acceptance";
import { adoptedCertificate, type CertificateFields } from "./adopted-certificate";
import { adoptable, isForeign } from "./adopted-value";
import { isUnreadable, parseValue } from "./credential-value";
import { heldCertificate, type HeldCertificate } from "./held-certificate";
import { publicKeySha256, readPrivateKey } from "./private-key";
import {
  currentVersionId,
  labelCount,
  labelledVersions,
  openRequests,
  type LabelledVersion,
  versionWith,
  type SecretDescription,
  type SecretVersion,
} from "./secret";
import { crowded, outlivedLabel } from "./outlived-labels";
import { validAtOnce } from "./platform-actions";
import { serialNumbersMeant } from "./serial-number";
import { awsPrevious, requestFingerprint, tokens } from "./staging-labels";
import { assertMerchant, twoOpenRequests, unexpectedValue } from "./stored-version";
import type { Verdict } from "./verdict";

/** A key whose certificate a person has yet to bring. */
export interface PendingRequest {
  versionId: string;
  fingerprint: string;
  publicKeySha256: string;
  /** PKCS#10 PEM, public. */
  certificateRequest: string;
  since: Date;
  /** PKCS#8 PEM. Secret. */
  privateKey: string;
}

/** What the vault holds for a merchant certificate, read once for a decision. */
export interface CertificateView {
  secret: SecretDescription;
  /** Undefined only for a secret that has no version at all. */
  currentVersionId: string | undefined;
  /** Undefined while the placeholder is current. */
  current: HeldCertificate | undefined;
  pending: PendingRequest | undefined;
  /** The version that holds the declared certificate, where it has been completed before. */
  declaredVersion: HeldCertificate | undefined;
  /** The current version, where it holds a credential in another tool's form that is being taken over. */
  foreign: { versionId: string; adopted: CertificateText; privateKey: string } | undefined;
  /** What the program calls compromised, as serial numbers. */
  named: readonly string[];
  /** Certificates whose key is known to others: those marked so, the one that the program names, and all of its key. */
  compromised: readonly HeldCertificate[];
  /** Their keys, and that of the declared certificate where the program calls it compromised: SHA-256, hex. */
  leakedKeys: readonly string[];
  /** Serial numbers of kept certificates that have not expired; looked for only while a request is open. */
  valid: readonly string[];
  /** When the newest of the certificates that were read begins. */
  newestNotBefore: Date | undefined;
  /** A label that is kept for nothing any more. */
  outlived: LabelledVersion | undefined;
  /** What WeChat Pay makes of the declared certificate with its key; undefined where it was not asked. */
  verdict?: Verdict | undefined;
}

/** What a decision is about, as far as it says what has to be read. */
export interface CertificateQuestion {
  certificate: CertificateText | undefined;
  merchantId: string;
  issuance: Issuance;
  /** How a value of another tool is to be read; undefined where none is taken over. */
  adopt?: CertificateFields | undefined;
  /** The serial number that the program calls compromised, as it is written there. */
  compromised?: string | undefined;
  /** The fingerprint of the request that the program gives up. */
  abandonRequest?: string | undefined;
  now: Date;
}

/**
 * Reads what a decision needs: the current version, the open request and, where the declared certificate is
 * kept already, its version.
 *
 * @throws MerchantCredentialsError `two-open-requests`, `unreadable-value`.
 */
export async function certificateView(
  secret: SecretDescription,
  {
    certificate: declared,
    merchantId,
    issuance,
    adopt,
    compromised,
    abandonRequest,
    now,
  }: CertificateQuestion,
  read: (versionId: string) => Promise<SecretVersion>,
): Promise<CertificateView> {
  const held = async (versionId: string): Promise<HeldCertificate | undefined> =>
    heldCertificate(await read(versionId), { merchantId, issuance });
  const currentId = currentVersionId(secret);
  const isPlaceholder = currentId === undefined || currentId === tokens.create(secret.name);
  const found = isPlaceholder
    ? {}
    : currentContent(await read(currentId), { merchantId, issuance }, adoptable(secret, adopt));
  const { current, foreign } = found;

  const kept = labelledVersions(secret, "certificate");
  const marked = labelledVersions(secret, "compromised");
  const named = serialNumbersMeant(compromised ?? "");
  const requests = openRequests(secret).filter(({ of }) => of !== fingerprintOf(current));
  const open = requests.filter(({ of }) => of !== abandonRequest);
  // The one that the program gives up is marked first, and so is what it calls compromised; then it is looked at again.
  const isMarkedFirst =
    open.length < requests.length ||
    kept.some(({ of }) => named.includes(of) && !marked.some((m) => m.of === of));
  if (open.length > 1 && !isMarkedFirst)
    throw twoOpenRequests(
      "certificate request",
      open.map(({ of }) => of),
      'name the other in `abandonRequest`, as in abandonRequest: "0123456789abcdef"',
    );
  const pending = open[0] && pendingRequest(await read(open[0].versionId), open[0].of, merchantId);

  const heldAt = async (labelled: readonly LabelledVersion[]): Promise<HeldCertificate[]> => {
    const ids = [...new Set(labelled.map(({ versionId }) => versionId))];
    return (await Promise.all(ids.map(held))).filter((each) => each !== undefined);
  };
  const keptVersion = (await heldAt(kept.filter(({ of }) => of === declared?.certificate.serialNumber)))[0];
  const isCrowded = labelCount(secret) >= crowded;
  const isLookedThrough =
    isCrowded ||
    named.length > 0 ||
    // Only the newest certificate tells whether a letter of CFCA has led to one.
    issuance === "cfca" ||
    (open.length > 0 && kept.length >= validAtOnce);
  const known = isLookedThrough ? await heldAt(kept) : [];
  const barred = await heldAt(marked);
  const leaked = [
    ...barred,
    ...known.filter(({ certificate }) => named.includes(certificate.serialNumber)),
    ...(declared && named.includes(declared.certificate.serialNumber) ? [declared] : []),
  ].map(({ certificate }) => certificate.publicKeySha256);
  const needed = [
    ...named,
    abandonRequest,
    declared?.certificate.serialNumber,
    foreign?.adopted.certificate.serialNumber,
  ];
  return {
    secret,
    currentVersionId: currentId,
    current,
    foreign,
    pending,
    // The label names a serial number; only the certificate itself proves that it is the declared one.
    declaredVersion:
      keptVersion?.certificate.certificateSha256 === declared?.certificate.certificateSha256
        ? keptVersion
        : undefined,
    named,
    leakedKeys: leaked,
    compromised: [...barred, ...known].filter(
      ({ versionId, certificate }, index, all) =>
        leaked.includes(certificate.publicKeySha256) &&
        all.findIndex((each) => each.versionId === versionId) === index,
    ),
    valid: known
      .filter(({ certificate }) => certificate.notAfter > now)
      .map(({ certificate }) => certificate.serialNumber),
    newestNotBefore: newest([...(current ? [current] : []), ...known, ...barred]),
    outlived: outlivedLabel(
      [...kept, ...labelledVersions(secret, "abandoned")].map((label) => ({
        ...label,
        notAfter: known.find(({ versionId }) => versionId === label.versionId)?.certificate.notAfter,
        isNeeded:
          needed.includes(label.of) ||
          // A certificate of its key is still held, and must not come back.
          known.some((each) => label.kind === "abandoned" && fingerprintOf(each) === label.of) ||
          label.versionId === currentId ||
          label.versionId === versionWith(secret, awsPrevious),
        isOpenRequest: labelledVersions(secret, "request").some(
          ({ versionId }) => versionId === label.versionId,
        ),
      })),
      labelCount(secret),
      now,
    ),
  };
}

function newest(held: readonly HeldCertificate[]): Date | undefined {
  const begins = held.map(({ certificate }) => certificate.notBefore.getTime());
  return begins.length > 0 ? new Date(Math.max(...begins)) : undefined;
}

function currentContent(
  version: SecretVersion,
  whose: Pick<CertificateQuestion, "merchantId" | "issuance">,
  adopt: CertificateFields | undefined,
): { current?: HeldCertificate; foreign?: CertificateView["foreign"] } {
  try {
    return { current: heldCertificate(version, whose) };
  } catch (error) {
    if (!adopt || !isUnreadable(error) || !isForeign(version.value)) throw error;
    return {
      foreign: {
        versionId: version.versionId,
        ...adoptedCertificate(version.value, adopt, whose),
      },
    };
  }
}

/** The fingerprint of a held certificate's key, as request labels name it. */
export function fingerprintOf(held: HeldCertificate | undefined): string | undefined {
  return held && requestFingerprint(held.certificate.publicKeySha256);
}

function pendingRequest(version: SecretVersion, fingerprint: string, merchantId: string): PendingRequest {
  const { versionId, value, createdAt } = version;
  const parsed = parseValue(value);
  if (parsed.schema !== "merchant-credentials/certificate-request/v1")
    throw unexpectedValue(versionId, parsed.schema);
  assertMerchant(parsed, merchantId);
  const privateKey = readPrivateKey(parsed.privateKey);
  const digest = privateKey && publicKeySha256(privateKey);
  if (!digest || requestFingerprint(digest) !== fingerprint) throw unexpectedValue(versionId, parsed.schema);
  return {
    versionId,
    fingerprint,
    publicKeySha256: digest,
    certificateRequest: parsed.certificateRequest,
    since: createdAt,
    privateKey: parsed.privateKey,
  };
}
