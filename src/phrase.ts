/**
 * Sentences with replaceable terms: where the library says `cascade: true`, the command line says `--cascade`.
 */

/** The terms in the words of the library. */
const ofLibrary = {
  setup: "Call setup() once",
  cascade: "pass cascade: true",
  force: "Pass force: true",
  noDns: "dns: false",
  dnsView: "dnsView",
  ownerInComment: 'give ownerMarker: "comment"',
  marked: "which this Ipam marks its objects with, and setup() defines",
  seePartial: "; the error's partial lists those that stay taken",
  url: "pass it or set INFOBLOX_URL",
  anotherAddress:
    'Choose another address, leave ip out to get the next free one, or share it with ifInUse: "allow".',
  outsideSubnets: 'Only a host with DNS can have such an address, with ifInUse: "allow".',
  missing: "Check the network view, and that the object exists there.",
  missingSource: "Check the network view, and that the source exists there.",
} as const;

export type TermName = keyof typeof ofLibrary;

/** Plain text, a term, the name of a field, or the value of a field with a valid one. */
type Part =
  | string
  | { readonly term: TermName }
  | { readonly field: string }
  | { readonly got: string; readonly valid: string | undefined };

/** Translates the parts of a phrase that are not plain text. */
export interface Wording {
  readonly term: (name: TermName) => string;
  readonly field: (name: string) => string;
  /** `(got 33; valid: 24)` */
  readonly got: (shown: string, valid: string | undefined) => string;
}

const library: Wording = {
  term: (name) => ofLibrary[name],
  field: (name) => name,
  got: (shown, valid) => `(got ${shown}${valid === undefined ? "" : `; valid: ${valid}`})`,
};

export class Phrase {
  readonly parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
  }

  in(wording: Wording): string {
    return this.parts.map((part) => wordsFor(part, wording)).join("");
  }

  /** A copy that names another field. */
  about(field: string): Phrase {
    return new Phrase(
      this.parts.map((part) => (typeof part !== "string" && "field" in part ? { field } : part)),
    );
  }

  /** In the words of the library. */
  toString(): string {
    return this.in(library);
  }
}

function wordsFor(part: Part, { term, field, got }: Wording): string {
  if (typeof part === "string") return part;
  if ("term" in part) return term(part.term);
  return "field" in part ? field(part.field) : got(part.got, part.valid);
}

/** Makes a sentence with terms: `phrase("Release these first, or ", { term: "cascade" }, ".")`. */
export function phrase(...parts: readonly Part[]): Phrase {
  return new Phrase(parts);
}
