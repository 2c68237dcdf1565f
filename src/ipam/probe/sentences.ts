/** What a grid says of common refusals, without anything of the user's in it. */

/** The sentence with placeholders for whatever came from the probe: `Reference <reference> not found`. */
export function generalized(
  text: string,
  { networkView, zone }: { readonly networkView: string; readonly zone: string | undefined },
): string {
  const names: readonly (readonly [RegExp, string])[] = [
    [/[a-z0-9_:]+\/[A-Za-z0-9+/_=-]{8,}(:[^\s,;'"()]*)?/g, "<reference>"],
    ...(zone === undefined
      ? []
      : [[literally(`probe-\\d+\\.${zone.replaceAll(".", "\\.")}`), "<name>"] as const]),
    ...(zone === undefined ? [] : [[literally(zone.replaceAll(".", "\\.")), "<zone>"] as const]),
    [/\b\d{1,3}(\.\d{1,3}){3}\/\d{1,2}\b/g, "<network>"],
    [/\b\d{1,3}(\.\d{1,3}){3}\b/g, "<address>"],
    [/\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,7}\/\d{1,3}/gi, "<network>"],
    [/\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f]{0,4}/gi, "<address>"],
    [/(\\?"x{50,}\\?"\s?)+/g, "<text>"],
    [/\bprobe_state\b/g, "<state>"],
    [/\bprobe-\d+(\.[\w.-]+)?/g, "<name>"],
  ];
  const withoutView = text.replaceAll(networkView, "<view>");
  return names.reduce(
    (sentence, [pattern, placeholder]) => sentence.replace(pattern, placeholder),
    withoutView,
  );
}

function literally(pattern: string): RegExp {
  return new RegExp(pattern, "gi");
}
