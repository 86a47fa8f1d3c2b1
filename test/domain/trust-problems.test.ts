import fc from "fast-check";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { sha256Hex } from "../../provider/domain/digest";
import { readTrustChain } from "../../provider/domain/trust-chain";
import { trustProblems, trustProblemsAt } from "../../provider/domain/trust-problems";
import { tenpayIssuer } from "../../sandbox/merchant-platform";
import {
  der,
  ellipticCurveKey,
  merchantCertificate,
  merchantId,
  privateKey,
  someDay,
} from "../support/certificates";
import {
  authority,
  base64,
  berP7b,
  certificateOfTheForger,
  crossCertificate,
  enterprise,
  enterpriseName,
  forgedIssuer,
  issuer,
  opensslTrusts,
  otherRoot,
  otherRootName,
  p7b,
  root,
  rootName,
  signedByOpenssl,
} from "../support/trust-chains";

const merchant = merchantCertificate();
const [issuerPem, enterprisePem, rootPem] = [issuer(), enterprise(), root()];
const upwards = [issuerPem, enterprisePem, rootPem];
/** As in the published file: the root in the middle. */
const asPublished = [issuerPem, rootPem, enterprisePem];

const read = (text: string, property = "trustChain") => readTrustChain(text, property);

interface Case {
  leaf?: string;
  /** CA certificates in the text of `certificate`. */
  own?: string[];
  chain?: string[];
  anchors?: string[];
  /** The way that openssl should go, which tries no other one after the first. */
  way?: string[];
}

const leafOf = ({ leaf = merchant, own = [] }: Case) => readCertificateText([leaf, ...own].join(""));
const trustOf = ({ chain, anchors }: Case, form: "pem" | "p7b" = "pem") => {
  const text = (pems: string[]): string => (form === "pem" ? pems.join("") : base64(p7b(pems)));
  return {
    ...(chain && { chain: read(text(chain)) }),
    ...(anchors && { anchors: read(text(anchors), "trustAnchors") }),
  };
};
const problems = (each: Case, form?: "pem" | "p7b"): string[] =>
  trustProblems(leafOf(each), trustOf(each, form));
const judge = ({ leaf = merchant, own = [], chain = [], anchors = [], way }: Case): boolean =>
  opensslTrusts({ certificate: leaf, chain: way ?? [...own, ...chain], anchors, at: someDay });

const crossPem = crossCertificate();
const ecKey = ellipticCurveKey();
const ecRoot = signedByOpenssl(rootName, ecKey);
const ecEnterprise = signedByOpenssl(enterpriseName, privateKey("enterprise"), {
  certificate: ecRoot,
  key: ecKey,
});
const smallKey = privateKey("small", 1024);
const fromLeafAsCa = authority({
  subject: tenpayIssuer,
  key: privateKey("issuer"),
  issuer: enterpriseName,
  signedBy: privateKey("enterprise"),
  certificateAuthority: false,
});
const otherIdentifier = signedByOpenssl(
  enterpriseName,
  privateKey("enterprise"),
  { certificate: rootPem, key: privateKey("root") },
  { keyIdentifier: "00".repeat(20) },
);
const limitedRoot = (pathlen: number): string =>
  signedByOpenssl(rootName, privateKey("root"), undefined, {
    basicConstraints: `critical,CA:TRUE,pathlen:${pathlen}`,
  });
const level = (index: number) => ({ CN: `Level ${index}` });
/** `count` CAs in a row, the first of which issued the merchant's certificate; the last is self-signed. */
const tower = (count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    authority({
      subject: index === 0 ? tenpayIssuer : level(index),
      key: privateKey(index === 0 ? "issuer" : "tower"),
      issuer: level(Math.min(index + 1, count - 1)),
      signedBy: privateKey("tower"),
    }),
  );
const circle = [
  enterprise({ issuer: otherRootName, signedBy: privateKey("other root") }),
  otherRoot({ issuer: enterpriseName, signedBy: privateKey("enterprise") }),
];

