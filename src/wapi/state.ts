import { randomBytes } from "node:crypto";

/**
 * Values that one step of a batch passes to a later one. On the wire they are `##STATE:name:##` inside text, which the
 * grid fills in. The names are random, so that the same text in a user's data is recognised as foreign. They end with
 * the object type, so that a reference which does not exist yet has a type.
 */

const run = `s${randomBytes(6).toString("hex")}`;
const ours = new RegExp(`##STATE:(${run}_\\d+_([\\w-]+)):##`, "g");
let count = 0;

/** A new state's name, for `assign_state`. */
export function newState(type: string): string {
  count += 1;
  return `${run}_${count}_${type.replaceAll(":", "-")}`;
}

/** The placeholder of a state's value, which the grid fills in. */
export function stateText(name: string): string {
  return `##STATE:${name}:##`;
}

/** The object type of a reference that an earlier step will provide; `undefined` for other text. */
export function stateType(text: string): string | undefined {
  const [found, ...others] = text.matchAll(ours);
  if (found?.[0] !== text || others.length > 0) return undefined;
  return found[2]?.replaceAll("-", ":");
}

/** The names of the states that a value uses anywhere, and whether it holds foreign ones. */
export function statesIn(value: unknown): { readonly names: readonly string[]; readonly foreign: boolean } {
  const texts = [...textsIn(value)].filter((text) => /##STATE/i.test(text));
  const names = texts.flatMap((text) => [...text.matchAll(ours)].flatMap(([, name]) => name ?? []));
  return { names, foreign: texts.some((text) => /##STATE/i.test(text.replaceAll(ours, ""))) };
}

/** Yields every text in a value, including the keys of objects. */
function* textsIn(value: unknown): Generator<string, void, undefined> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      yield key;
      yield* textsIn(part);
    }
  }
}
