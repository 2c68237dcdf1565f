import { type DesiredState, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * Two processes apply one description with `prune`. What the second has made after the first one's look was no described
 * object to the first: it took it for surplus and deleted it.
 */
const descriptions: readonly (readonly [string, DesiredState])[] = [
  ["a subnet that the grid chooses", { subnets: [{ name: "blue", from: "10.0.0.0/8", prefixLength: 26 }] }],
  ["a subnet", { subnets: [{ cidr: "10.9.0.0/24" }] }],
  ["a container", { containers: [{ cidr: "10.9.0.0/16" }] }],
  ["a host", { hosts: [{ name: "web.example.com", ips: ["192.168.0.5"] }] }],
  ["a host of the next address", { hosts: [{ name: "web.example.com", from: "192.168.0.0/24" }] }],
  ["a reservation", { reservations: [{ ip: "192.168.0.7" }] }],
  ["a fixed address", { fixedAddresses: [{ ip: "192.168.0.7", mac: "02:42:ac:11:00:02" }] }],
  ["a range", { ranges: [{ first: "192.168.0.100", last: "192.168.0.120" }] }],
  ["a record", { records: [{ type: "A", name: "api.example.com", ip: "192.168.0.9" }] }],
];

it.each(descriptions)("prunes nothing that another makes of the same description: %s", async (_, lists) => {
  const desired = { name: "site", ...lists };
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: {
      containers: ["10.0.0.0/8"],
      networks: ["192.168.0.0/24"],
      zones: ["example.com"],
      attributes: ["Owner"],
    },
  });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const other = new Ipam(new WapiClient({ ...options, transport }), { owner: "sites" });
  let reads = 0;
  // The other one does all of its work between the first look and whatever comes next, then between the second and the next …
  for (const pause of [1, 2, 3]) {
    reads = 0;
    const ipam = new Ipam(
      new WapiClient({
        ...options,
        transport: async (request) => {
          const answer = await transport(request);
          reads += 1;
          if (reads === pause) await other.ensure(desired, { prune: true });
          return answer;
        },
      }),
      { owner: "sites" },
    );
    const { deleted } = await ipam.ensure(desired, { prune: true });
    expect({ pause, deleted }).toEqual({ pause, deleted: 0 });
    const { unchanged, changed } = await other.ensure(desired, { prune: true });
    expect({ pause, unchanged, changed }).toEqual({ pause, unchanged: 1, changed: false });
    await other.ensure({ name: "site", ...emptied(lists) }, { prune: true });
  }
});

function emptied(lists: DesiredState): DesiredState {
  return Object.fromEntries(Object.keys(lists).map((list) => [list, []]));
}