describe("a path of trust", () => {
  it.each<[string, Case]>([
    ["from the chain to an anchor at its end", { chain: upwards.slice(0, 2), anchors: [rootPem] }],
    ["from the chain with its root to that root", { chain: upwards, anchors: [rootPem] }],
    ["straight to an anchor that is an intermediate CA", { anchors: [issuerPem] }],
    ["to an anchor in the middle", { chain: upwards, anchors: [enterprisePem] }],
    ["to one of several anchors", { chain: upwards, anchors: [otherRoot(), rootPem] }],
    ["over issuers that came with the certificate", { own: upwards.slice(0, 2), anchors: [rootPem] }],
    ["over both", { own: [issuerPem], chain: [enterprisePem], anchors: [rootPem] }],
    [
      "over the right one of two cross-certificates",
      {
        chain: [issuerPem, crossCertificate(), enterprisePem],
        anchors: [rootPem],
        way: [issuerPem, enterprisePem],
      },
    ],
    [
      "over the other of them",
      {
        chain: [issuerPem, enterprisePem, crossPem],
        anchors: [otherRoot()],
        way: [issuerPem, crossPem],
      },
    ],
    [
      "past a certificate with the issuer's name and another key",
      { chain: [forgedIssuer(), ...upwards], anchors: [rootPem] },
    ],
    ["past a circle of CAs", { chain: [issuerPem, ...circle, enterprisePem], anchors: [rootPem] }],
    ["over an issuer with an EC key", { chain: [issuerPem, ecEnterprise], anchors: [ecRoot] }],
    [
      "past a weak way to another one",
      {
        chain: [issuerPem, enterprise({ hash: "sha1" }), crossPem],
        anchors: [rootPem, otherRoot()],
        way: [issuerPem, crossPem],
      },
    ],
    ["to an anchor signed with SHA-1", { chain: upwards, anchors: [enterprise({ hash: "sha1" })] }],
    ["over 8 links", { chain: tower(8).slice(0, 7), anchors: tower(8).slice(7) }],
    ["with as many CAs as the root allows", { chain: upwards.slice(0, 2), anchors: [limitedRoot(2)] }],
  ])("leads %s", (_name, each) => {
    expect(problems(each)).toEqual([]);
    expect(judge(each)).toBe(true);
  });

  it.each<[string, Case]>([
    ["at the root of the chain", { chain: upwards }],
    ["at the last one whose issuer is not in the file", { chain: upwards.slice(0, 2) }],
    ["at the issuer, where the file holds that one only", { chain: [issuerPem] }],
    [
      "at the root of the chain, past issuers that came with the certificate",
      { own: [issuerPem], chain: [enterprisePem, rootPem] },
    ],
  ])("may end, without anchors, %s", (_name, each) => {
    expect(problems(each)).toEqual([]);
    expect(problems(each, "p7b")).toEqual([]);
    expect(judge({ ...each, anchors: each.chain!.slice(-1) })).toBe(true);
  });

  it("is not looked for where the program says nothing about trust", () => {
    expect(trustProblems(leafOf({ leaf: certificateOfTheForger() }), {})).toEqual([]);
    expect(trustProblemsAt(leafOf({}), {}, someDay)).toEqual([]);
  });
});

