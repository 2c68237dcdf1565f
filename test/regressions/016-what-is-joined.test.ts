import { Ipam, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * A grid that expands a subnet takes in what lies in the larger block without a word. So an owner could pass over another:
 * nobody looked whose that was, and what was looked at could be another by the time of the request.
 */
function begin() {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16", "2001:db8::/32"], attributes: ["Owner"] },
  });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const theirs = new Ipam(new WapiClient(grid.clientOptions), { owner: "theirs" });
  let beforeChange = async (): Promise<unknown> => undefined;
  const racing: typeof transport = async (request) => {
    const isChange = /expand_network/.test(String(request.data));
    const before = beforeChange;
    if (isChange) beforeChange = async () => undefined;
    if (isChange) await before();
    return transport(request);
  };
  const mine = new Ipam(new WapiClient({ ...options, transport: racing }), { owner: "mine" });
  const meanwhile = (work: () => Promise<unknown>) => {
    beforeChange = work;
  };
  return { grid, mine, theirs, meanwhile };
}

it.each([
  ["10.0.0.0/24", "10.0.1.0/24", 23],
  ["2001:db8::/64", "2001:db8:0:1::/64", 63],
])("expand takes in no other owner's: %s and %s", async (own, others, prefixLength) => {
  const { mine, theirs } = begin();
  const subnet = await mine.requestSubnet({ cidr: own });
  await theirs.requestSubnet({ cidr: others });
  await expect(mine.subnets.expand(subnet, { prefixLength })).rejects.toThrow(`${others} belongs to theirs`);
  expect(await theirs.findSubnets({ cidr: others })).toHaveLength(1);
  const { cidr } = await mine.subnets.expand(subnet, { prefixLength, force: true });
  expect(cidr.endsWith(`/${prefixLength}`)).toBe(true);
});

it("expand takes in none that another owner makes meanwhile", async () => {
  const { mine, theirs, meanwhile } = begin();
  const subnet = await mine.requestSubnet({ cidr: "10.0.0.0/24" });
  meanwhile(() => theirs.requestSubnet({ cidr: "10.0.1.0/24" }));
  await expect(mine.subnets.expand(subnet, { prefixLength: 23 })).rejects.toThrow("belongs to theirs");
  expect(await theirs.findSubnets({ cidr: "10.0.1.0/24" })).toHaveLength(1);
});

it("join takes in none that is another's by now, and goes on where it is one's own", async () => {
  const { mine, theirs, meanwhile } = begin();
  const [one, two] = [
    await mine.requestSubnet({ cidr: "10.0.0.0/24" }),
    await mine.requestSubnet({ cidr: "10.0.1.0/24" }),
  ];
  const givenAway = async (to: Ipam): Promise<Subnet> => {
    await mine.releaseSubnet("10.0.1.0/24");
    return to.requestSubnet({ cidr: "10.0.1.0/24" });
  };
  meanwhile(() => givenAway(theirs));
  await expect(mine.subnets.join([one, two])).rejects.toThrow("10.0.1.0/24 belongs to theirs");
  await expect(mine.subnets.join([one, two])).rejects.toThrow("10.0.1.0/24 belongs to theirs");
  await theirs.releaseSubnet("10.0.1.0/24");
  const again = await mine.requestSubnet({ cidr: "10.0.1.0/24" });
  meanwhile(() => givenAway(mine));
  expect(await mine.subnets.join([one, again])).toMatchObject({ cidr: "10.0.0.0/23", created: false });
});

it("expand says what it would join, where that is too much for one call", async () => {
  const { grid, mine } = begin();
  const subnet = await mine.requestSubnet({ cidr: "10.0.0.0/28" });
  await mine.requestSubnets({ from: "10.0.0.0/16", prefixLength: 28, count: 101 });
  const requests = grid.requests.length;
  await expect(mine.subnets.expand(subnet, { prefixLength: 20 })).rejects.toThrow(
    "prefixLength: would join 101 subnets, but one call joins 100 at most",
  );
  expect(grid.requests.slice(requests).filter(({ method }) => method !== "GET")).toEqual([]);
});
