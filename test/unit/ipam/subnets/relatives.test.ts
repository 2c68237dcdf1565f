/** A subnet that is named never rearranges what the grid has around it and in it. */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { afterEach, describe, expect, it } from "vitest";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: FakeGridOptions = {}) {
  const grid = FakeGrid.inMemory({ setup: true, ...options });
  const wapi = new WapiClient(grid.clientOptions);
  closing.push(
    () => grid.close(),
    () => wapi.close(),
  );
  const books = async () => {
    const types = ["network", "networkcontainer", "ipv6network", "ipv6networkcontainer"] as const;
    const found = await Promise.all(
      types.map(async (type) =>
        (await wapi.find(type, { fields: ["network"] })).map((row) => `${type} ${row.network}`),
      ),
    );
    return found.flat().sort();
  };
  return { grid, wapi, ipam: new Ipam(wapi), books };
}

/** Between the first batch of an `Ipam`, which reads the relatives, and the next, somebody else is faster. */
function afterFirstLook(grid: FakeGrid, act: () => Promise<unknown>): Ipam {
  const wapi = new WapiClient(grid.clientOptions);
  closing.push(() => wapi.close());
  const { batch } = wapi;
  let isFirst = true;
  wapi.batch = (async (...args: Parameters<typeof batch>) => {
    const answer = await batch.apply(wapi, args);
    if (isFirst) await act();
    isFirst = false;
    return answer;
  }) as typeof batch;
  return new Ipam(wapi);
}

const seed = {
  attributes: ["Request ID"],
  containers: ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"],
  networks: ["10.1.0.0/24", "10.1.1.0/24", "10.2.0.0/24", "192.168.0.0/24", "2001:db8:0:1::/64"],
  fixedAddresses: [
    { address: "10.1.0.5", mac: "02:42:0a:00:00:01" },
    { address: "2001:db8:0:1::5", duid: "00:03:00:01:02:42:0a:00:00:01" },
  ],
};

describe("a subnet that is named", () => {
  it.each([
    [
      "in a subnet that is in use",
      "10.1.0.0/25",
      /10\.1\.0\.0\/25 lies in the subnet 10\.1\.0\.0\/24 that is in use: 10\.1\.0\.5/,
    ],
    [
      "in an IPv6 subnet that is in use",
      "2001:db8:0:1:8000::/65",
      /lies in the subnet 2001:db8:0:1::\/64 that is in use/,
    ],
    [
      "around subnets of a container",
      "10.1.0.0/23",
      /10\.1\.0\.0\/23 has other networks in it: 10\.1\.0\.0\/24, 10\.1\.1\.0\/24/,
    ],
    ["around an IPv6 subnet", "2001:db8::/48", /has other networks in it: 2001:db8:0:1::\/64/],
    ["around a subnet at the top", "192.168.0.0/16", /has other networks in it: 192\.168\.0\.0\/24/],
    ["around everything", "0.0.0.0/1", /has other networks in it/],
    ["equal to a container", "10.1.0.0/16", /10\.1\.0\.0\/16 is a container in network view "default"/],
    ["equal to an IPv6 container", "2001:db8::/32", /2001:db8::\/32 is a container/],
  ])("%s is refused, and nothing changes", async (_what, cidr, problem) => {
    const { ipam, books } = await start({ seed });
    const before = await books();
    for (const requestId of [undefined, "deploy-1"]) {
      await expect(ipam.requestSubnet({ cidr, requestId })).rejects.toThrow(problem);
    }
    await expect(ipam.ensureSubnet({ cidr })).rejects.toThrow(problem);
    expect(await books()).toEqual(before);
  });

  it("is made in two requests beside others, at the top and in a container", async () => {
    const { grid, ipam } = await start({ seed });
    await ipam.requestSubnet({ cidr: "10.3.0.0/24" });
    const before = grid.requests.length;
    expect(await ipam.requestSubnet({ cidr: "10.1.2.0/24" })).toMatchObject({ container: "10.1.0.0/16" });
    expect(grid.requests.length - before).toBe(2);
    expect(await ipam.requestSubnet({ cidr: "192.168.1.0/24" })).toMatchObject({ container: undefined });
    expect(await ipam.requestSubnet({ cidr: "2001:db8::/64", gateway: "first" })).toMatchObject({
      ...{ container: "2001:db8::/32", gateway: "2001:db8::1" },
    });
  });

  it("may divide a subnet without addresses, unless it is told not to, and one in use only where that is asked for", async () => {
    const { ipam, books } = await start({ seed });
    await expect(ipam.requestSubnet({ cidr: "10.2.0.0/25", insideSubnet: "never" })).rejects.toThrow(
      /10\.2\.0\.0\/25 lies in the subnet 10\.2\.0\.0\/24; nothing was created/,
    );
    expect(await ipam.requestSubnet({ cidr: "10.2.0.0/25" })).toMatchObject({ container: "10.2.0.0/24" });
    expect(await books()).toContain("networkcontainer 10.2.0.0/24");
    const anyway = await ipam.requestSubnet({ cidr: "10.1.0.0/25", insideSubnet: "always" });
    expect(anyway).toMatchObject({ created: true, container: "10.1.0.0/24" });
  });

  it("is refused in a subnet that a DHCP member serves", async () => {
    const { ipam, wapi, books } = await start({ seed });
    const [member] = await wapi.find("member", { fields: ["host_name"] });
    const [row] = await wapi.find("network", { where: { network: "10.2.0.0/24" } });
    await wapi.update(row?._ref as NonNullable<typeof row>["_ref"], {
      members: [{ _struct: "dhcpmember", name: member?.host_name as string }],
    });
    const before = await books();
    await expect(ipam.requestSubnet({ cidr: "10.2.0.0/25" })).rejects.toThrow(
      /10\.2\.0\.0\/24 that is in use: member \S/,
    );
    expect(await books()).toEqual(before);
  });

  it.each([
    ["a subnet around it", "10.3.0.0/16", "10.3.0.0/24", /lies in the subnet 10\.3\.0\.0\/16/],
    ["a subnet in it", "10.3.0.0/28", "10.3.0.0/24", /has other networks in it: 10\.3\.0\.0\/28/],
  ])("is rolled back where somebody makes %s after the look", async (_what, other, cidr, problem) => {
    const { grid, wapi, books } = await start({ seed });
    const before = await books();
    const ipam = afterFirstLook(grid, () => wapi.create("network", { network: other }));
    await expect(ipam.requestSubnet({ cidr, insideSubnet: "never" })).rejects.toThrow(problem);
    expect(await books()).toEqual([...before, `network ${other}`].sort());
  });

  it("goes into a container that somebody makes after the look", async () => {
    const { grid, wapi } = await start({ seed });
    const ipam = afterFirstLook(grid, () => wapi.create("networkcontainer", { network: "10.3.0.0/16" }));
    const subnet = await ipam.requestSubnet({ cidr: "10.3.0.0/24" });
    expect(subnet).toMatchObject({ created: true, container: "10.3.0.0/16" });
  });

  it("is the same again for a repeated request id", async () => {
    const { ipam } = await start({ seed });
    const first = await ipam.requestSubnet({ cidr: "10.3.0.0/24", requestId: "deploy-1" });
    const again = await ipam.requestSubnet({ cidr: "10.3.0.0/24", requestId: "deploy-1" });
    expect(again).toEqual({ ...first, created: false });
    const taken = await ipam.requestSubnet({ cidr: "10.3.0.0/24" }).catch((error: unknown) => error);
    expect(isInfobloxError(taken, "ConflictError")).toBe(true);
  });
});
