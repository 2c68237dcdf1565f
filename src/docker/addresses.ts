import { randomBytes } from "node:crypto";
import { contains, formatAddress, formatBlock, parseAddress } from "../cidr.js";
import { InfobloxError, invalid, isInfobloxError } from "../errors.js";
import { gatewayComment } from "../ipam/reservations.js";
import type { Address } from "../ipam/results.js";
import { type Described, takeFromPool } from "./free-addresses.js";
import {
  addressTypeOption,
  gatewayType,
  macOption,
  type ReleaseAddressCall,
  type RequestAddressAnswer,
  type RequestAddressCall,
} from "./messages.js";
import type { DriverParts } from "./parts.js";
import { type Pool, parsePoolId } from "./pool-id.js";
import { addressId, sharedGatewayId } from "./request-ids.js";
import { joinShared } from "./shared-pools.js";

/** What an address is for. Overlay networks say nothing of their gateway: that is a reservation like any other. */
type Purpose =
  | { readonly kind: "gateway" }
  | { readonly kind: "endpoint"; readonly mac: string }
  | { readonly kind: "reservation" };

/** See `IpamDriver.requestAddress`. */
export async function requestAddress(
  driver: DriverParts,
  call: RequestAddressCall,
): Promise<RequestAddressAnswer> {
  const pool = parsePoolId(call.PoolID);
  const purpose = purposeOf(call.Options ?? {});
  const ip = call.Address ? addressIn(pool, call.Address) : undefined;
  const got = await takeFor(driver, pool, purpose, ip);
  driver.guard.settled(call.PoolID);
  return { Address: `${got}/${pool.block.prefixLength}`, Data: {} };
}

function takeFor(driver: DriverParts, pool: Pool, purpose: Purpose, ip: string | undefined): Promise<string> {
  switch (purpose.kind) {
    case "endpoint":
      return takeEndpoint(driver, pool, purpose.mac, ip);
    case "gateway":
      return pool.networkName === undefined
        ? reserve(driver, pool, "gateway", "Docker gateway", ip)
        : takeSharedGateway(driver, pool, ip);
    case "reservation":
      return reserve(driver, pool, ip ?? randomBytes(6).toString("hex"), "Reserved by Docker", ip);
  }
}

/** The address of a container: a fixed address or, where names are wished for, a host record. */
async function takeEndpoint(
  driver: DriverParts,
  pool: Pool,
  mac: string,
  ip: string | undefined,
): Promise<string> {
  const { settings, attributes, ipam } = driver;
  const { family } = pool.block;
  const client = family === 4 ? { mac } : { duid: linkLayerDuid(mac) };
  const template = pool.hostName ?? settings.hostName;
  const request: Described = {
    ...client,
    ...(template !== undefined && { name: hostName(template, pool, mac), dns: settings.hostDns }),
    comment: `Docker container on ${pool.engine}`,
    requestId: addressId(pool, ip === undefined ? mac : `${mac}/${ip}`),
    networkView: pool.networkView,
  };
  const address = await attributes.writing(attributes.of(pool, mac), (extattrs) => {
    const described = { ...request, extattrs };
    return ip === undefined
      ? takeFromPool(ipam, pool, described, mac)
      : ipam.requestAddress({ ...described, ip });
  });
  return address.ip;
}

/**
 * An address that no client gets. One that is named and in use on the grid is kept from containers already, which is
 * all that is asked for: a router that is known there, or an auxiliary address that another engine has reserved.
 */
async function reserve(
  { ipam, attributes, settings }: DriverParts,
  pool: Pool,
  what: string,
  comment: string,
  ip: string | undefined,
): Promise<string> {
  const { networkView } = pool;
  const common = { as: "reservation", comment, requestId: addressId(pool, what), networkView } as const;
  try {
    const address = await attributes.writing(attributes.of(pool), (extattrs) => {
      const described = { ...common, extattrs };
      return ip === undefined
        ? takeFromPool(ipam, pool, described, what)
        : ipam.requestAddress({ ...described, ip });
    });
    return sameAs(ip, address.ip, what);
  } catch (error) {
    if (ip === undefined || !isInfobloxError(error, "ConflictError")) throw error;
    const { status, types } = await ipam.lookup(ip, { networkView });
    if (status !== "USED") throw error;
    settings.logger.info(`${ip} is on the grid already (${types.join(", ")}): kept as it is`);
    return ip;
  }
}

