/**
 * A text as it may stand in HTML and SVG, in attributes too. Control characters and halves of surrogate pairs, which
 * XML can't have, become U+FFFD.
 */
export function escapeMarkup(text: string): string {
  return text.replace(
    /[&<>"']|(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu,
    (char) => entities[char] ?? "\ufffd",
  );
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