describe("a path of trust is missed, and the sentence says where:", () => {
  const fingerprint = (pem: string) => `(SHA-256 ${sha256Hex(der(pem)).slice(0, 16)})`;

  it.each<[string, Case, string]>([
    [
      "the issuer is missing",
      { chain: [enterprisePem, rootPem] },
      `trustChain: the certificate of CN=Tenpay.com Root CA, O=Tenpay.com, OU=Tenpay.com CA Center, C=CN is missing, which issued CN=${merchantId}`,
    ],
    [
      "the issuer is missing in anchors alone",
      { anchors: [rootPem] },
      "trustAnchors: the certificate of CN=Tenpay.com Root CA",
    ],
    [
      "a link in the middle is missing",
      { chain: [issuerPem, rootPem], anchors: [rootPem] },
      "trustChain: the certificate of CN=Example Class 2 Enterprise CA, O=Example, C=CN is missing, which issued CN=Tenpay.com Root CA",
    ],
    [
      "the chain ends at another root than the anchors",
      { chain: upwards, anchors: [otherRoot()] },
      `trustChain: the path ends at CN=Example Class 2 Root CA, O=Example, C=CN ${fingerprint(rootPem)}, which came in \`trustChain\`, expected an end at one of CN=Another Root CA, O=Example, C=CN. If this is the CA that you trust, give it in \`trustAnchors\`.`,
    ],
    [
      "a root that came with the certificate is no anchor",
      { own: upwards, chain: [otherRoot()] },
      "trustChain: the path ends at CN=Example Class 2 Root CA",
    ],
    [
      "CAs that certify each other",
      { chain: [issuerPem, ...circle], anchors: [rootPem] },
      "expected an end at one of CN=Example Class 2 Root CA",
    ],
    [
      "a forged issuer",
      { chain: [forgedIssuer(), enterprisePem, rootPem], anchors: [rootPem] },
      "trustChain: CN=Tenpay.com Root CA, O=Tenpay.com, OU=Tenpay.com CA Center, C=CN (SHA-256",
    ],
    [
      "a merchant's certificate by a forger",
      { leaf: certificateOfTheForger(), chain: upwards, anchors: [rootPem] },
      `has the name of the issuer of CN=${merchantId}`,
    ],
    [
      "a forger's own chain",
      { leaf: certificateOfTheForger(), own: [forgedIssuer()], chain: upwards, anchors: [rootPem] },
      "trustChain: CN=Example Class 2 Enterprise CA",
    ],
    [
      "a forged root",
      {
        chain: [
          issuerPem,
          enterprisePem,
          root({ key: privateKey("forger"), signedBy: privateKey("forger") }),
        ],
      },
      `has the name of the issuer of CN=Example Class 2 Enterprise CA, O=Example, C=CN ${fingerprint(enterprisePem)} and did not sign it`,
    ],
    [
      "an issuer with another key identifier than the certificate below it names",
      { chain: [issuerPem, otherIdentifier], anchors: [rootPem] },
      "but may not: expected a CA's certificate for signing others, with the key identifier that is named there",
    ],
    [
      "more CAs than the root allows",
      { chain: upwards.slice(0, 2), anchors: [limitedRoot(1)] },
      "allows 1 CAs below it, found 2",
    ],
    [
      "more than 8 links",
      { chain: tower(9).slice(0, 8), anchors: tower(9).slice(8) },
      "has 8 links and does not end there",
    ],
    [
      "an intermediate signed with SHA-1",
      { chain: [issuerPem, enterprise({ hash: "sha1" })], anchors: [rootPem] },
      "the signature algorithm of the issuer CN=Example Class 2 Enterprise CA, O=Example, C=CN",
    ],
    [
      "an intermediate signed with MD5",
      {
        chain: [
          issuerPem,
          signedByOpenssl(
            enterpriseName,
            privateKey("enterprise"),
            { certificate: rootPem, key: privateKey("root") },
            { digest: "md5" },
          ),
        ],
        anchors: [rootPem],
      },
      "is MD5 with RSA, expected SHA-256 or longer. Give the .p7b file as WeChat Pay publishes it, or",
    ],
    [
      "an intermediate signed with ECDSA and SHA-1",
      {
        chain: [
          issuerPem,
          signedByOpenssl(
            enterpriseName,
            privateKey("enterprise"),
            { certificate: ecRoot, key: ecKey },
            { digest: "sha1" },
          ),
        ],
        anchors: [ecRoot],
      },
      "is ECDSA with SHA-1, expected SHA-256 or longer",
    ],
    [
      "an intermediate with a key of 1024 bits",
      { chain: [issuer({ signedBy: smallKey }), enterprise({ key: smallKey })], anchors: [rootPem] },
      "is RSA, 1024 bits, expected RSA of at least 2048 bits or EC of at least 256",
    ],
    [
      "a root with a key of 1024 bits",
      {
        chain: [issuerPem, enterprise({ signedBy: smallKey })],
        anchors: [root({ key: smallKey, signedBy: smallKey })],
      },
      "trustAnchors: the key of the issuer CN=Example Class 2 Root CA",
    ],
  ])("%s", (_name, each, sentence) => {
    const found = problems(each);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
    expect(problems(each, "p7b")).toEqual(found);
    // Where the case gives no anchors, those are that openssl has to end at which we would take.
    expect(judge({ ...each, anchors: each.anchors ?? each.chain!.slice(-1) })).toBe(false);
  });

  it("an issuer that is not a CA, where a file with a published digest holds one", () => {
    const file = p7b([fromLeafAsCa, enterprisePem, rootPem]);
    const chain = readTrustChain(base64(file), "trustChain", { [sha256Hex(file)]: "wechat-pay" });
    expect(trustProblems(leafOf({}), { chain })).toEqual([
      expect.stringContaining(
        "but may not: expected a CA's certificate for signing others, with the key identifier that is named there",
      ),
    ]);
  });

  it("in one sentence for each way that leads nowhere", () => {
    const both = [issuerPem, enterprisePem, crossCertificate()];
    expect(
      problems({
        chain: both,
        anchors: [
          authority({
            subject: level(1),
            key: privateKey("tower"),
            issuer: level(1),
            signedBy: privateKey("tower"),
          }),
        ],
      }).sort(),
    ).toEqual([
      expect.stringContaining("the certificate of CN=Another Root CA, O=Example, C=CN is missing"),
      expect.stringContaining("the certificate of CN=Example Class 2 Root CA, O=Example, C=CN is missing"),
    ]);
  });

  it("but SHA-1 within a published file is vouched for by the file's digest, up to an anchor above it", () => {
    const file = p7b([issuerPem, rootPem, enterprise({ hash: "sha1" })]);
    const chain = readTrustChain(base64(file), "trustChain", { [sha256Hex(file)]: "certificate-authority" });
    expect(trustProblems(leafOf({}), { chain })).toEqual([]);
    expect(trustProblems(leafOf({}), { chain, anchors: read(rootPem) })).toEqual([]);
    expect(trustProblems(leafOf({}), { chain: read(base64(file)) })).toHaveLength(1);
  });
});