/** One gateway for all engines: the first makes it, with a request id that all share. It goes with the subnet. */
async function takeSharedGateway(driver: DriverParts, pool: Pool, ip: string | undefined): Promise<string> {
  const { ipam, attributes, settings } = driver;
  const { networkView, block, networkName = "" } = pool;
  const common = {
    as: "reservation",
    comment: gatewayComment,
    requestId: sharedGatewayId(networkName, block.family),
    networkView,
  } as const;
  const cidr = formatBlock(block);
  const [subnet] = await ipam.findSubnets({ cidr, networkView });
  if (ip !== undefined && subnet?.gateway === undefined) {
    const { status } = await ipam.lookup(ip, { networkView });
    // A router that the grid knows.
    if (status === "USED") return ip;
  }
  const gateway = await attributes.writing(attributes.of(pool), (extattrs) =>
    ipam.requestAddress({ ...common, extattrs, ...(ip === undefined ? { from: cidr } : { ip }) }),
  );
  if (ip !== undefined && gateway.ip !== ip) {
    const problem = `the engines of network-name=${networkName} share another`;
    throw invalid("--gateway", ip, problem, gateway.ip);
  }
  if (settings.releaseShared) await joinShared(driver, pool, gateway);
  return gateway.ip;
}

/** See `IpamDriver.releaseAddress`. Gives what was released. */
export async function releaseAddress(
  { ipam, ids }: DriverParts,
  { PoolID, Address }: ReleaseAddressCall,
): Promise<readonly Address[]> {
  const pool = parsePoolId(PoolID);
  const ip = addressIn(pool, Address);
  const { addresses } = await ipam.lookup(ip, { networkView: pool.networkView });
  const own = addresses.filter((address) => ids.isAddressOf(pool, address));
  for (const address of own) await ipam.releaseAddress(address);
  return own;
}

/** Addresses of this pool among those that stand in the way of releasing its subnet. */
export async function ownLeftovers(
  { ipam, ids }: DriverParts,
  pool: Pool,
  inUse: readonly string[],
): Promise<Address[]> {
  const found: Address[] = [];
  for (const text of inUse) {
    // Written for people, address first: "10.1.2.7 (FA)".
    const [ip = ""] = text.split(" ");
    const { addresses } = await ipam.lookup(ip, { networkView: pool.networkView });
    found.push(...addresses.filter((address) => ids.isAddressOf(pool, address)));
  }
  return found;
}

function purposeOf(options: Readonly<Record<string, string>>): Purpose {
  if (options[addressTypeOption] === gatewayType) return { kind: "gateway" };
  const mac = options[macOption];
  return mac ? { kind: "endpoint", mac: mac.toLowerCase() } : { kind: "reservation" };
}

/** Docker writes addresses with a prefix length or without. */
function addressIn({ block }: Pool, text: string): string {
  const [plain = ""] = text.split("/");
  const address = parseAddress(plain);
  if (address !== undefined && contains(block, address)) return formatAddress(address);
  const example = formatAddress({ family: block.family, value: block.first + 2n });
  throw invalid("Address", text, `is no address of ${formatBlock(block)}`, example);
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

/** DHCPv6 knows clients by DUID: that of a link-layer address (RFC 8415, 11.4), of Ethernet. */
function linkLayerDuid(mac: string): string {
  return `00:03:00:01:${mac}`;
}

function hostName(template: string, { block, engine, networkName }: Pool, mac: string): string {
  const network =
    networkName ?? formatAddress({ family: block.family, value: block.first }).replace(/[.:]+/g, "-");
  const digits = mac.replaceAll(":", "");
  return (
    template
      // The other family's address of the same container has a record of its own, and so a name of its own.
      .replaceAll("{mac}", block.family === 4 ? digits : `${digits}-v6`)
      .replaceAll("{engine}", engine)
      .replaceAll("{network}", network)
  );
}
