/**
 * The texts with which the user's grid refuses requests, taken from its profile. They add to the texts that all grids are known
 * to use.
 *
 * They apply to the whole process: an error does not say which client it comes from, and a text does not mean different things
 * on different grids.
 */

import { isInfobloxError } from "../../errors.js";

/** Why a grid refuses. */
export type Cause =
  | "addressesExhausted"
  | "networksExhausted"
  | "networkExists"
  | "networkOverlaps"
  | "addressInUse"
  | "addressOutsideNetworks"
  | "networkMissing"
  | "networkViewMissing"
  | "zoneMissing"
  | "reverseZoneMissing"
  | "referenceGone"
  | "stateEmpty"
  | "tooManyFound"
  | "attributeUnknown"
  | "fieldUnknown"
  | "hostExists"
  | "aliasBesideAddress"
  | "contention"
  | "changedMeanwhile";

/** The pattern of each sentence, by cause. */
const known = new Map<Cause, Map<string, RegExp>>();

/** A sentence with fewer letters, not counting placeholders, would match too many texts. */
const fewestLetters = 10;

/** Recognizes the sentences of a profile from now on. */
export function recognizeSentences(sentences: Readonly<Record<string, unknown>> | undefined): void {
  for (const [cause, sentence] of Object.entries(sentences ?? {})) {
    if (typeof sentence !== "string" || lettersIn(sentence) < fewestLetters) continue;
    const ofCause = known.get(cause as Cause) ?? new Map<string, RegExp>();
    known.set(cause as Cause, ofCause.set(sentence, patternOf(sentence)));
  }
}

/** Whether the grid's text is a known sentence for one of these causes. */
export function isSaid(error: unknown, ...causes: readonly Cause[]): boolean {
  return saidOf(error, causes) !== undefined;
}

/** The part of the grid's text at the first placeholder: for an unknown attribute its name. */
export function namedIn(error: unknown, cause: Cause): string | undefined {
  return saidOf(error, [cause])?.[1];
}

function saidOf(error: unknown, causes: readonly Cause[]): RegExpExecArray | undefined {
  if (known.size === 0 || !isInfobloxError(error, "WapiError")) return undefined;
  for (const cause of causes) {
    for (const pattern of known.get(cause)?.values() ?? []) {
      const found = pattern.exec(error.text.trim());
      if (found) return found;
    }
  }
  return undefined;
}

function lettersIn(sentence: string): number {
  return sentence.replace(/<\w+>|[^a-z]/gi, "").length;
}

/** The pattern for a sentence. Placeholders match addresses or any text, a number matches any number, blanks match any blanks. */
function patternOf(sentence: string): RegExp {
  const parts = sentence.trim().split(/(<\w+>|\d+|\s+)/);
  const patterns = parts.map((part) => {
    if (/^<(network|address)>$/.test(part)) return "([\\da-f.:/]+)";
    if (/^<\w+>$/.test(part)) return "(.+?)";
    if (/^\d+$/.test(part)) return "\\d+";
    return /^\s+$/.test(part) ? "\\s+" : part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  });
  return new RegExp(`^${patterns.join("")}$`, "is");
}
