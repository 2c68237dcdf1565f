import { AmbiguousTargetError, isInfobloxError } from "../../errors.js";
import { slices } from "../bulk/slices.js";
import type { IpamSettings } from "../settings.js";
import { isTooMany } from "../sources/exhaustion.js";
import type { Finding, Intent } from "./intent.js";
import type { StepResult } from "./results.js";

/**
 * The request id of the object that a step makes or changes: its own, or the plan's with the step's name; none where
 * neither has one, or where the object isn't of this plan.
 */
export function idOf(
  requestId: string | undefined,
  { name, kind, requestId: own, changes }: Pick<Intent, "name" | "kind" | "requestId" | "changes">,
): string | undefined {
  if (own !== undefined) return own;
  const maker = kind === "change" ? changes : name;
  return requestId === undefined || maker === undefined ? undefined : `${requestId}/${maker}`;
}

/** Whether somebody may have made the same meanwhile: a guard has failed the request, or what is there already has. */
export function maybeSecond(error: unknown): boolean {
  return isTooMany(error) || isInfobloxError(error, "ConflictError");
}

/**
 * What earlier tries of a plan have made: all of it, nothing, or a part where a grid left that behind. Of an object
 * that takes two steps (a subnet with its gateway) the second is looked for only once the first was found.
 */
export async function madeEarlier(
  settings: IpamSettings,
  requestId: string,
  intents: readonly Intent[],
  signal: AbortSignal | undefined,
): Promise<Map<Intent, StepResult>> {
  const made = new Map<Intent, StepResult>();
  const byName = new Map<string, StepResult>();
  await search(
    settings,
    intents.flatMap((intent) => {
      const finding = intent.find?.(`${requestId}/${intent.name}`);
      return finding === undefined ? [] : [{ intent, finding }];
    }),
    signal,
    (intent, result) => {
      made.set(intent, result);
      byName.set(intent.name, result);
    },
  );
  await search(
    settings,
    intents.flatMap((intent) => {
      const found = byName.get(intent.name);
      return found === undefined || intent.findIn === undefined
        ? []
        : [{ intent, finding: intent.findIn(found) }];
    }),
    signal,
    (intent, result) => made.set(intent, result),
  );
  return made;
}

interface Search {
  readonly intent: Intent;
  readonly finding: Finding;
}

async function search(
  { wapi, ownership }: IpamSettings,
  searches: readonly Search[],
  signal: AbortSignal | undefined,
  found: (intent: Intent, result: StepResult) => void,
): Promise<void> {
  for (const some of slices(searches)) {
    const steps = some.map(({ finding }) => finding.step);
    const lists = await wapi.batch(steps, { signal }).catch((error: unknown) => {
      throw ownership.explained(error);
    });
    for (const [index, { intent, finding }] of some.entries()) {
      const rows = (lists[index] ?? []) as readonly { readonly _ref: string }[];
      refuseSeveral(intent, rows);
      if (rows[0] !== undefined) found(intent, finding.read(rows[0]));
    }
  }
}

function refuseSeveral({ name }: Intent, rows: readonly { readonly _ref: string }[]): void {
  if (rows.length <= 1) return;
  const candidates = rows.map((row) => row._ref);
  throw new AmbiguousTargetError(
    `Several objects have the request id of step ${name}: ${candidates.join(", ")}.`,
    {
      candidates,
      hint: "Two plans may have run at the same moment. Release the one that is not wanted.",
    },
  );
}
