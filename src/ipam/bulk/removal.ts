import { isInfobloxError } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { addressKind } from "../once/kinds.js";
import { pause } from "../once/pace.js";
import type { MarkCriteria } from "../ownership.js";
import type { Address, AddressType, SubnetType } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { type Releasable, refOf } from "./releasable.js";

/** How often what is left is asked for again. */
const mostTries = 8;

/** Results say who made them; references have to be looked at, where that matters. */
export async function refuseForeign(
  settings: IpamSettings,
  targets: readonly Releasable[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { ownership, wapi } = settings;
  for (const target of targets) {
    if (typeof target === "object" && "extattrs" in target)
      ownership.refuseForeign(target, "ip" in target ? (target.name ?? target.ip) : target.ref);
  }
  if (!ownership.marks) return;
  const refs = targets.filter((target) => typeof target === "string" || !("extattrs" in target)).map(refOf);
  await whileTheyExist(refs, async (some) => {
    const steps = some.map((ref) => step.get(ref as Ref<"record:host">, { fields: ["comment", "extattrs"] }));
    const rows = await wapi.batch(steps, { signal });
    for (const row of rows) ownership.refuseForeign(row, row._ref);
  });
}

/**
 * A request is all or nothing, as far as is known: where one of its objects is gone, or its answer was lost, what still
 * stands is looked at, and asked for again. By then somebody else may have a place, and so a reference, that was given
 * back: whatever has its one-time id is told by that, and only what hasn't is told by its reference.
 */
export async function remove(
  settings: IpamSettings,
  targets: readonly Releasable[],
  released: Ref<AddressType | SubnetType>[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const deleteAll = async (some: readonly Releasable[]) => {
    await settings.wapi.batch(
      some.flatMap((one) => deletionOf(settings, one)),
      { signal },
    );
    released.push(...some.map(refOf));
    settings.pools.released();
  };
  let left = targets;
  for (let tries = 1; left.length > 0; tries += 1) {
    try {
      return await deleteAll(left);
    } catch (error) {
      const marked = left.filter((target) => markOf(settings, target) !== undefined) as Address[];
      const isLost = isInfobloxError(error, "UncertainWriteError");
      const isGone = isInfobloxError(error, "NotFoundError") || (marked.length > 0 && isRefusal(error));
      if (!isLost && !isGone) throw error;
      const plain = left.filter((target) => !marked.includes(target as Address));
      if (plain.length > 0) {
        if (isLost) throw error;
        await whileTheyExist(plain.map(refOf), (refs) => deleteAll(refs));
      }
      const standing = await stillStanding(settings, marked, signal);
      // Of a lost request the rest is done; of a refused one it was gone before, as far as the grid says.
      if (isLost) settings.pools.released();
      if (isLost) released.push(...marked.filter((one) => !standing.includes(one)).map(refOf));
      // What is refused though all of it stands isn't refused because something is gone; at first, searches may be late.
      const isInVain = !isLost && tries > 1 && plain.length === 0 && standing.length === left.length;
      if (standing.length > 0 && (isInVain || tries === mostTries)) throw error;
      left = standing;
      await pause(settings.pace, Math.min(tries, 3), signal);
    }
  }
}

function deletionOf(settings: IpamSettings, target: Releasable): readonly Step<unknown>[] {
  const mark = markOf(settings, target);
  if (mark === undefined) return [step.delete(refOf(target))];
  const found = addressKind.search(target as Address, mark);
  return [found.discard(), step.delete(found.ref)];
}

function markOf({ ownership }: IpamSettings, target: Releasable): MarkCriteria | undefined {
  return typeof target === "object" && "extattrs" in target ? ownership.attempted(target) : undefined;
}

/** Those that are still there with their own one-time ids. */
async function stillStanding(
  settings: IpamSettings,
  addresses: readonly Address[],
  signal: AbortSignal | undefined,
): Promise<Address[]> {
  if (addresses.length === 0) return [];
  const { wapi, learnt, pace } = settings;
  // By then searches find what was made just before.
  if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
  const steps = addresses.map((address) => addressKind.search(address, markOf(settings, address) ?? {}));
  const found = (await wapi.batch(steps, { signal })) as readonly (readonly unknown[])[];
  return addresses.filter((_, index) => (found[index]?.length ?? 0) > 0);
}

/** A request is all or nothing: where one of its objects is gone, each half is asked for by itself. */
async function whileTheyExist(
  refs: readonly Ref<AddressType | SubnetType>[],
  act: (some: readonly Ref<AddressType | SubnetType>[]) => Promise<void>,
): Promise<void> {
  if (refs.length === 0) return;
  try {
    await act(refs);
  } catch (error) {
    if (!isInfobloxError(error, "NotFoundError")) throw error;
    if (refs.length === 1) return;
    const middle = Math.ceil(refs.length / 2);
    await whileTheyExist(refs.slice(0, middle), act);
    await whileTheyExist(refs.slice(middle), act);
  }
}
