import fc from "fast-check";
import { flatXml } from "../../provider/domain/flat-xml";

const read = (text: string) => {
  const values = flatXml(text);
  return values && Object.fromEntries(values);
};

it.each([
  ["CDATA", "<xml><a><![CDATA[1]]></a></xml>", { a: "1" }],
  ["text, without the space around it", "<xml><a> 1 </a></xml>", { a: "1" }],
  ["space around CDATA", "<xml><a>\n<![CDATA[ 1 ]]>\n</a></xml>", { a: " 1 " }],
  ["several lines", "<xml>\r\n  <a>1</a>\r\n  <b>2</b>\r\n</xml>\r\n", { a: "1", b: "2" }],
  ["a declaration", '<?xml version="1.0" encoding="UTF-8"?>\n<xml><a>1</a></xml>', { a: "1" }],
  ["a byte order mark", "\uFEFF<xml><a>1</a></xml>", { a: "1" }],
  ["an empty element", "<xml><a></a></xml>", { a: "" }],
  ["no element", "<xml></xml>", {}],
  ["markup in CDATA as text", "<xml><a><![CDATA[<b>&lt;</b>]]></a></xml>", { a: "<b>&lt;</b>" }],
  ["entities as they stand", "<xml><a>&lt;&x;</a></xml>", { a: "&lt;&x;" }],
])("reads %s", (_name, text, values) => {
  expect(read(text)).toEqual(values);
});

it.each([
  ["nothing", ""],
  ["no XML", "hello"],
  ["another root", "<html><a>1</a></html>"],
  ["a document type", '<!DOCTYPE x [<!ENTITY e "1">]><xml><a>&e;</a></xml>'],
  ["a document type after the declaration", '<?xml version="1.0"?><!DOCTYPE x><xml></xml>'],
  ["an attribute", '<xml><a b="1">1</a></xml>'],
  ["an element in an element", "<xml><a><b>1</b></a></xml>"],
  ["an element twice", "<xml><a>1</a><a>2</a></xml>"],
  ["text between elements", "<xml>1<a>1</a></xml>"],
  ["a comment", "<xml><!-- 1 --></xml>"],
  ["a missing end", "<xml><a>1</a>"],
  ["an end of another element", "<xml><a>1</b></xml>"],
  ["something after the end", "<xml><a>1</a></xml><xml></xml>"],
  ["CDATA that does not end", "<xml><a><![CDATA[1</a></xml>"],
  ["CDATA that ends twice", "<xml><a><![CDATA[1]]>2]]></a></xml>"],
  ["an empty element in short", "<xml><a/></xml>"],
  ["more than 65,536 characters", `<xml><a>${"1".repeat(65_536)}</a></xml>`],
])("does not read %s", (_name, text) => {
  expect(read(text)).toBeUndefined();
});

it("reads back whatever is written as CDATA", () => {
  const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,20}$/);
  const value = fc.string({ unit: "binary" }).filter((text) => !text.includes("]]>") && !text.endsWith("]"));
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (values) => {
      const elements = Object.entries(values).map(([key, text]) => `<${key}><![CDATA[${text}]]></${key}>`);
      expect([...flatXml(`<xml>${elements.join("\n")}</xml>`)!]).toEqual(Object.entries(values));
    }),
  );
});

it("is done with any text in a moment, and never throws", () => {
  const piece = fc.constantFrom(
    "<xml>",
    "</xml>",
    "<a>",
    "</a>",
    "<![CDATA[",
    "]]>",
    " ",
    "&",
    "x",
    "<",
    "]",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      flatXml(`<xml>${pieces.join("")}`);
    }),
  );
  for (const long of [`<xml><a><![CDATA[${"]]".repeat(30_000)}`, `<xml>${" ".repeat(60_000)}`])
    expect(flatXml(long)).toBeUndefined();
});
