import fc from "fast-check";
import { certificatesInPkcs7, pkcs7OfCertificates } from "../../provider/domain/pkcs7";
import {
  certificateOfAnAuthority,
  der,
  ellipticCurveKey,
  merchantCertificate,
  pkcs12,
  privateKey,
} from "../support/certificates";
import {
  berP7b,
  enterprise,
  enterpriseName,
  issuer,
  p7b,
  root,
  rootName,
  signedByOpenssl,
} from "../support/trust-chains";

const pems = [issuer(), root(), enterprise()];
const ders = pems.map(der);

describe("the certificates of a .p7b file", () => {
  it.each([
    ["none", []],
    ["one", [pems[0]!]],
    ["three, in any order", pems],
    ["the same one twice", [pems[0]!, pems[0]!]],
  ])("come out byte for byte: %s", (_name, list) => {
    const file = list.length > 0 ? p7b(list) : pkcs7OfCertificates([]);
    expect(certificatesInPkcs7(file)).toEqual(list.map(der));
  });

  it("come out of BER with indefinite lengths, as Java and Windows write it", () => {
    expect(certificatesInPkcs7(berP7b(ders))).toEqual(ders);
  });

  it("come out where they have EC keys and signatures", () => {
    const key = ellipticCurveKey();
    const authority = signedByOpenssl(rootName, key);
    const below = signedByOpenssl(enterpriseName, privateKey("enterprise"), { certificate: authority, key });
    const list = [authority, below];
    expect(certificatesInPkcs7(p7b(list))).toEqual(list.map(der));
  });

  it("come out of signed data that holds revocation lists too", () => {
    const crl = Buffer.from("a100", "hex");
    const content = Buffer.concat([
      Buffer.from("0201013100300b06092a864886f70d010701", "hex"),
      tlv(0xa0, ...ders),
      crl,
    ]);
    const file = tlv(
      0x30,
      Buffer.from("06092a864886f70d010702", "hex"),
      tlv(0xa0, tlv(0x30, content, Buffer.from("3100", "hex"))),
    );
    expect(certificatesInPkcs7(file)).toEqual(ders);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("CertTrustChain.p7b")],
    ["a certificate", der(certificateOfAnAuthority())],
    ["a PKCS#12 file", pkcs12()],
    ["a file cut off", p7b(pems).subarray(0, 2000)],
    ["a file with bytes after it", Buffer.concat([p7b(pems), Buffer.from("\n")])],
    ["PKCS#7 of plain data", Buffer.from("300d06092a864886f70d010701a000", "hex")],
    ["an empty structure", Buffer.from("3000", "hex")],
    ["nested without end", Buffer.from("3080".repeat(20_000), "hex")],
  ])("are not looked for in %s", (_name, bytes) => {
    expect(certificatesInPkcs7(bytes)).toBeUndefined();
  });

  it("are read or not, and never throw, whatever byte is changed", () => {
    const file = p7b(pems);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (index, byte) => {
        const changed = Buffer.from(file);
        changed[index] = byte;
        const read = certificatesInPkcs7(changed);
        expect(read === undefined || Array.isArray(read)).toBe(true);
      }),
    );
  });
});

describe("a .p7b file made of certificates", () => {
  it.each([
    ["one", [merchantCertificate()]],
    ["three", pems],
    ["so many that the length takes three octets", Array.from({ length: 90 }, () => pems[0]!)],
  ])("is the one that openssl makes: %s", (_name, list) => {
    expect(pkcs7OfCertificates(list.map(der)).equals(p7b(list))).toBe(true);
  });
});

function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag, 0x82, value.length >> 8, value.length & 0xff), value]);
}
