import { inField, invalid } from "../../errors.js";
import type { IpamSettings } from "../settings/settings.js";
import { Earlier } from "./earlier.js";
import type { PlanIntent, PlanStep } from "./intent.js";
import type { StepKind } from "./results.js";
import { addressPlanIntent } from "./steps/address.js";
import { blockPlanIntents } from "./steps/block.js";
import { changeIntent } from "./steps/change.js";
import { rangePlanIntent } from "./steps/range.js";
import { recordIntent } from "./steps/record.js";
import { releaseIntent } from "./steps/release.js";

/**
 * Checks the steps of a plan one after the other, and turns them into intents. Each can use the steps before it.
 *
 * @param planId - the request id of the plan. The id of a step is `deploy-42/blue`, unless the step has its own
 * @param gone - references of objects that are deleted before all steps
 * @throws {InvalidRequestError} if a step is not valid; the field has the name of the step in front
 */
export function compilePlan(
  settings: IpamSettings,
  steps: readonly PlanStep[],
  planId?: string | undefined,
  gone: readonly string[] = [],
): PlanIntent[] {
  const idOf = (step: PlanStep) =>
    step.requestId ?? (planId === undefined ? undefined : `${planId}/${step.name}`);
  const makers = steps.filter(({ kind }) => kind !== "release" && kind !== "change");
  const earlier = new Earlier(settings, { gone, ids: makers.flatMap((step) => idOf(step) ?? []) });
  const intents: PlanIntent[] = [];
  for (const step of steps) {
    checkName(step.name, earlier);
    const compiled = inField(step.name, () => [compilers[step.kind](settings, step, earlier)].flat());
    const uses = earlier.takeUsed();
    const requestId = idOf(step);
    for (const { known } of compiled) earlier.add({ ...known, requestId, isThere: step.isThere ?? false });
    intents.push(
      ...compiled.map((intent) => ({
        ...intent,
        uses,
        ...((intent.tracked !== undefined || step.requestId !== undefined) && { requestId }),
      })),
    );
  }
  return intents;
}

function checkName(name: unknown, earlier: Earlier): void {
  // The name becomes a part of request ids and messages.
  if (typeof name !== "string" || !/^[^\p{Cc}\p{Cs}]{1,100}$/u.test(name) || name.trim() !== name) {
    throw invalid("name", name, "a step's name is 1 to 100 printable characters", "blue");
  }
  if (earlier.has(name)) throw invalid("name", name, "is the name of another step", `${name}-2`);
}

const compilers: Readonly<
  Record<StepKind, (settings: IpamSettings, step: PlanStep, earlier: Earlier) => PlanIntent | PlanIntent[]>
> = {
  subnet: blockPlanIntents,
  container: blockPlanIntents,
  range: rangePlanIntent,
  address: addressPlanIntent,
  record: recordIntent,
  change: changeIntent,
  release: releaseIntent,
};
