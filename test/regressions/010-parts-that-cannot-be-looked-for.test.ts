import { type InfobloxError, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

const stories: Readonly<Record<string, (ipam: Ipam) => Promise<unknown>>> = {
  "a subnet": (ipam) => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, requestId: "x" }),
  "many subnets": (ipam) =>
    ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 24, count: 2, requestId: "x" }),
  "a plan": (ipam) =>
    ipam
      .plan({ requestId: "x" })
      .subnet("net", { from: "10.0.0.0/16", prefixLength: 24 })
      .address("spare", { from: { subnet: "net" } })
      .apply(),
};

it.each(Object.entries(stories))(
  "what a grid may have kept of a refused request, and nobody can look for, is told: %s",
  async (_, take) => {
    const grid = FakeGrid.inMemory({
      seed: { containers: ["10.0.0.0/16"] },
      assumptions: { requestIsTransactional: false },
    });
    await take(new Ipam(new WapiClient(grid.clientOptions)));
    const { transport, ...options } = grid.clientOptions;
    if (transport === undefined) throw new Error("a grid in memory has a transport");
    let requests = 0;
    const wapi = new WapiClient({
      ...options,
      transport: async (sent) => {
        requests += 1;
        // The first is refused, since the id stands for something; the grid keeps what it has made before that.
        if (requests === 2) grid.faults.next({ status: 403 });
        return transport(sent);
      },
    });
    const error = await take(new Ipam(wapi)).then(
      () => undefined,
      (thrown: InfobloxError) => thrown,
    );
    expect(error).toMatchObject({ name: "UncertainWriteError", hint: expect.stringContaining('"x"') });
    expect(error?.cause).toMatchObject({ name: "PermissionDeniedError" });
    const again = new Ipam(new WapiClient(grid.clientOptions));
    expect(await again.findSubnets({ within: "10.0.0.0/16" })).not.toEqual([]);
  },
);
