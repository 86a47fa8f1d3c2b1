import { bothZones } from "./calendar";
import type { CertificateText } from "./certificate-text";
import { formatName } from "./distinguished-name";
import {
  allowsLength,
  findPath,
  hasIssuersName,
  idOf,
  isIssuedBy,
  isSignedBy,
  issuersOf,
  mostLinks,
  trustNode,
  type Search,
  type Trust,
  type TrustNode,
} from "./trust-path";
import { isStrong, weaknesses } from "./trust-strength";

/** The way from a certificate to its trust, as far as there is one. */
interface Judged extends Search {
  issuers: TrustNode[];
  trust: Trust;
}

/**
 * Why the merchant's certificate is not trusted, each reason a sentence that names the argument; empty where a path of
 * verified signatures leads to an anchor, or where the program says nothing about trust. Knows no clock: see
 * {@link trustProblemsAt}. A path without weak links is taken before a shorter one with them.
 */
export function trustProblems(leaf: CertificateText, trust: Trust): string[] {
  if (!trust.chain && !trust.anchors) return [];
  const judged = judgedPath(leaf, trust);
  const { path } = judged;
  return [
    ...(path ? weakLinks(path) : [...new Set(judged.deadEnds.map((way) => deadEnd(way, judged)))]),
    ...wrongOrder(trust),
  ];
}

/**
 * Which issuers on the path have expired, or are not valid yet; empty where none has, where another path avoids them,
 * and where no path leads to an anchor, which `trustProblems` says.
 */
export function trustProblemsAt(leaf: CertificateText, trust: Trust, now: Date): string[] {
  if (!trust.chain && !trust.anchors) return [];
  const isValid = ({ certificate: { notBefore, notAfter } }: TrustNode): boolean =>
    notBefore <= now && now < notAfter;
  // What is valid but weak is no better than what is strong and out of date.
  const [valid, ever] = [judgedPath(leaf, trust, isValid).path, judgedPath(leaf, trust).path ?? []];
  const path = valid && weakLinks(valid).length <= weakLinks(ever).length ? valid : ever;
  return path
    .slice(1)
    .filter((node) => !isValid(node))
    .map(({ certificate: { subject, notBefore, notAfter }, from }) =>
      now < notBefore
        ? `${from}: the issuer ${formatName(subject)} is not valid before ${bothZones(notBefore)}. Give the one that is valid now.`
        : `${from}: the issuer ${formatName(subject)} expired on ${bothZones(notAfter)}. Give its successor.`,
    );
}

function judgedPath(
  leaf: CertificateText,
  trust: Trust,
  mayPass: (node: TrustNode) => boolean = () => true,
): Judged {
  const issuers = issuersOf(leaf, trust);
  const start = trustNode(leaf.certificate, "certificate");
  const strong = findPath(start, issuers, trust, (node, isEnd) => mayPass(node) && isStrong(node, isEnd));
  const search = strong.path ? strong : findPath(start, issuers, trust, mayPass);
  return { ...search, issuers, trust };
}

function weakLinks(path: readonly TrustNode[]): string[] {
  return path
    .slice(1)
    .flatMap((node, index) =>
      weaknesses(node, index === path.length - 2).map(
        ({ field, expected, actual, hint }) =>
          `${node.from}: the ${field} of the issuer ${shown(node)} is ${actual}, expected ${expected}. ${hint}.`,
      ),
    );
}

interface DeadEndRule {
  applies: (last: TrustNode, judged: Judged, way: readonly TrustNode[]) => boolean;
  sentence: (last: TrustNode, judged: Judged, way: readonly TrustNode[]) => string;
}

