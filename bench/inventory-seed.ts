/**
 * Seeds a FakeGrid with a large plan from an inventory in JSON Lines: 20,000 subnets with a million addresses (half
 * hosts, half fixed addresses).
 *
 *   npx tsx --max-old-space-size=6144 bench/inventory-seed.ts [--short]
 *
 * Fails if it takes more than a minute.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InventoryEntry, writeInventory } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { sized } from "./short.js";

const subnets = sized(20_000, 40);
const addressesEach = 50;
const mostSeconds = 60;

const common = {
  networkView: "default",
  family: 4,
  extattrs: {},
  inherited: [],
  ref: "x",
  readAt: "2026-01-01T00:00:00.000Z",
} as const;

function* plan(): Generator<InventoryEntry> {
  yield { ...common, kind: "zone", fqdn: "example.com", dnsView: "default", format: "FORWARD" };
  yield { ...common, kind: "container", cidr: "10.0.0.0/8" };
  for (let index = 0; index < subnets; index += 1) {
    const prefix = `10.${index >> 8}.${index & 255}`;
    const subnet = `${prefix}.0/24`;
    const extattrs = { Site: `site ${index % 100}` };
    yield { ...common, kind: "subnet", cidr: subnet, extattrs, members: [], vlans: [] };
    for (let last = 1; last <= addressesEach; last += 1) {
      const octets = [2, 0, index >> 16, index >> 8, index, last];
      const mac = octets.map((octet) => (octet & 255).toString(16).padStart(2, "0")).join(":");
      const name = `host-${index}-${last}.example.com`;
      const object =
        last % 2 === 0
          ? { type: "fixedaddress", mac, matchClient: "MAC_ADDRESS" }
          : { type: "record:host", name, dnsView: "default", mac, dhcp: true };
      const rest = { extattrs: {}, inherited: [], ref: `${object.type}/${index}/${last}` };
      yield {
        ...common,
        ...{ kind: "address", ip: `${prefix}.${last}`, status: "USED", names: [], mac, subnet },
        ...{ kinds: [last % 2 === 0 ? "fixed" : "host"], objects: [{ ...object, ...rest }] },
      } as InventoryEntry;
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), "plan-"));
const file = join(folder, "inventory.jsonl");
const entries = await writeInventory(file, plan());
const [started, before] = [performance.now(), process.cpuUsage()];
const grid = FakeGrid.inMemory({ seed: file });
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
const megabytes = process.memoryUsage().heapUsed / 1e6;
await grid.close();
await rm(folder, { recursive: true });
const processor = ((user + system) / 1e6).toFixed(0);
console.log(
  `${entries} entries seeded in ${seconds.toFixed(1)} s (${processor} s of processor time), ${megabytes.toFixed(0)} MB of heap`,
);
if (seconds > mostSeconds) {
  console.error(`expected ${mostSeconds} s`);
  process.exitCode = 1;
}