describe("the order of a bundle", () => {
  it.each<[string, string[], string | undefined]>([
    ["upwards", upwards, undefined],
    ["upwards without the root", upwards.slice(0, 2), undefined],
    ["upwards with a stranger between", [issuerPem, otherRoot(), enterprisePem, rootPem], undefined],
    ["with a certificate twice", [issuerPem, issuerPem, enterprisePem, rootPem, rootPem], undefined],
    ["of CAs that certify each other", [issuerPem, ...circle], undefined],
    ["downwards", [...upwards].reverse(), "Root CA, O=Example, C=CN (SHA-256"],
    ["with the root in the middle", asPublished, "which it issued"],
  ])("%s", (_name, chain, sentence) => {
    const found = problems({ chain, anchors: [issuerPem] });
    expect(found).toEqual(sentence === undefined ? [] : [expect.stringContaining(sentence)]);
    if (sentence)
      expect(found[0]).toMatch(/^trustChain: .* stands before .*expected each certificate to be followed/);
  });

  it("is nothing in a .p7b file, nor among anchors", () => {
    expect(problems({ chain: asPublished }, "p7b")).toEqual([]);
    expect(problems({ anchors: [...upwards].reverse() })).toEqual([]);
  });

  it("changes nothing in the verdict but the sentence about it", () => {
    const chains: Case[] = [
      { chain: upwards },
      { chain: [...upwards, crossCertificate(), otherRoot()], anchors: [rootPem] },
      { chain: [forgedIssuer(), enterprisePem, rootPem] },
      {
        chain: [issuerPem, enterprise({ hash: "sha1" }), crossCertificate(), forgedIssuer()],
        anchors: [rootPem],
      },
      {
        chain: [issuerPem, enterprisePem, crossCertificate(), ...circle],
        anchors: [
          authority({
            subject: level(9),
            key: privateKey("tower"),
            issuer: level(9),
            signedBy: privateKey("tower"),
          }),
        ],
      },
    ];
    const verdicts = chains.map((each) => withoutOrder(problems(each)));
    const permuted = fc.nat(chains.length - 1).chain((index) => {
      const pems = chains[index]!.chain!;
      return fc.shuffledSubarray(pems, { minLength: pems.length }).map((chain) => ({ index, chain }));
    });
    const ders = (chain: string[]): string => base64(berP7b(chain.map(der)));
    fc.assert(
      fc.property(permuted, ({ index, chain }) => {
        const each = { ...chains[index]!, chain };
        expect(withoutOrder(problems(each))).toEqual(verdicts[index]);
        const trust = { ...trustOf(each), chain: read(ders(chain)) };
        expect(trustProblems(leafOf(each), trust)).toEqual(verdicts[index]);
      }),
      { numRuns: 60 },
    );
  });

  function withoutOrder(sentences: string[]): string[] {
    return sentences.filter((sentence) => !sentence.includes("stands before"));
  }
});