/** Why a way goes no further; the first rule that applies says it. */
const deadEndRules: readonly DeadEndRule[] = [
  {
    applies: (_last, _judged, way) => way.length > mostLinks,
    sentence: (last, { trust }) =>
      `${given(trust)}: the path to ${shown(last)} has ${mostLinks} links and does not end there, expected fewer. Leave cross-certificates out.`,
  },
  {
    applies: (_last, { issuers }, way) => tooLong(way, issuers) !== undefined,
    sentence: (last, { issuers }, way) => {
      const issuer = tooLong(way, issuers)!;
      return `${issuer.from}: ${shown(issuer)} allows ${issuer.pathLength} CAs below it, found ${way.length - 1} up to ${shown(last)}. Do not use a certificate that was issued in this way.`;
    },
  },
  {
    applies: (last, { issuers }) =>
      isIssuedBy(last, last) || issuers.some((issuer) => isIssuedBy(last, issuer)),
    sentence: (last, { trust }) =>
      `${given(trust)}: the path ends at ${shown(last)}, which came in \`${last.from}\`, expected an end at one of ${anchorNames(trust)}. ` +
      `If this is the CA that you trust, give it in \`${trust.anchors ? "trustAnchors" : "trustChain"}\`.`,
  },
  {
    applies: (last, { issuers }) => namesakes(last, issuers).some((issuer) => isSignedBy(last, issuer)),
    sentence: (last, { issuers }) => {
      const issuer = namesakes(last, issuers).find((each) => isSignedBy(last, each))!;
      return (
        `${issuer.from}: ${shown(issuer)} signed ${shown(last)}, but may not: expected a CA's certificate for signing others, with the key identifier that is named there. ` +
        "Take the chain from WeChat Pay again."
      );
    },
  },
  {
    applies: (last, { issuers }) => namesakes(last, issuers).length > 0,
    sentence: (last, { issuers }) => {
      const issuer = namesakes(last, issuers)[0]!;
      return (
        `${issuer.from}: ${shown(issuer)} has the name of the issuer of ${shown(last)} and did not sign it: one of the two is forged or outdated. ` +
        "Take both from WeChat Pay again."
      );
    },
  },
  {
    applies: () => true,
    sentence: (last, { trust }) =>
      `${given(trust)}: the certificate of ${formatName(last.certificate.issuer)} is missing, which issued ${shown(last)}. ` +
      "Add it to `trustChain`, or check that the chain goes with this kind of certificate.",
  },
];

function deadEnd(way: readonly TrustNode[], judged: Judged): string {
  const last = way.at(-1)!;
  return deadEndRules.find(({ applies }) => applies(last, judged, way))!.sentence(last, judged, way);
}

function tooLong(way: readonly TrustNode[], issuers: readonly TrustNode[]): TrustNode | undefined {
  return issuers.find((issuer) => isIssuedBy(way.at(-1)!, issuer) && !allowsLength(issuer, way));
}

function namesakes(child: TrustNode, issuers: readonly TrustNode[]): TrustNode[] {
  return issuers.filter((issuer) => hasIssuersName(child, issuer));
}

/** A certificate that stands behind its issuer: most readers of PEM bundles go from each to the next. */
function wrongOrder({ chain }: Trust): string[] {
  if (!chain?.isOrdered) return [];
  const nodes = chain.certificates.map((each) => trustNode(each, "trustChain"));
  for (const [index, issuer] of nodes.entries()) {
    const child = nodes
      .slice(index + 1)
      .find((each) => isIssuedBy(each, issuer) && !isIssuedBy(issuer, each));
    if (child)
      return [
        `trustChain: ${shown(issuer)} stands before ${shown(child)}, which it issued, expected each certificate to be followed by its issuer. Put the root last.`,
      ];
  }
  return [];
}

function given({ chain }: Trust): string {
  return chain ? "trustChain" : "trustAnchors";
}

function anchorNames({ chain, anchors }: Trust): string {
  return (anchors ?? chain)!.certificates.map(({ subject }) => formatName(subject)).join(" or ");
}

/** Name and fingerprint, because certificates of the same name are what these rules are about. */
function shown(node: TrustNode): string {
  return `${formatName(node.certificate.subject)} (SHA-256 ${idOf(node).slice(0, 16)})`;
}
