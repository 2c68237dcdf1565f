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
import type { Pool } from "./pool-id.js";
import { fullWith } from "./wording.js";

const advice = "Remove containers, or create a network with a larger subnet.";

/** How many addresses outside an `--ip-range` one request can exclude, and how many inside it the driver tries one by one. */
const mostExcluded = 4096n;
const mostTried = 4096n;

/** The next free address of a source, except for some, or a named address. */
export type AddressPlace =
  | { readonly from: string; readonly exclude?: readonly string[] }
  | { readonly ip: string };

/** Takes an address from a place. If one request tries several addresses, each has its own `requestId`. */
export type Take<T> = (place: AddressPlace, requestId: string) => Promise<T>;

/**
 * Takes the next free address of a pool, from its `--ip-range` if it has one. A grid excludes addresses one by one. If
 * too many lie outside the range, the driver tries those inside it instead. The request id decides which one it tries
 * first: that spreads the tries, and a repeated request comes to the same address.
 */
export function takeFromPool<T>(pool: Pool, requestId: string, take: Take<T>): Promise<T> {
  const from = formatBlock(pool.block);
  const range = pool.ipRange === undefined ? undefined : parseBlock(pool.ipRange);
  if (range === undefined) return take({ from }, requestId).catch(fullWith(advice));
  const outside = [...gaps(pool.block, [range])];
  const count = outside.reduce((sum, span) => sum + size(span), 0n);
  if (count > mostExcluded) return tryOneByOne(pool, range, requestId, take);
  return take({ from, exclude: outside.map(formatSpan) }, requestId).catch((error: unknown) => {
    throw isInfobloxError(error, "PoolExhaustedError")
      ? rangeExhausted(pool, range, "no address is free")
      : error;
  });
}

async function tryOneByOne<T>(pool: Pool, range: Block, requestId: string, take: Take<T>): Promise<T> {
  const hosts = intersection(range, hostSpan(pool.block)) ?? range;
  const room = size(hosts);
  const start = BigInt(`0x${createHash("sha256").update(requestId).digest("hex")}`) % room;
  for (let tried = 0n; tried < room && tried < mostTried; tried += 1n) {
    const value = firstOf(hosts).value + ((start + tried) % room);
    const ip = formatAddress({ family: range.family, value });
    try {
      return await take({ ip }, `${requestId}/${ip}`);
    } catch (error) {
      if (!isInfobloxError(error, "ConflictError")) throw error;
    }
  }
  throw rangeExhausted(pool, range, "every address that was tried is in use");
}

function rangeExhausted(pool: Pool, range: Block, reason: string): PoolExhaustedError {
  const source = formatBlock(range);
  return new PoolExhaustedError(
    `No address is free in the --ip-range ${source} of ${formatBlock(pool.block)}.`,
    {
      tried: [{ source, reason }],
      hint: "Remove containers, or create a network with a larger --ip-range.",
    },
  );
}
