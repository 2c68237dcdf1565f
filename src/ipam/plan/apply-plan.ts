import { withPartial } from "../../errors.js";
import { applyIntents } from "../engine/apply.js";
import { firstTokens } from "../engine/change.js";
import type { IpamSettings } from "../settings/settings.js";
import { type Choice, SourceChoices } from "../sources/source-choices.js";
import type { PlanIntent } from "./intent.js";
import type { ApplyOptions, PlanOptions } from "./requests.js";
import type { StepLeft, StepResult } from "./results.js";
import { stagesOf } from "./stages.js";

interface Applying extends PlanOptions, ApplyOptions {
  /** The results of objects that exist already, by the names of the steps that would make them. */
  readonly found?: ReadonlyMap<string, StepResult> | undefined;
  /** Whether a failure rolls back objects without a request id. Default: `true`. `false` if other calls may have adopted them. */
  readonly rollsBack?: boolean;
}

/** Sends a compiled plan. @returns the results by the names of the steps */
export async function applyPlan(
  settings: IpamSettings,
  intents: readonly PlanIntent[],
  { signal, onProgress, found, rollsBack = true }: Applying,
): Promise<Map<string, StepResult>> {
  const results = await applyIntents(settings, intents, {
    ...{ signal, onProgress, found, rollsBack },
    what: "the plan",
    sources: sourcesOf(settings, intents, signal),
    stagesOf: (open) => stagesOf(open as readonly PlanIntent[]),
    prepare: (open) =>
      firstTokens(
        settings,
        (open as readonly PlanIntent[]).flatMap(({ comparing }) => comparing?.() ?? []),
        signal,
      ),
    partialOf: (intent, result): StepLeft => ({
      step: intent.name,
      kind: (intent as PlanIntent).known.kind,
      result: result as StepResult,
    }),
  });
  for (const { name, finish, known } of intents) {
    const result = results.get(name);
    if (finish === undefined || result === undefined) continue;
    await finish(result, signal).catch((error: unknown) => {
      throw withPartial(error, [{ step: name, kind: known.kind, result }]);
    });
  }
  if (intents.some(({ known }) => known.kind === "subnet")) settings.pools.gained("network");
  if (intents.some(({ known }) => known.kind === "container")) settings.pools.gained("container");
  return results as Map<string, StepResult>;
}

export function sourcesOf(
  settings: IpamSettings,
  intents: readonly PlanIntent[],
  signal: AbortSignal | undefined,
): SourceChoices {
  return new SourceChoices(settings, intents, { signal, exhausted: noRoom });
}

function noRoom(choices: readonly Choice[]): string {
  const steps = [...new Set(choices.map(({ taker }) => taker))].join(", ");
  return `The plan has no room: all sources of one of its steps (${steps}) are exhausted. Nothing of this request was done.`;
}
