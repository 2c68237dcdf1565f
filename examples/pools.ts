/**
 * Uses pools by name: takes subnets from the emptier of two containers, takes addresses in turn, and shows what happens
 * when a source is full.
 *
 *   npx tsx examples/pools.ts
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

await using grid = await FakeGrid.listen({
  seed: {
    containers: ["10.20.0.0/23", "10.21.0.0/22"],
    networks: ["10.30.0.0/29", "10.31.0.0/24"],
  },
});
await using wapi = new WapiClient(grid.clientOptions);

const ipam = new Ipam(wapi, {
  pools: {
    "paris-blocks": { from: ["10.20.0.0/23", "10.21.0.0/22"], strategy: "most-free" },
    "paris-web": ["10.30.0.0/29", "10.31.0.0/24"],
  },
});

const roomy = await ipam.requestSubnet({ from: { pool: "paris-blocks" }, prefixLength: 24 });
console.log(`${roomy.cidr} is of ${roomy.container}, which has the most room`);

for (let turn = 1; turn <= 3; turn += 1) {
  const { ip, subnet } = await ipam.requestAddress({ from: { pool: "paris-web" }, strategy: "round-robin" });
  console.log(`turn ${turn}: ${ip} of ${subnet}`);
}

// The small subnet becomes full, and the rest comes from the other one. For a while, the library tries the small one last.
const many = await ipam.requestAddresses({ from: { pool: "paris-web" }, count: 10 });
console.log(many.map(({ ip }) => ip).join(" "));
