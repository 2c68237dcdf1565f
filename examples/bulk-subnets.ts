/**
 * Takes 250 subnets in a loop, stops in the middle as a crash would, and goes on where that stopped: the request id
 * knows what was taken.
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

// A hundred to a request, the next hundred when these are used up. No more than those are in memory.
for await (const subnet of ipam.requestSubnetsInChunks(request)) {
  console.log(`the first is ${subnet.cidr}`);
  break;
}

// The same request, from anywhere and at any time: the first hundred are there, the others are made.
const racks: Subnet[] = [];
try {
  const run = ipam.requestSubnetsInChunks({
    ...request,
    onProgress: ({ done, total, rate }) => console.log(`${done} of ${total}, ${Math.round(rate)} a second`),
  });
  for await (const subnet of run) racks.push(subnet);
} catch (error) {
  // What the loop has seen stays taken; the same request again goes on from here.
  if (isInfobloxError(error)) console.error(`${racks.length} taken; then: ${error}`);
  throw error;
}
const earlier = racks.filter(({ created }) => !created).length;
console.log(`${racks.length} subnets, of which ${earlier} were there; the last is ${racks.at(-1)?.cidr}`);

await grid?.close();
