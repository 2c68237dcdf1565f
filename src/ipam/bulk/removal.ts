import { isInfobloxError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { type Deletion, deleteObjects } from "../engine/delete.js";
import { fieldsOfType, type Made, readRows, searchSelf, typeOf } from "../engine/kinds.js";
import { batchWithAddresses } from "../engine/outside-networks.js";
import { isTooMany } from "../engine/refusals.js";
import { findUsed, inTheWay, type UsedRow } from "../objects/in-use.js";
import type { Address, AddressType, Subnet, SubnetType } from "../objects/results.js";
import type { RangeRow } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import { findGateway, type GatewayRow, gatewayIp } from "../subnets/gateway.js";
import { recount } from "../subnets/recount.js";
import { resizedSubnets } from "../subnets/resized-subnets.js";
import { findRangesIn, rangesOfOthers } from "../subnets/subnet-contents.js";
import { mostLooks, refuseUsed } from "../subnets/subnet-release.js";
import { isSubnet, type Releasable, refOf } from "./releasable.js";

type Releasing = Address | Subnet;

export interface KnownTarget {
  readonly target: Releasable;
  readonly thing: Releasing;
}

/**
 * The objects of targets. Results are taken unchanged, references are read. Targets that are gone are left out.
 */
export async function standingOf(
  settings: IpamSettings,
  targets: readonly Releasable[],
  signal: AbortSignal | undefined,
): Promise<KnownTarget[]> {
  const rows = new Map<Releasable, Made>();
  const toRead = targets.filter((target) => !isResult(target));
  await whileTheyExist(toRead, async (some) => {
    const refs = some.map((target) => refOf(target) as Ref<"network">);
    const steps = refs.map((ref) =>
      step.get(ref, { fields: fieldsOfType(typeOf({ ref })) as readonly ["network"] }),
    );
    const found = await settings.wapi.batch(steps, { signal });
    for (const [index, target] of some.entries()) {
      const type = typeOf({ ref: refOf(target) });
      const [thing] = readRows(type, [found[index]], settings.ownership.expiryAttribute);
      if (thing !== undefined) rows.set(target, thing);
    }
  });
  return targets.flatMap((target): KnownTarget[] => {
    const thing = isResult(target) ? target : (rows.get(target) as Releasing | undefined);
    return thing === undefined ? [] : [{ target, thing }];
  });
}

/**
 * Releases subnets in two requests: one reads all of them, one deletes them. Those that are not found are searched once more, since
 * somebody may have resized them. Each time, it yields the references of those that this call has deleted.
 *
 * @throws {SubnetInUseError} if one of them is in use; none is released then, unless that one was resized
 */
export async function* removeSubnets(
  settings: IpamSettings,
  standing: readonly KnownTarget[],
  options: { readonly force?: boolean | undefined; readonly signal?: AbortSignal | undefined },
  looks = 1,
): AsyncGenerator<readonly Ref<AddressType | SubnetType>[], void, undefined> {
  if (standing.length === 0) return;
  const { force = false, signal } = options;
  const { wapi, observed, clock, ownership } = settings;
  // After this wait, searches find gateways that were just reserved, which do not count as in use.
  if (observed.searchLag > 0) await clock.sleep(2 * observed.searchLag, signal);
  const steps = standing.flatMap(({ thing }) => {
    const { family, cidr, networkView } = thing as Subnet;
    const self = searchSelf(thing, { network: cidr, network_view: networkView });
    return [
      self,
      findUsed(family, cidr, networkView),
      findGateway(family, cidr, networkView),
      findRangesIn(family, cidr, networkView),
    ];
  });
  const [, answers] = await batchWithAddresses<readonly [], unknown>(wapi, [], steps as never, { signal });
  const deletions = standing.flatMap(({ thing }, index): Deletion<Releasing>[] => {
    const [rows = [], used = [], gateways = [], ranges = []] = answers.slice(4 * index) as [
      unknown[],
      UsedRow[],
      GatewayRow[],
      RangeRow[],
    ];
    const subnet = thing as Subnet;
    if (rows.length === 0) return [];
    if (!force) ownership.refuseForeign(subnet, subnet.cidr);
    const others = force ? [] : rangesOfOthers(settings, ranges);
    refuseUsed(subnet.cidr, [...inTheWay(used, gatewayIp(gateways[0])), ...others]);
    return [{ thing, before: recount(settings, subnet, used.length) }];
  });
  const removed = await remove(settings, standing, signal, deletions).catch((error: unknown) => {
    // Another caller has taken an address since the look: look again.
    if (!isTooMany(error) || looks === mostLooks) throw error;
    return undefined;
  });
  if (removed === undefined) return yield* removeSubnets(settings, standing, options, looks + 1);
  yield removed;
  const left = standing.filter(({ target }) => !removed.includes(refOf(target)));
  const subnets = left.map(({ thing }) => thing as Subnet);
  const resized = await resizedSubnets(settings, subnets, signal);
  const again = left.flatMap(({ target, thing }) => {
    const subnet = resized.get(thing as Subnet);
    return subnet === undefined ? [] : [{ target, thing: subnet }];
  });
  yield* removeSubnets(settings, again, options);
}

/** Releases objects in one request. @returns the references of those that this call has deleted */
export async function remove(
  settings: IpamSettings,
  standing: readonly KnownTarget[],
  signal: AbortSignal | undefined,
  deletions: readonly Deletion<Releasing>[] = standing,
): Promise<Ref<AddressType | SubnetType>[]> {
  if (deletions.length === 0) return [];
  const fates = await deleteObjects(settings, deletions, { signal });
  settings.pools.released();
  return standing.flatMap(({ target, thing }) => (fates.get(thing) === "deleted" ? [refOf(target)] : []));
}

/** @throws {OwnershipError} if one of them has another owner */
export function refuseForeign({ ownership }: IpamSettings, standing: readonly KnownTarget[]): void {
  for (const { thing } of standing) {
    ownership.refuseForeign(thing, "ip" in thing ? (thing.name ?? thing.ip) : thing.cidr);
  }
}

function isResult(target: Releasable): target is Releasing {
  return (
    typeof target === "object" &&
    "extattrs" in target &&
    (isSubnet(target) ? "cidr" in target : "ips" in target)
  );
}

/** Reads targets in one request. The grid refuses it if one target is gone; then each half is read by itself. */
async function whileTheyExist(
  targets: readonly Releasable[],
  act: (some: readonly Releasable[]) => Promise<void>,
): Promise<void> {
  if (targets.length === 0) return;
  try {
    await act(targets);
  } catch (error) {
    if (!isInfobloxError(error, "NotFoundError")) throw error;
    if (targets.length === 1) return;
    const middle = Math.ceil(targets.length / 2);
    await whileTheyExist(targets.slice(0, middle), act);
    await whileTheyExist(targets.slice(middle), act);
  }
}
