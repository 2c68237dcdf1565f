import { listChange, nextAvailableIp, nextAvailableNetwork, replaceExtattrs, step } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { doors } from "./doors.js";

describe.each(doors)("writing to a grid %s", (_door, enter) => {
  it("takes the next subnet and the next address with one request each, and gives both back", async () => {
    await using visit = await enter();
    const { grid, wapi } = visit;
    await wapi.create("networkcontainer", { network: "10.0.0.0/8" });
    const before = grid.requests.length;

    const exclude = ["10.0.0.0/24"];
    const net = await wapi.create("network", {
      network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24, exclude }),
    });
    expect(net.network).toBe("10.0.1.0/24");
    const host = await wapi.create("record:host", {
      name: "web-1",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: nextAvailableIp({ network: net._ref, exclude: ["10.0.1.1"] }) }],
    });
    expect(host.ipv4addrs?.[0]?.ipv4addr).toBe("10.0.1.2");
    await wapi.delete(host._ref);
    await wapi.delete(net._ref);
    expect(grid.requests.length - before).toBe(4);
  });

  it("never gives one address to two of many callers", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    const net = await wapi.create("network", { network: "10.0.0.0/25" });
    const take = () =>
      wapi.create("fixedaddress", {
        ipv4addr: nextAvailableIp({ network: net._ref }),
        match_client: "RESERVED",
      });
    const taken = await Promise.all(Array.from({ length: 126 }, take));
    expect(new Set(taken.map(({ ipv4addr }) => ipv4addr)).size).toBe(126);
    await expect(take()).rejects.toMatchObject({
      text: expect.stringContaining("Cannot find 1 available IP"),
    });
  });

  it("takes them for IPv6, from a search, and from a range", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    await wapi.create("ipv6networkcontainer", { network: "2001:db8::/32" });
    const six = await wapi.create("ipv6network", {
      network: nextAvailableNetwork({ container: "2001:db8::/32", prefixLength: 64 }),
      extattrs: { Site: "HQ" },
    });
    expect(six.network).toBe("2001:db8::/64");
    const host = await wapi.create("record:host", {
      name: "web-6",
      configure_for_dns: false,
      ipv6addrs: [
        { ipv6addr: nextAvailableIp({ search: "ipv6network", where: { extattrs: { Site: "HQ" } } }) },
      ],
    });
    expect(host.ipv6addrs?.[0]?.ipv6addr).toBe("2001:db8::1");

    await wapi.create("network", { network: "10.0.0.0/24" });
    const range = await wapi.create("range", { start_addr: "10.0.0.50", end_addr: "10.0.0.59" });
    for (const source of ["10.0.0.50-10.0.0.59", range._ref]) {
      const ipv4addr = nextAvailableIp({ range: source });
      const fixed = await wapi.create("fixedaddress", { ipv4addr, match_client: "RESERVED" });
      expect(["10.0.0.50", "10.0.0.51"]).toContain(fixed.ipv4addr);
    }
  });

  it("merges attributes, and replaces them only when told", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    const extattrs = { Site: "Paris", Country: "FR", Region: "IDF" };
    const { _ref } = await wapi.create("network", { network: "10.0.0.0/24", extattrs });
    const fields = ["extattrs"] as const;
    const merged = await wapi.update(_ref, { extattrs: { Site: "Rome", Country: null } }, { fields });
    expect(merged.extattrs).toEqual({ Site: "Rome", Region: "IDF" });
    const replaced = await wapi.update(_ref, { extattrs: replaceExtattrs({ Country: "IT" }) }, { fields });
    expect(replaced.extattrs).toEqual({ Country: "IT" });
    const untouched = await wapi.update(_ref, { comment: "blue" }, { fields });
    expect(untouched.extattrs).toEqual({ Country: "IT" });
  });

  it("loses no address when two add one each to the same host", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    await wapi.create("network", { network: "10.0.0.0/24" });
    const host = await wapi.create("record:host", {
      name: "web",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: "10.0.0.5" }],
    });
    const add = (ipv4addr: string) =>
      wapi.update(host._ref, { ipv4addrs: listChange({ add: [{ ipv4addr }] }) });
    await Promise.all([add("10.0.0.6"), add("10.0.0.7")]);
    await wapi.update(host._ref, { ipv4addrs: listChange({ remove: [{ ipv4addr: "10.0.0.5" }] }) });
    const { ipv4addrs } = await wapi.get(host._ref);
    expect(ipv4addrs?.map(({ ipv4addr }) => ipv4addr).sort()).toEqual(["10.0.0.6", "10.0.0.7"]);
  });

  it("does all steps of a batch, each using what the ones before gave", async () => {
    await using visit = await enter();
    const { grid, wapi } = visit;
    await wapi.create("networkcontainer", { network: "10.0.0.0/8" });
    const before = grid.requests.length;
    const net = step.create("network", {
      network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }),
    });
    const gateway = step.create(
      "fixedaddress",
      { ipv4addr: nextAvailableIp({ network: net.ref }), match_client: "RESERVED" },
      { fields: ["ipv4addr", "network"] },
    );
    const note = step.update(net.ref, { comment: `gateway ${gateway.value("ipv4addr")}` });
    const [, address, noted] = await wapi.batch([net.discard(), gateway, note]);
    expect(address).toMatchObject({ ipv4addr: "10.0.0.1", network: "10.0.0.0/24" });
    expect(noted.comment).toBe("gateway 10.0.0.1");
    expect(grid.requests.length - before).toBe(1);
  });

  it("does no step of a batch when one fails", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    await wapi.create("network", { network: "10.0.1.0/24" });
    const steps = ["10.0.0.0/24", "10.0.1.0/24"].map((network) => step.create("network", { network }));
    await expect(wapi.batch(steps)).rejects.toThrow(/already exists/);
    expect(await wapi.find("network", { where: { network: "10.0.0.0/24" } })).toEqual([]);
  });

  it("keeps a container's networks when that is asked for", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    const container = await wapi.create("networkcontainer", { network: "10.0.0.0/8" });
    await wapi.create("network", { network: "10.0.0.0/24" });
    await wapi.delete(container._ref, { args: { remove_subnets: false } });
    expect(await wapi.find("network")).toHaveLength(1);
    await expect(wapi.get(container._ref)).rejects.toMatchObject({ name: "NotFoundError", status: 404 });
  });
});
