/** Markup that is safe to send. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly (Html | string)[];

/** Whatever is put in is escaped, unless it is markup itself. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  const put = parts.map((part) =>
    Array.isArray(part) ? part.map(escaped).join("") : escaped(part as string),
  );
  return new Html(literals.map((literal, at) => literal + (put[at] ?? "")).join(""));
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(part: Html | string | number | undefined): string {
  if (part instanceof Html) return part.text;
  return String(part ?? "").replace(/[&<>"']/g, (character) => entities[character]!);
}
