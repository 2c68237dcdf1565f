import { parseBlock } from "../../cidr.js";
import { isInfobloxError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { findUsed, inTheWay, type UsedRow } from "../addresses/in-use.js";
import { batchWithAddresses } from "../addresses/outside-networks.js";
import { isSameAttempt } from "../once/attempts.js";
import { subnetKind } from "../once/kinds.js";
import type { ReleaseManyOptions } from "../requests.js";
import type { AddressType, Subnet, SubnetType } from "../results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { cidrInRef, holderType, networkViewInRef } from "../sources/targets.js";
import { findGateway, type GatewayRow, gatewayIp } from "../subnets/gateway.js";
import { refuseUsed, releaseSubnet } from "../subnets/subnet-release.js";
import { type Releasable, refOf } from "./releasable.js";

type Released = Ref<AddressType | SubnetType>[];

/**
 * Gives subnets back in two requests: one to look at all of them, one to delete them, each by its one-time id where it has
 * one. A request is all or nothing: where one of them has changed in between, or the answer is lost, each is released by
 * itself.
 *
 * @throws {SubnetInUseError} before anything of these is released
 */
export async function removeSubnets(
  settings: IpamSettings,
  targets: readonly Releasable[],
  released: Released,
  { force, signal }: ReleaseManyOptions,
): Promise<void> {
  if (targets.length === 0) return;
  const standing = await standingOf(settings, targets, signal);
  for (const { row, used, gateway } of standing) {
    const cidr = row.network ?? row._ref;
    if (!force) settings.ownership.refuseForeign(row, cidr);
    refuseUsed(cidr, inTheWay(used, gateway));
  }
  if (standing.length === 0) return;
  try {
    const steps = standing.flatMap(({ row }) => deletionOf(settings, thisVery(row)));
    await settings.wapi.batch(steps, { signal });
    released.push(...standing.map(({ target }) => refOf(target)));
  } catch (error) {
    const isLost = isInfobloxError(error, "UncertainWriteError");
    if (!isLost && !isRefusal(error)) throw error;
    for (const { target, row } of standing) {
      const { released: isReleased } = await releaseSubnet(settings, thisVery(row), { force, signal });
      // Of a lost request what is gone by now was released by it.
      if (isReleased || isLost) released.push(refOf(target));
    }
  } finally {
    settings.pools.released();
  }
}

/** A subnet that is there, and what uses its addresses. */
interface Standing {
  readonly target: Releasable;
  readonly row: SubnetRow;
  readonly used: readonly UsedRow[];
  readonly gateway: string | undefined;
}

/** Those that are still there, and still what they were. */
async function standingOf(
  settings: IpamSettings,
  targets: readonly Releasable[],
  signal: AbortSignal | undefined,
): Promise<Standing[]> {
  const { wapi, learnt, pace, ownership } = settings;
  // By then searches tell a gateway that was just reserved from what is in use.
  if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag, signal);
  const steps = targets.flatMap((target) => {
    const { family, network, networkView } = placeOf(settings, target);
    const where = { network, network_view: networkView };
    return [
      step.find(holderType("network", family), { where, fields: subnetFields, limit: 1 }),
      findUsed(family, network, networkView),
      findGateway(family, network, networkView),
    ];
  });
  const [, answers] = await batchWithAddresses<readonly [], unknown>(wapi, [], steps, { signal });
  return targets.flatMap((target, index): Standing[] => {
    const [rows, used, gateways] = answers.slice(3 * index) as [SubnetRow[], UsedRow[], GatewayRow[]];
    const [row] = rows;
    const known = isMarked(target) ? ownership.attemptOf(target) : undefined;
    if (row === undefined || (known !== undefined && !isSameAttempt(known, ownership.attemptOf(row))))
      return [];
    return [{ target, row, used, gateway: gatewayIp(gateways[0]) }];
  });
}

function placeOf({ networkView }: IpamSettings, target: Releasable) {
  const ref = refOf(target);
  const network = cidrInRef(ref) ?? "";
  const family = parseBlock(network)?.family ?? 4;
  return { family, network, networkView: networkViewInRef(ref) ?? networkView };
}

/** The subnet as it was looked at. */
function thisVery(row: SubnetRow): Subnet {
  return subnetOf(row, false, undefined);
}

function deletionOf({ ownership }: IpamSettings, subnet: Subnet) {
  const mark = ownership.attempted(subnet);
  if (mark === undefined) return [step.delete(subnet.ref)];
  const found = subnetKind.search(subnet, mark);
  return [found.discard(), step.delete(found.ref)];
}

function isMarked(target: Releasable): target is Subnet {
  return typeof target === "object" && "extattrs" in target;
}
