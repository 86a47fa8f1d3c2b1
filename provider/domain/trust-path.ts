import { X509Certificate } from "node:crypto";
import { parseCertificate, type Certificate } from "./certificate";
import type { CertificateText } from "./certificate-text";
import { pathLengthLimit } from "./path-length";
import { pemBlocks } from "./pem";
import type { TrustChain } from "./trust-chain";

/** Whom a program trusts to have issued the merchant's certificate. */
export interface Trust {
  /** Issuers from which a path is built; without `anchors` it has to end at one of them. */
  chain?: TrustChain;
  /** Where a path has to end. They need not be self-signed: "Tenpay.com Root CA" is signed by another CA. */
  anchors?: TrustChain;
}

/** A certificate, read for its signature too, and the argument that brought it. */
export interface TrustNode {
  certificate: Certificate;
  x509: X509Certificate;
  from: "certificate" | "trustChain" | "trustAnchors";
  /** Part of a file whose digest WeChat Pay publishes. */
  isPublished: boolean;
  /** How many CAs it allows below it on a path; undefined for any number. */
  pathLength: number | undefined;
}

/** Links from the merchant's certificate to the last issuer. Real paths have three. */
export const mostLinks = 8;

export function trustNode(certificate: Certificate, from: TrustNode["from"], isPublished = false): TrustNode {
  const x509 = new X509Certificate(certificate.pem);
  return { certificate, x509, from, isPublished, pathLength: pathLengthLimit(x509.raw) };
}

/**
 * Every issuer that a path may lead over, each once, in an order of their own: the verdict must not depend on that of
 * the files.
 */
export function issuersOf(leaf: CertificateText, { chain, anchors }: Trust): TrustNode[] {
  const own = leaf.chain.flatMap((pem) => parseCertificate(pemBlocks(pem)[0]?.der ?? Buffer.alloc(0)) ?? []);
  const given = (from: TrustNode["from"], source?: TrustChain) =>
    (source?.certificates ?? []).map((each) => trustNode(each, from, source?.issuance !== undefined));
  const nodes = [
    ...own.map((each) => trustNode(each, "certificate")),
    ...given("trustAnchors", anchors),
    ...given("trustChain", chain),
  ];
  const distinct = new Map<string, TrustNode>();
  for (const node of nodes) {
    const isPublished = node.isPublished || distinct.get(idOf(node))?.isPublished === true;
    distinct.set(idOf(node), { ...node, isPublished });
  }
  return [...distinct.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

export const idOf = ({ certificate }: TrustNode): string => certificate.certificateSha256;

/** Names as text, because node:crypto's own comparison asks for a matching key identifier too. */
export function hasIssuersName(child: TrustNode, issuer: TrustNode): boolean {
  return child.x509.issuer === issuer.x509.subject || child.x509.checkIssued(issuer.x509);
}

export function isSignedBy(child: TrustNode, issuer: TrustNode): boolean {
  try {
    return child.x509.verify(issuer.x509.publicKey);
  } catch {
    // A key of another type than the signature.
    return false;
  }
}

/** A link of a path, without its length: name, key identifier, permitted key usage, CA and signature (RFC 5280, section 6.1). */
export function isIssuedBy(child: TrustNode, issuer: TrustNode): boolean {
  return (
    issuer.certificate.isCertificateAuthority &&
    child.x509.checkIssued(issuer.x509) &&
    isSignedBy(child, issuer)
  );
}

/** Whether an issuer allows the CAs that stand below it at the end of a way. The merchant's certificate is none. */
export function allowsLength({ pathLength }: TrustNode, way: readonly TrustNode[]): boolean {
  return pathLength === undefined || pathLength >= way.length - 1;
}

/** Whether a path may end at an issuer. */
function isTrusted(node: TrustNode, issuers: readonly TrustNode[], { chain, anchors }: Trust): boolean {
  const isIn = (source?: TrustChain): boolean =>
    source?.certificates.some(({ certificateSha256 }) => certificateSha256 === idOf(node)) === true;
  if (anchors) return isIn(anchors);
  return isIn(chain) && (isIssuedBy(node, node) || !issuers.some((issuer) => hasIssuersName(node, issuer)));
}

export interface Search {
  /** From the merchant's certificate to where trust begins; undefined where no path leads there. */
  path: TrustNode[] | undefined;
  /** The ways that lead nowhere, each up to the certificate whose issuer is not to be had. */
  deadEnds: TrustNode[][];
}

/**
 * The shortest path of trust over issuers that `mayPass`, breadth first: each certificate is looked at once, so that
 * neither a loop nor a crowd of certificates with the same name takes long.
 */
export function findPath(
  leaf: TrustNode,
  issuers: readonly TrustNode[],
  trust: Trust,
  mayPass: (node: TrustNode, isEnd: boolean) => boolean = () => true,
): Search {
  const seen = new Set([idOf(leaf)]);
  const queue: TrustNode[][] = [[leaf]];
  const deadEnds: TrustNode[][] = [];
  let latest: TrustNode[] = [leaf];
  for (let way = queue.shift(); way; way = queue.shift()) {
    latest = way;
    const last = way.at(-1)!;
    if (way.length > 1) {
      if (isTrusted(last, issuers, trust) && mayPass(last, true)) return { path: way, deadEnds };
      if (!mayPass(last, false)) continue;
    }
    const next = issuersAbove(way, issuers);
    if (next.length === 0) deadEnds.push(way);
    for (const issuer of next.filter((each) => !seen.has(idOf(each)))) {
      seen.add(idOf(issuer));
      queue.push([...way, issuer]);
    }
  }
  // Where CAs sign each other in a circle no way is without an issuer.
  return { path: undefined, deadEnds: deadEnds.length > 0 ? deadEnds : [latest] };
}

function issuersAbove(way: readonly TrustNode[], issuers: readonly TrustNode[]): TrustNode[] {
  const last = way.at(-1)!;
  if (way.length > mostLinks) return [];
  return issuers.filter(
    (issuer) => idOf(issuer) !== idOf(last) && allowsLength(issuer, way) && isIssuedBy(last, issuer),
  );
}
