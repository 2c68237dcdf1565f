import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/** A release of a subnet with everything in it left a host behind that somebody made between the look and the delete. */
const releases: Readonly<Record<string, (ipam: Ipam) => Promise<unknown>>> = {
  "a release": (ipam) => ipam.releaseSubnet("10.0.7.0/24", { cascade: true }),
  "a release by a plan": (ipam) => ipam.plan().release("old", "10.0.7.0/24", { cascade: true }).apply(),
};

it.each(
  Object.entries(releases).flatMap(([what, release]) =>
    [0, 3].map((before) => [what, before, release] as const),
  ),
)("%s of a subnet with %i hosts takes the host that is made meanwhile", async (_, before, release) => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.7.0/24"] } });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const others = new Ipam(new WapiClient(grid.clientOptions));
  const hostIn = (name: string) => others.requestAddress({ from: "10.0.7.0/24", name, dns: false });
  for (let index = 0; index < before; index += 1) await hostIn(`old-${index}`);
  let isMade = false;
  const ipam = new Ipam(
    new WapiClient({
      ...options,
      transport: async (request) => {
        if (!isMade && String(request.data ?? "").includes('"DELETE"')) {
          isMade = true;
          await hostIn("new");
        }
        return transport(request);
      },
    }),
  );
  await release(ipam);
  expect(isMade).toBe(true);
  expect(await ipam.findSubnets({ within: "10.0.7.0/24" })).toEqual([]);
  expect(await ipam.hosts.find()).toEqual([]);
});
