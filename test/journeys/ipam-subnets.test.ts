import {
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  PoolExhaustedError,
  SubnetInUseError,
} from "infoblox-ipam";
import { expect, it, vi } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Request ID"],
  containers: [
    "10.0.0.0/16",
    "10.1.0.0/24",
    { network: "10.2.0.0/24", extattrs: { Site: "Paris" } },
    { network: "10.3.0.0/24", extattrs: { Site: "Paris" } },
    "2001:db8::/32",
  ],
};

behindEveryDoor("taking subnets", (visit) => {
  it("gives the next free subnet, as the grid holds it", async () => {
    const { ipam } = await visit({ seed });
    const subnet = await ipam.requestSubnet({
      from: "10.0.0.0/16",
      prefixLength: 24,
      comment: "blue",
      extattrs: { Site: "Paris" },
    });
    expect(subnet).toEqual({
      cidr: "10.0.0.0/24",
      ref: expect.stringMatching(/^network\//),
      family: 4,
      prefixLength: 24,
      networkView: "default",
      container: "10.0.0.0/16",
      gateway: undefined,
      comment: "blue",
      extattrs: { Site: "Paris" },
      created: true,
    });
  });

  it("does the same for IPv6", async () => {
    const { ipam } = await visit({ seed });
    const subnet = await ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 64, gateway: "first" });
    expect(subnet).toMatchObject({
      cidr: "2001:db8::/64",
      family: 6,
      prefixLength: 64,
      gateway: "2001:db8::1",
    });
    await expect(
      ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 48, gateway: "last" }),
    ).resolves.toMatchObject({
      cidr: "2001:db8:1::/48",
      gateway: "2001:db8:1:ffff:ffff:ffff:ffff:ffff",
    });
  });

  it("takes a container by CIDR, reference, row or attributes alike", async () => {
    const { ipam, wapi } = await visit({ seed });
    const [row] = await wapi.find("networkcontainer", { where: { network: "10.1.0.0/24" } });
    if (row === undefined) throw new Error("the seed is missing");
    const sources = ["10.1.0.0/24", row._ref, row, { ref: row._ref }];
    const cidrs = [];
    for (const from of sources) cidrs.push((await ipam.requestSubnet({ from, prefixLength: 27 })).cidr);
    expect(cidrs).toEqual(["10.1.0.0/27", "10.1.0.32/27", "10.1.0.64/27", "10.1.0.96/27"]);
    const paris = await ipam.requestSubnet({ from: { extattrs: { Site: "Paris" } }, prefixLength: 25 });
    expect(paris.container).toBe("10.2.0.0/24");
  });

  it("goes on to the next container when one is exhausted, by list or by attributes", async () => {
    const { ipam } = await visit({ seed });
    const list = ["10.1.0.0/24", "10.0.0.0/16"];
    await ipam.requestSubnet({ from: list, prefixLength: 25 });
    await ipam.requestSubnet({ from: list, prefixLength: 25 });
    expect((await ipam.requestSubnet({ from: list, prefixLength: 25 })).cidr).toBe("10.0.0.0/25");
    const from = { extattrs: { Site: "Paris" } };
    const taken = [];
    for (let n = 0; n < 4; n++) taken.push((await ipam.requestSubnet({ from, prefixLength: 25 })).cidr);
    expect(taken).toEqual(["10.2.0.0/25", "10.2.0.128/25", "10.3.0.0/25", "10.3.0.128/25"]);
    await expect(ipam.requestSubnet({ from, prefixLength: 25 })).rejects.toMatchObject({
      tried: [
        { source: '{"extattrs":{"Site":"Paris"}}' },
        { source: "10.2.0.0/24" },
        { source: "10.3.0.0/24" },
      ],
    });
  });

  it("never goes on for another reason", async () => {
    const { ipam, grid } = await visit({ seed });
    const work = ipam.requestSubnet({ from: ["10.77.0.0/16", "10.0.0.0/16"], prefixLength: 24 });
    await expect(work).rejects.toThrow(NotFoundError);
    grid.faults.next({ on: "POST", status: 500 });
    const taken = await ipam.requestSubnet({ from: ["10.1.0.0/24", "10.0.0.0/16"], prefixLength: 25 });
    expect(taken.container).toBe("10.1.0.0/24");
    expect(await ipam.findSubnets()).toHaveLength(1);
  });

  it("says what was tried and what is free when nothing is", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestSubnet({ cidr: "10.1.0.0/26" });
    const error = await ipam
      .requestSubnet({ from: "10.1.0.0/24", prefixLength: 25, exclude: "10.1.0.200" })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PoolExhaustedError);
    expect(error).toMatchObject({
      message: expect.stringContaining("No /25 is free in 10.1.0.0/24; largest free: /26 at 10.1.0.64"),
      tried: [
        {
          source: "10.1.0.0/24",
          reason: expect.stringContaining("Can not find requested number of networks"),
        },
      ],
    });
  });

  it.each([
    ["10.0.0.0/24", "10.0.1.0/24"],
    ["10.0.0.77", "10.0.1.0/24"],
    ["10.0.0.0-10.0.4.3", "10.0.5.0/24"],
    ["10.0.0.0/20", "10.0.16.0/24"],
    [["10.0.0.0/24", "10.0.1.9", "10.0.2.0/25"], "10.0.3.0/24"],
  ])("passes over what %j excludes", async (exclude, expected) => {
    const { ipam } = await visit({ seed });
    expect((await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, exclude })).cidr).toBe(
      expected,
    );
  });

  it("reserves the gateway that is asked for, and only that", async () => {
    const { ipam } = await visit({ seed });
    const from = "10.0.0.0/16";
    expect(await ipam.requestSubnet({ from, prefixLength: 24, gateway: "first" })).toMatchObject({
      gateway: "10.0.0.1",
    });
    expect(await ipam.requestSubnet({ from, prefixLength: 24, gateway: "last" })).toMatchObject({
      gateway: "10.0.1.254",
    });
    expect(await ipam.requestSubnet({ from, prefixLength: 24, gateway: false })).toMatchObject({
      gateway: undefined,
    });
    const named = await ipam.requestSubnet({ cidr: "10.0.9.0/24", gateway: "10.0.9.7" });
    expect(named.gateway).toBe("10.0.9.7");
    expect(await ipam.lookup("10.0.9.7")).toMatchObject({
      status: "USED",
      addresses: [{ kind: "reservation" }],
    });
    expect(await ipam.findSubnets({ within: from })).toMatchObject([
      { gateway: "10.0.0.1" },
      { gateway: "10.0.1.254" },
      { gateway: undefined },
      { gateway: "10.0.9.7" },
    ]);
  });

  it("gives the subnet back when its gateway can't be reserved", async () => {
    const { ipam, grid } = await visit({ seed });
    grid.faults.next({ on: "POST", object: "request", after: 1, status: 403 });
    await expect(
      ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gateway: "last" }),
    ).rejects.toThrow();
    expect(await ipam.findSubnets()).toEqual([]);
  });

  it("divides a subnet only as long as nothing in it is in use", async () => {
    const { ipam } = await visit({ seed: { ...seed, networks: ["10.9.0.0/24", "10.9.1.0/24"] } });
    await ipam.requestAddress({ from: "10.9.1.0/24" });
    expect(await ipam.requestSubnet({ from: "10.9.0.0/24", prefixLength: 26 })).toMatchObject({
      container: "10.9.0.0/24",
    });
    const [busy] = await ipam.findSubnets({ cidr: "10.9.1.0/24" });
    if (busy === undefined) throw new Error("the seed is missing");
    for (const from of ["10.9.1.0/24", busy, busy.ref]) {
      const error = await ipam.requestSubnet({ from, prefixLength: 26 }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SubnetInUseError);
      expect(error).toMatchObject({ subnet: "10.9.1.0/24", inUse: [expect.stringContaining("10.9.1.1")] });
    }
  });

  it("keeps network views apart", async () => {
    const { ipam } = await visit({
      seed: {
        networkViews: ["lab"],
        containers: ["10.0.0.0/16", { network: "10.0.0.0/16", networkView: "lab" }],
      },
    });
    const [one, other] = [
      await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 }),
      await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, networkView: "lab" }),
    ];
    expect(one).toMatchObject({ cidr: "10.0.0.0/24", networkView: "default" });
    expect(other).toMatchObject({ cidr: "10.0.0.0/24", networkView: "lab" });
    await expect(
      ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, networkView: "attic" }),
    ).rejects.toThrow(/Network View attic not found/);
  });

  it("sets fields that it has no word for", async () => {
    const { ipam, wapi } = await visit({ seed });
    const options = [{ name: "domain-name", value: "example.com" }];
    const { ref } = await ipam.requestSubnet({ cidr: "10.0.7.0/24", fields: { options, disable: true } });
    expect(
      await wapi.get(ref as Parameters<typeof wapi.get<"network">>[0], { fields: ["disable"] }),
    ).toMatchObject({ disable: true });
    await expect(ipam.requestSubnet({ cidr: "10.0.8.0/24", fields: { optoins: [] } })).rejects.toThrow(
      InvalidRequestError,
    );
  });

  it("refuses what is taken", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestSubnet({ cidr: "10.0.7.0/24" });
    await expect(ipam.requestSubnet({ cidr: "10.0.7.0/24" })).rejects.toThrow(ConflictError);
  });
});

