/**
 * What an inventory costs: requests, seconds and heap for 10,000 subnets with 200,000 addresses (half hosts, half
 * fixed addresses), beside reading them object by object as scripts do. The grid runs in a process of its own.
 *
 *   npx tsx --expose-gc bench/inventory.ts [--short]
 *
 * Fails where the inventory takes more than 300 requests or 80 MB of heap. The other way is measured on some subnets,
 * and its figures for all follow from these.
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Ipam, WapiClient } from "infoblox-ipam";
import type { GridSeed } from "infoblox-ipam/testing";
import type { GridReady } from "./grid-process.js";
import { sized } from "./short.js";

const subnets = sized(10_000, 50);
const addressesEach = 20;
const oneByOne = sized(25, 2);
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
  readonly requests: number;
  readonly seconds: number;
  readonly "peak heap growth, MB": number;
}

async function measure(way: string, work: () => Promise<void>): Promise<Way> {
  const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
  collect();
  const before = process.memoryUsage().heapUsed;
  let peak = 0;
  // Garbage is collected before each look: what counts is what is held.
  const watch = setInterval(() => {
    collect();
    peak = Math.max(peak, process.memoryUsage().heapUsed - before);
  }, 500);
  requests = 0;
  const started = performance.now();
  await work();
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  return { way, requests, seconds: round(seconds), "peak heap growth, MB": round(peak / 1e6) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const expected = await ipam.inventory().cost();
const found = { subnet: 0, address: 0 };
const inventory = await measure("inventory", async () => {
  for await (const { kind } of ipam.inventory()) {
    if (kind === "subnet" || kind === "address") found[kind] += 1;
  }
});
const single = await measure(`object by object, ${oneByOne} subnets`, async () => {
  const networks = await wapi.find("network", { limit: oneByOne });
  for (const { network } of networks) {
    const where = { network, network_view: "default", status: "USED" };
    for (const { objects } of await wapi.find("ipv4address", { where, fields: ["objects"] })) {
      for (const ref of objects) await wapi.get(ref);
    }
  }
});
const share = subnets / oneByOne;
console.table([
  inventory,
  single,
  {
    way: `object by object, ${subnets} subnets (calculated)`,
    requests: single.requests * share,
    seconds: round(single.seconds * share),
  },
]);
console.log(`${found.subnet} subnets, ${found.address} addresses; cost() said ${expected.requests} requests`);

await wapi.close();
child.send({});
const isComplete = found.subnet === subnets && found.address === subnets * addressesEach;
const isCheap = inventory.requests <= mostRequests && inventory["peak heap growth, MB"] <= mostMegabytes;
if (!isComplete || !isCheap) {
  console.error(`expected all of it in ${mostRequests} requests and ${mostMegabytes} MB`);
  process.exitCode = 1;
}
