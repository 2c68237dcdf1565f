import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/**
 * A described host that is there gets an address more. Nobody asked whether that is free, so a host and another holder, of another
 * owner, too, shared it without a word.
 */
const name = "web.example.com";

async function begin(meanwhile?: (other: Ipam) => Promise<unknown>) {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { networks: ["10.0.7.0/24", "2001:db8:7::/64"], zones: ["example.com"], attributes: ["Owner"] },
  });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const other = new Ipam(new WapiClient(grid.clientOptions), { owner: "others" });
  let isDue = meanwhile !== undefined;
  const wapi = new WapiClient({
    ...options,
    transport: async (request) => {
      if (isDue && /"ipv[46]addrs\+"/.test(String(request.data))) {
        isDue = false;
        await meanwhile?.(other);
      }
      return transport(request);
    },
  });
  const ipam = new Ipam(wapi, { owner: "sites" });
  const described = (...ips: string[]) => ({ hosts: [{ name, ips }] });
  await ipam.ensure(described("10.0.7.5"));
  const ipsNow = async () => (await ipam.hosts.find({ name }))[0]?.addresses.map(({ ip }) => ip);
  return { ipam, other, described, ipsNow };
}

const holders: readonly (readonly [string, string, (other: Ipam) => Promise<unknown>])[] = [
  ["a host", "10.0.7.6", (other) => other.requestAddress({ ip: "10.0.7.6", name: "theirs.example.com" })],
  [
    "a fixed address",
    "10.0.7.6",
    (other) => other.requestAddress({ ip: "10.0.7.6", mac: "02:42:ac:11:00:02" }),
  ],
  ["a reservation", "10.0.7.6", (other) => other.requestAddress({ ip: "10.0.7.6" })],
  [
    "a host",
    "2001:db8:7::6",
    (other) => other.requestAddress({ ip: "2001:db8:7::6", name: "theirs.example.com" }),
  ],
];

describe.each(holders)("of %s: %s", (_, ip, hold) => {
  it("is refused, also by a dry run", async () => {
    const { ipam, other, described, ipsNow } = await begin();
    await hold(other);
    const desired = described("10.0.7.5", ip);
    const refusal = { name: "ConflictError", message: expect.stringContaining(`${ip} is in use`) };
    await expect(ipam.ensure(desired, { dryRun: true })).rejects.toMatchObject(refusal);
    await expect(ipam.ensure(desired)).rejects.toMatchObject(refusal);
    expect(await ipsNow()).toEqual(["10.0.7.5"]);
  });

  it("is refused, where somebody takes it meanwhile", async () => {
    const { ipam, described, ipsNow } = await begin(hold);
    await expect(ipam.ensure(described("10.0.7.5", ip))).rejects.toThrow(`${ip} is in use`);
    expect(await ipsNow()).toEqual(["10.0.7.5"]);
  });
});

it("is given where it is free, or one's own, or given up by another host before", async () => {
  const { ipam, described, ipsNow } = await begin();
  await ipam.ensure(described("10.0.7.5", "10.0.7.6", "2001:db8:7::6"));
  expect(await ipsNow()).toEqual(["10.0.7.5", "10.0.7.6", "2001:db8:7::6"]);
  const second = { name: "api.example.com", ips: ["10.0.7.8"] };
  await ipam.ensure({ hosts: [second] });
  const moved = {
    hosts: [
      { name, ips: ["10.0.7.5"] },
      { ...second, ips: ["10.0.7.8", "10.0.7.6"] },
    ],
  };
  expect(await ipam.ensure(moved, { dryRun: true })).toMatchObject({ updated: 2 });
  expect(await ipam.ensure(moved)).toMatchObject({ updated: 2 });
  expect(await ipsNow()).toEqual(["10.0.7.5"]);
  expect(await ipam.ensure(moved)).toMatchObject({ changed: false });
});
