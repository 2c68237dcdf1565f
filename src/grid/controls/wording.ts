/** Puts refusals into the words of another grid, from its profile. */

/** FakeGrid's own sentences by cause, with the placeholders of a profile. */
const own: Readonly<Record<string, string>> = {
  addressesExhausted: "Cannot find <count> available IP address(es) in this network.",
  networksExhausted: "Can not find requested number of networks",
  networkExists: "The network <network> already exists.  Select another network.",
  addressInUse: "The IP address <address> is already in use by <address>/<view>.",
  addressOutsideNetworks: "A network was not found for this address.",
  networkMissing: "<network>,<view> does not match any unique networks/ranges (ipv4addr)",
  networkViewMissing: "Network View <name> not found",
  zoneMissing: "The action is not allowed. A parent was not found.",
  reverseZoneMissing: "An invalid IP address or reverse zone was specified.",
  referenceGone: "Reference <reference> not found",
  stateEmpty: "Cannot assign state <state>: no value for <wanted>",
  tooManyFound: "Result set too large (> <count>)",
  attributeUnknown: "Unknown extensible attribute: <name>",
  hostExists: "The record '<name>' already exists.",
  changedMeanwhile: "The object <reference> has been changed by another request",
};

/**
 * Translates FakeGrid's sentences into the other grid's. A text without a sentence in the profile stays as it is.
 *
 * @param sentences - a profile's, e.g. `{ networkExists: "There is a network <network> already" }`
 */
export function wordingOf(sentences: Readonly<Record<string, unknown>> = {}): (text: string) => string {
  const wordings = Object.entries(own).flatMap(([cause, sentence]) => {
    const theirs = sentences[cause];
    return typeof theirs === "string" ? [{ pattern: patternOf(sentence), theirs }] : [];
  });
  return (text) => {
    for (const { pattern, theirs } of wordings) {
      const found = pattern.exec(text);
      if (found) return filled(theirs, found.groups ?? {});
    }
    return text;
  };
}

/** A pattern for a sentence. The n-th placeholder of a name is the group `name_n`. */
function patternOf(sentence: string): RegExp {
  const counts = new Map<string, number>();
  const parts = sentence.split(/(<\w+>)/).map((part) => {
    const [, name] = /^<(\w+)>$/.exec(part) ?? [];
    if (name === undefined) return part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `(?<${name}_${count}>.+?)`;
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}

/**
 * Fills the placeholders of a sentence. A placeholder without a value stays. A number fills the place of FakeGrid's
 * count.
 */
function filled(sentence: string, values: Readonly<Record<string, string | undefined>>): string {
  const counts = new Map<string, number>();
  return sentence.replace(/<(\w+)>/g, (placeholder, name: string) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return values[`${name}_${count}`] ?? values[`${name}_1`] ?? placeholder;
  });
}
