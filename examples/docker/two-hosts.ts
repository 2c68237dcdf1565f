/**
 * Two Docker hosts share one subnet by name. Shows what their engines ask of the driver, call by call, and which objects are
 * on the grid afterwards. It runs on a grid in memory and needs no Docker.
 *
 *   npx tsx examples/docker/two-hosts.ts
 */

import { Ipam } from "infoblox-ipam";
import { createIpamDriver } from "infoblox-ipam/docker";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = await FakeGrid.listen({ setup: true });
await using ipam = new Ipam(grid.clientOptions);
const local = { networkView: "docker", containers: ["10.1.0.0/16"] };

for (const [number, engineId] of ["host-a", "host-b"].entries()) {
  // Each host has its own driver; here, both are in one program.
  const driver = createIpamDriver({ ipam, engineId, local });
  const { LocalDefaultAddressSpace: AddressSpace } = driver.getDefaultAddressSpaces();

  // docker network create --ipam-driver infoblox --ipam-opt network-name=blue blue
  const { PoolID, Pool } = await driver.requestPool({ AddressSpace, Options: { "network-name": "blue" } });
  const gateway = await driver.requestAddress({
    PoolID,
    Options: { RequestAddressType: "com.docker.network.gateway" },
  });
  console.log(`${engineId} has the network ${Pool} with gateway ${gateway.Address}`);

  // docker run --network blue …, twice
  for (const container of [1, 2]) {
    const mac = `02:42:0a:01:0${number}:0${container}`;
    const { Address } = await driver.requestAddress({
      PoolID,
      Options: { "com.docker.network.endpoint.macaddress": mac },
    });
    console.log(`  container ${container} has ${Address}`);
  }
}

const { used, total } = await ipam.utilization("10.1.0.0/24", { networkView: "docker" });
console.log(`The grid has ${used} of ${total} addresses in use.`);
for (const ip of ["10.1.0.2", "10.1.0.4"]) {
  const { mac, addresses } = await ipam.lookup(ip, { networkView: "docker" });
  console.log(`${ip} belongs to ${mac}: ${addresses[0]?.comment}`);
}
await grid.close();
