import { isInfobloxError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";
import { sendAsGridNeeds } from "./grid-behavior.js";
import { everythingRead, fieldsOfPlace, isBlock, type Made, search, searchSelf, typeOf } from "./kinds.js";
import { deletionMark } from "./places.js";
import { explainedUnfound, isRefusal } from "./refusals.js";
import { isShared } from "./token.js";

/** How often a delete is sent when its answer is lost. */
const mostTries = 10;

/** What became of an object that was to be deleted. */
export type Fate = "deleted" | "gone";

/**
 * The search that finds exactly this object: by its creation token, or by all values that were read if it has none. A
 * reference is not enough, since a later object of another caller may have it. All parts of a divided subnet have its token,
 * so blocks are searched by their CIDR, too.
 */
export function identityOf({ ownership }: IpamSettings, thing: Made, isPlaced = false): object {
  const token = ownership.tokenOf(thing);
  const criteria = token === undefined ? undefined : ownership.tokened([token]);
  if (token === undefined || criteria === undefined) return everythingRead(thing);
  if (isPlaced || isShared(token) || isBlock(thing)) return { ...fieldsOfPlace(thing), ...criteria };
  const { network_view, view } = fieldsOfPlace(thing);
  return { ...criteria, ...(network_view !== undefined ? { network_view } : view !== undefined && { view }) };
}

/**
 * Compare and delete: if the object has been replaced by another one, the search finds nothing and nothing is deleted.
 *
 * Model: `compareAndDelete`.
 */
export function compareAndDelete(
  settings: IpamSettings,
  thing: Made,
  { where = identityOf(settings, thing), args }: Pick<Deletion, "where" | "args"> = {},
): Step<unknown>[] {
  if (isItsReference(settings, thing)) return [step.delete(thing.ref as Ref<"record:txt">)];
  const self = searchSelf(thing, where);
  return [
    self.discard(),
    step.delete(self.ref, args === undefined ? {} : { args: args as never }),
    ...deletionMark(settings, settings.ownership.tokenOf(thing)),
  ];
}

/**
 * Whether the reference identifies the object: that of a DNS record is made of its view, name and data. A TXT record needs
 * this, since its text has several spellings and a search cannot compare it.
 */
function isItsReference({ ownership }: IpamSettings, thing: Made): boolean {
  return typeOf(thing) === "record:txt" && ownership.tokenOf(thing) === undefined;
}

/** An object to be deleted. */
export interface Deletion<T extends Made = Made> {
  readonly thing: T;
  /** The search that finds it. Default: {@link identityOf}. */
  readonly where?: object | undefined;
  /** Steps of the same request that come before: conditions, and objects that have to be deleted first. */
  readonly before?: readonly Step<unknown>[];
  readonly args?: object | undefined;
}

/**
 * Deletes objects in one `request`, each only if it is still the object that was meant. An object that is gone counts as done.
 * After a lost answer the request is sent again for the objects that are still there.
 *
 * @throws the error of the grid if an object exists and cannot be deleted
 *
 * Model: `released`, `gone`.
 */
export async function deleteObjects<T extends Made>(
  settings: IpamSettings,
  deletions: readonly Deletion<T>[],
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ReadonlyMap<T, Fate>> {
  const { clock, observed } = settings;
  const fates = new Map<T, Fate>();
  let open = deletions;
  for (let tries = 1; open.length > 0; tries += 1) {
    let steps: readonly Step<unknown>[] = [];
    try {
      const compose = () => {
        steps = open.flatMap(({ thing, before = [], where, args }) => [
          ...before,
          ...compareAndDelete(settings, thing, { where, args }),
        ]);
        return steps;
      };
      await sendAsGridNeeds(settings, compose, { signal });
      for (const { thing } of open) fates.set(thing, "deleted");
      break;
    } catch (error) {
      const isLost = isInfobloxError(error, "UncertainWriteError");
      if (!isLost && !isRefusal(error)) throw error;
      await deleteKept(settings, steps);
      if (observed.searchLag > 0) await clock.sleep(2 * observed.searchLag, signal);
      const standing = await stillStanding(settings, open, signal).catch((cause: unknown) => {
        throw isLost ? error : cause;
      });
      for (const { thing } of open.filter((one) => !standing.includes(one))) fates.set(thing, "gone");
      // On the first refusal the grid's search may have lagged. The second one is final.
      const isInVain = !isLost && tries > 1 && standing.length === open.length;
      if (standing.length > 0 && (isInVain || tries === mostTries || signal?.aborted))
        throw explainedUnfound(error, "the release");
      open = standing;
      if (open.length > 0) await backOff(clock, Math.min(tries, 3), signal);
    }
  }
  return fates;
}

/** What a step of a request makes for this request only, by the step. */
const temporary = new WeakMap<object, Deletion>();

/** Notes that the request of this step deletes again what the step makes. */
export function isTemporary<S extends Step<unknown>>(made: S, deletion: Deletion): S {
  temporary.set(made, deletion);
  return made;
}

/** Deletes what a refused request has made for itself only, if the grid keeps the first steps of a refused request. */
export async function deleteKept(
  settings: IpamSettings,
  steps: readonly (Step<unknown> | RawStep)[],
): Promise<void> {
  if (!settings.observed.keepsParts) return;
  const kept = steps.flatMap((one) => temporary.get(one) ?? []);
  // The error of the refused request tells more than one of this.
  await deleteObjects(settings, kept).catch(() => undefined);
}

/** The deletions whose objects are still there, and still those that were meant. */
export async function stillStanding<D extends Deletion>(
  settings: IpamSettings,
  deletions: readonly D[],
  signal: AbortSignal | undefined,
): Promise<D[]> {
  const steps = deletions.map(({ thing, where }) =>
    isItsReference(settings, thing)
      ? search(typeOf(thing), fieldsOfPlace(thing))
      : searchSelf(thing, where ?? identityOf(settings, thing)),
  );
  const found = (await settings.wapi.batch(steps, { signal })) as readonly (readonly unknown[])[];
  return deletions.filter(({ thing }, index) => {
    const rows = (found[index] ?? []) as readonly { readonly _ref: string }[];
    return isItsReference(settings, thing) ? rows.some(({ _ref }) => _ref === thing.ref) : rows.length > 0;
  });
}
