import { type Step, step } from "../../../wapi/step.js";
import type { Ref } from "../../../wapi/types.js";
import type { StepResult } from "../results.js";

/** Takes back what a step has created. */
export function deletion(result: StepResult): Step<unknown> | undefined {
  // Any type will do for the compiler: a delete takes nothing but the reference.
  return "ref" in result ? step.delete(result.ref as Ref<"network">) : undefined;
}
