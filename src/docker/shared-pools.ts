import { type Block, formatAddress, formatBlock, hostSpan, lastOf, parseBlock } from "../cidr.js";
import { invalid, isInfobloxError } from "../errors.js";
import type { Address, Subnet } from "../ipam/objects/results.js";
import { cidrInRef } from "../ipam/requests/targets.js";
import { type CloudValues, networkNameAttribute } from "./cloud-attributes.js";
import type { DriverParts } from "./parts.js";
import { formatPoolId, type Pool } from "./pool-id.js";
import type { PoolOrder } from "./pool-order.js";
import { memberId, sharedSubnetId } from "./request-ids.js";
import { nextOf } from "./subnets.js";
import { fullWith, moreContainers } from "./wording.js";

/**
 * Finds or creates the subnet that engines share by name.
 *
 * Engines find it by its attribute `Network Name`, whoever set it. If there is none, one engine creates it, however
 * many ask at once. On a grid without that attribute, engines find the subnet by its request id.
 */
export async function sharedSubnet(
  { ipam, ids, attributes, settings }: DriverParts,
  order: PoolOrder,
  networkName: string,
): Promise<Subnet> {
  const { place, family, networkView } = order;
  const requestId = sharedSubnetId(networkName, family);
  const common = {
    ...(place.kind === "named"
      ? ({ cidr: formatBlock(place.block), insideSubnet: "never" } as const)
      : nextOf(order, place)),
    comment: `Docker network ${networkName}`,
    networkView,
  };
  const values = attributes.of({ engine: settings.engine, networkName });
  const found = attributes.writing(values, ({ [networkNameAttribute]: name, ...others }) =>
    name === undefined
      ? ipam.requestSubnet({ ...common, extattrs: others, requestId })
      : ipam.subnets.ensureShared({
          ...common,
          sharedBy: { [networkNameAttribute]: name },
          extattrs: { ...others, ...ids.mark(requestId) },
        }),
  );
  const subnet = await found.catch((error: unknown) => {
    if (!isInfobloxError(error, "ConflictError") || error.code !== "ERR_INFOBLOX_SHARED_ELSEWHERE")
      return fullWith(moreContainers)(error);
    throw disagreement(
      "--subnet",
      "cidr" in common ? common.cidr : undefined,
      networkName,
      cidrInRef(error.path),
    );
  });
  if (place.kind === "next" && place.sizeMatters && place.prefixLength !== subnet.prefixLength) {
    throw disagreement("--ipam-opt prefix-length", place.prefixLength, networkName, subnet.prefixLength);
  }
  return subnet;
}

/** The error if this engine asks for something else than the other engines have. */
function disagreement(option: string, value: unknown, networkName: string, valid: unknown): Error {
  return invalid(option, value, `the engines of network-name=${networkName} share another subnet`, valid);
}

/**
 * Writes on the grid that this engine uses a shared subnet. The membership is a host record without DNS on the subnet's
 * last address, which all engines share: not on the gateway, since some network drivers have none, and since a subnet
 * with nothing but its gateway counts as unused. Guess: a grid allows such a host beside a reservation, as it allows
 * several hosts of one address.
 *
 * @returns `false` if the last engine has left and released the subnet just before: its place may be another subnet's by now
 */
export async function joinShared(
  driver: DriverParts,
  pool: Pool,
  subnet: Subnet,
  { isLastTry }: { readonly isLastTry: boolean },
): Promise<boolean> {
  const { ipam, ids, attributes, journal } = driver;
  const { networkView, engine } = pool;
  const cidr = formatBlock(pool.block);
  const requestId = memberId(pool);
  const joinAt = (ip: string) => (extattrs: CloudValues) =>
    ipam.requestAddress({
      ip,
      ifInUse: "allow",
      name: `Docker engine ${engine} on ${cidr}`,
      dns: false,
      comment: "Uses this subnet; released when the engine removes its network",
      requestId,
      networkView,
      extattrs,
    });
  try {
    return await journal.taking({ requestId, networkView }, async () => {
      const [before] = await ipam.findSubnets({ cidr, networkView });
      const membership = await attributes.writing(
        attributes.of(pool),
        joinAt(markIp(pool.block, before?.gateway)),
      );
      const [now] = await ipam.findSubnets({ cidr, networkView });
      const isSame = now !== undefined && ids.of(now) === ids.of(subnet);
      if (isSame && (await membersOf(driver, now)).length > 0) return true;
      // Lagging searches may not find it yet by its id.
      await ipam.releaseAddress(membership);
      return false;
    });
  } catch (error) {
    // The grid has written nothing: the subnet has just gone, or is a new one.
    const isGone = isInfobloxError(error, "NotFoundError") || isInfobloxError(error, "ConflictError");
    if (isGone && !isLastTry) return false;
    // Docker gets no pool, so it releases none.
    await journal.owe({ poolId: formatPoolId(pool) });
    throw error;
  }
}

/**
 * Removes this engine's membership. With the last one, releases the subnet if `releaseShared` is set and a driver
 * created it.
 */
export async function leaveShared(
  driver: DriverParts,
  pool: Pool,
  subnet: Subnet,
): Promise<Subnet | undefined> {
  const { ipam, ids, settings } = driver;
  const { networkView } = pool;
  const own = memberId(pool);
  await ipam.releaseAddress({ requestId: own }, { networkView });
  if (!settings.releaseShared || !ids.isShared(subnet)) return undefined;
  // Lagging searches may still find the own membership.
  if ((await membersOf(driver, subnet)).some((one) => ids.of(one) !== own)) return undefined;
  try {
    await ipam.releaseSubnet(subnet);
    return subnet;
  } catch (error) {
    // The subnet has containers of an engine that joined without a membership.
    if (isInfobloxError(error, "SubnetInUseError")) return undefined;
    throw error;
  }
}

/** The memberships of the engines that use a shared subnet. Those of version 0.1 are on the gateway's address. */
async function membersOf(
  { ipam, ids }: Pick<DriverParts, "ipam" | "ids">,
  subnet: Subnet,
): Promise<Address[]> {
  const { gateway, networkView, cidr } = subnet;
  const block = parseBlock(cidr);
  // An engine may have joined before the last address became the gateway.
  const places = new Set([gateway, block && markIp(block), block && markIp(block, gateway)]);
  const found: Address[] = [];
  for (const ip of places) {
    if (ip === undefined) continue;
    const { addresses } = await ipam.lookup(ip, { networkView });
    found.push(...addresses.filter((address) => ids.isMember(address)));
  }
  return found;
}

/** The last address, or the one before it if the last one is the gateway. */
function markIp(block: Block, gateway?: string): string {
  const { family, value } = lastOf(hostSpan(block));
  const last = formatAddress({ family, value });
  return last === gateway ? formatAddress({ family, value: value - 1n }) : last;
}
