import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * On a grid where two that choose at once may choose alike, addresses are chosen before the request and hold places. Where the
 * grid was too busy to choose, the request went out all the same, and let the grid choose without a place.
 */
it.each([503, 504, 429] as const)(
  "takes no address without a place when the choice ends with %i",
  async (status) => {
    const grid = FakeGrid.inMemory({
      setup: true,
      seed: { networks: ["10.0.7.0/24"] },
      assumptions: { isolation: "none", choosesNextSideBySide: true },
    });
    const ipam = new Ipam(new WapiClient({ ...grid.clientOptions, maxRetries: 0 }));
    await ipam.setup({
      profile: {
        ...{ format: 1, wapiVersion: "2.14", probed: "2026-11-30" },
        facts: { requestIsTransactional: true, isolation: "none", choosesNextSideBySide: true },
      },
    });
    // By then the client knows the grid.
    await ipam.requestAddress({ from: "10.0.7.0/24" });
    const before = grid.requests.length;
    grid.faults.always({ on: "POST", path: /_function=next_available_ip/, status });
    const from = "10.0.7.0/24";
    await expect(ipam.requestAddress({ from })).rejects.toMatchObject({ status });
    await expect(ipam.requestAddress({ from, requestId: "deploy-42/web" })).rejects.toMatchObject({ status });
    await expect(ipam.requestAddresses({ from, count: 2 })).rejects.toMatchObject({ status });
    expect(
      grid.requests
        .slice(before)
        .filter(({ body }) => JSON.stringify(body)?.includes("func:nextavailableip")),
    ).toEqual([]);
  },
);
