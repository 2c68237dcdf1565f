/**
 * Compares bulk calls with calls one by one: requests, bytes sent and time for many addresses and subnets.
 *
 *   npx tsx bench/bulk.ts [COUNT] [--short]
 */

import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { sized } from "./short.js";

const count = Number(process.argv.find((word) => /^\d+$/.test(word)) ?? sized(1_000, 20));
const from = "10.64.0.0/16";
const subnets = { from: "10.0.0.0/8", prefixLength: 24 };

interface Row {
  readonly way: string;
  readonly requests: number;
  readonly kilobytes: number;
  readonly seconds: number;
}

async function measure(way: string, work: (ipam: Ipam) => Promise<unknown>): Promise<Row> {
  await using grid = await FakeGrid.listen({ seed: { networks: [from], containers: [subnets.from] } });
  await using ipam = new Ipam(grid.clientOptions);
  const start = performance.now();
  await work(ipam);
  const seconds = (performance.now() - start) / 1000;
  const bytes = grid.requests.reduce((sum, { body }) => sum + (JSON.stringify(body)?.length ?? 0), 0);
  return {
    way,
    requests: grid.requests.length,
    kilobytes: Math.round(bytes / 1024),
    seconds: Number(seconds.toFixed(2)),
  };
}

console.table([
  await measure("addresses one by one, take and release", async (ipam) => {
    for (let n = 0; n < count; n += 1) await ipam.releaseAddress(await ipam.requestAddress({ from }));
  }),
  await measure("addresses in bulk, take and release", async (ipam) => {
    await ipam.releaseMany(await ipam.requestAddresses({ from, count }));
  }),
  await measure("subnets one by one, take and release", async (ipam) => {
    for (let n = 0; n < count; n += 1) await ipam.releaseSubnet(await ipam.requestSubnet(subnets));
  }),
  await measure("subnets in bulk, take and release", async (ipam) => {
    await ipam.releaseMany(await ipam.requestSubnets({ ...subnets, count }));
  }),
]);
