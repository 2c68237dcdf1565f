/**
 * Shows how many subnets are left in a container, where they are, how fragmented the space is, and which subnets are
 * nearly full.
 *
 *   npx tsx examples/how-much-is-left.ts                                on a grid in memory
 *   INFOBLOX_URL=… INFOBLOX_CONTAINER=10.20.0.0/16 npx tsx …            on yours
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
grid?.seed({
  containers: [container],
  networks: ["10.20.0.0/24", "10.20.5.0/24", "10.20.128.0/18"],
  fixedAddresses: Array.from({ length: 250 }, (_, n) => ({ address: `10.20.0.${n + 1}` })),
});

const ipam = new Ipam(wapi);

const left = await ipam.capacity.countFree(container, 24);
const { largest, percentFree, fragmentation, sizes } = await ipam.capacity.freeSpace(container);
console.log(
  `${container}: ${percentFree}% free, ${left} subnets of /24; the largest free block is ${largest}`,
);
console.log(`${Math.round(fragmentation * 100)}% of the free space lies outside of it, in blocks of`, sizes);

for (const { cidr, percent } of await ipam.capacity.report({ within: container, atLeast: 90 })) {
  console.log(`${cidr} is ${percent}% full`);
}
await grid?.close();
