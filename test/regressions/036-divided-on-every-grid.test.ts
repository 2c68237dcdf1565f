import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid, type Fault } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { Chance } from "../campaign/chance.js";
import { otherVariants, profileOf, serialVariants, type Variant } from "../campaign/variants.js";
import { VirtualTime } from "../campaign/virtual-time.js";

/**
 * A request that divides an unused subnet counts its addresses once more. Where searches lag, and so with the profile `wait`, it
 * did not count. Where refused requests keep their parts, the address stayed that it made to count.
 */
const grids = [
  ...serialVariants.slice(0, 1).map((variant) => ({ ...variant, by: "serial" as const })),
  ...otherVariants.map((variant) => ({ ...variant, by: "places" as const })),
  ...otherVariants.map((variant) => ({ ...variant, by: "wait" as const })),
  { ...otherVariants[1], grid: "where searches lag", by: "searchDelay" as const },
];

const subnets = [
  { net: "10.1.9.0/24", half: "10.1.9.0/25", ip: "10.1.9.20" },
  { net: "2001:db8:0:9::/64", half: "2001:db8:0:9::/65", ip: "2001:db8:0:9::20" },
] as const;

type Case = (typeof subnets)[number];
const [, ipv6] = subnets;

const divide = (ipam: Ipam, { half }: Case) => ipam.requestSubnet({ cidr: half, requestId: "half" });

const calls: readonly (readonly [string, (ipam: Ipam, subnet: Case) => Promise<unknown>])[] = [
  ["divided by a request", divide],
  [
    "divided by a request that takes from it",
    (ipam, { net, half }) => ipam.requestSubnet({ from: net, prefixLength: Number(half.split("/")[1]) }),
  ],
  ["released", (ipam, { net }) => ipam.releaseSubnet(net)],
];

const faults: readonly (readonly [string, Fault | undefined])[] = [
  ["that arrives once", undefined],
  ["that arrives late", { fail: "late", lateBy: 3_000 }],
  ["that arrives twice", { fail: "twice", answer: "second" }],
  ["that arrives twice, the second time late", { fail: "twice", lateBy: 3_000 }],
];

/** Does the work on a grid that keeps its profile, and says whether the subnet still stands, and which addresses are in use. */
async function onGrid(
  { assumptions, by }: Pick<Variant, "assumptions"> & { readonly by: (typeof grids)[number]["by"] },
  { net }: Case,
  work: (process: (wapi?: WapiClient) => Ipam, grid: FakeGrid, time: VirtualTime) => Promise<void>,
) {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: [net] }, assumptions });
  grid.clock.freeze(0);
  const wapi = new WapiClient(grid.clientOptions);
  const { facts, ...profile } = profileOf({ assumptions });
  const full = { ...profile, facts: { ...facts, ...(by === "wait" && { networksAreUnique: false }) } };
  if (by === "places" || by === "wait") await new Ipam(wapi).setup({ profile: full });
  grid.clock.advance(60_000);
  const time = new VirtualTime((milliseconds) => grid.clock.advance(milliseconds));
  const options = by === "searchDelay" ? { searchDelay: 300 } : {};
  await time.during(new Chance(1), () =>
    work((own = new WapiClient(grid.clientOptions)) => new Ipam(own, options), grid, time),
  );
  grid.clock.advance(60_000);
  const type = net.includes(":") ? "ipv6network" : "network";
  const standing = await wapi.find(type as "network", { where: { network: net } });
  const fixed = [
    ...(await wapi.find("fixedaddress", { fields: ["ipv4addr"] })).map((row) => row.ipv4addr),
    ...(await wapi.find("ipv6fixedaddress", { fields: ["ipv6addr"] })).map((row) => row.ipv6addr),
  ];
  return { stands: standing.length > 0, fixed };
}

/** A client that does something else, once, before or after a request with this text. */
function watched(
  grid: FakeGrid,
  text: string,
  work: { readonly before?: () => unknown; readonly after?: () => Promise<unknown> },
): WapiClient {
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  let isOver = false;
  return new WapiClient({
    ...options,
    transport: async (request) => {
      if (isOver || !String(request.data ?? "").includes(text)) return transport(request);
      isOver = true;
      work.before?.();
      const answer = await transport(request);
      await work.after?.();
      return answer;
    },
  });
}

describe.each(grids)("an unused subnet, $grid, by $by", (grid) => {
  describe.each(subnets)("$net", (subnet) => {
    it.each(calls)("is not %s where somebody has taken an address since the look", async (_, call) => {
      const outcome = await onGrid(grid, subnet, async (process, fake, time) => {
        const after = async () => {
          await process().requestAddress({ ip: subnet.ip });
          await time.sleep(20_000);
        };
        await expect(call(process(watched(fake, "USED", { after })), subnet)).rejects.toMatchObject({
          name: "SubnetInUseError",
        });
      });
      expect(outcome).toEqual({ stands: true, fixed: [subnet.ip] });
    });
  });

  it.each(faults)("is divided once by a request %s", async (_, fault) => {
    const outcome = await onGrid(grid, ipv6, async (process, fake, time) => {
      const before = () => fault && fake.faults.next(fault);
      const client = watched(fake, `"method":"POST"`, { before });
      expect(await divide(process(client), ipv6)).toMatchObject({ cidr: ipv6.half });
      await time.sleep(20_000);
    });
    expect(outcome).toEqual({ stands: false, fixed: [] });
  });
});
