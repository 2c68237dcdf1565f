import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

/**
 * A plan was delivered twice, and one of its steps leaves no trace: an NS record, a change of what another step makes, a second
 * change of one object. The refusal of the second delivery ended the plan, though the first one had done all of it.
 */
const ns = { type: "NS", name: "example.com", nameserver: "ns.example.com", ips: ["10.1.0.53"] } as const;
const stories: Readonly<Record<string, (ipam: Ipam, requestId?: string) => Promise<unknown>>> = {
  "an NS record": (ipam) => ipam.dns.add(ns),
  "an NS record of a plan": (ipam, requestId) => ipam.plan({ requestId }).record("ns", ns).apply(),
  "a subnet and an NS record": (ipam, requestId) =>
    ipam.plan({ requestId }).subnet("net", { cidr: "10.0.7.0/24" }).record("ns", ns).apply(),
  "a change of a host and an NS record": async (ipam, requestId) => {
    const [host] = await ipam.hosts.find({ name: "old" });
    return (
      host && ipam.plan({ requestId }).record("ns", ns).update("label", host, { comment: "blue" }).apply()
    );
  },
  "a subnet with a gateway and its change": (ipam, requestId) =>
    ipam
      .plan({ requestId })
      .subnet("net", { cidr: "10.0.7.0/24", gateway: "last" })
      .update("label", { subnet: "net" }, { comment: "blue" })
      .apply(),
  "a chosen subnet with a gateway and its change": (ipam, requestId) =>
    ipam
      .plan({ requestId })
      .subnet("net", { from: "10.0.0.0/16", prefixLength: 24, gateway: "last" })
      .update("label", { subnet: "net" }, { comment: "blue" })
      .apply(),
  "two changes of a host that give it another name": async (ipam, requestId) => {
    const [host] = await ipam.hosts.find({ name: "old" });
    if (host === undefined) throw new Error("the grid has the host");
    const plan = ipam.plan({ requestId }).update("label", host, { comment: "blue" });
    return plan.update("name", host, { fields: { name: "new" } }).apply();
  },
  "a release and an NS record": (ipam, requestId) =>
    ipam.plan({ requestId }).record("ns", ns).release("net", "10.2.0.0/24").apply(),
};

it.each(
  Object.entries(stories).flatMap(([what, run]) =>
    [undefined, "deploy"].map((requestId) => [what, requestId, run] as const),
  ),
)("%s is done by two deliveries as by one, with the id %s", async (_, requestId, run) => {
  const once = await booksAfter(run, { requestId });
  for (const after of [0, 1, 2]) {
    expect(await booksAfter(run, { requestId, after })).toEqual(once);
  }
});

it("an NS record that stood before is adopted", async () => {
  const { ipam } = gridOf(true);
  expect(await ipam.dns.add(ns)).toMatchObject({ created: true });
  expect(await ipam.dns.add(ns)).toMatchObject({ created: false });
  const plan = ipam.plan().subnet("net", { cidr: "10.0.7.0/24" }).record("ns", ns);
  expect(await plan.apply()).toMatchObject({ net: { created: true }, ns: { created: false } });
});

it.each([
  ["a subnet", (ipam) => ipam.requestSubnet({ cidr: "10.0.7.0/24" })],
  [
    "a change of a name",
    async (ipam) => {
      const [host] = await ipam.hosts.find({ name: "old" });
      return (
        host &&
        ipam
          .plan()
          .update("name", host, { fields: { name: "new" } })
          .address("a", { from: "10.1.0.0/24" })
          .apply()
      );
    },
  ],
] as readonly (readonly [string, (ipam: Ipam) => Promise<unknown>])[])(
  "the error of %s says on a grid without attributes that the first delivery may have done it",
  async (_, run) => {
    const { grid, ipam } = gridOf(false);
    grid.faults.always({ on: ["POST", "PUT"], object: "request", fail: "duplicate" });
    await expect(run(ipam)).rejects.toMatchObject({
      hint: expect.stringContaining("the first delivery has done it: look before you repeat it"),
    });
  },
);

function gridOf(setup: boolean) {
  const grid = FakeGrid.inMemory({
    setup,
    seed: {
      containers: ["10.0.0.0/16"],
      networks: ["10.1.0.0/24", "10.2.0.0/24"],
      zones: ["example.com"],
      hosts: [{ name: "old", addresses: ["10.1.0.9"], dns: false }],
    },
  });
  return { grid, ipam: new Ipam(new WapiClient(grid.clientOptions)) };
}

/** What the grid has afterwards. */
async function booksAfter(
  run: (ipam: Ipam, requestId?: string) => Promise<unknown>,
  { requestId, after }: { readonly requestId: string | undefined; readonly after?: number },
) {
  const { grid, ipam } = gridOf(true);
  if (after !== undefined) grid.faults.next({ on: ["POST", "PUT"], fail: "duplicate", after });
  await inNoTime(grid, () => run(ipam, requestId));
  const subnets = await ipam.findSubnets({ within: "10.0.0.0/8" });
  return {
    subnets: subnets.map(({ cidr, comment }) => ({ cidr, comment })),
    addresses: (await ipam.findAddresses()).map(({ ip, name, comment }) => ({ ip, name, comment })),
    servers: (await ipam.dns.find({ type: "NS" })).map(({ target }) => target),
  };
}
