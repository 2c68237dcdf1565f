/** Removes data of the user from the texts of refusals. */

/** Names of the user that a text may contain. */
interface Named {
  readonly networkView: string;
  readonly zone: string | undefined;
  /** The names of extensible attributes, and the values that the probe gave them. */
  readonly attributes?: readonly string[] | undefined;
}

/** Replaces names and values by placeholders: `Reference <reference> not found`. */
export function generalized(text: string, { networkView, zone, attributes = [] }: Named): string {
  const inZone = zone?.replaceAll(".", "\\.");
  const names: readonly (readonly [RegExp, string])[] = [
    [/[a-z0-9_:]+\/[A-Za-z0-9+/_=-]{8,}(:[^\s,;'"()]*)?/g, "<reference>"],
    ...(inZone === undefined
      ? []
      : ([
          [new RegExp(`probe-\\d+\\.${inZone}`, "gi"), "<name>"],
          [new RegExp(inZone, "gi"), "<zone>"],
        ] as const)),
    [/\b\d{1,3}(\.\d{1,3}){3}\/\d{1,2}\b/g, "<network>"],
    [/\b\d{1,3}(\.\d{1,3}){3}\b/g, "<address>"],
    [/\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,7}\/\d{1,3}/gi, "<network>"],
    // Also MAC addresses and DUIDs. A single colon at the end belongs to the sentence.
    [/\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,17}(?<![^:]:)/gi, "<address>"],
    [/(\\?"?x{50,}…?\\?"?\s?)+/g, "<text>"],
    [/\bprobe_state\b/g, "<state>"],
    [/\bprobe-\d+(\.[\w.-]+)?/g, "<name>"],
    ...attributes.filter(isName).map((name) => [wholly(name), "<attribute>"] as const),
  ];
  const withoutView = text.replaceAll(networkView, "<view>");
  return names.reduce(
    (sentence, [pattern, placeholder]) => sentence.replace(pattern, placeholder),
    withoutView,
  );
}

/** Whether a text may be a name of the user: not a number, and not a text of the probe. */
function isName(text: string): boolean {
  return /\p{L}/u.test(text) && !text.startsWith("probe");
}

/** Matches the name only as a whole word. */
function wholly(name: string): RegExp {
  const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "gu");
}
