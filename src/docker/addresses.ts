import { randomBytes } from "node:crypto";
import { contains, formatAddress, formatBlock, parseAddress } from "../cidr.js";
import { InfobloxError, invalid, isInfobloxError } from "../errors.js";
import { gatewayComment } from "../ipam/objects/reservations.js";
import type { Address } from "../ipam/objects/results.js";
import type { Endpoint } from "./endpoint.js";
import { takeEndpoint } from "./endpoints.js";
import { type Take, takeFromPool } from "./free-addresses.js";
import {
  addressTypeOption,
  type Capabilities,
  endpointNameOption,
  gatewayType,
  macOption,
  type ReleaseAddressCall,
  type RequestAddressAnswer,
  type RequestAddressCall,
} from "./messages.js";
import { releaseOwn } from "./own-addresses.js";
import type { DriverParts } from "./parts.js";
import { type Pool, parsePoolId } from "./pool-id.js";
import { addressId, sharedGatewayId } from "./request-ids.js";
import { noneWhereGone } from "./subnets.js";

/** What an address is for. An overlay network requests its gateway like an auxiliary address, as a reservation. */
type Purpose =
  | { readonly kind: "gateway" }
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint }
  | { readonly kind: "reservation" };

/** See `IpamDriver.requestAddress`. */
export async function requestAddress(
  driver: DriverParts,
  call: RequestAddressCall,
  { macAddresses = true }: Capabilities = {},
): Promise<RequestAddressAnswer> {
  const pool = parsePoolId(call.PoolID);
  const purpose = purposeOf(call.Options ?? {}, macAddresses);
  const ip = call.Address ? addressIn(pool, call.Address) : undefined;
  const got = await driver.prerequisites.inSubnet(pool, () => takeFor(driver, pool, purpose, ip));
  driver.guard.settled(call.PoolID);
  return { Address: `${got}/${pool.block.prefixLength}`, Data: {} };
}

function takeFor(driver: DriverParts, pool: Pool, purpose: Purpose, ip: string | undefined): Promise<string> {
  switch (purpose.kind) {
    case "endpoint":
      return takeEndpoint(driver, pool, purpose.endpoint, ip);
    case "gateway":
      return pool.networkName === undefined
        ? reserve(driver, pool, "gateway", "Docker gateway", ip ?? pool.router)
        : takeSharedGateway(driver, pool, ip);
    case "reservation":
      return reserve(driver, pool, ip ?? randomBytes(6).toString("hex"), "Reserved by Docker", ip);
  }
}

/**
 * Reserves an address. A named address that the grid uses already is kept as it is: no container gets it, which is all
 * that the call asks for. It may be a router.
 */
async function reserve(
  driver: DriverParts,
  pool: Pool,
  what: string,
  comment: string,
  ip: string | undefined,
): Promise<string> {
  const { ipam, ids, attributes, settings, journal } = driver;
  const { networkView } = pool;
  const described = { as: "reservation", comment, networkView } as const;
  try {
    const address = await attributes.writing(attributes.of(pool), (extattrs) => {
      const take: Take<Address> = (place, requestId) =>
        journal.taking({ requestId, networkView }, () =>
          ipam.requestAddress({ ...described, ...place, extattrs, requestId }),
        );
      const requestId = addressId(pool, what);
      return ip === undefined ? takeFromPool(pool, requestId, take) : take({ ip }, requestId);
    });
    return sameAs(ip, address.ip, what);
  } catch (error) {
    if (ip === undefined || !isInfobloxError(error, "ConflictError")) throw error;
    const { status, types, addresses } = await ipam.lookup(ip, { networkView });
    if (status !== "USED") throw error;
    // On a node of a swarm, the manager has reserved it, and keeps it longer than its nodes do.
    if (pool.manager === undefined && addresses.some((address) => ids.isOfDriver(address)))
      return reserveBeside(driver, pool, what, comment, ip);
    settings.logger.info(`${ip} is on the grid already (${types.join(", ")}): kept as it is`);
    return ip;
  }
}

/**
 * Reserves an address that another network has, too: a gateway or an auxiliary address of several engines. A grid has
 * one reservation for an address, but several host records. So this network has a host record without DNS, and the
 * address stays when the other network goes.
 */
