import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * A request with a chosen and a named address was delivered twice. The grid refused the second delivery, because the first one had
 * taken the named address. The error said that nothing was created, and the host stayed.
 */
it.each([
  ["a request", (ipam: Ipam, request) => ipam.requestAddress(request)],
  ["a plan", async (ipam: Ipam, request) => (await ipam.plan().address("db", request).apply()).db],
] as readonly (readonly [
  string,
  (
    ipam: Ipam,
    request: Parameters<Ipam["requestAddress"]>[0] & { readonly addresses: readonly { ip: string }[] },
  ) => Promise<unknown>,
])[])("finds the host of %s whose own first delivery took the named address", async (_, send) => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.0.0/24"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  grid.faults.next({ on: "POST", fail: "twice", answer: "second" });
  const addresses = [{ from: "10.0.0.0/24" }, { ip: "10.0.0.9" }] as never;
  expect(await send(ipam, { name: "db", dns: false, addresses })).toMatchObject({
    created: true,
    ips: ["10.0.0.1", "10.0.0.9"],
  });
  expect(await ipam.hosts.find()).toHaveLength(1);
});
