import { type Block, contains, parseAddress } from "../cidr.js";
import type { Ipam } from "../ipam/ipam.js";
import type { Address } from "../ipam/objects/results.js";
import type { DriverParts } from "./parts.js";
import type { Pool } from "./pool-id.js";

/** Releases an address of this pool. A host with an address in another pool keeps that one. */
export async function releaseOwn(ipam: Ipam, address: Address, ip: string): Promise<void> {
  if (address.ips.length === 1) await ipam.releaseAddress(address);
  else await ipam.hosts.removeAddress({ ref: address.ref }, ip);
}

/** Addresses of this pool among those that keep its subnet from being released. */
export async function ownLeftovers(
  { ipam, ids }: DriverParts,
  pool: Pool,
  inUse: readonly string[],
): Promise<{ readonly ip: string; readonly address: Address }[]> {
  const found: { ip: string; address: Address }[] = [];
  for (const text of inUse) {
    // The error's texts are for people, address first: "10.1.2.7 (FA)".
    const [ip = ""] = text.split(" ");
    const { addresses } = await ipam.lookup(ip, { networkView: pool.networkView });
    const own = addresses.filter((address) => ids.isAddressOf(pool, address));
    found.push(...own.map((address) => ({ ip, address })));
  }
  return found;
}

/** Releases the addresses that a pool still has in a subnet that outlives the pool: their release was lost. */
export async function releaseLeftovers({ ipam, ids }: DriverParts, pool: Pool): Promise<void> {
  const { networkView } = pool;
  const found = await ipam.findAddresses({ extattrs: ids.ofPool(pool), networkView });
  for (const address of found.filter((one) => ids.isAddressOf(pool, one))) await ipam.releaseAddress(address);
}

/** Whether the address lies in the subnet. A host can have addresses in several. */
export function isIn({ block }: { readonly block: Block }, ip: string): boolean {
  const address = parseAddress(ip);
  return address !== undefined && contains(block, address);
}
