import { contains, formatAddress, parseAddress } from "../cidr.js";
import type { Address } from "../ipam/results.js";
import { type AddressPlace, type Take, takeFromPool } from "./free-addresses.js";
import type { DriverParts } from "./parts.js";
import type { Pool } from "./pool-id.js";
import { addressId, containerId } from "./request-ids.js";

/** The address of a container: a fixed address or, where names are wished for, one of a host record. */
export async function takeEndpoint(
  driver: DriverParts,
  pool: Pool,
  mac: string,
  ip: string | undefined,
): Promise<string> {
  const template = pool.hostName ?? driver.settings.hostName;
  if (template === undefined) return takeFixed(driver, pool, mac, ip);
  return takeOfHost(driver, pool, mac, ip, hostName(template, pool, mac));
}

async function takeFixed(
  { ipam, attributes }: DriverParts,
  pool: Pool,
  mac: string,
  ip: string | undefined,
): Promise<string> {
  const described = { ...clientOf(pool, mac), comment: commentOf(pool), networkView: pool.networkView };
  const address = await attributes.writing(attributes.of(pool, mac), (extattrs) => {
    const take: Take<Address> = (place, requestId) =>
      ipam.requestAddress({ ...described, ...place, extattrs, requestId });
    return ip === undefined
      ? takeFromPool(pool, addressId(pool, mac), take)
      : take({ ip }, addressId(pool, `${mac}/${ip}`));
  });
  return address.ip;
}

/**
 * One record for all addresses of a container: Docker asks for one of each pool, and so of each family. The first makes
 * the record, others are added to it.
 */
async function takeOfHost(
  { ipam, ids, attributes, settings }: DriverParts,
  pool: Pool,
  mac: string,
  ip: string | undefined,
  name: string,
): Promise<string> {
  const { networkView } = pool;
  const client = clientOf(pool, mac);
  const found = await ipam.hosts.find({ name, networkView });
  const host = found.find((one) => ids.isContainerOf(pool, one));
  const had = host?.addresses.find((address) => isIn(pool, address.ip) && (ip ?? address.ip) === address.ip);
  if (had !== undefined) return had.ip;
  const described = { name, dns: settings.hostDns, comment: commentOf(pool), networkView, ...client };
  const take = (place: AddressPlace): Promise<string> =>
    host === undefined
      ? attributes.writing(attributes.of(pool, mac), async (extattrs) => {
          const requestId = containerId(pool.engine, name);
          return (await ipam.requestAddress({ ...described, ...place, extattrs, requestId })).ip;
        })
      : ipam.hosts.addAddress(host, { ...place, ...client, networkView }).then(({ address }) => address.ip);
  return ip === undefined ? takeFromPool(pool, containerId(pool.engine, name), take) : take({ ip });
}

function isIn({ block }: Pool, ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && contains(block, address);
}

/** DHCPv6 knows clients by DUID: that of a link-layer address (RFC 8415, 11.4), of Ethernet. */
function clientOf({ block }: Pool, mac: string): { readonly mac: string } | { readonly duid: string } {
  return block.family === 4 ? { mac } : { duid: `00:03:00:01:${mac}` };
}

function commentOf({ engine }: Pool): string {
  return `Docker container on ${engine}`;
}

function hostName(template: string, { block, engine, networkName }: Pool, mac: string): string {
  const address = formatAddress({ family: block.family, value: block.first });
  return template
    .replaceAll("{mac}", mac.replaceAll(":", ""))
    .replaceAll("{engine}", engine)
    .replaceAll("{network}", networkName ?? address.replace(/[.:]+/g, "-").replace(/-$/, ""));
}