describe("an issuer on the path", () => {
  const end = new Date("2033-04-18T00:00:00Z");
  const start = new Date("2013-04-18T00:00:00Z");
  const before = (date: Date) => new Date(date.getTime() - 1000);
  const at = (each: Case, now: Date): string[] => trustProblemsAt(leafOf(each), trustOf(each), now);
  const short = enterprise({ notAfter: new Date("2027-01-01") });

  it.each<[string, Case, Date, string[]]>([
    ["is valid in the second that it begins", { chain: upwards }, start, []],
    [
      "is not valid a second earlier",
      { chain: [issuerPem] },
      before(start),
      [
        "trustChain: the issuer CN=Tenpay.com Root CA, O=Tenpay.com, OU=Tenpay.com CA Center, C=CN is not valid before 2013-04-18 00:00 UTC",
      ],
    ],
    ["is valid in its last second", { chain: upwards }, before(end), []],
    [
      "has expired at its end",
      { chain: [issuerPem] },
      end,
      [
        "trustChain: the issuer CN=Tenpay.com Root CA, O=Tenpay.com, OU=Tenpay.com CA Center, C=CN expired on 2033-04-18 00:00 UTC",
      ],
    ],
    [
      "has expired in the middle",
      { chain: [issuerPem, short], anchors: [rootPem] },
      new Date("2027-01-01"),
      [
        "trustChain: the issuer CN=Example Class 2 Enterprise CA, O=Example, C=CN expired on 2027-01-01 00:00 UTC",
      ],
    ],
    [
      "has not yet, the day before",
      { chain: [issuerPem, short], anchors: [rootPem] },
      new Date("2026-12-31"),
      [],
    ],
    [
      "has expired as an anchor",
      { chain: [issuerPem], anchors: [short] },
      new Date("2027-01-01"),
      ["trustAnchors: the issuer CN=Example Class 2 Enterprise CA"],
    ],
    [
      "has expired, but another path avoids it",
      { chain: [issuerPem, short, enterprisePem], anchors: [rootPem] },
      new Date("2027-01-01"),
      [],
    ],
    [
      "has expired, and one of its name that is valid but weak is no way around it",
      { chain: [issuerPem, short, enterprise({ hash: "sha1" })], anchors: [rootPem] },
      new Date("2027-01-01"),
      [
        "trustChain: the issuer CN=Example Class 2 Enterprise CA, O=Example, C=CN expired on 2027-01-01 00:00 UTC",
      ],
    ],
    [
      "has not yet, beside the weak one, the day before",
      { chain: [issuerPem, short, enterprise({ hash: "sha1" })], anchors: [rootPem] },
      new Date("2026-12-31"),
      [],
    ],
    ["is nobody's, where there is no path", { chain: [rootPem] }, end, []],
  ])("%s", (_name, each, now, sentences) => {
    expect(at(each, now)).toEqual(sentences.map((sentence) => expect.stringContaining(sentence) as string));
  });
});
