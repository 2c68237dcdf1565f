import { randomBytes } from "node:crypto";
import { formatAddress, formatBlock } from "../cidr.js";
import { isInfobloxError } from "../errors.js";
import type { Address } from "../ipam/objects/results.js";
import type { Endpoint } from "./endpoint.js";
import { readNetworksOn } from "./engine-state.js";
import { type AddressPlace, type Take, takeFromPool } from "./free-addresses.js";
import { isIn, releaseOwn } from "./own-addresses.js";
import type { DriverParts } from "./parts.js";
import type { Pool } from "./pool-id.js";
import { addressId, containerId } from "./request-ids.js";

/**
 * Takes the address of a container: a fixed address or a reservation or, with a host name template, an address of a
 * host record.
 */
export async function takeEndpoint(
  driver: DriverParts,
  pool: Pool,
  endpoint: Endpoint,
  ip: string | undefined,
): Promise<string> {
  if (ip !== undefined && (await isTasks(driver, pool, ip))) return ip;
  const template = pool.hostName ?? driver.settings.hostName;
  const name = template === undefined ? undefined : hostName(template, pool, endpoint);
  const take = async () => {
    const got =
      name === undefined
        ? await takeSingle(driver, pool, endpoint, ip)
        : await takeOfHost(driver, pool, endpoint, ip, name);
    driver.given.note(pool, got, endpoint);
    return got;
  };
  const takeOrReplace = () =>
    take().catch(async (error: unknown) => {
      if (await isReplaced(driver, pool, endpoint, ip, error)) return take();
      throw error;
    });
  return ip === undefined ? takeOrReplace() : driver.given.alone(pool, ip, takeOrReplace);
}

/**
 * Whether the manager of a swarm has taken the address for the task that this node runs. The manager also releases it.
 */
async function isTasks({ ipam, ids }: DriverParts, pool: Pool, ip: string): Promise<boolean> {
  if (pool.manager === undefined) return false;
  const { addresses } = await ipam.lookup(ip, { networkView: pool.networkView });
  return addresses.length > 0 && addresses.every((address) => ids.isReservationOfManager(pool, address));
}

/**
 * Takes a fixed address, or a reservation without a MAC. It is found again by the container's name, else by its MAC,
 * else by a token of this call alone. An engine that sends no names may have several containers of one MAC, and a
 * subnet has a MAC only once. While one of these containers has an address, as this process knows or the engine shows,
 * the next gets a reservation.
 */
async function takeSingle(
  driver: DriverParts,
  pool: Pool,
  endpoint: Endpoint,
  ip: string | undefined,
): Promise<string> {
  const { mac, name } = endpoint;
  const token = randomBytes(6).toString("hex");
  const what = name === undefined ? (mac ?? `token/${token}`) : `name/${name}`;
  const takeForTwin = async () =>
    (await taken(driver, pool, { ...endpoint, isReserved: true }, ip, `${what}/${token}`)).ip;
  const mayHaveTwin = ip === undefined && name === undefined && mac !== undefined;
  if (mayHaveTwin && driver.given.hasMac(pool, mac)) return takeForTwin();
  try {
    const address = await taken(driver, pool, { ...endpoint, isReserved: mac === undefined }, ip, what);
    const isTwins = mayHaveTwin && !address.created && (await isRunning(driver, pool, address.ip));
    return isTwins ? takeForTwin() : address.ip;
  } catch (error) {
    const isMacTaken = ip === undefined && mac !== undefined && isInfobloxError(error, "ConflictError");
    if (!isMacTaken) throw error;
    return takeForTwin();
  }
}

async function taken(
  { ipam, attributes, journal }: DriverParts,
  pool: Pool,
  { mac, name, isReserved }: Endpoint & { readonly isReserved: boolean },
  ip: string | undefined,
  what: string,
): Promise<Address> {
  const client = isReserved || mac === undefined ? ({ as: "reservation" } as const) : clientOf(pool, mac);
  const described = { comment: commentOf(pool), networkView: pool.networkView };
  const vm = { vmId: mac ?? name, vmName: name };
  return attributes.writing(attributes.of(pool, vm), (extattrs) => {
    const take: Take<Address> = (place, requestId) =>
      journal.taking({ requestId, networkView: pool.networkView }, () =>
        ipam.requestAddress({ ...described, ...client, ...place, extattrs, requestId }),
      );
    return ip === undefined
      ? takeFromPool(pool, addressId(pool, what), take)
      : take({ ip }, addressId(pool, `${what}/${ip}`));
  });
}

/** Whether the engine shows a running container with the address. */
async function isRunning({ settings }: DriverParts, { block }: Pool, ip: string): Promise<boolean> {
  const { dockerSocket } = settings;
  const networks = dockerSocket === undefined ? [] : await readNetworksOn(dockerSocket, block);
  return (networks ?? []).some((addresses) => addresses.has(ip));
}

/**
 * Whether this engine itself held what blocked the take, from an earlier start whose release was lost, and it is
 * released now. That is an object of the same name with another MAC, or, at a named address, one of the same container
 * (by name or MAC) or of a container that the engine does not run any more.
 */
