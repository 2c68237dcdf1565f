/**
 * Describes a site as plain data: creates it, finds nothing to do the second time, changes it, and prunes it.
 *
 *   npx tsx examples/desired-state.ts              on a grid in memory
 */

import { type DesiredState, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = await FakeGrid.listen({ setup: true });
await using wapi = new WapiClient(grid.clientOptions);
grid.seed({ containers: ["10.0.0.0/8"], zones: ["example.com"], attributes: ["Owner", "Site"] });
const ipam = new Ipam(wapi, { owner: "platform" });

const site: DesiredState = {
  requestId: "paris",
  containers: [{ cidr: "10.1.0.0/16", extattrs: { Site: "Paris" } }],
  subnets: [
    { cidr: "10.1.0.0/24", gateway: "first" },
    { name: "blue", from: "10.1.0.0/16", prefixLength: 26, gateway: "first" },
  ],
  hosts: [
    { name: "web-1.example.com", from: { subnet: "blue" } },
    { name: "db-1.example.com", ips: ["10.1.0.5", "10.1.0.6"] },
  ],
  records: [{ type: "CNAME", name: "www.example.com", canonical: "web-1.example.com" }],
};

async function ensure(title: string, desired: DesiredState, options = {}): Promise<void> {
  const { created, updated, deleted, unchanged, objects } = await ipam.ensure(desired, options);
  console.log(
    `${title}: ${created} created, ${updated} updated, ${deleted} deleted, ${unchanged} as they should be`,
  );
  for (const { action, kind, key, differences } of objects) {
    if (action === "none") continue;
    const fields = differences.map(({ field, wanted, actual }) => `${field}: ${actual} -> ${wanted}`);
    console.log(`  ${action} ${kind} ${key}`, ...fields);
  }
}

await ensure("dry run", site, { dryRun: true });
await ensure("first", site);
await ensure("second", site);
const moved: DesiredState = { ...site, hosts: [{ name: "db-1.example.com", ips: ["10.1.0.5", "10.1.0.7"] }] };
await ensure("changed, and pruned", { ...moved, records: [] }, { prune: true });
await grid.close();
