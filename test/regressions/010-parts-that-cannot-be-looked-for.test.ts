import { type InfobloxError, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";

shortenPauses();

const stories: Readonly<Record<string, (ipam: Ipam) => Promise<unknown>>> = {
  "a subnet": (ipam) => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, requestId: "x" }),
  "many subnets": (ipam) =>
    ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 24, count: 3, requestId: "x" }),
  "a plan": (ipam) =>
    ipam
      .plan({ requestId: "x" })
      .subnet("net", { from: "10.0.0.0/16", prefixLength: 24 })
      .address("spare", { from: { subnet: "net" } })
      .apply(),
};

/** A grid on which `x` is taken, and a client whose second try is refused; from then on `harm` comes over it. */
async function secondTry(take: (ipam: Ipam) => Promise<unknown>, harm: (grid: FakeGrid) => void) {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16"] },
    assumptions: { requestIsTransactional: false },
  });
  const first = await take(new Ipam(new WapiClient(grid.clientOptions)));
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  let requests = 0;
  const wapi = new WapiClient({
    ...options,
    transport: async (sent) => {
      requests += 1;
      // The first is refused, since the id stands for something; the grid keeps what it has made before that.
      if (requests === 2) harm(grid);
      return transport(sent);
    },
  });
  const second = take(new Ipam(wapi)).catch((thrown: InfobloxError) => thrown);
  return { grid, first, second: await second };
}

it.each(Object.entries(stories))(
  "what a grid may have kept of a refused request, and nobody can look for, is told: %s",
  async (_, take) => {
    const { grid, second } = await secondTry(take, ({ faults }) => faults.next({ status: 403 }));
    expect(second).toMatchObject({
      name: "UncertainWriteError",
      hint: expect.stringMatching(/same request id.*\("x["/]/),
    });
    expect((second as InfobloxError).cause).toMatchObject({ name: "PermissionDeniedError" });
    const again = new Ipam(new WapiClient(grid.clientOptions));
    expect(await again.findSubnets({ within: "10.0.0.0/16" })).not.toEqual([]);
  },
);

it.each(Object.entries(stories))(
  "it is looked for again where the grid gives no answer, beyond the retries of a read: %s",
  async (_, take) => {
    const { grid, first, second } = await secondTry(take, ({ faults }) => {
      for (let times = 0; times < 6; times += 1) faults.next({ status: 502 });
    });
    const refsOf = (made: unknown) => JSON.stringify(made).match(/"ref":"[^"]+"/g);
    expect(refsOf(second)).toEqual(refsOf(first));
    const again = new Ipam(new WapiClient(grid.clientOptions));
    const subnets = await again.findSubnets({ within: "10.0.0.0/16" });
    expect(subnets).toHaveLength(Array.isArray(first) ? first.length : 1);
  },
);