async function isReplaced(
  { ipam, ids, given, settings }: DriverParts,
  pool: Pool,
  { mac, name }: Endpoint,
  ip: string | undefined,
  error: unknown,
): Promise<boolean> {
  const { networkView } = pool;
  if (name !== undefined && isInfobloxError(error, "RequestMismatchError")) {
    if (!error.requestId.startsWith(addressId(pool, "name/"))) return false;
    await ipam.releaseAddress({ requestId: error.requestId }, { networkView });
    return true;
  }
  if (ip === undefined || !isInfobloxError(error, "ConflictError")) return false;
  const { addresses } = await ipam.lookup(ip, { networkView });
  const isSame = (address: Address) =>
    (name !== undefined && ids.isAddressOfName(pool, address, name)) ||
    (mac !== undefined && ids.isAddressOf(pool, address) && address.mac?.toLowerCase() === mac);
  const isOfContainer = (address: Address) => ids.isAddressOf(pool, address) && ids.isOfContainer(address);
  const isOwn =
    addresses.every(isSame) ||
    (addresses.every(isOfContainer) &&
      !given.isFresh(pool, ip) &&
      (await isWithoutContainer(settings.dockerSocket, pool, ip)));
  if (addresses.length === 0 || !isOwn) return false;
  for (const address of addresses) await releaseOwn(ipam, address, ip);
  return true;
}

/** Whether the engine answers, and has a network on the subnet, but no running container with the address. */
async function isWithoutContainer(
  dockerSocket: string | undefined,
  { block }: Pool,
  ip: string,
): Promise<boolean> {
  if (dockerSocket === undefined) return false;
  const networks = await readNetworksOn(dockerSocket, block);
  return networks !== undefined && networks.length > 0 && !networks.some((addresses) => addresses.has(ip));
}

/**
 * Takes an address of a container's host record. A container has one record for all its addresses: Docker requests one
 * address for each pool, and so for each family. The first request creates the record; the others add to it.
 */
function takeOfHost(
  driver: DriverParts,
  pool: Pool,
  endpoint: Endpoint,
  ip: string | undefined,
  name: string,
): Promise<string> {
  const { networkView, block, engine } = pool;
  const requestId = containerId(engine, name);
  const take = () => hostAddress(driver, pool, endpoint, ip, name);
  return driver.journal.taking({ requestId, networkView, cidr: formatBlock(block) }, () =>
    take().catch((error: unknown) => {
      // The host exists since the request for another address, and searches lag: by now they find it.
      if (isInfobloxError(error, "RequestMismatchError") && error.requestId === requestId) return take();
      throw error;
    }),
  );
}

async function hostAddress(
  { ipam, ids, attributes, settings }: DriverParts,
  pool: Pool,
  { mac, name: vmName }: Endpoint,
  ip: string | undefined,
  name: string,
): Promise<string> {
  const { networkView } = pool;
  const client = mac === undefined ? {} : clientOf(pool, mac);
  const found = await ipam.hosts.find({ name, networkView });
  const host = found.find((one) => ids.isContainerOf(pool, one));
  const had = host?.addresses.find((address) => isIn(pool, address.ip) && (ip ?? address.ip) === address.ip);
  if (had !== undefined) return had.ip;
  const { hostDns: dns, dnsView } = settings;
  const described = {
    name,
    dns,
    ...(dns && dnsView && { dnsView }),
    comment: commentOf(pool),
    networkView,
    ...client,
  };
  const vm = { vmId: mac ?? vmName, vmName };
  const take = (place: AddressPlace): Promise<string> =>
    host === undefined
      ? attributes.writing(attributes.of(pool, vm), async (extattrs) => {
          const requestId = containerId(pool.engine, name);
          return (await ipam.requestAddress({ ...described, ...place, extattrs, requestId })).ip;
        })
      : ipam.hosts.addAddress(host, { ...place, ...client, networkView }).then(({ address }) => address.ip);
  return ip === undefined ? takeFromPool(pool, containerId(pool.engine, name), take) : take({ ip });
}

/** DHCPv6 knows clients by DUID: here one of a link-layer address of type Ethernet (RFC 8415, 11.4). */
function clientOf({ block }: Pool, mac: string): { readonly mac: string } | { readonly duid: string } {
  return block.family === 4 ? { mac } : { duid: `00:03:00:01:${mac}` };
}

function commentOf({ engine }: Pool): string {
  return `Docker container on ${engine}`;
}

/**
 * The name of a container's host record. Without a container name the MAC takes its place, and without a MAC the name.
 * `undefined` if there is neither.
 */
function hostName(
  template: string,
  { block, engine, networkName }: Pool,
  { mac, name }: Endpoint,
): string | undefined {
  const macText = mac?.replaceAll(":", "");
  const nameText = name
    ?.toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  const own = { mac: macText ?? nameText, name: nameText || macText };
  if (own.mac === undefined || own.name === undefined) return undefined;
  const address = formatAddress({ family: block.family, value: block.first });
  return template
    .replaceAll("{mac}", own.mac)
    .replaceAll("{name}", own.name)
    .replaceAll("{engine}", engine)
    .replaceAll("{network}", networkName ?? address.replace(/[.:]+/g, "-").replace(/-$/, ""));
}
