import { constants, createPublicKey, privateDecrypt, publicEncrypt, verify } from "node:crypto";
import {
  apiV2Signature,
  decryptField,
  encryptField,
  encryptResource,
  signLines,
} from "../../sandbox/merchant-platform/api/cryptography";
import { readXml, writeXml } from "../../sandbox/merchant-platform/api/xml";
import { privateKey } from "../support/certificates";

describe("the sandbox's own cryptography", () => {
  const published = new Map([
    ["appid", "wxd930ea5d5a258f4f"],
    ["body", "test"],
    ["device_info", "1000"],
    ["mch_id", "10000100"],
    ["nonce_str", "ibuaiVcKdpRxkhJA"],
  ]);
  const publishedSecret = "192006250b4c09247ec02edce69f6a2d";

  it.each([
    ["MD5", "9A0A8659F005D6984697E2CA0A9CF3B7"],
    ["HMAC-SHA256", "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"],
  ] as const)("signs API v2 with %s as the documentation's example", (signType, signature) => {
    expect(apiV2Signature(published, publishedSecret, signType)).toBe(signature);
    const more = new Map([["sign", "ABC"], ["attach", ""], ...[...published].reverse()]);
    expect(apiV2Signature(more, publishedSecret, signType)).toBe(signature);
  });

  it("encrypts as the example of a published SDK", () => {
    expect(
      encryptResource({
        text: "message",
        apiV3Secret: "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
        associatedData: "associatedData",
        nonce: "uluk4a9R25RW",
      }),
    ).toEqual({
      algorithm: "AEAD_AES_256_GCM",
      nonce: "uluk4a9R25RW",
      associated_data: "associatedData",
      ciphertext: "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=",
    });
  });

  it("signs lines, each ended by a line feed", () => {
    const signature = Buffer.from(signLines(["1", "n", "你好"], privateKey()), "base64");
    expect(verify("sha256", Buffer.from("1\nn\n你好\n"), createPublicKey(privateKey()), signature)).toBe(
      true,
    );
  });

  it("encrypts fields with OAEP and SHA-1, and reads only what is meant for its key", () => {
    const key = privateKey();
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" };
    const publicKey = createPublicKey(key);
    const sent = publicEncrypt({ key: publicKey, ...padding }, Buffer.from("你好"));
    expect(decryptField(sent.toString("base64"), key)).toBe("你好");
    expect(
      privateDecrypt({ key, ...padding }, Buffer.from(encryptField("x", publicKey), "base64")).toString(),
    ).toBe("x");
    const otherHash = publicEncrypt({ key: publicKey, ...padding, oaepHash: "sha256" }, Buffer.from("x"));
    expect(decryptField(otherHash.toString("base64"), key)).toBeUndefined();
    expect(decryptField("not encrypted", key)).toBeUndefined();
  });
});

describe("the XML of API v2", () => {
  it.each<[string, string, Record<string, string>]>([
    ["nothing", "<xml></xml>", {}],
    ["text", "<xml><a>1</a><b_2>x y</b_2></xml>", { a: "1", b_2: "x y" }],
    ["CDATA", "<xml><a><![CDATA[<b>&amp;]]></a></xml>", { a: "<b>&amp;" }],
    ["entities", "<xml><a>&lt;&gt;&amp;&quot;&apos;</a></xml>", { a: "<>&\"'" }],
    ["an empty element", "<xml><a></a></xml>", { a: "" }],
    [
      "white space around",
      ' <?xml version="1.0"?>\n<xml>\n  <a>1</a>\n\n  <b>2</b>\n</xml>\n',
      { a: "1", b: "2" },
    ],
  ])("may have %s", (_, text, fields) => {
    expect(Object.fromEntries(readXml(text) ?? [["not", "read"]])).toEqual(fields);
  });

  it.each<[string, string]>([
    ["nothing at all", ""],
    ["another root", "<html><a>1</a></html>"],
    ["two roots", "<xml></xml><xml></xml>"],
    ["a document type", '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>'],
    ["an entity of its own", "<xml><a>&e;</a></xml>"],
    ["a bare ampersand", "<xml><a>1 & 2</a></xml>"],
    ["an element in an element", "<xml><a><b>1</b></a></xml>"],
    ["an element twice", "<xml><a>1</a><a>2</a></xml>"],
    ["an element that does not end", "<xml><a>1</xml>"],
    ["text outside", "<xml>text<a>1</a></xml>"],
    ["text at the end", "<xml><a>1</a>text</xml>"],
    ["an attribute", '<xml><a b="c">1</a></xml>'],
  ])("must not have %s", (_, text) => {
    expect(readXml(text)).toBeUndefined();
  });

  it("is written so that it is read again", () => {
    const fields = new Map([
      ["a", "<x>&"],
      ["b", "1"],
    ]);
    expect(readXml(writeXml(fields))).toEqual(fields);
  });
});
