/**
 * Creates a host at the next free address of a subnet, in one request. The answer says which address it is.
 *
 *   npx tsx examples/host-record.ts
 *   INFOBLOX_URL=… INFOBLOX_CONTAINER=10.20.0.0/16 INFOBLOX_ZONE=example.com npx tsx …
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
const zone = process.env["INFOBLOX_ZONE"] ?? "example.com";
grid?.seed({ containers: [container], zones: [zone] });

const ipam = new Ipam(wapi);
const subnet = await ipam.requestSubnet({ from: container, prefixLength: 28 });

// In DNS: the grid must have a zone for the name.
const web = await ipam.requestAddress({ from: subnet, name: `web-1.${zone}`, aliases: [`www.${zone}`] });
console.log(`${web.name} is ${web.ip} (${web.kind})`);

// Not in DNS: any name works.
const lamp = await ipam.requestAddress({ from: subnet, name: "lamp in the hall", dns: false });
console.log(`${lamp.name} is ${lamp.ip} (${lamp.kind})`);

const found = await ipam.lookup(web.ip);
console.log(`${found.ip} is ${found.status}, known as ${found.names.join(", ")}, in ${found.subnet?.cidr}`);

await ipam.releaseAddress(web);
await ipam.releaseAddress(lamp);
await ipam.releaseSubnet(subnet);
await grid?.close();
