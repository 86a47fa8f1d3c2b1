/** A text without the one line end that editors and `echo` leave at the end of a file; a second one stays. */
export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
