/**
 * Escapes a text for HTML and SVG, also in attributes. Control characters and unpaired surrogates, which XML does not
 * allow, become U+FFFD.
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
