import { type Address, Ipam, isInfobloxError, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/** A grid on which another caller does something before the first request of the call that writes. */
function onGrid(between: (other: Ipam, made: Made) => Promise<unknown>) {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { containers: ["10.0.0.0/16"], networks: ["10.2.0.0/24"] },
  });
  const { transport, ...options } = grid.clientOptions;
  const other = new Ipam(new WapiClient(grid.clientOptions));
  let made: Made | undefined;
  const ipam = new Ipam(
    new WapiClient({
      ...options,
      transport: async (request) => {
        const isWrite = /"method":"(PUT|DELETE)"/.test(String(request.data));
        if (isWrite && made !== undefined) {
          const now = made;
          made = undefined;
          await between(other, now);
        }
        if (transport === undefined) throw new Error("a grid in memory has a transport");
        return transport(request);
      },
    }),
  );
  const begin = async () => {
    const ips = [{ ip: "10.2.0.5" }, { ip: "10.2.0.6" }];
    const host = await other.requestAddress({ name: "web", dns: false, addresses: ips });
    const subnet = await other.requestSubnet({ cidr: "10.0.7.0/24" });
    made = { host, subnet };
    return made;
  };
  return { ipam, other, begin };
}

interface Made {
  readonly host: Address;
  readonly subnet: Subnet;
}

const expiresAt = "2032-01-01T00:00:00Z";

describe("an object that another caller releases meanwhile", () => {
  it.each([
    ["an added alias", (ipam: Ipam) => ipam.hosts.addAliases("web", ["www"])],
    ["a renewed host", (ipam, { host }) => ipam.renew(host, { expiresAt })],
    ["a renewed subnet", (ipam, { subnet }) => ipam.renew(subnet, { expiresAt })],
    ["a plan", (ipam, { host }) => ipam.plan().update("it", host, { comment: "blue" }).apply()],
  ] as readonly (readonly [string, (ipam: Ipam, made: Made) => Promise<unknown>])[])(
    "is named in the error of %s, which does not blame the request",
    async (_, change) => {
      const { ipam, begin } = onGrid(async (other, { host, subnet }) => {
        await other.releaseAddress(host);
        await other.releaseSubnet(subnet);
      });
      const made = await begin();
      const error = await change(ipam, made).catch((thrown: unknown) => thrown);
      if (!isInfobloxError(error, "ConflictError")) throw error;
      expect(error.message).toMatch(/ was not done: it was released, or /);
    },
  );

  it("is gone for a release of one of its addresses", async () => {
    const { ipam, begin } = onGrid((other, { host }) => other.releaseAddress(host));
    await begin();
    expect(await ipam.releaseAddress({ ip: "10.2.0.6" })).toEqual({ released: false, reason: "gone" });
  });
});

it("releases an address of a host that another caller renames meanwhile", async () => {
  const { ipam, other, begin } = onGrid((other, { host }) => other.hosts.rename(host, "renamed"));
  await begin();
  expect(await ipam.releaseAddress({ ip: "10.2.0.6" })).toMatchObject({ reason: "removed-from-host" });
  const [host] = await other.hosts.find({ name: "renamed" });
  expect(host?.addresses.map(({ ip }) => ip)).toEqual(["10.2.0.5"]);
});

it("releases a subnet in bulk to which another caller gives a gateway meanwhile", async () => {
  const { ipam, other, begin } = onGrid((other, { subnet }) => other.subnets.setGateway(subnet, "first"));
  const { subnet } = await begin();
  expect(await ipam.releaseMany([subnet])).toEqual({ released: 1, gone: 0 });
  expect(await other.findSubnets({ cidr: subnet.cidr })).toEqual([]);
});
