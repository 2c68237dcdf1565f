/**
 * DNS records of addresses without a host record: an A record with the next free address and its PTR record in one
 * request, an alias, and the reverse zone that the PTR record needs.
 *
 *   npx tsx examples/dns-records.ts                                on a grid in memory
 */

import { Ipam, isInfobloxError } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

await using grid = await FakeGrid.listen({ seed: { networks: ["10.0.7.0/24"], zones: ["example.com"] } });
await using ipam = new Ipam(grid.clientOptions);

const web = { type: "A", name: "web.example.com", from: "10.0.7.0/24", ptr: true } as const;
try {
  await ipam.dns.add(web);
} catch (error) {
  if (!isInfobloxError(error)) throw error;
  console.log(String(error));
}

const { created } = await ipam.dns.ensureReverseZones("10.0.7.0/24");
console.log(`made the reverse zone ${created.map(({ fqdn }) => fqdn).join(", ")}`);

const { ip, zone } = await ipam.dns.add(web);
await ipam.dns.add({ type: "CNAME", name: "www.example.com", canonical: "web.example.com", ttl: 300 });
console.log(`web.example.com is ${ip}, in zone ${zone}`);
for (const { type, name, target } of await ipam.dns.find({ target: "web.example.com" })) {
  console.log(`${type} ${name} leads to ${target}`);
}

const { released } = await ipam.dns.remove({ type: "A", name: "web.example.com" }, { ptr: true });
console.log(`removed, with the way back: ${released}`);
