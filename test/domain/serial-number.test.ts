import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { readCertificateText } from "../../provider/domain/certificate-text";
import { paddedSerialNumber, serialNumbersMeant } from "../../provider/domain/serial-number";
import { certificateIssuedByWeChatPay, merchantCertificate } from "../support/certificates";
import { opensslOutput } from "../support/openssl";

const serialNumber = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";
const withColons = (hex: string) => hex.match(/../g)!.join(":");
const decimal = (hex: string) => BigInt(`0x${hex}`).toString();

describe("a serial number is understood", () => {
  it.each([
    ["as the Merchant Platform prints it", serialNumber],
    ["in lower case", serialNumber.toLowerCase()],
    ["in mixed case", serialNumber.slice(0, 20) + serialNumber.slice(20).toLowerCase()],
    ["with colons", withColons(serialNumber)],
    ["with colons, in lower case", withColons(serialNumber).toLowerCase()],
    ["with 0x", `0x${serialNumber}`],
    ["with 0X", `0X${serialNumber.toLowerCase()}`],
    ["with blanks", ` ${serialNumber.slice(0, 8)} ${serialNumber.slice(8)}\n`],
    ["with a blank before 0x", ` 0x${serialNumber}`],
    ["in decimal", decimal(serialNumber)],
  ])("%s", (_name, text) => {
    expect(serialNumbersMeant(text)).toEqual([serialNumber]);
  });

  it.each([
    ["a short one without its zeros", "1F2E3D4C5B", ["0".repeat(30) + "1F2E3D4C5B"]],
    ["of an odd number of digits", "ABC", ["0".repeat(37) + "ABC"]],
    ["that ends with zeros", "ab00", ["0".repeat(36) + "AB00"]],
    ["with its zeros", "0".repeat(30) + "1F2E3D4C5B", ["0".repeat(30) + "1F2E3D4C5B"]],
    ["the greatest", "F".repeat(40), ["F".repeat(40)]],
    ["the greatest, in decimal", decimal("F".repeat(40)), ["F".repeat(40)]],
    ["of 48 decimal digits", "1".repeat(48), [paddedSerialNumber(BigInt("1".repeat(48)).toString(16))]],
    [
      "of 41 decimal digits, which is too long for hex",
      "2".repeat(41),
      [paddedSerialNumber(BigInt("2".repeat(41)).toString(16))],
    ],
  ])("%s", (_name, text, meant) => {
    expect(serialNumbersMeant(text)).toEqual(meant);
  });

  it.each([
    ["digits alone", "1000", ["0".repeat(36) + "1000", "0".repeat(37) + "3E8"]],
    [
      "40 digits alone",
      "1".repeat(40),
      ["1".repeat(40), paddedSerialNumber(BigInt("1".repeat(40)).toString(16))],
    ],
    ["digits with zeros before", "0010", ["0".repeat(38) + "10", "0".repeat(39) + "A"]],
    ["a single digit, which is the same in both", "7", ["0".repeat(39) + "7"]],
  ])("in both ways, where it can be hex or decimal: %s", (_name, text, meant) => {
    expect(serialNumbersMeant(text)).toEqual(meant);
  });

  it.each(["0x1000", "0X1000", " 0x1000", "10:00"])("as hex alone, where it says so: %s", (text) => {
    expect(serialNumbersMeant(text)).toEqual(["0".repeat(36) + "1000"]);
  });
});

it.each([
  ["an empty text", ""],
  ["blanks", "  \n"],
  ["0x alone", "0x"],
  ["colons alone", ":::"],
  ["zero", "0"],
  ["zero of 40 digits", "0".repeat(40)],
  ["zero in hex", "0x00"],
  ["41 hex digits", `${serialNumber}A`],
  ["more than 20 octets in decimal", (2n ** 160n).toString()],
  ["49 nines", "9".repeat(49)],
  ["50 digits", "1".repeat(50)],
  ["a negative number", "-5157"],
  ["a text", "the old one"],
  ["a letter that is no hex digit", serialNumber.replace("F", "G")],
  ["0x twice", `0x0x${serialNumber}`],
  ["0x at the end", `${serialNumber}0x`],
  ["a fraction", "51.57"],
  ["a number with an exponent", "5e+7"],
])("no serial number is meant by %s", (_name, text) => {
  expect(serialNumbersMeant(text)).toEqual([]);
});

/** Serial numbers are positive and of at most 20 octets: RFC 5280, section 4.1.2.2. */
const numbers = fc.bigInt({ min: 1n, max: 2n ** 160n - 1n });

it("is the same in hex and in decimal", () => {
  fc.assert(
    fc.property(numbers, (number) => {
      const padded = paddedSerialNumber(number.toString(16));
      for (const text of [
        number.toString(),
        number.toString(16),
        `0x${number.toString(16)}`,
        padded,
        withColons(padded),
      ])
        expect(serialNumbersMeant(text)).toContain(padded);
    }),
  );
});

it("is in its padded form whatever the text, and never more than two", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-fA-Fx: ]{0,60}$/)), (text) => {
      const meant = serialNumbersMeant(text);
      expect(meant.length).toBeLessThanOrEqual(2);
      for (const each of meant) {
        expect(each).toMatch(/^[0-9A-F]{40}$/);
        expect(serialNumbersMeant(each)).toContain(each);
      }
    }),
  );
});

describe("the serial number of a certificate is understood as others print it:", () => {
  it.each([
    ["CA-issued", merchantCertificate({ serialNumber })],
    ["with its highest bit set", merchantCertificate({ serialNumber: `F${serialNumber.slice(1)}` })],
    ["with a zero in front", merchantCertificate({ serialNumber: `0${serialNumber.slice(1)}` })],
    ["issued by WeChat Pay", certificateIssuedByWeChatPay()],
    ["of decimal digits alone", merchantCertificate({ serialNumber: "1234567890".repeat(4) })],
  ])("%s", (_name, pem) => {
    const { certificate } = readCertificateText(pem);
    const openssl = opensslOutput(["x509", "-noout", "-serial"], pem).toString().replace("serial=", "");
    const text = opensslOutput(["x509", "-noout", "-text"], pem).toString();
    const listed = /Serial Number:\s*(?:\d+ \(0x([0-9a-f]+)\)|((?:[0-9a-f]{2}:)+[0-9a-f]{2}))/.exec(text)!;
    const node = new X509Certificate(pem).serialNumber;
    for (const printed of [openssl, (listed[1] ?? listed[2])!, node, decimal(node), certificate.serialNumber])
      expect(serialNumbersMeant(printed)).toContain(certificate.serialNumber);
  });
});
