/**
 * Describes machines for a grid's cloud reports: common values once, and each machine's own values with its request.
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
// A superuser does this once, if the grid has no Cloud Network Automation and so lacks these attributes.
await ipam.setup({ cloud: true });

const subnet = await ipam.requestSubnet({
  from: container,
  prefixLength: 24,
  cloud: { networkName: "blue" },
});

// For one machine, with another tenant.
const vm = await ipam.requestAddress({
  from: subnet,
  name: "vm-1",
  dns: false,
  cloud: { tenantId: "team-red", vmId: "i-042", vmName: "vm-1" },
});
console.log(vm.ip, vm.extattrs);

// For many addresses, and for the steps of a plan.
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