const deleted = { released: true, reason: "deleted" };

behindEveryDoor("giving subnets back", (visit) => {
  it("deletes an empty subnet with its gateway, by result, CIDR, reference or request id", async () => {
    const { ipam } = await visit({ seed });
    for (const target of ["result", "cidr", "ref", "requestId"] as const) {
      const subnet = await ipam.requestSubnet({
        from: "10.0.0.0/16",
        prefixLength: 24,
        gateway: "first",
        requestId: "blue",
      });
      const named = { result: subnet, cidr: subnet.cidr, ref: subnet.ref, requestId: { requestId: "blue" } }[
        target
      ];
      expect(await ipam.releaseSubnet(named)).toEqual(deleted);
      expect(await ipam.findSubnets()).toEqual([]);
      expect(await ipam.releaseSubnet(named)).toEqual({ released: false, reason: "gone" });
    }
  });

  it("refuses while addresses are in use, and names them; cascade takes all", async () => {
    const { ipam, wapi } = await visit({ seed: { ...seed, zones: ["example.com"] } });
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gateway: "first" });
    await ipam.requestAddress({ from: subnet, name: "web-1.example.com" });
    for (const target of [subnet, subnet.cidr, subnet.ref]) {
      const error = await ipam.releaseSubnet(target).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SubnetInUseError);
      expect(error).toMatchObject({ subnet: subnet.cidr, inUse: ["10.0.0.2 (HOST web-1.example.com)"] });
    }
    expect(await ipam.releaseSubnet(subnet, { cascade: true })).toEqual(deleted);
    expect(await wapi.find("record:host")).toEqual([]);
  });

  it.each([
    ["10.0.7.0/24", "10.0.8.0/24"],
    ["2001:db8:7::/64", "2001:db8:8::/64"],
  ])("of a host with addresses elsewhere, cascade takes only those in %s", async (cidr, elsewhere) => {
    const { ipam, wapi } = await visit({ seed });
    for (const one of [cidr, elsewhere]) await ipam.requestSubnet({ cidr: one });
    const ips = [...(await ipam.peekAddresses(cidr, 2)), ...(await ipam.peekAddresses(elsewhere, 1))];
    const addresses = cidr.includes(":")
      ? { ipv6addrs: ips.map((ipv6addr) => ({ ipv6addr })) }
      : { ipv4addrs: ips.map((ipv4addr) => ({ ipv4addr })) };
    await wapi.create("record:host", { name: "db", configure_for_dns: false, ...addresses });
    await ipam.releaseSubnet(cidr, { cascade: true });
    expect(await ipam.lookup(ips[2] ?? "")).toMatchObject({ addresses: [{ name: "db", ips: [ips[2]] }] });
  });

  it("cascade takes more hosts than the grid hands out at once", async () => {
    const { ipam, wapi, grid } = await visit({ seed });
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 21 });
    const ip = (n: number) => `10.0.${n >> 8}.${n & 255}`;
    const hosts = Array.from({ length: 1_050 }, (_, n) => ({
      name: `host ${n}`,
      addresses: [ip(n + 1)],
      dns: false,
    }));
    grid.seed({ hosts });
    expect(await ipam.releaseSubnet(subnet, { cascade: true })).toEqual(deleted);
    expect(await wapi.find("record:host")).toEqual([]);
  });

  it("looks again where somebody else releases a part of it meanwhile", async () => {
    const { ipam, wapi } = await visit({ seed });
    const subnet = await ipam.requestSubnet({ cidr: "10.0.7.0/24" });
    const host = await ipam.requestAddress({ from: subnet, name: "db", dns: false });
    await ipam.requestAddress({ from: subnet, name: "web", dns: false });
    const batch = wapi.batch.bind(wapi);
    vi.spyOn(wapi, "batch")
      .mockImplementationOnce(batch as never) // looks
      .mockImplementationOnce(batch as never) // reads the hosts
      .mockImplementationOnce((async (...request: Parameters<typeof batch>) => {
        await wapi.delete(host.ref);
        return batch(...request);
      }) as never);
    expect(await ipam.releaseSubnet(subnet, { cascade: true })).toEqual(deleted);
    expect(await wapi.find("record:host")).toEqual([]);
  });

  it("counts a gateway that somebody else reserved as in use", async () => {
    const { ipam } = await visit({ seed });
    const subnet = await ipam.requestSubnet({ cidr: "10.0.7.0/24" });
    await ipam.requestAddress({ ip: "10.0.7.1", comment: "Gateway of the building" });
    await expect(ipam.releaseSubnet(subnet)).rejects.toThrow(SubnetInUseError);
  });

  it("names some of many addresses in use, and says that there are more", async () => {
    const { ipam } = await visit({ seed });
    const subnet = await ipam.requestSubnet({ cidr: "10.0.7.0/24" });
    await ipam.requestAddresses({ from: subnet, count: 11 });
    await expect(ipam.releaseSubnet(subnet)).rejects.toThrow(
      /10\.0\.7\.10 \(FA\) and more\. Nothing was released/,
    );
  });

  it("says that a subnet has become a container, rather than that it is gone", async () => {
    const { ipam, wapi } = await visit({ seed });
    const subnet = await ipam.requestSubnet({ cidr: "10.0.7.0/24" });
    await wapi.create("network", { network: "10.0.7.0/26" });
    for (const target of [subnet, subnet.cidr, subnet.ref]) {
      await expect(ipam.releaseSubnet(target)).rejects.toThrow(/10\.0\.7\.0\/24 is a container/);
    }
    await expect(ipam.requestAddress({ from: subnet })).rejects.toThrow(/10\.0\.7\.0\/24 is a container/);
    await expect(ipam.requestAddress({ from: "10.0.7.0/24" })).rejects.toThrow(ConflictError);
  });

  it("does it for IPv6 as well", async () => {
    const { ipam } = await visit({ seed });
    const subnet = await ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 64, gateway: "first" });
    const address = await ipam.requestAddress({ from: subnet });
    await expect(ipam.releaseSubnet(subnet)).rejects.toThrow(SubnetInUseError);
    await ipam.releaseAddress(address);
    expect(await ipam.releaseSubnet(subnet.cidr)).toEqual(deleted);
  });

  it.each([
    ["a host's reference", "record:host/ZG5z:web-1.example.com/default", /refers to a record:host/],
    ["host bits", "10.0.7.1/24", /host bits set.*valid: "10.0.7.0\/24"/],
    ["nothing", "", /not a CIDR/],
    ["an empty object", {} as never, /names no subnet/],
  ])("refuses %s", async (_, target, message) => {
    const { ipam, requestsOf } = await visit();
    expect(await requestsOf(() => expect(ipam.releaseSubnet(target)).rejects.toThrow(message))).toBe(0);
  });
});
