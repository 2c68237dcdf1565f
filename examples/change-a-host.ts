/**
 * A host gets a second address, moves to another subnet, and gets another name. Each change is one request and changes one
 * thing, so others can change the same host at the same time.
 *
 *   npx tsx examples/change-a-host.ts                                on a grid in memory
 */

import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

await using grid = await FakeGrid.listen({
  seed: { networks: ["10.0.7.0/24", "10.0.8.0/24", "2001:db8:7::/64"], zones: ["example.com"] },
});
await using ipam = new Ipam(grid.clientOptions);

await ipam.requestAddress({ from: "10.0.7.0/24", name: "web-1.example.com", mac: "02:42:ac:11:00:02" });
const [web] = await ipam.hosts.find({ mac: "02:42:ac:11:00:02" });
if (web === undefined) throw new Error("the host isn't there");

const { address } = await ipam.hosts.addAddress(web, { from: "2001:db8:7::/64" });
console.log(`${web.name} got ${address.ip}`);

const moved = await ipam.hosts.move(web, { to: "10.0.8.0/24" });
console.log(`moved to ${moved.addresses.map(({ ip }) => ip).join(" and ")}`);

const renamed = await ipam.hosts.rename(moved, "app-1.example.com");
const named = await ipam.hosts.addAliases(renamed, ["www.example.com"]);
console.log(`now ${named.name}, also ${named.aliases.join(", ")}`);
