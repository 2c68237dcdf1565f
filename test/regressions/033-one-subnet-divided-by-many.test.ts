import { Ipam } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/** Of several who took from one unused subnet at once, all but the first were told that it does not exist. */
it.each([
  ["IPv4", "10.0.9.0/24", 26],
  ["IPv6", "2001:db8:9::/48", 64],
] as const)(
  "gives a part of an unused subnet to each who asks at once, %s",
  async (_, from, prefixLength) => {
    const grid = FakeGrid.inMemory({ setup: true, seed: { networks: [from] } });
    const callers = Array.from({ length: 4 }, () => new Ipam(grid.clientOptions));
    const subnets = await Promise.all(callers.map((ipam) => ipam.requestSubnet({ from, prefixLength })));
    expect(new Set(subnets.map(({ cidr }) => cidr)).size).toBe(4);
    expect(subnets.every(({ container }) => container === from)).toBe(true);
  },
);
