import { AmbiguousTargetError, isRow, type Ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { doors } from "./doors.js";

describe.each(doors)("reading a grid %s", (_door, enter) => {
  it("gives all of 2,345 objects, however many the grid gives at a time", async () => {
    const networks = Array.from({ length: 2_345 }, (_, n) => ({ network: `10.${n >> 8}.${n & 255}.0/24` }));
    await using visit = await enter({ seed: { networks } });
    const { grid, wapi } = visit;

    const found = await wapi.find("network", { fields: ["network"] });
    expect(new Set(found.map(({ network }) => network)).size).toBe(2_345);
    expect(grid.requests.filter(({ method }) => method === "GET")).toHaveLength(3);

    expect(await wapi.find("network", { limit: 1_200 })).toHaveLength(1_200);
    await expect(wapi.find("network", { failAbove: 1_000 })).rejects.toThrow(/Result set too large/);

    let seen = 0;
    for await (const page of wapi.iterate("network", { pageSize: 500 }).pages()) seen += page.length;
    expect(seen).toBe(2_345);
  });

  it("searches by field, by pattern and by extensible attribute", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    await wapi.create("network", {
      network: "10.0.0.0/24",
      comment: "Prod web",
      extattrs: { Site: "Paris", VLAN: "120" },
    });
    await wapi.create("network", {
      network: "10.0.1.0/24",
      comment: "prod db",
      extattrs: { Site: "Rome", VLAN: "7" },
    });
    await wapi.create("network", { network: "10.0.2.0/24", comment: "R&D + 50% [x]" });
    const cidrs = async (where: NonNullable<Parameters<typeof wapi.find<"network">>[1]>["where"]) =>
      (await wapi.find("network", { where: where ?? {} })).map(({ network }) => network).sort();

    expect(await cidrs({ comment: { matches: "prod" } })).toEqual(["10.0.1.0/24"]);
    expect(await cidrs({ comment: { matches: "prod", ignoreCase: true } })).toEqual([
      "10.0.0.0/24",
      "10.0.1.0/24",
    ]);
    expect(await cidrs({ comment: { equals: "PROD WEB", ignoreCase: true } })).toEqual(["10.0.0.0/24"]);
    expect(await cidrs({ comment: "R&D + 50% [x]" })).toEqual(["10.0.2.0/24"]);
    expect(await cidrs({ contains_address: "10.0.1.77" })).toEqual(["10.0.1.0/24"]);
    expect(await cidrs({ extattrs: { Site: "Paris" } })).toEqual(["10.0.0.0/24"]);
    expect(await cidrs({ extattrs: { Site: { not: "Paris" } } })).toContain("10.0.1.0/24");
    expect(await cidrs({ extattrs: { Site: { matches: "^(Par|Ro)" } } })).toEqual([
      "10.0.0.0/24",
      "10.0.1.0/24",
    ]);
    const pattern = `Prod web|${"x".repeat(6_000)}`;
    expect(await cidrs({ comment: { matches: pattern } })).toEqual(["10.0.0.0/24"]);
  });

  it("finds the one object that is meant, or says that there are several", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    await wapi.create("networkview", { name: "blue" });
    await wapi.create("network", { network: "10.0.0.0/24" });
    await wapi.create("network", { network: "10.0.0.0/24", network_view: "blue" });
    const where = { network: "10.0.0.0/24" };
    await expect(wapi.findOne("network", { where })).rejects.toThrow(AmbiguousTargetError);
    const one = await wapi.findOne("network", { where: { ...where, network_view: "blue" } });
    expect(one?.network_view).toBe("blue");
    expect(await wapi.findOne("network", { where: { network: "10.9.0.0/24" } })).toBeUndefined();
  });

  it("follows references from object to object", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    await wapi.create("network", { network: "10.0.0.0/24" });
    await wapi.create("record:host", {
      name: "lamp in the hall/2",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: "10.0.0.7" }],
    });
    const [address] = await wapi.find("ipv4address", { where: { ip_address: "10.0.0.7" } });
    const host = await wapi.get(address?.objects[0] as Ref<"record:host">, {
      fields: ["name", "ipv4addrs.ipv4addr"],
    });
    expect(host).toMatchObject({ name: "lamp in the hall/2", ipv4addrs: [{ ipv4addr: "10.0.0.7" }] });
    const found = await wapi.find("search", { where: { address: "10.0.0.7" } });
    expect(found.flatMap((row) => (isRow("network", row) ? row.network : []))).toEqual(["10.0.0.0/24"]);
  });

  it("checks whole answers where asked, and finds nothing wrong with the grid's", async () => {
    await using visit = await enter({}, { validate: "strict" });
    const { wapi } = visit;
    await wapi.create("network", { network: "10.0.0.0/24", extattrs: { Site: "Paris" } });
    const [net] = await wapi.find("network", {
      fields: ["network", "extattrs", "members", "options", "cloud_info"],
    });
    expect(net?.extattrs).toEqual({ Site: "Paris" });
    expect(await wapi.find("member")).not.toHaveLength(0);
  });
});
