import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/**
 * An object that others have made has no token. Between a look and its delete somebody may delete it, and make another that
 * says the same. Grids tell the two apart from WAPI 2.14 on.
 */
const seed = {
  attributes: ["Site"],
  zones: [{ fqdn: "example.com" }],
  containers: ["10.0.0.0/16", "2001:db8::/48"],
  networks: ["10.0.0.0/24", "2001:db8::/64"],
};

type Call = (ipam: Ipam) => Promise<unknown>;

const cases: readonly (readonly [what: string, type: string, values: object, release: Call])[] = [
  ["a subnet", "network", { network: "10.0.7.0/24" }, (ipam) => ipam.releaseSubnet("10.0.7.0/24")],
  [
    "an IPv6 subnet",
    "ipv6network",
    { network: "2001:db8:0:7::/64" },
    (ipam) => ipam.releaseSubnet("2001:db8:0:7::/64"),
  ],
  [
    "a subnet, by a plan",
    "network",
    { network: "10.0.7.0/24" },
    (ipam) => ipam.plan().release("old", "10.0.7.0/24").apply(),
  ],
  [
    "a fixed address",
    "fixedaddress",
    { ipv4addr: "10.0.0.7", mac: "02:42:0a:00:00:07" },
    (ipam) => ipam.releaseAddress("10.0.0.7"),
  ],
  [
    "an IPv6 fixed address",
    "ipv6fixedaddress",
    { ipv6addr: "2001:db8::7", duid: "00:03:00:01:02:42:0a:00:00:07" },
    (ipam) => ipam.releaseAddress("2001:db8::7"),
  ],
  [
    "a host",
    "record:host",
    { name: "web-1.example.com", ipv4addrs: [{ ipv4addr: "10.0.0.7" }] },
    (ipam) => ipam.releaseAddress("web-1.example.com"),
  ],
  [
    "a range",
    "range",
    { start_addr: "10.0.0.100", end_addr: "10.0.0.200" },
    (ipam) => ipam.ranges.release("10.0.0.100-10.0.0.200"),
  ],
  [
    "a record",
    "record:a",
    { name: "www.example.com", ipv4addr: "10.0.0.7" },
    (ipam) => ipam.dns.remove({ type: "A", name: "www.example.com" }),
  ],
];

describe.each(cases)("%s that others made", (_what, type, values, release) => {
  const open = (wapiVersion: string) => {
    const grid = FakeGrid.inMemory({ setup: true, seed, wapiVersion });
    const wapi = new WapiClient(grid.clientOptions);
    const standing = async () => (await wapi.find(type as "network", { fields: [] })).map(({ _ref }) => _ref);
    return { grid, wapi, standing };
  };

  it("stays where it has taken the place of the one that was looked at", async () => {
    const { grid, wapi, standing } = open("2.14");
    const before = (await standing()).length;
    const { _ref: first } = await wapi.create(type as "network", values as never);
    const own = new WapiClient(grid.clientOptions);
    let isReplaced = false;
    const replaceOnce = async (answer: unknown) => {
      if (isReplaced || !JSON.stringify(answer ?? null).includes(first)) return;
      isReplaced = true;
      await wapi.delete(first);
      await wapi.create(type as "network", values as never);
    };
    for (const call of ["batch", "find", "get"] as const) {
      const send = own[call] as (...args: unknown[]) => Promise<unknown>;
      own[call] = (async (...args: unknown[]) => {
        const answer = await send.apply(own, args);
        await replaceOnce(answer);
        return answer;
      }) as never;
    }
    const iterate = own.iterate as unknown as (...args: unknown[]) => AsyncGenerator<unknown>;
    own.iterate = async function* (...args: unknown[]) {
      for await (const row of iterate.apply(own, args)) {
        await replaceOnce(row);
        yield row;
      }
    } as never;
    await release(new Ipam(own)).catch(() => undefined);
    expect(isReplaced).toBe(true);
    expect((await standing()).length).toBe(before + 1);
  });

  it.each(["2.12", "2.13", "2.14"])("is released at WAPI %s", async (version) => {
    const { grid, wapi, standing } = open(version);
    const before = await standing();
    await wapi.create(type as "network", values as never);
    await release(new Ipam(grid.clientOptions));
    expect(await standing()).toEqual(before);
  });
});
