/**
 * Takes 250 subnets in a loop, stops in the middle like a crash, and continues from there: the grid knows by the request
 * id what was taken.
 *
 *   npx tsx examples/bulk-subnets.ts
 */

import { Ipam, isInfobloxError, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen({ setup: true });
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
grid?.seed({ containers: [container] });

const ipam = new Ipam(wapi);
await ipam.setup();

const request = {
  from: container,
  prefixLength: 27,
  count: 250,
  requestId: "data-centre-7/racks",
  comment: "rack",
};

// Each request takes a hundred. The loop asks for the next hundred when it has used these, and keeps no more in memory.
for await (const subnet of ipam.requestSubnetsInChunks(request)) {
  console.log(`the first is ${subnet.cidr}`);
  break;
}

// The same request, from any process at any time: it returns the existing subnets and creates the others.
const racks: Subnet[] = [];
try {
  const run = ipam.requestSubnetsInChunks({
    ...request,
    onProgress: ({ done, total, rate }) => console.log(`${done} of ${total}, ${Math.round(rate)} a second`),
  });
  for await (const subnet of run) racks.push(subnet);
} catch (error) {
  // The subnets that the loop has seen stay taken; the same request again continues from here.
  if (isInfobloxError(error)) console.error(`${racks.length} taken; then: ${error}`);
  throw error;
}
const earlier = racks.filter(({ created }) => !created).length;
console.log(`${racks.length} subnets, of which ${earlier} were there; the last is ${racks.at(-1)?.cidr}`);

await grid?.close();
