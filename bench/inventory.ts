/**
 * Measures the cost of an inventory: requests, seconds and heap for 10,000 subnets with 200,000 addresses (half hosts,
 * half fixed addresses), compared with reading object by object, as scripts do. The grid runs in another process.
 *
 *   npx tsx --expose-gc bench/inventory.ts [--short]
 *
 * Fails if the inventory takes more than 300 requests or 80 MB of heap. The other way is measured on a part of the
 * plan, which the inventory reads as well, and both must find the same. Its figures for the whole plan are calculated
 * from the part.
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { type InventoryOptions, Ipam, WapiClient } from "infoblox-ipam";
import type { GridSeed } from "infoblox-ipam/testing";
import type { GridReady } from "./grid-process.js";
import { sized } from "./short.js";

const subnets = sized(10_000, 50);
const addressesEach = 20;
/** A block whose subnets both ways read. */
const slice = `10.0.0.0/${sized(15, 20)}`;
const subnetsInSlice = sized(512, 16);
const [mostRequests, mostMegabytes] = [300, 80];

const prefix = (index: number) => `10.${index >> 8}.${index & 255}`;
const mac = (index: number) =>
  `02:00:${(0x1_0000_0000 + index)
    .toString(16)
    .slice(1)
    .replace(/..(?=.)/g, "$&:")}`;

const places = Array.from({ length: subnets }, (_, subnet) =>
  Array.from({ length: addressesEach }, (_, last) => ({
    address: `${prefix(subnet)}.${last + 1}`,
    index: subnet * addressesEach + last,
  })),
).flat();
const seed: GridSeed = {
  containers: ["10.0.0.0/8"],
  networks: Array.from({ length: subnets }, (_, index) => `${prefix(index)}.0/24`),
  zones: ["example.com"],
  hosts: places
    .filter(({ index }) => index % 2 === 0)
    .map(({ address, index }) => ({
      name: `host-${index}.example.com`,
      addresses: [address],
      mac: mac(index),
    })),
  fixedAddresses: places
    .filter(({ index }) => index % 2 === 1)
    .map(({ address, index }) => ({ address, mac: mac(index) })),
};

const child = fork(resolve(import.meta.dirname, "grid-process.ts"), {
  execArgv: ["--import", "tsx", "--max-old-space-size=4096"],
});
child.send({ port: 0, tls: false, seed });
const [connection] = (await once(child, "message")) as [GridReady];

let requests = 0;
const wapi = new WapiClient({
  ...connection,
  allowInsecureHttp: true,
  timeout: 120_000,
  onRequest: () => {
    requests += 1;
  },
});
const ipam = new Ipam(wapi);
await wapi.find("networkview");

interface Way {
  readonly way: string;
  readonly addresses: number;
  readonly requests: number;
  readonly seconds: number;
  /** The used heap: garbage is collected before each measurement. */
  readonly "held heap, MB": number;
  /** The heap with garbage that is not collected yet. */
  readonly "whole heap, MB": number;
}

/** @param work - returns the number of found addresses */
async function measure(way: string, work: () => Promise<number>): Promise<Way> {
  const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
  collect();
  const before = process.memoryUsage().heapUsed;
  const growth = () => process.memoryUsage().heapUsed - before;
  let [held, whole, looks] = [0, 0, 0];
  const watch = setInterval(() => {
    whole = Math.max(whole, growth());
    looks += 1;
    if (looks % 20 !== 0) return;
    collect();
    held = Math.max(held, growth());
  }, 25);
  requests = 0;
  const started = performance.now();
  const addresses = await work();
  clearInterval(watch);
  const seconds = round((performance.now() - started) / 1000);
  const heap = { "held heap, MB": round(held / 1e6), "whole heap, MB": round(whole / 1e6) };
  return { way, addresses, requests, seconds, ...heap };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

async function readInventory(options?: InventoryOptions): Promise<number> {
  let found = 0;
  for await (const { kind } of ipam.inventory(options)) if (kind === "address") found += 1;
  return found;
}

/** Reads like a script: the subnets, the addresses of each, and each object on an address. */
async function readOneByOne(): Promise<number> {
  let found = 0;
  for (const network of seed.networks?.slice(0, subnetsInSlice) ?? []) {
    const where = { network: String(network), network_view: "default", status: "USED" };
    for (const { objects } of await wapi.find("ipv4address", { where, fields: ["objects"] })) {
      for (const ref of objects) await wapi.get(ref);
      // Network and broadcast addresses count as used, but have no object.
      if (objects.length > 0) found += 1;
    }
  }
  return found;
}

const expected = await ipam.inventory().cost();
const whole = await measure(`inventory, ${subnets} subnets`, () => readInventory());
const part = await measure(`inventory, ${subnetsInSlice} subnets`, () => readInventory({ within: slice }));
const single = await measure(`object by object, ${subnetsInSlice} subnets`, readOneByOne);
const share = subnets / subnetsInSlice;
console.table([
  whole,
  part,
  single,
  {
    way: `object by object, ${subnets} subnets (calculated)`,
    addresses: whole.addresses,
    requests: Math.round(single.requests * share),
    seconds: round(single.seconds * share),
  },
]);
console.log(`cost() said ${expected.requests} requests`);

await wapi.close();
child.send({});
const isComplete = whole.addresses === places.length && part.addresses === single.addresses;
const isCheap = whole.requests <= mostRequests && whole["held heap, MB"] <= mostMegabytes;
if (!isComplete || !isCheap) {
  console.error(`expected all of it in ${mostRequests} requests and ${mostMegabytes} MB`);
  process.exitCode = 1;
}
