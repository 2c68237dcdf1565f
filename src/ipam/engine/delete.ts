import { isInfobloxError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";
import { sendAsGridNeeds } from "./grid-behavior.js";
import { everythingRead, fieldsOfPlace, isBlock, type Made, search, searchSelf, typeOf } from "./kinds.js";
import { deletionMark } from "./places.js";
import { isRefusal } from "./refusals.js";
import { isShared } from "./token.js";

/** How often a delete whose answer is lost is sent. */
const mostTries = 10;

/** What became of an object that was to be deleted. */
export type Fate = "deleted" | "gone";

/**
 * What finds this very object: its creation token; where it has none, all that was read of it. A reference is a place as
 * much as an object: by now somebody else's object may have it. The parts of a divided subnet have its token, all of them.
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
 * Compares and deletes: the search finds nothing where the object is another by now, and then nothing is deleted.
 *
 * Model: `compareAndDelete`.
 */
export function compareAndDelete(
  settings: IpamSettings,
  thing: Made,
  { where = identityOf(settings, thing), args }: DeleteForm = {},
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
 * Whether the reference of an object says all that it says: that of a DNS record is made of its view, name and data. Of texts,
 * which have several spellings, it is the only thing that a search could compare.
 */
function isItsReference({ ownership }: IpamSettings, thing: Made): boolean {
  return typeOf(thing) === "record:txt" && ownership.tokenOf(thing) === undefined;
}

interface DeleteForm {
  /** What finds it; left out, its identity. */
  readonly where?: object;
  /** Arguments of the delete. */
  readonly args?: object;
}

/** An object to be deleted. */
export interface Deletion<T extends Made = Made> {
  readonly thing: T;
  /** What finds it; left out, its identity. */
  readonly where?: object;
  /** Steps of the same request that come before: what must hold, and what goes first. */
  readonly before?: readonly Step<unknown>[];
  readonly args?: object;
}

/**
 * Deletes objects in one `request`, each only if it is still the very object that was meant. Gone is done. After a lost
 * answer the same is sent again: what isn't there any more is gone, whoever deleted it.
 *
 * @throws what the grid says where an object stands and can't be deleted
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
    try {
      const steps = () => open.flatMap((one) => stepsOf(settings, one));
      await sendAsGridNeeds(settings, steps, { signal });
      for (const { thing } of open) fates.set(thing, "deleted");
      break;
    } catch (error) {
      const isLost = isInfobloxError(error, "UncertainWriteError");
      if (!isLost && !isRefusal(error)) throw error;
      if (observed.searchLag > 0) await clock.sleep(2 * observed.searchLag, signal);
      const standing = await stillStanding(settings, open, signal).catch((cause: unknown) => {
        throw isLost ? error : cause;
      });
      for (const { thing } of open.filter((one) => !standing.includes(one))) fates.set(thing, "gone");
      // The grid refuses what stands: for good, unless it only took its time to find it.
      const isInVain = !isLost && tries > 1 && standing.length === open.length;
      if (standing.length > 0 && (isInVain || tries === mostTries || signal?.aborted)) throw error;
      open = standing;
      if (open.length > 0) await backOff(clock, Math.min(tries, 3), signal);
    }
  }
  return fates;
}

function stepsOf(settings: IpamSettings, { thing, where, before = [], args }: Deletion): Step<unknown>[] {
  const form = { ...(where !== undefined && { where }), ...(args !== undefined && { args }) };
  return [...before, ...compareAndDelete(settings, thing, form)];
}

/** Those that are still there, and still the objects that were meant. */
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
