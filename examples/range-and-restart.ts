/**
 * Reserves the last addresses of a subnet as a range, takes one from it, and restarts services once for several callers.
 *
 *   npx tsx examples/range-and-restart.ts                                on a grid in memory
 */

import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

await using grid = await FakeGrid.listen({ seed: { networks: ["10.0.7.0/24"] } });
await using ipam = new Ipam(grid.clientOptions);

const range = await ipam.ranges.request({ in: "10.0.7.0/24", size: 50, name: "printers" });
const printer = await ipam.requestAddress({ from: range, mac: "02:42:ac:11:00:02" });
const other = await ipam.requestAddress({ from: "10.0.7.0/24", mac: "02:42:ac:11:00:03" });
console.log(
  `${range.first} to ${range.last} are kept apart; a printer got ${printer.ip}, all others get ${other.ip} …`,
);

const { pending } = await ipam.services.status();
const before = grid.requests.length;
await Promise.all([ipam.services.restart(), ipam.services.restart(), ipam.services.restart()]);
console.log(
  `a restart was pending: ${pending}; three asked for it, in ${grid.requests.length - before} requests`,
);
