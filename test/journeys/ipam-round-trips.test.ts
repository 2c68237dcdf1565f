import { expect, it } from "vitest";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

const seed = {
  attributes: ["Request ID", "Request Attempt", "Last Change", "Expires At"],
  containers: ["10.0.0.0/16", "10.1.0.0/30", "2001:db8::/32"],
  networks: ["10.2.0.0/24", "10.3.0.0/24"],
  zones: ["example.com"],
};

/** What each call costs: the promise of the documentation, in HTTP requests. */
const prices: readonly (readonly [number, string, (visit: IpamVisit) => Promise<() => Promise<unknown>>])[] =
  [
    [
      1,
      "the next subnet of a container",
      once(({ ipam }) => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 })),
    ],
    [
      1,
      "with exclusions, attributes and the first address for a gateway that clients aren't told",
      once(({ ipam }) =>
        ipam.requestSubnet({
          from: "10.0.0.0/16",
          prefixLength: 24,
          exclude: "10.0.0.0/24",
          gateway: { at: "first", dhcp: false },
          comment: "x",
        }),
      ),
    ],
    [
      2,
      "with the first address for a gateway, which DHCP clients are told",
      once(({ ipam }) => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gateway: "first" })),
    ],
    [
      2,
      "a named subnet with its gateway and DHCP options, after a look at what is around it",
      once(({ ipam }) =>
        ipam.requestSubnet({
          ...{ cidr: "10.0.7.0/24", insideSubnet: "always", gateway: "last", dhcp: { leaseTime: 60 } },
        }),
      ),
    ],
    [
      1,
      "an IPv6 one",
      once(({ ipam }) => ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 64, gateway: "first" })),
    ],
    [
      2,
      "with the last address for a gateway",
      once(({ ipam }) => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gateway: "last" })),
    ],
    [
      2,
      "from the second container",
      once(({ ipam }) =>
        ipam.requestSubnet({
          from: ["10.1.0.0/30", "10.0.0.0/16"],
          prefixLength: 31,
          exclude: "10.1.0.0/30",
        }),
      ),
    ],
    [
      2,
      "from the container with the most room",
      once(({ ipam }) =>
        ipam.requestSubnet({
          from: ["10.1.0.0/30", "10.0.0.0/16"],
          prefixLength: 31,
          strategy: "most-free",
        }),
      ),
    ],
    [
      1,
      "from containers by turns",
      once(({ ipam }) =>
        ipam.requestSubnet({
          from: ["10.1.0.0/30", "10.0.0.0/16"],
          prefixLength: 31,
          strategy: "round-robin",
        }),
      ),
    ],
    [
      2,
      "a named subnet with a named gateway: what it lies in is read first",
      once(({ ipam }) => ipam.requestSubnet({ cidr: "10.0.7.0/24", gateway: "10.0.7.9" })),
    ],
    [
      1,
      "a subnet with a request id",
      once(({ ipam }) => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, requestId: "a" })),
    ],
    [1, "a reservation", once(({ ipam }) => ipam.requestAddress({ from: "10.2.0.0/24" }))],
    [
      1,
      "a fixed address, with exclusions",
      once(({ ipam }) =>
        ipam.requestAddress({ from: "10.2.0.0/24", mac: "02:42:ac:11:00:02", exclude: "10.2.0.1-10.2.0.9" }),
      ),
    ],
    [1, "a host", once(({ ipam }) => ipam.requestAddress({ from: "10.2.0.0/24", name: "web.example.com" }))],
    [
      1,
      "a named address that nothing uses",
      once(({ ipam }) => ipam.requestAddress({ ip: "10.2.0.9", name: "web.example.com" })),
    ],
    [
      2,
      "a named address that must not lie in a range",
      once(({ ipam }) => ipam.requestAddress({ ip: "10.2.0.9", avoidRanges: true })),
    ],
    [
      1,
      "an address with a request id",
      once(({ ipam }) => ipam.requestAddress({ from: "10.2.0.0/24", requestId: "a" })),
    ],
    [2, "200 addresses", once(({ ipam }) => ipam.requestAddresses({ from: "10.2.0.0/24", count: 200 }))],
    [2, "a lookup", once(({ ipam }) => ipam.lookup("10.2.0.9"))],
    [2, "the utilization of a subnet by CIDR", once(({ ipam }) => ipam.utilization("10.2.0.0/24"))],
    [2, "a search for subnets", once(({ ipam }) => ipam.findSubnets({ containing: "10.2.0.9" }))],
    [2, "a peek by CIDR", once(({ ipam }) => ipam.peekAddresses("10.2.0.0/24", 20))],
    [1, "a peek by result", withSubnet(({ ipam }, subnet) => ipam.peekAddresses(subnet, 20))],
    [
      1,
      "the release of an address by result",
      withAddress(({ ipam }, address) => ipam.releaseAddress(address)),
    ],
    [2, "by reference", withAddress(({ ipam }, address) => ipam.releaseAddress(address.ref))],
    [2, "by IP", withAddress(({ ipam }, address) => ipam.releaseAddress(address.ip))],
    [2, "by name", withAddress(({ ipam }) => ipam.releaseAddress("web.example.com"))],
    [2, "by request id", withAddress(({ ipam }) => ipam.releaseAddress({ requestId: "web" }))],
    [2, "the release of a subnet by result", withSubnet(({ ipam }, subnet) => ipam.releaseSubnet(subnet))],
    [2, "by reference", withSubnet(({ ipam }, subnet) => ipam.releaseSubnet(subnet.ref))],
    [2, "by CIDR", withSubnet(({ ipam }, subnet) => ipam.releaseSubnet(subnet.cidr))],
    [
      2,
      "by result with all that is in it, where no host is",
      withSubnet(({ ipam }, subnet) => ipam.releaseSubnet(subnet, { cascade: true })),
    ],
    [1, "setting up what is set up", once(({ ipam }) => ipam.setup())],
  ];

type Price = (typeof prices)[number][2];

function once(work: (visit: IpamVisit) => Promise<unknown>): Price {
  return async (visit) => () => work(visit);
}

function withSubnet(
  work: (
    visit: IpamVisit,
    subnet: Awaited<ReturnType<IpamVisit["ipam"]["requestSubnet"]>>,
  ) => Promise<unknown>,
): Price {
  return async (visit) => {
    const subnet = await visit.ipam.requestSubnet({
      from: "10.0.0.0/16",
      prefixLength: 24,
      gateway: "first",
    });
    return () => work(visit, subnet);
  };
}

function withAddress(
  work: (
    visit: IpamVisit,
    address: Awaited<ReturnType<IpamVisit["ipam"]["requestAddress"]>>,
  ) => Promise<unknown>,
): Price {
  return async (visit) => {
    const request = { from: "10.2.0.0/24", name: "web.example.com", requestId: "web" };
    const address = await visit.ipam.requestAddress(request);
    return () => work(visit, address);
  };
}

behindEveryDoor("the price in requests", (visit) => {
  it.each(prices)("%s for %s", async (expected, _what, prepare) => {
    const entered = await visit({ seed });
    const work = await prepare(entered);
    expect(await entered.requestsOf(work)).toBe(expected);
  });
});
