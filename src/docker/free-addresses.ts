import { createHash } from "node:crypto";
import {
  type Block,
  firstOf,
  formatAddress,
  formatBlock,
  formatSpan,
  gaps,
  hostSpan,
  intersection,
  parseBlock,
  size,
} from "../cidr.js";
import { isInfobloxError, PoolExhaustedError } from "../errors.js";
import type { Ipam } from "../ipam/ipam.js";
import type { AddressFields, AddressIdentity } from "../ipam/requests.js";
import type { Address } from "../ipam/results.js";
import type { Pool } from "./pool-id.js";

/** How many addresses around an `--ip-range` one request can exclude, and how many in it are tried one by one. */
const mostExcluded = 4096n;
const mostTried = 4096n;

/** What is asked for, but for where it comes from. */
export type Described = Omit<AddressFields, "from" | "ip" | "as"> & AddressIdentity;

/**
 * The next free address of a pool: of its `--ip-range`, where it has one. A grid excludes addresses one by one, so
 * where too many lie around the range, those in it are tried instead, from a place that follows from `seed`: that
 * spreads them, and gives a client the same address again.
 */
export function takeFromPool(ipam: Ipam, pool: Pool, request: Described, seed: string): Promise<Address> {
  const from = formatBlock(pool.block);
  const range = pool.ipRange === undefined ? undefined : parseBlock(pool.ipRange);
  if (range === undefined) return ipam.requestAddress({ ...request, from });
  const outside = [...gaps(pool.block, [range])];
  const count = outside.reduce((sum, span) => sum + size(span), 0n);
  if (count > mostExcluded) return tryOneByOne(ipam, pool, range, request, seed);
  return ipam.requestAddress({ ...request, from, exclude: outside.map(formatSpan) });
}

async function tryOneByOne(
  ipam: Ipam,
  pool: Pool,
  range: Block,
  request: Described,
  seed: string,
): Promise<Address> {
  const hosts = intersection(range, hostSpan(pool.block)) ?? range;
  const room = size(hosts);
  const start = BigInt(`0x${createHash("sha256").update(seed).digest("hex")}`) % room;
  for (let tried = 0n; tried < room && tried < mostTried; tried += 1n) {
    const value = firstOf(hosts).value + ((start + tried) % room);
    try {
      return await ipam.requestAddress({ ...request, ip: formatAddress({ family: range.family, value }) });
    } catch (error) {
      if (!isInfobloxError(error, "ConflictError")) throw error;
    }
  }
  const source = formatBlock(range);
  throw new PoolExhaustedError(`No address is free in ${source} of ${formatBlock(pool.block)}.`, {
    tried: [{ source, reason: "every address that was tried is in use" }],
    hint: "Remove containers, or create a network with a larger --ip-range.",
  });
}
