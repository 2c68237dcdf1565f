/**
 * Takes addresses for a MAC (IPv4), for a DUID (IPv6), and for no client (a reservation).
 *
 *   npx tsx examples/fixed-address.ts
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

const printer = await ipam.requestAddress({ from: subnet, mac: "02:42:ac:11:00:02" });
console.log(`${printer.ip} belongs to 02:42:ac:11:00:02 (${printer.kind})`);

const server = await ipam.requestAddress({ from: subnet6, duid: "00:03:00:01:02:42:ac:11:00:02" });
console.log(`${server.ip} belongs to a DUID (${server.kind})`);

const spare = await ipam.requestAddress({ from: subnet, exclude: [printer.ip], comment: "kept free" });
console.log(`${spare.ip} is kept for nobody in particular (${spare.kind})`);

for (const address of [printer, server, spare]) await ipam.releaseAddress(address);
await ipam.releaseSubnet(subnet);
await ipam.releaseSubnet(subnet6);
await grid?.close();
