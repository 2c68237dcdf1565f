import { isInfobloxError } from "../../errors.js";
import { backOff } from "../engine/backoff.js";
import { applyPlan } from "../plan/apply-plan.js";
import { compilePlan } from "../plan/compile-plan.js";
import type { PlanIntent, PlanStep } from "../plan/intent.js";
import type { Changes } from "../plan/requests.js";
import type { StepResult } from "../plan/results.js";
import type { IpamSettings } from "../settings/settings.js";
import { inOrder } from "./collisions.js";
import { judge } from "./comparing.js";
import type { DesiredState, Ensured, EnsuredObject, EnsureOptions } from "./description.js";
import { entriesOf } from "./entries.js";
import type { Found, Judged } from "./entry.js";
import { inGridTerms } from "./grid-terms.js";
import { look } from "./looking.js";
import { checkPrerequisites } from "./prerequisites.js";
import { beside, deletionsOf, ownedBefore, refuseInUse, type Surplus, undescribed } from "./pruning.js";
import { replaceMismatched } from "./replacing.js";
import { checkDesired } from "./schemas.js";
import { refuseNameless } from "./scope.js";

/** See `Ipam.ensure`. */
export async function ensure(
  usual: IpamSettings,
  description: unknown,
  given: unknown,
  isSingle = false,
): Promise<Ensured> {
  const checked = (await checkDesired("ensure", description)) as DesiredState;
  const desired = inGridTerms(usual.ownership, checked);
  const options: EnsureOptions = await checkDesired("options", given);
  const { networkView = usual.networkView, dnsView = usual.dnsView } = desired;
  const pools = desired.pools === undefined ? usual.pools : usual.pools.with(desired.pools);
  const settings = { ...usual, networkView, dnsView, pools };
  const entries = entriesOf(settings, desired);
  // Check all entries before the first request, also those whose objects exist.
  const creates = entries.map(({ create }) => create);
  compilePlan(settings, creates);
  // A single object is identified by its own name.
  if (!isSingle) refuseNameless(desired, entries);
  const { signal } = options;
  let end = "Nothing was changed.";
  // What earlier passes have probably changed, by the paths of the entries.
  const before = new Map<string, Judged>();
  for (let tries = 1; ; tries += 1) {
    const owned = options.prune ? await ownedBefore(settings, desired, signal) : [];
    const found = await look(settings, entries, { signal, end });
    const { judged, replaced } = await replaceMismatched(settings, found.map(judge), { ...options, end });
    const surplus = [...replaced, ...beside(settings, found), ...undescribed(owned, found)];
    await refuseInUse(settings, surplus, { signal, end });
    const steps = judged.flatMap(stepsOf);
    const { first, last } = inOrder(surplus, judged);
    const gone = first.map(({ row }) => row._ref);
    const intents = compilePlan(settings, steps, undefined, gone);
    if (options.dryRun) {
      await checkPrerequisites(settings, { steps, intents, surplus, signal });
      return summary(judged, surplus, new Map());
    }
    try {
      const results = await apply(settings, judged, { first, intents, last }, options);
      const told = judged.map((one) => withEarlier(one, before.get(one.found.entry.path)));
      return summary(told, surplus, await objectsNow(settings, told, results, options));
    } catch (error) {
      // Another call may have made the object in the way, or released one that was found.
      const isLost = isInfobloxError(error, "UncertainWriteError");
      const isGone = isInfobloxError(error, "NotFoundError");
      if (!(isLost || isGone || isInfobloxError(error, "ConflictError")) || tries === mostTries) throw error;
      end = "Earlier requests of this call may have changed something.";
      const now = await look(settings, entries, { signal, end }).catch((cause: unknown) => {
        throw isLost ? error : cause;
      });
      const isSame = now.every((one, index) => refsOf(one) === refsOf(found[index]));
      if (isLost ? !now.every(isAsDescribed) : isSame) throw error;
      if (isLost || isGone)
        for (const one of judged) before.set(one.found.entry.path, before.get(one.found.entry.path) ?? one);
      await backOff(settings.clock, tries, signal);
    }
  }
}

function refsOf(found: Found | undefined): string {
  return [found?.row, ...(found?.belongings.flat() ?? [])].map((row) => row?._ref).join();
}

function isAsDescribed(found: Found): boolean {
  return found.row !== undefined && judge(found).differences.length === 0;
}

/** The entry with the differences that an earlier pass has corrected, though that ended in an error. */
function withEarlier(now: Judged, before: Judged | undefined): Judged {
  if (before?.found.row === undefined || now.differences.length > 0) return now;
  return { ...now, differences: before.differences };
}

/** How often a description is compared again because another call makes or releases the same objects. */
const mostTries = 5;

