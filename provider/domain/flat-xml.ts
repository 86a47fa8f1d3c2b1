/** Characters. Answers of API v2 have a few hundred. */
const longest = 65_536;

const start = /^\uFEFF?\s*(?:<\?xml [^<>?]*\?>\s*)?<xml>\s*/;
const element = /<([A-Za-z_][\w.-]{0,63})>(?:\s*<!\[CDATA\[((?:(?!\]\]>)[^])*)\]\]>\s*|([^<]*))<\/\1>\s*/y;

/**
 * The elements of an answer of API v2: `<xml>` around elements that hold text or CDATA, and nothing else. No entity is
 * resolved; a document type, attributes, nested or repeated elements make it unreadable: undefined.
 */
export function flatXml(text: string): ReadonlyMap<string, string> | undefined {
  const opening = text.length <= longest ? start.exec(text) : null;
  if (!opening) return undefined;
  const values = new Map<string, string>();
  element.lastIndex = opening[0].length;
  let end = element.lastIndex;
  for (let found = element.exec(text); found; found = element.exec(text)) {
    const [, name, cdata, plain] = found;
    if (values.has(name!)) return undefined;
    values.set(name!, cdata ?? plain!.trim());
    end = element.lastIndex;
  }
  return /^<\/xml>\s*$/.test(text.slice(end)) ? values : undefined;
}
