import { randomBytes } from "node:crypto";

/**
 * Values that one step of a batch hands to a later one. On the wire they are `##STATE:name:##` inside text, which the
 * grid fills in. The names are made here and can't be guessed, so that such text in a user's own data is told apart.
 */

const run = randomBytes(6).toString("hex");
const shape = new RegExp(`^##STATE:step_${run}_\\d+:##$`);
let count = 0;

/** A new state's name, for `assign_state`. */
export function newState(): string {
  count += 1;
  return `step_${run}_${count}`;
}

/** The text that stands for a state's value until the grid fills it in. */
export function stateText(name: string): string {
  return `##STATE:${name}:##`;
}

/** Whether a text is nothing but a state made by {@link newState}. */
export function isState(text: string): boolean {
  return shape.test(text);
}

/** Whether a text would be filled in by the grid without being meant to. */
export function looksLikeState(text: string): boolean {
  return /##STATE/i.test(text) && !isState(text);
}
