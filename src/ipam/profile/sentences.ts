/**
 * The sentences by which the user's own grid says why it refuses, as its profile has them, beside those that are known of
 * grids in general.
 *
 * They hold for the whole process: errors don't say which client they come from, and a sentence that means one thing on
 * one grid means no other on the next.
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

/** By cause, each sentence once. */
const known = new Map<Cause, Map<string, RegExp>>();

/** A sentence of fewer letters beside its placeholders would fit too much. */
const fewestLetters = 10;

/** Has the sentences of a profile recognized from here on. */
export function recognizeSentences(sentences: Readonly<Record<string, unknown>> | undefined): void {
  for (const [cause, sentence] of Object.entries(sentences ?? {})) {
    if (typeof sentence !== "string" || lettersIn(sentence) < fewestLetters) continue;
    const ofCause = known.get(cause as Cause) ?? new Map<string, RegExp>();
    known.set(cause as Cause, ofCause.set(sentence, patternOf(sentence)));
  }
}

/** Whether the grid's text is a sentence that a profile has for one of these causes. */
export function isSaid(error: unknown, ...causes: readonly Cause[]): boolean {
  return saidOf(error, causes) !== undefined;
}

/** What the grid's text has in place of the first placeholder: the attribute's name of an unknown attribute. */
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

/** Placeholders of addresses stand for addresses and others for anything, numbers for any number, blanks for any number of blanks. */
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
