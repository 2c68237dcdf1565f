/**
 * One host with an IPv4 and an IPv6 address: both chosen by the grid, in one atomic create.
 *
 *   npx tsx examples/dual-stack.ts
 */

import { Ipam, nextAvailableIp, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen({ port: 0, tls: true });
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
const container6 = process.env["INFOBLOX_CONTAINER6"] ?? "2001:db8::/32";
if (grid) {
  await wapi.create("networkcontainer", { network: container });
  await wapi.create("ipv6networkcontainer", { network: container6 });
}

const ipam = new Ipam(wapi);
const subnet = await ipam.requestSubnet({ from: container, prefixLength: 28 });
const subnet6 = await ipam.requestSubnet({ from: container6, prefixLength: 64 });

const host = await wapi.create(
  "record:host",
  {
    name: "dual-stack example",
    configure_for_dns: false,
    ipv4addrs: [{ ipv4addr: nextAvailableIp({ network: subnet.cidr }) }],
    ipv6addrs: [{ ipv6addr: nextAvailableIp({ network: subnet6.cidr }) }],
  },
  { fields: ["name", "ipv4addrs", "ipv6addrs"] },
);
console.log(`${host.name}: ${host.ipv4addrs?.[0]?.ipv4addr} and ${host.ipv6addrs?.[0]?.ipv6addr}`);

await wapi.delete(host._ref);
await ipam.releaseSubnet(subnet);
await ipam.releaseSubnet(subnet6);
await grid?.close();
