/**
 * Takes 200 addresses of a subnet, shows how full the subnet is, and releases everything.
 *
 *   npx tsx examples/bulk-addresses.ts
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
grid?.seed({ containers: [container] });

const ipam = new Ipam(wapi);
const subnet = await ipam.requestSubnet({ from: container, prefixLength: 24 });

const addresses = await ipam.requestAddresses({
  from: subnet,
  count: 200,
  onProgress: ({ done, total, rate }) => console.log(`${done} of ${total}, ${Math.round(rate)} a second`),
});
console.log(`from ${addresses[0]?.ip} to ${addresses.at(-1)?.ip}`);

const { used, free, percent } = await ipam.utilization(subnet);
console.log(`${used} used, ${free} free: ${percent.toFixed(1)} %`);

await ipam.releaseSubnet(subnet, { cascade: true });
await grid?.close();
