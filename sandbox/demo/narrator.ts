/** Prints the story between the engine's own lines. */
export interface Narrator {
  chapter(title: string): void;
  say(text: string): void;
  /** A fact that was measured, such as a count of AWS calls. */
  fact(text: string): void;
}

export function narrator(write: (text: string) => void, colour: boolean): Narrator {
  const paint = (code: string, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  let chapters = 0;
  return {
    chapter: (title) => write(`\n${paint("1;36", `${++chapters}. ${title}`)}\n`),
    say: (text) => write(`   ${text}\n`),
    fact: (text) => write(`   ${paint("32", `→ ${text}`)}\n`),
  };
}
