/**
 * Splits a subnet, joins two, and gives one a gateway, DHCP options and a VLAN.
 *
 *   npx tsx examples/reshape-subnets.ts                                on a grid in memory
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

await using grid = await FakeGrid.listen({
  seed: { containers: ["10.0.0.0/16"], networks: ["10.0.7.0/24", "10.0.8.0/24", "10.0.9.0/24"] },
});
await using wapi = new WapiClient(grid.clientOptions);
const ipam = new Ipam(wapi);

const parts = await ipam.subnets.split("10.0.7.0/24", { prefixLength: 26 });
console.log(`10.0.7.0/24 is now ${parts.map(({ cidr }) => cidr).join(", ")}`);

const joined = await ipam.subnets.join(["10.0.8.0/24", "10.0.9.0/24"]);
console.log(`two /24s are now ${joined.cidr}`);

const { gateway } = await ipam.subnets.setGateway(joined, "first");
await ipam.subnets.setDhcp(joined, { options: [{ name: "domain-name-servers", value: "10.0.0.53" }] });
await wapi.create("vlanview", { name: "campus", start_vlan_id: 100, end_vlan_id: 199 });
const vlan = await ipam.subnets.assignVlan(joined, { view: "campus", name: "blue" });
console.log(`${joined.cidr} has gateway ${gateway} and VLAN ${vlan.id} (${vlan.name})`);
