import { Ipam, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * The reference of a subnet is its place. Between two requests of one call, the subnet was released and its place given to
 * another owner: their subnet got this call's gateway and DHCP options. A result of long ago did the same in one call.
 */
async function begin(cidr: string) {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16", "2001:db8::/32"], attributes: ["Owner"] },
  });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const wapi = new WapiClient(grid.clientOptions);
  await wapi.create("vlanview", { name: "campus", start_vlan_id: 1, end_vlan_id: 100 });
  const other = new Ipam(wapi, { owner: "mine" });
  const theirs = new Ipam(wapi, { owner: "theirs" });
  const fields = ["extattrs", "options", "use_options", "vlans"] as const;
  const isFour = !cidr.includes(":");
  const reservations = () =>
    isFour
      ? wapi.find("fixedaddress", { where: { network: cidr } })
      : wapi.find("ipv6fixedaddress", { where: { network: cidr } });
  const state = async () => [
    ...(isFour
      ? await wapi.find("network", { where: { network: cidr }, fields })
      : await wapi.find("ipv6network", { where: { network: cidr } })),
    ...(await reservations()),
  ];
  let given: unknown;
  const givenAway = async () => {
    await other.releaseSubnet(cidr, { cascade: true });
    const subnet = await theirs.requestSubnet({ cidr });
    if (isFour) await theirs.subnets.assignVlan(subnet, { view: "campus", name: "theirs" });
    given = await state();
  };
  let requests = 0;
  const mine = (pause: number) =>
    new Ipam(
      new WapiClient({
        ...options,
        transport: async (request) => {
          const answer = await transport(request);
          requests += 1;
          if (requests === pause) await givenAway();
          return answer;
        },
      }),
      { owner: "mine" },
    );
  return { other, mine, givenAway, state, given: () => given };
}

const gateways = [
  ["10.0.0.0/24", "10.0.0.0/16", 24, "first"],
  ["10.0.0.0/24", "10.0.0.0/16", 24, "last"],
  ["2001:db8::/64", "2001:db8::/32", 64, "last"],
] as const;

it.each(gateways)(
  "a new subnet's gateway is not given to another: %s of %s",
  async (cidr, from, size, gateway) => {
    const { mine, state, given } = await begin(cidr);
    const taken = mine(1).requestSubnet({ from, prefixLength: size, gateway });
    await expect(taken).rejects.toThrow();
    expect(await state()).toEqual(given());
  },
);

type Change = (ipam: Ipam, subnet: string | Subnet) => Promise<unknown>;
const option = { name: "domain-name", value: "example.com" };
const changes: readonly (readonly [string, Change])[] = [
  ["setDhcp", (ipam, subnet) => ipam.subnets.setDhcp(subnet, { options: [option] })],
  [
    "setDhcp with replace",
    (ipam, subnet) => ipam.subnets.setDhcp(subnet, { options: [option], replace: true }),
  ],
  ["setGateway", (ipam, subnet) => ipam.subnets.setGateway(subnet, "last")],
  ["unassignVlan", (ipam, subnet) => ipam.subnets.unassignVlan(subnet, 1)],
];

it.each(changes)("%s changes no subnet of another that has its place", async (_, change) => {
  const cidr = "10.0.7.0/24";
  for (const pause of [0, 1]) {
    const { other, mine, givenAway, state, given } = await begin(cidr);
    const result = await other.requestSubnet({ cidr });
    if (pause === 0) await givenAway();
    await expect(change(mine(pause), pause === 0 ? result : cidr)).rejects.toThrow(
      "another one with its CIDR",
    );
    expect(await state()).toEqual(given());
  }
});
