import { type InfobloxError, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

const lag = 20;

const stories: Readonly<Record<string, (ipam: Ipam) => Promise<unknown>>> = {
  "an address with a request id": (ipam) => ipam.requestAddress({ from: "10.0.7.0/24", requestId: "one" }),
  "a plan with a request id": (ipam) =>
    ipam.plan({ requestId: "plan" }).address("web", { from: "10.0.7.0/24" }).apply(),
  "many addresses": (ipam) => ipam.requestAddresses({ from: "10.0.7.0/24", count: 3 }),
  "many addresses with a request id": (ipam) =>
    ipam.requestAddresses({ from: "10.0.7.0/24", count: 3, requestId: "many" }),
};

it.each(Object.entries(stories))(
  "a look that is refused after the write leaves nothing that isn't told: %s",
  async (_, take) => {
    for (const after of [1, 2]) {
      const grid = FakeGrid.inMemory({
        setup: true,
        seed: { networks: ["10.0.7.0/24"] },
        assumptions: { searchSeesWritesAfter: lag },
      });
      const wapi = new WapiClient(grid.clientOptions);
      const ipam = new Ipam(wapi, { searchDelay: lag });
      grid.faults.next({ on: "POST", object: "request", status: 403, after });
      const error = await inNoTime(grid, () =>
        take(ipam).then(
          () => undefined,
          (thrown: InfobloxError) => thrown,
        ),
      );
      if (error === undefined) continue;
      grid.clock.advance(2 * lag);
      const standing = (await wapi.find("fixedaddress")).map(({ _ref }) => _ref);
      const told = JSON.stringify(error.partial ?? []);
      expect(standing.filter((ref) => !told.includes(ref))).toEqual([]);
    }
  },
);
