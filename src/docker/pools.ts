import { randomBytes } from "node:crypto";
import { type Block, contains, formatAddress, formatBlock, parseAddress, parseBlock } from "../cidr.js";
import { InfobloxError, invalid, isInfobloxError } from "../errors.js";
import type { Subnet } from "../ipam/objects/results.js";
import { releaseAddress } from "./addresses.js";
import { isOutsideSwarm, readNetworksOn } from "./engine-state.js";
import type { ReleasePoolCall, RequestPoolAnswer, RequestPoolCall } from "./messages.js";
import { ownLeftovers, releaseLeftovers, releaseOwn } from "./own-addresses.js";
import type { DriverParts } from "./parts.js";
import { formatPoolId, type Pool, parsePoolId } from "./pool-id.js";
import { type NamedPool, type NextPool, type PoolOrder, poolOrder } from "./pool-order.js";
import { namedSubnetId, nextSubnetId } from "./request-ids.js";
import { joinShared, leaveShared, sharedSubnet } from "./shared-pools.js";
import { createSubnet, findSubnet, nextOf } from "./subnets.js";

/** See `IpamDriver.requestPool`. */
export async function requestPool(driver: DriverParts, call: RequestPoolCall): Promise<RequestPoolAnswer> {
  const order = poolOrder(driver.settings, call);
  return driver.guard.giving(order, async () => {
    for (let tries = 1; ; tries += 1) {
      const identity = { engine: driver.settings.engine, id: randomBytes(6).toString("hex") };
      const subnet = await driver.prerequisites.during(order, () => subnetFor(driver, order, identity));
      const isNode = order.scope === "local" && driver.ids.isOfSwarm(subnet);
      const manager = isNode ? driver.ids.engineOf(subnet) : undefined;
      const router = await routerOf(driver, subnet);
      const pool = { ...poolOf(order, { ...identity, manager }, subnet), router };
      const { networkName } = order;
      const mustJoin =
        networkName !== undefined && driver.settings.releaseShared && driver.ids.isShared(subnet);
      const isLastTry = tries === mostTries;
      if (mustJoin && !(await joinShared(driver, pool, subnet, { isLastTry }))) {
        if (!isLastTry) continue;
        throw invalid(
          "network-name",
          networkName,
          "its last engine leaves it all the time; try again",
          "blue",
        );
      }
      driver.given.notePool(pool);
      return { PoolID: formatPoolId(pool), Pool: subnet.cidr, Data: {} };
    }
  });
}

/** How often an engine joins a shared subnet whose last engine leaves it at that moment. */
const mostTries = 5;

/** The router of a subnet that no driver created. A network without `--gateway` uses it as its gateway. */
async function routerOf({ ipam, ids }: DriverParts, subnet: Subnet): Promise<string | undefined> {
  if (subnet.created || ids.isOfDriver(subnet)) return undefined;
  const [router] = await ipam.subnets.routers(subnet);
  const [block, address] = [parseBlock(subnet.cidr), parseAddress(router ?? "")];
  return block && address && contains(block, address) ? formatAddress(address) : undefined;
}

type PoolIdentity = Pick<Pool, "engine" | "id" | "manager">;

async function subnetFor(driver: DriverParts, order: PoolOrder, identity: PoolIdentity): Promise<Subnet> {
  const { place, networkName, scope } = order;
  if (networkName !== undefined) return sharedSubnet(driver, order, networkName);
  if (place.kind === "next") return nextSubnet(driver, order, place, identity);
  const swarm = scope === "local" ? await swarmSubnet(driver, place) : undefined;
  return swarm ?? namedSubnet(driver, order, place, identity);
}

/**
 * The subnet that the manager of a swarm took. Before the first task runs on a node, the node's engine requests it from
 * its own driver, in the local address space and by its CIDR.
 */
async function swarmSubnet(driver: DriverParts, { block }: NamedPool): Promise<Subnet | undefined> {
  const { ids, settings } = driver;
  // The network view of the global address space is created with its first subnet.
  const subnet = await findSubnet(driver, { networkView: settings.spaces.global.networkView, block });
  if (subnet === undefined || !ids.isOfSwarm(subnet)) return undefined;
  // On an engine outside a swarm, this is a user who wants a network of their own.
  const { dockerSocket } = settings;
  return dockerSocket !== undefined && (await isOutsideSwarm(dockerSocket)) ? undefined : subnet;
}

function nextSubnet(
  driver: DriverParts,
  order: PoolOrder,
  place: NextPool,
  identity: PoolIdentity,
): Promise<Subnet> {
  return createSubnet(driver, order, {
    ...nextOf(order, place),
    requestId: nextSubnetId(identity, order.scope),
  });
}

/**
 * The subnet of `--subnet`. Creates it if the grid does not have it. Else uses the grid's own, unless an engine has it.
 */
