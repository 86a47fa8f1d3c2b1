import { generateKeyPairSync } from "node:crypto";
import { parseCertificate } from "../../provider/domain/certificate";
import { certificateViolations, violationSentence } from "../../provider/domain/certificate-acceptance";
import { cfcaCertificate } from "../support/cfca";
import {
  der,
  ellipticCurveKey,
  merchantCertificate,
  platformCertificate,
  privateKey,
} from "../support/certificates";

const organization = "China Financial Certification Authority";
const by = (CN: string, O = organization) => cfcaCertificate({ issuer: { C: "CN", O, CN } });

/** The object identifier of SHA-256 with RSA, wherever it stands, becomes another one. */
const signedWith = (last: number) => {
  const bytes = der(cfcaCertificate());
  const identifier = Buffer.from("2a864886f70d01010b", "hex");
  for (let at = bytes.indexOf(identifier); at >= 0; at = bytes.indexOf(identifier, at + 1))
    bytes[at + identifier.length - 1] = last;
  return parseCertificate(bytes)!;
};

const reasons = (pem: string | ReturnType<typeof signedWith>) =>
  certificateViolations(typeof pem === "string" ? parseCertificate(der(pem))! : pem, {
    merchantId: "G90000001",
    issuance: "cfca",
  }).map(violationSentence);

describe("a certificate of CFCA may serve:", () => {
  it.each<[string, () => string]>([
    ["of the present CA", () => cfcaCertificate()],
    ["of the old CA", () => by("CFCA OCA1")],
    ["signed with SHA-1, as the old CA does", () => cfcaCertificate({ hash: "sha1" })],
    ["with a key of 3072 bits", () => cfcaCertificate({ key: privateKey("three", 3072) })],
    ["with a key of 4096 bits", () => cfcaCertificate({ key: privateKey("four", 4096) })],
    ["whoever its subject is", () => cfcaCertificate({ subject: { CN: "041@Some Shop@Z1@2" } })],
  ])("%s", (_name, certificate) => expect(reasons(certificate())).toEqual([]));
});

describe("a certificate is refused with both values:", () => {
  it.each<[string, () => string | ReturnType<typeof signedWith>, RegExp]>([
    [
      "of another CA",
      () => by("Example CA", "Example"),
      /^certificate: its issuer is .*CN=Example CA.*, expected CN=CFCA …, O=China Financial/,
    ],
    ["of WeChat Pay", () => merchantCertificate(), /its issuer is .*Tenpay/],
    ["of WeChat Pay's platform", () => platformCertificate(), /its issuer is .*Tenpay/],
    [
      "that only calls its CA like CFCA's",
      () => by("CFCA ACS OCA31", "Example"),
      /its issuer is .*O=Example/,
    ],
    ["of a CA of theirs for something else", () => by("Example OCA31"), /its issuer is .*CN=Example OCA31/],
    ["of a CA for tests", () => by("CFCA TEST OCA1"), /CN=CFCA TEST OCA1.* has no test environment/],
    ["of a CA for tests, in small letters", () => by("CFCA test OCA31"), /has no test environment/],
    [
      "with a key of 1024 bits",
      () => cfcaCertificate({ key: privateKey("small", 1024) }),
      /its key is RSA, 1024 bits, expected RSA of 2048/,
    ],
    [
      "with an elliptic curve key",
      () => cfcaCertificate({ key: ellipticCurveKey() }),
      /its key is EC, expected RSA of 2048.*soft certificate/,
    ],
    [
      "with an Edwards curve key",
      () => cfcaCertificate({ key: generateKeyPairSync("ed25519").privateKey }),
      /its key is ED25519/,
    ],
    [
      "signed with MD5",
      () => signedWith(4),
      /its signature algorithm is MD5 with RSA, expected SHA-256 with RSA/,
    ],
    ["signed with MD2", () => signedWith(2), /its signature algorithm is MD2 with RSA/],
  ])("%s", (_name, certificate, says) => {
    const found = reasons(certificate());
    expect(found).toEqual([expect.stringMatching(says)]);
  });

  it("a test one once, though it is none of CFCA's real ones", () => {
    expect(reasons(by("CFCA TEST OCA1", "CFCA TEST"))).toHaveLength(1);
  });
});
