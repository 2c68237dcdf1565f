import { formatBlock } from "../cidr.js";
import { AmbiguousTargetError, invalid, isInfobloxError } from "../errors.js";
import type { Address, Subnet } from "../ipam/results.js";
import { lackingAttribute, networkNameAttribute } from "./cloud-attributes.js";
import type { DriverParts } from "./parts.js";
import type { Pool } from "./pool-id.js";
import type { PoolOrder } from "./pool-order.js";
import { memberId, sharedSubnetId } from "./request-ids.js";
import { createSubnet, nextOf } from "./subnets.js";

/**
 * Subnets that engines share by name.
 *
 * Engines find a shared subnet by its attribute `Network Name`, whoever gave it that; where there is none, they make
 * it with one request id, so that any number of them at once end with one subnet.
 */
export async function sharedSubnet(
  driver: DriverParts,
  order: PoolOrder,
  networkName: string,
): Promise<Subnet> {
  const subnet =
    (await findShared(driver, order, networkName)) ?? (await makeShared(driver, order, networkName));
  checkAgrees(order, networkName, subnet);
  return subnet;
}

async function findShared(
  { ipam }: DriverParts,
  { networkView, family }: PoolOrder,
  networkName: string,
): Promise<Subnet | undefined> {
  const where = { networkView, family, extattrs: { [networkNameAttribute]: networkName }, limit: 2 };
  const found = await ipam.findSubnets(where).catch((error: unknown) => {
    // Without the definition no subnet can have the attribute.
    if (lackingAttribute(error) === networkNameAttribute) return [];
    throw error;
  });
  if (found.length <= 1) return found[0];
  throw new AmbiguousTargetError(
    `Several subnets of network view "${networkView}" have the ${networkNameAttribute} "${networkName}": ${found.map(({ cidr }) => cidr).join(", ")}.`,
    {
      candidates: found.map(({ ref }) => ref),
      hint: "Take the attribute off all but one of them, or choose another network-name.",
    },
  );
}

function makeShared(driver: DriverParts, order: PoolOrder, networkName: string): Promise<Subnet> {
  const { place, family } = order;
  const requestId = sharedSubnetId(networkName, family);
  return createSubnet(
    driver,
    order,
    place.kind === "named"
      ? { cidr: formatBlock(place.block), requestId }
      : { ...nextOf(order, place), requestId },
  );
}

/** What this engine asks for has to be what the others have. */
function checkAgrees({ place }: PoolOrder, networkName: string, { cidr, prefixLength }: Subnet): void {
  const shared = `the engines of network-name=${networkName} share ${cidr}`;
  if (place.kind === "named" && formatBlock(place.block) !== cidr) {
    throw invalid("--subnet", formatBlock(place.block), shared, cidr);
  }
  if (place.kind === "next" && place.sizeMatters && place.prefixLength !== prefixLength) {
    throw invalid("--ipam-opt prefix-length", place.prefixLength, shared, prefixLength);
  }
}

/**
 * Says on the grid that this engine uses a shared subnet. The mark is a host record without DNS on the gateway's
 * address, which takes no address away. Guess: a grid allows such a host beside a reservation, as it allows several
 * hosts of one address.
 */
export async function joinShared(
  { ipam, ids, attributes }: DriverParts,
  pool: Pool,
  gateway: Address,
): Promise<void> {
  const { networkView, engine, block } = pool;
  await attributes.writing(attributes.of(pool), (extattrs) =>
    ipam.requestAddress({
      ip: gateway.ip,
      ifInUse: "allow",
      name: `Docker engine ${engine}`,
      dns: false,
      comment: "Uses this subnet; released when the engine removes its network",
      requestId: memberId(pool),
      networkView,
      extattrs,
    }),
  );
  // The last engine may have left, and the subnet gone with it, just before the mark was there.
  const [subnet] = await ipam.findSubnets({ cidr: formatBlock(block), networkView });
  if (subnet !== undefined && (await membersOf({ ipam, ids }, subnet)).length > 0) return;
  await ipam.releaseAddress({ requestId: memberId(pool) }, { networkView });
  throw invalid(
    "network-name",
    pool.networkName,
    "the last engine has just left its subnet; try again",
    "blue",
  );
}

/** Takes this engine's mark away, and with the last mark the subnet, where that is wished for and a driver made it. */
export async function leaveShared(
  driver: DriverParts,
  pool: Pool,
  subnet: Subnet,
): Promise<Subnet | undefined> {
  const { ipam, ids, settings } = driver;
  const { networkView } = pool;
  await ipam.releaseAddress({ requestId: memberId(pool) }, { networkView });
  if (!settings.releaseShared || !ids.isShared(subnet)) return undefined;
  if ((await membersOf(driver, subnet)).length > 0) return undefined;
  try {
    await ipam.releaseSubnet(subnet);
    return subnet;
  } catch (error) {
    // Containers of an engine that joined without a mark.
    if (isInfobloxError(error, "SubnetInUseError")) return undefined;
    throw error;
  }
}

/** The marks of the engines that use a shared subnet; none where it has no gateway yet. */
async function membersOf(
  { ipam, ids }: Pick<DriverParts, "ipam" | "ids">,
  subnet: Subnet,
): Promise<Address[]> {
  if (subnet.gateway === undefined) return [];
  const { addresses } = await ipam.lookup(subnet.gateway, { networkView: subnet.networkView });
  return addresses.filter((address) => ids.isMember(address));
}
