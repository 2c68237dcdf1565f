import { type Step, step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";

/**
 * Steps that fail their `request` unless a search finds something. The second step reads the reference that the first one assigns to a
 * state, and a search that finds nothing has none to assign. Guess: a grid might assign nothing and continue; then the second one fails.
 */
export function mustFind(search: Step<readonly unknown[]>): readonly Step<unknown>[] {
  return [search.discard(), step.get(search.ref as Ref<"network">, { fields: [] }).discard()];
}