async function reserveBeside(
  { ipam, attributes, journal }: DriverParts,
  pool: Pool,
  what: string,
  comment: string,
  ip: string,
): Promise<string> {
  const { networkView, engine } = pool;
  const requestId = addressId(pool, `${what}/beside`);
  const name = `${comment} on ${engine}: ${ip}`;
  const described = { ip, ifInUse: "allow", name, dns: false, comment, networkView, requestId } as const;
  await attributes.writing(attributes.of(pool), (extattrs) =>
    journal.taking({ requestId, networkView }, () => ipam.requestAddress({ ...described, extattrs })),
  );
  return ip;
}

/**
 * Takes one gateway for all engines. The first engine creates it, with a request id that all share. It is released with
 * the subnet.
 */
async function takeSharedGateway(
  driver: DriverParts,
  pool: Pool,
  named: string | undefined,
): Promise<string> {
  const { ipam, attributes } = driver;
  const { networkView, block, networkName = "" } = pool;
  const cidr = formatBlock(block);
  const [subnet] = await ipam.findSubnets({ cidr, networkView });
  const ip = named ?? (subnet?.gateway === undefined ? pool.router : undefined);
  const isRouter = ip !== undefined && subnet?.gateway === undefined && (await isRouterAt(driver, pool, ip));
  // The grid has the router from elsewhere: the driver does not mark it as its own.
  if (isRouter) return ip;
  const gateway =
    subnet?.gateway ??
    (await attributes.writing(attributes.of(pool), async (extattrs) => {
      const made = await ipam.requestAddress({
        // The memberships of engines may be on the named address.
        ...(ip === undefined ? { from: cidr } : { ip, ifInUse: "allow" }),
        ...{ as: "reservation", comment: gatewayComment, networkView, extattrs },
        requestId: sharedGatewayId(networkName, block.family),
      });
      return made.ip;
    }));
  if (ip !== undefined && gateway !== ip) {
    throw invalid("--gateway", ip, `the engines of network-name=${networkName} share another`, gateway);
  }
  return gateway;
}

/** Whether anything but memberships of engines uses the address. */
async function isRouterAt({ ipam, ids }: DriverParts, { networkView }: Pool, ip: string): Promise<boolean> {
  const { status, addresses } = await ipam.lookup(ip, { networkView });
  if (status !== "USED") return false;
  return addresses.length === 0 || !addresses.every((address) => ids.isMember(address));
}

/** See `IpamDriver.releaseAddress`. Returns what was released. */
export async function releaseAddress(
  { ipam, ids, given }: DriverParts,
  { PoolID, Address }: ReleaseAddressCall,
): Promise<readonly Address[]> {
  const pool = parsePoolId(PoolID);
  const ip = addressIn(pool, Address);
  const { networkView } = pool;
  const addresses = await ipam.lookup(ip, { networkView }).then((found) => found.addresses, noneWhereGone);
  const own = addresses.filter((address) => ids.isAddressOf(pool, address));
  for (const address of own) await releaseOwn(ipam, address, ip);
  given.forget(pool, ip);
  return own;
}

/** Without MACs, older engines request a container's address like an auxiliary one. Both count as a container's. */
function purposeOf(options: Readonly<Record<string, string>>, macAddresses: boolean): Purpose {
  if (options[addressTypeOption] === gatewayType) return { kind: "gateway" };
  const mac = macAddresses ? options[macOption]?.toLowerCase() : undefined;
  const name = options[endpointNameOption];
  const isEndpoint = mac || name || !macAddresses;
  if (!isEndpoint) return { kind: "reservation" };
  return { kind: "endpoint", endpoint: { mac: mac || undefined, name: name || undefined } };
}

/** Docker writes addresses with a prefix length or without. */
function addressIn({ block }: Pool, text: string): string {
  const [plain = ""] = text.split("/");
  const address = parseAddress(plain);
  if (address !== undefined && contains(block, address)) return formatAddress(address);
  const example = formatAddress({ family: block.family, value: block.first + 2n });
  throw invalid("Address", text, `is not an address of ${formatBlock(block)}`, example);
}

function sameAs(wanted: string | undefined, got: string, what: string): string {
  if (wanted === undefined || wanted === got) return got;
  throw new InfobloxError(
    `The ${what} of this network is ${got}, not ${wanted}.`,
    "ERR_INFOBLOX_DOCKER_IN_USE",
    {
      hint: "Release it first, or ask for the same again.",
    },
  );
}
