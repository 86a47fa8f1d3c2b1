import { createPublicKey } from "node:crypto";
import fc from "fast-check";
import { sha256Hex } from "../../provider/domain/digest";
import { pkcs7OfCertificates } from "../../provider/domain/pkcs7";
import { publishedTrustChains, readTrustChain } from "../../provider/domain/trust-chain";
import { MerchantCredentialsError } from "../../provider/errors";
import { findCanaries, keyCanaries } from "../support/canaries";
import {
  der,
  ellipticCurveKey,
  merchantCertificate,
  pkcs12,
  privateKey,
  privateKeyPem,
  requestFor,
  truncated,
  withCrlf,
  withoutEnd,
  withoutLineEnds,
} from "../support/certificates";
import {
  base64,
  berP7b,
  enterprise,
  issuer,
  p7b,
  printed,
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
const fingerprints = (pems: readonly string[]): string[] => pems.map((pem) => sha256Hex(der(pem)));
const fingerprintsOf = (text: string): string[] =>
  read(text).certificates.map(({ certificateSha256 }) => certificateSha256);

function refusal(text: string, property = "trustChain"): MerchantCredentialsError {
  try {
    readTrustChain(text, property);
  } catch (error) {
    expect(error).toBeInstanceOf(MerchantCredentialsError);
    return error as MerchantCredentialsError;
  }
  throw new Error("the text was accepted");
}

describe("a chain of trust", () => {
  it.each([
    ["a PEM bundle", upwards.join(""), true],
    ["a PEM bundle with CRLF", withCrlf(upwards.join("")), true],
    ["a PEM bundle without line ends", withoutLineEnds(upwards.join("")), true],
    ["a PEM bundle out of an environment variable", upwards.join("").replaceAll("\n", "\\n"), true],
    ["a PEM bundle with the names that openssl prints", printed(p7b(upwards)), true],
    ["a PEM bundle in Base64", base64(Buffer.from(upwards.join(""))), true],
    ["a .p7b file in Base64", base64(p7b(upwards)), false],
    ["a .p7b file in Base64 with line ends", base64(p7b(upwards)).replace(/.{76}/g, "$&\r\n"), false],
    ["a .p7b file in BER, in Base64", base64(berP7b(upwards.map(der))), false],
    ["a .p7b file in PEM", p7b(upwards, "PEM").toString(), false],
    ["a .p7b file in PEM, in Base64", base64(p7b(upwards, "PEM")), false],
    ["a PEM block CMS", p7b(upwards, "PEM").toString().replaceAll("PKCS7", "CMS"), false],
  ])("is read from %s", (_name, text, isOrdered) => {
    expect(fingerprintsOf(text)).toEqual(fingerprints(upwards));
    expect(read(text)).toMatchObject({ isOrdered, issuance: undefined });
  });

  it("is read where a certificate has an EC key", () => {
    const pem = signedByOpenssl(rootName, ellipticCurveKey());
    expect(fingerprintsOf(base64(p7b([pem])))).toEqual(fingerprints([pem]));
  });

  it("may have 20 certificates", () => {
    expect(read(rootPem.repeat(20)).certificates).toHaveLength(20);
  });
});

describe("a published file is recognised", () => {
  const file = p7b(asPublished);
  const published = { [sha256Hex(file)]: "certificate-authority" } as const;

  it.each([
    ["as it is", base64(file)],
    ["converted to PEM", p7b(asPublished, "PEM").toString()],
    ["printed by the openssl command, as WeChat Pay's guide has it", printed(file)],
  ])("%s, and its order is not judged", (_name, text) => {
    expect(readTrustChain(text, "trustChain", published)).toMatchObject({
      issuance: "certificate-authority",
      isOrdered: false,
    });
  });

  it.each([
    ["with its certificates in another order", upwards.join("")],
    ["with one certificate fewer", upwards.slice(0, 2).join("")],
    ["that is another", base64(p7b([rootPem]))],
  ])("but not one %s", (_name, text) => {
    expect(readTrustChain(text, "trustChain", published).issuance).toBeUndefined();
  });

  it("by its digest alone, even if not all in it are CAs", () => {
    const old = p7b([rootPem, merchant]);
    const chain = readTrustChain(base64(old), "trustChain", { [sha256Hex(old)]: "wechat-pay" });
    expect(chain.issuance).toBe("wechat-pay");
  });

  it("by the digests of WeChat Pay's table, one for each kind", () => {
    expect(Object.values(publishedTrustChains).sort()).toEqual(["certificate-authority", "wechat-pay"]);
    for (const digest of Object.keys(publishedTrustChains)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("a text that is no chain of trust", () => {
  const damaged = Buffer.from(p7b(upwards));
  damaged[damaged.indexOf(Buffer.from("06092a864886f70d010101", "hex")) + 10] = 0x7f;

  it.each([
    ["an empty text", "", "an empty text", "Leave `trustChain` out"],
    ["blanks", " \n", "an empty text", "Leave `trustChain` out"],
    ["a private key", privateKeyPem(), "a private key", "treat it as leaked"],
    ["a private key among certificates", rootPem + privateKeyPem(), "a private key", "treat it as leaked"],
    ["a private key in Base64", base64(Buffer.from(privateKeyPem())), "a private key", "treat it as leaked"],
    [
      "a private key's DER in Base64",
      base64(privateKey().export({ type: "pkcs8", format: "der" })),
      "a private key",
      "treat it as leaked",
    ],
    ["a private key cut off", privateKeyPem().slice(0, 200), "a private key", "treat it as leaked"],
    ["a p12 in Base64", base64(pkcs12()), "a PKCS#12 file", "treat it as leaked"],
    ["a p12 read as text", pkcs12().toString("latin1"), "a PKCS#12 file", "treat it as leaked"],
    ["a request", requestFor(), "a certificate request", "-----BEGIN CERTIFICATE-----"],
    [
      "a public key",
      createPublicKey(privateKey()).export({ type: "spki", format: "pem" }) as string,
      "a public key",
      "-----BEGIN CERTIFICATE-----",
    ],
    [
      "a revocation list",
      "-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----",
      "a PEM block of another kind",
      "-----BEGIN CERTIFICATE-----",
    ],
    ["half a paste", rootPem + withoutEnd(issuerPem), "a damaged or truncated certificate", "Copy it again"],
    ["a truncated certificate", rootPem + truncated(issuerPem), "a damaged or truncated certificate", "Copy"],
    ["DER of a .p7b read as utf8", p7b(upwards).toString("utf8"), "binary data (DER)", '"base64"'],
    ["DER of a .p7b read as latin1", p7b(upwards).toString("latin1"), "binary data (DER)", '"base64"'],
    ["BER of a .p7b read as utf8", berP7b(upwards.map(der)).toString("utf8"), "binary data", '"base64"'],
    ["one certificate's DER as Base64", base64(der(rootPem)), "without its PEM lines", "openssl x509"],
    [
      "a .p7b cut off",
      base64(p7b(upwards).subarray(0, 1500)),
      "a damaged or truncated .p7b file",
      "Copy it again",
    ],
    ["a .p7b with a damaged certificate", base64(damaged), "a damaged or truncated", "from its source"],
    [
      "a .p7b without certificates",
      base64(pkcs7OfCertificates([])),
      "a .p7b file without certificates",
      "from its source",
    ],
    ["Base64 of something else", base64(Buffer.alloc(99, 7)), "Base64 of something other", "readFileSync"],
    ["a file name", "./CertTrustChain.p7b", "text without -----BEGIN CERTIFICATE-----", "readFileSync"],
    ["21 certificates", rootPem.repeat(21), "21 certificates", "at most 20"],
    [
      "a merchant's certificate among issuers",
      issuerPem + merchant + rootPem,
      "certificate 2 of 3, which is not a CA's",
      "Leave certificates of merchants",
    ],
    [
      "a .p7b with the merchant's certificate",
      base64(p7b([merchant, ...upwards])),
      "certificate 1 of 4, which is not a CA's",
      "Leave certificates of merchants",
    ],
  ])("is refused with the name of what it is: %s", (_name, text, found, hint) => {
    const { code, details, message } = refusal(text);
    expect(code).toBe("unreadable-certificate");
    expect(details).toMatchObject({
      property: "trustChain",
      expected: "CA certificates in PEM, or a .p7b file in Base64",
    });
    expect(details.actual).toContain(found);
    expect(details.hint).toContain(hint);
    expect(message).toMatch(/^trustChain: these are not CA certificates \(.*\)/);
  });

  it("names the argument that it came in", () => {
    expect(refusal("", "trustAnchors").message).toMatch(/^trustAnchors: .*Leave `trustAnchors` out/);
  });

  it("never shows a private key", () => {
    const pem = privateKeyPem();
    const canaries = keyCanaries("key", pem);
    const texts = [pem, withoutEnd(pem), base64(Buffer.from(pem)), withoutLineEnds(pem), rootPem + pem];
    for (const text of texts) {
      const { message, details, stack } = refusal(text);
      expect(findCanaries(Buffer.from(`${message}${JSON.stringify(details)}${stack}`), canaries)).toEqual([]);
    }
  });

  it("is never quoted, and nothing but our own error is thrown", () => {
    const canary = "CANARY0TrustChain0CANARY";
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    const anyText = fc.oneof(
      fc.string({ unit: "binary" }),
      bytes.map((each) => each.toString("latin1")),
      bytes.map((each) => base64(each)),
      bytes.map((each) => base64(Buffer.concat([p7b0.subarray(0, 60), each]))),
      bytes.map((each) => `-----BEGIN CERTIFICATE-----\n${base64(each)}\n-----END CERTIFICATE-----`),
      bytes.map((each) => `-----BEGIN PKCS7-----\n${base64(each)}\n-----END PKCS7-----`),
      fc.constant(`-----BEGIN ${canary.toUpperCase()}-----\n${canary}\n-----END X-----`),
    );
    fc.assert(
      fc.property(anyText, fc.nat(200), (text, at) => {
        const { message, details, stack } = refusal(text.slice(0, at) + canary + text.slice(at));
        expect(`${message}${JSON.stringify(details)}${stack}`.toUpperCase()).not.toContain(
          canary.toUpperCase(),
        );
      }),
      { numRuns: 500 },
    );
  });
  const p7b0 = p7b(upwards);
});
