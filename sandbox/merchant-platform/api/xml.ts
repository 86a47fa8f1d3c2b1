/**
 * The flat XML of API v2: one level of elements, text or CDATA, and the five named entities. Everything else, a
 * document type above all, is undefined: https://pay.weixin.qq.com/doc/v2/merchant/4011985831
 */
export function readXml(text: string): Map<string, string> | undefined {
  const content = /^\s*(?:<\?xml[^>]*\?>\s*)?<xml>(.*)<\/xml>\s*$/s.exec(text)?.[1];
  if (content === undefined) return undefined;
  const fields = new Map<string, string>();
  const element = /\s*<([A-Za-z_]\w*)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))<\/\1>\s*/sy;
  while (element.lastIndex < content.trimEnd().length) {
    const [, name, cdata, characters = ""] = element.exec(content) ?? [];
    if (name === undefined || fields.has(name)) return undefined;
    const value = cdata ?? resolved(characters);
    if (value === undefined) return undefined;
    fields.set(name, value);
  }
  return fields;
}

const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function resolved(characters: string): string | undefined {
  const text = characters.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
  return /&(?!\w*;)|&(?!(?:lt|gt|amp|quot|apos);)/.test(characters) ? undefined : text;
}

export function writeXml(fields: ReadonlyMap<string, string>): string {
  const elements = [...fields].map(
    ([name, value]) => `<${name}><![CDATA[${value.replaceAll("]]>", "]]]]><![CDATA[>")}]]></${name}>\n`,
  );
  return `<xml>${elements.join("")}</xml>`;
}