async function namedSubnet(
  driver: DriverParts,
  order: PoolOrder,
  { block }: NamedPool,
  { engine }: PoolIdentity,
): Promise<Subnet> {
  const { ipam } = driver;
  const cidr = formatBlock(block);
  try {
    const requestId = namedSubnetId({ engine, block }, order.scope);
    const subnet = await createSubnet(driver, order, { cidr, insideSubnet: "never", requestId });
    // If this engine created the subnet and never used it, the answer to an earlier request was lost: this is the same
    // request.
    const isUnused = subnet.created || (await ipam.utilization(subnet)).used === 0;
    if (subnet.created || (isUnused && !(await hasNetwork(driver, subnet, block)))) return subnet;
    throw inUse(cidr, engine);
  } catch (error) {
    // After a lost answer this is the cause: the lost request can only create the subnet if the existing one goes.
    const refusal = isInfobloxError(error, "UncertainWriteError") ? error.cause : error;
    if (!isInfobloxError(refusal, "ConflictError")) throw error;
    const [existing] = await ipam.findSubnets({ cidr, networkView: order.networkView });
    if (existing === undefined) throw error;
    const owner = driver.ids.engineOf(existing);
    if (owner !== undefined) throw inUse(cidr, owner);
    if (driver.ids.isShared(existing)) throw inUse(cidr, "engines that share it by name");
    return existing;
  }
}

/**
 * Whether a network has the subnet. An unused subnet does not prove that none has it: a macvlan network requests no
 * gateway and has no address at first.
 */
async function hasNetwork(
  { given, settings }: DriverParts,
  { networkView }: Subnet,
  block: Block,
): Promise<boolean> {
  const { dockerSocket } = settings;
  const networks = dockerSocket === undefined ? undefined : await readNetworksOn(dockerSocket, block);
  if (networks === undefined) return given.hasSubnet({ networkView, block });
  return networks.length > 0 || given.hasSubnet({ networkView, block }, { isFresh: true });
}

function inUse(cidr: string, engine: string): InfobloxError {
  return new InfobloxError(
    `${cidr} is a Docker network of ${engine} already.`,
    "ERR_INFOBLOX_DOCKER_IN_USE",
    {
      hint: "Name another subnet, or none to get the next free one. To share one subnet, create the network with --ipam-opt network-name= on every engine.",
    },
  );
}

function poolOf(order: PoolOrder, identity: PoolIdentity, subnet: Subnet): Pool {
  const block = parseBlock(subnet.cidr);
  const { ipRange, networkName, hostName } = order;
  const { networkView } = subnet;
  if (block === undefined || (ipRange !== undefined && !contains(block, ipRange))) {
    throw invalid("--ip-range", ipRange && formatBlock(ipRange), `must lie in ${subnet.cidr}`, subnet.cidr);
  }
  return {
    ...identity,
    ...{ networkView, block, networkName, hostName },
    ipRange: ipRange && formatBlock(ipRange),
  };
}

/** See `IpamDriver.releasePool`. */
export async function releasePool(
  driver: DriverParts,
  { PoolID }: ReleasePoolCall,
): Promise<Subnet | undefined> {
  const pool = parsePoolId(PoolID);
  driver.guard.settled(PoolID);
  driver.given.forgetPool(pool);
  await releaseOwed(driver, PoolID);
  const { networkName } = pool;
  const subnet = await findSubnet(driver, pool);
  if (subnet === undefined) return undefined;
  const isOwn = networkName === undefined && driver.ids.isSubnetOf(pool, subnet);
  if (!isOwn) await releaseLeftovers(driver, pool);
  if (networkName !== undefined) return leaveShared(driver, pool, subnet);
  if (!isOwn) return undefined;
  await releaseSubnet(driver, pool, subnet);
  return subnet;
}

/**
 * Repeats the releases of the pool's addresses that wait. If one fails, the pool's release waits, too: if the engine left a
 * shared subnet before them, nobody would release the subnet after them.
 */
async function releaseOwed(driver: DriverParts, PoolID: string): Promise<void> {
  const { journal } = driver;
  for (const address of journal.addressesOwedTo(PoolID)) {
    await releaseAddress(driver, { PoolID, Address: address });
    await journal.forget({ poolId: PoolID, address });
  }
}

/**
 * Releases a subnet that this pool created. First it releases addresses of containers that stopped while no driver was
 * running. Addresses of others keep the subnet.
 */
async function releaseSubnet(driver: DriverParts, pool: Pool, subnet: Subnet): Promise<void> {
  for (;;) {
    try {
      await driver.ipam.releaseSubnet(subnet);
      return;
    } catch (error) {
      if (!isInfobloxError(error, "SubnetInUseError")) throw error;
      const leftovers = await ownLeftovers(driver, pool, error.inUse);
      if (leftovers.length === 0) throw error;
      for (const { address, ip } of leftovers) await releaseOwn(driver.ipam, address, ip);
    }
  }
}
