/**
 * Takes the next free /24 of a container, and releases it.
 *
 *   npx tsx examples/next-subnet.ts                                  on a grid in memory
 *   INFOBLOX_URL=… INFOBLOX_CONTAINER=10.20.0.0/16 npx tsx …         on yours
 */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
grid?.seed({ containers: [container] });

const ipam = new Ipam(wapi);

const subnet = await ipam.requestSubnet({
  from: container,
  prefixLength: 24,
  gateway: "first",
  comment: "infoblox-ipam example",
});
console.log(`took ${subnet.cidr} in view ${subnet.networkView}; gateway ${subnet.gateway}`);

try {
  await ipam.requestSubnet({ from: container, prefixLength: 8 });
} catch (error) {
  if (!isInfobloxError(error)) throw error;
  console.log(`a /8 of ${container} is refused: ${error.message}`);
}

const { released } = await ipam.releaseSubnet(subnet);
console.log(`released: ${released}`);
await grid?.close();