/** Deletes, creates and changes objects as a plan. @returns the results by the paths of the entries */
async function apply(
  settings: IpamSettings,
  judged: readonly Judged[],
  { first, intents, last }: Applied,
  { signal, onProgress }: EnsureOptions,
): Promise<ReadonlyMap<string, StepResult>> {
  const replaced = first.filter(({ isReplaced = false }) => isReplaced);
  // The new object gets the request id of the replaced one, which has to be deleted before anything is searched by that id.
  if (replaced.length > 0) {
    // Delete nothing if the new object would be refused.
    for (const { known, look } of intents)
      if (known.kind !== "range" && known.block !== undefined) await look?.(signal);
    await applyPlan(settings, deletionsOf(settings, replaced), { signal, rollsBack: false });
  }
  const others = first.filter((one) => !replaced.includes(one));
  const all = [...deletionsOf(settings, others), ...intents, ...deletionsOf(settings, last)];
  const found = new Map(
    judged.flatMap(({ found: { entry }, object }) =>
      object === undefined ? [] : [[entry.path, object] as const],
    ),
  );
  // Other calls may have adopted the new objects by their name or place, so a failure rolls nothing back.
  return applyPlan(settings, all, { signal, onProgress, found, rollsBack: false });
}

/** The deletions before, the creates and changes, and the deletions after. */
interface Applied {
  readonly first: readonly Surplus[];
  readonly intents: readonly PlanIntent[];
  readonly last: readonly Surplus[];
}

/** The steps that create or correct an entry's object. An existing object is a step, too, since other steps may name it. */
function stepsOf({ found: { entry, row }, object, corrections }: Judged): PlanStep[] {
  const { create: make } = entry;
  if (row === undefined) return [make];
  const isComplete = make.kind === "subnet" && !corrections.some(({ kind }) => kind === "complete");
  const request = isComplete ? { ...(make.request as object), gateway: undefined } : make.request;
  const own = corrections.flatMap((one) => (one.kind === "object" ? [one] : []));
  const others = corrections.flatMap((one) => (one.kind === "other" ? [one] : []));
  const steps = [
    { ...make, request, isThere: true },
    // They come before the change of the object itself, which may change their references.
    ...others.map(({ ref, changes }, index) => changeOf(`${entry.path}.changes.${index}`, ref, changes)),
  ];
  if (own.length === 0) return steps;
  const changes = merged(own.map((one) => one.changes));
  const change = {
    ...changeOf(`${entry.path}.changes`, object ?? row._ref, changes),
    requestId: make.requestId,
    taken: own.flatMap(({ taken = [] }) => taken),
    freed: own.flatMap(({ freed = [] }) => freed),
  };
  return [...steps, change];
}

function merged(changes: readonly Changes[]): Changes {
  const extattrs: Changes["extattrs"] = Object.assign({}, ...changes.map((one) => one.extattrs));
  return {
    ...Object.assign({}, ...changes),
    extattrs: Object.keys(extattrs ?? {}).length === 0 ? undefined : extattrs,
    fields: Object.assign({}, ...changes.map(({ fields }) => fields)),
  };
}

function changeOf(name: string, target: unknown, request: Changes): PlanStep {
  return { kind: "change", name, target, request };
}

/** The objects after the plan. Changed objects are read again. */
async function objectsNow(
  settings: IpamSettings,
  judged: readonly Judged[],
  results: ReadonlyMap<string, StepResult>,
  { signal }: EnsureOptions,
): Promise<ReadonlyMap<string, StepResult>> {
  const again = judged.filter(({ differences }) => differences.length > 0);
  const entries = again.map(({ found }) => found.entry);
  const objects = new Map(results);
  const end = "The changes were made before.";
  const { clock, observed } = settings;
  // Lagging searches show the changes only after this time.
  if (again.length > 0 && observed.searchLag > 0) await clock.sleep(2 * observed.searchLag, signal);
  for (const { entry, row, belongings } of await look(settings, entries, { signal, end })) {
    const isNew = again.find(({ found }) => found.entry === entry)?.object === undefined;
    if (row !== undefined) objects.set(entry.path, { ...entry.read(row, belongings), created: isNew });
  }
  return objects;
}

function summary(
  judged: readonly Judged[],
  surplus: readonly Surplus[],
  objects: ReadonlyMap<string, StepResult>,
): Ensured {
  const list: EnsuredObject[] = [
    ...surplus.map(({ kind, key }) => ({
      ...{ action: "delete" as const, kind, key, path: undefined, differences: [], object: undefined },
    })),
    ...judged.map(({ found: { entry, row }, differences, object }) => ({
      action: actionOf(row !== undefined || isOfOthers(objects.get(entry.path)), differences.length),
      kind: entry.kind,
      key: entry.key,
      path: entry.path,
      differences,
      object: (objects.get(entry.path) ?? object) as EnsuredObject["object"],
    })),
  ];
  const count = (action: EnsuredObject["action"]) => list.filter((one) => one.action === action).length;
  const unchanged = count("none");
  return {
    created: count("create"),
    updated: count("update"),
    deleted: count("delete"),
    unchanged,
    changed: unchanged < list.length,
    objects: list,
  };
}

function actionOf(isThere: boolean, differences: number): EnsuredObject["action"] {
  if (!isThere) return "create";
  return differences === 0 ? "none" : "update";
}

/** Whether another call has made the object between the look and the request. */
function isOfOthers(result: StepResult | undefined): boolean {
  return (result as { readonly created?: boolean } | undefined)?.created === false;
}
