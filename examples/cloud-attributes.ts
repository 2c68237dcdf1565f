/**
 * Describes machines for a grid's cloud reports: what all have in common once, what is each one's own with its request.
 * Then counts the addresses of a tenant, as such a report does.
 *
 *   npx tsx examples/cloud-attributes.ts
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
grid?.seed({ containers: [container] });

const ipam = new Ipam(wapi, { cloud: { cmpType: "Kubernetes", tenantId: "team-blue" } });
// Where the grid has no Cloud Network Automation, and so not these attributes. Once, by a superuser.
await ipam.setup({ cloud: true });

const subnet = await ipam.requestSubnet({
  from: container,
  prefixLength: 24,
  cloud: { networkName: "blue" },
});

// Of one machine; the tenant is another here.
const vm = await ipam.requestAddress({
  from: subnet,
  name: "vm-1",
  dns: false,
  cloud: { tenantId: "team-red", vmId: "i-042", vmName: "vm-1" },
});
console.log(vm.ip, vm.extattrs);

// Of many, and of a plan's steps.
await ipam.requestAddresses({ from: subnet, count: 20, cloud: { networkName: "blue" } });
await ipam
  .plan()
  .address("db", { from: subnet, name: "vm-2", dns: false, cloud: { vmId: "i-043", vmName: "vm-2" } })
  .apply();

for (const tenant of ["team-blue", "team-red"]) {
  const addresses = await ipam.findAddresses({ extattrs: { "Tenant ID": tenant } });
  console.log(`${tenant}: ${addresses.length} addresses`);
}

await grid?.close();
