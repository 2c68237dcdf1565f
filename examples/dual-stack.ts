/**
 * Creates a host with an IPv4 and an IPv6 address. The grid chooses both, in one atomic create.
 *
 *   npx tsx examples/dual-stack.ts
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
const container6 = process.env["INFOBLOX_CONTAINER6"] ?? "2001:db8::/32";
grid?.seed({ containers: [container, container6] });

const ipam = new Ipam(wapi);
const subnet = await ipam.requestSubnet({ from: container, prefixLength: 28 });
const subnet6 = await ipam.requestSubnet({ from: container6, prefixLength: 64 });

const host = await ipam.requestAddress({
  from: { ipv4: subnet, ipv6: subnet6 },
  name: "dual-stack example",
  dns: false,
});
console.log(`${host.name} is ${host.ips.join(" and ")}`);

await ipam.releaseAddress(host);
await ipam.releaseSubnet(subnet);
await ipam.releaseSubnet(subnet6);
await grid?.close();
