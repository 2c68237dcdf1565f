/**
 * Writes the whole address plan as tables that NetBox imports in bulk, shows what changed a day later, and lists what needs
 * attention.
 *
 *   npx tsx examples/inventory-to-netbox.ts
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compareInventories,
  Ipam,
  importLine,
  importRows,
  importTables,
  writeInventory,
} from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = await FakeGrid.listen({
  seed: {
    attributes: ["Department"],
    containers: ["10.0.0.0/16"],
    networks: [{ network: "10.0.7.0/24", extattrs: { Department: "IT" } }],
    zones: ["example.com"],
    hosts: [{ name: "web-1.example.com", addresses: ["10.0.7.5"] }],
    fixedAddresses: [{ address: "10.0.7.6", mac: "02:42:ac:11:00:06" }],
  },
});
const ipam = new Ipam(grid.clientOptions);
const folder = await mkdtemp(join(tmpdir(), "plan-"));
const monday = join(folder, "monday.jsonl");

const { requests } = await ipam.inventory().cost();
console.log(`${await writeInventory(monday, ipam.inventory())} entries in about ${requests} requests\n`);

const mapping = { tenant: "Department" };
const tables = importTables("netbox", mapping);
for await (const row of importRows(monday, "netbox", mapping)) {
  process.stdout.write(`${row.table}: ${importLine(row, tables[row.table] ?? [])}`);
}

await ipam.requestAddress({ from: "10.0.7.0/24", name: "web-2.example.com" });
await ipam.releaseAddress("10.0.7.6");
console.log("\nSince Monday:");
for await (const { change, entry } of compareInventories(monday, ipam.inventory())) {
  if (entry.kind === "address") console.log(change, entry.ip, entry.names[0]?.name ?? "");
}

console.log("\nTo look at:");
for (const { text } of await ipam.inventory().findings()) console.log(text);

await rm(folder, { recursive: true });
await ipam.close();
await grid.close();
