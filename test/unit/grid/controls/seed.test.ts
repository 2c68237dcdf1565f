import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeGrid, type GridSeed } from "../../../../src/grid/index.js";
import { call, networks } from "../calling.js";

const everything: GridSeed = {
  attributes: ["Request ID", { name: "Floor", type: "INTEGER" }],
  networkViews: ["lab", { name: "branch", comment: "small" }],
  dnsViews: [{ name: "inside", networkView: "lab" }],
  containers: ["10.0.0.0/8", "2001:db8::/32"],
  networks: [
    "10.0.0.0/24",
    { network: "10.0.1.0/24", comment: "floor 3", extattrs: { Site: "Paris", Floor: 3 } },
    { network: "10.0.0.0/24", networkView: "lab" },
    "2001:db8:1::/64",
  ],
  ranges: [{ start: "10.0.0.100", end: "10.0.0.199" }],
  zones: ["example.com", { fqdn: "lab.example.com", view: "inside" }],
  hosts: [
    { name: "web.example.com", addresses: ["10.0.0.10", "2001:db8:1::10"], mac: "02:00:00:00:00:10" },
    { name: "printer", addresses: ["10.0.0.11"], dns: false },
  ],
  fixedAddresses: [
    { address: "10.0.0.20" },
    { address: "10.0.0.21", mac: "02:00:00:00:00:21", name: "tv" },
    { address: "2001:db8:1::21", duid: "00:01:02:03" },
  ],
  leases: [{ address: "10.0.0.150", mac: "02:00:00:00:01:50", hostname: "phone", ends: 60 }],
  objects: [{ type: "vlanview", values: { name: "corp", start_vlan_id: 1, end_vlan_id: 99 } }],
};

let grid: FakeGrid;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seed-"));
});
afterEach(async () => {
  await grid?.close();
  rmSync(folder, { recursive: true });
});

const get = async (target: string) => (await call(grid, target)).json;

describe("a seed", () => {
  it.each(["an object", "a JSON file"])("from %s fills the grid with all that it lists", async (form) => {
    const file = join(folder, "seed.json");
    writeFileSync(file, JSON.stringify(everything));
    grid = await FakeGrid.listen({ seed: form === "an object" ? everything : file });

    expect((await get("extensibleattributedef?name=Floor"))[0].type).toBe("INTEGER");
    expect((await get("networkview")).map(({ name }: { name: string }) => name)).toEqual([
      "default",
      "lab",
      "branch",
    ]);
    expect((await get("view?name=inside&_return_fields=network_view"))[0].network_view).toBe("lab");
    expect(await networks(grid)).toEqual(["10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/24"]);
    const [network] = await get("network?*Floor=3&_return_fields=comment,extattrs,network_container");
    expect(network).toMatchObject({
      comment: "floor 3",
      extattrs: { Site: { value: "Paris" }, Floor: { value: 3 } },
      network_container: "10.0.0.0/8",
    });
    expect((await get("ipv6network"))[0].network).toBe("2001:db8:1::/64");
    expect((await get("range"))[0].end_addr).toBe("10.0.0.199");
    expect((await get("zone_auth?view=inside"))[0].fqdn).toBe("lab.example.com");
    const [web, printer] = await get("record:host?_return_fields=ipv4addrs,ipv6addrs,configure_for_dns");
    expect(web.ipv4addrs[0]).toMatchObject({
      ipv4addr: "10.0.0.10",
      mac: "02:00:00:00:00:10",
      configure_for_dhcp: true,
    });
    expect(web.ipv6addrs[0].ipv6addr).toBe("2001:db8:1::10");
    expect(printer).toMatchObject({ configure_for_dns: false });
    const fixed = await get("fixedaddress?_return_fields=match_client,mac,name");
    expect(fixed[0].match_client).toBe("RESERVED");
    expect(fixed[1]).toMatchObject({ match_client: "MAC_ADDRESS", mac: "02:00:00:00:00:21", name: "tv" });
    expect((await get("ipv6fixedaddress"))[0].duid).toBe("00:01:02:03");
    const [lease] = await get(
      "lease?address=10.0.0.150&_return_fields=binding_state,client_hostname,hardware,starts,ends",
    );
    expect(lease).toMatchObject({
      binding_state: "ACTIVE",
      client_hostname: "phone",
      hardware: "02:00:00:00:01:50",
    });
    expect(lease.ends - lease.starts).toBe(60);
    expect((await get("vlanview"))[0].end_vlan_id).toBe(99);
  });

  it("has reverse zones by their CIDR, and records by their kind", async () => {
    grid = await FakeGrid.listen({
      seed: {
        zones: ["example.com", "10.0.0.0/24", "2001:db8::/32"],
        records: [
          { type: "A", name: "www.example.com", ipv4addr: "10.0.0.1", extattrs: { Site: "Paris" } },
          { type: "PTR", ipv4addr: "10.0.0.1", ptrdname: "www.example.com" },
        ],
      },
    });
    const zones = await get("zone_auth?_return_fields=zone_format");
    expect(zones.map(({ zone_format }: { zone_format: string }) => zone_format)).toEqual([
      "FORWARD",
      "IPV4",
      "IPV6",
    ]);
    expect(await get("record:a?*Site=Paris")).toMatchObject([{ ipv4addr: "10.0.0.1" }]);
    expect(await get("record:ptr?ptrdname=www.example.com&_return_fields=zone")).toMatchObject([
      { zone: "0.0.10.in-addr.arpa" },
    ]);
  });

  it("adds to a grid that is up, and takes part in its rules", async () => {
    grid = await FakeGrid.listen();
    grid.seed({ containers: ["10.0.0.0/16"], networks: ["10.0.0.0/24"] });
    const [{ _ref: container }] = await get("networkcontainer");
    const next = await call(grid, `${container}?_function=next_available_network`, {
      method: "POST",
      body: { cidr: 24 },
    });
    expect(next.json).toEqual({ networks: ["10.0.1.0/24"] });
  });

  it("leaves nothing behind when it is refused, and names the item and the grid's reason", async () => {
    grid = await FakeGrid.listen();
    const seed = { networks: ["10.0.0.0/24", { network: "10.0.1.0/33" }] };
    expect(() => grid.seed(seed)).toThrow(/^seed: networks\[1\]: .*10\.0\.1\.0\/33/);
    expect(await networks(grid)).toEqual([]);
  });

  it.each([
    [{ netwroks: [] }, /^seed: there is no section "netwroks"; one of attributes, /],
    [{ networks: "10.0.0.0/24" }, /^seed: networks must be a list$/],
    [["10.0.0.0/24"], /^seed: must be an object/],
    [{ networks: [{ network: "10.0.0.0/24", coment: "x" }] }, /^seed: networks\[0\]: .*'coment'/],
    [{ networks: [7] }, /^seed: networks\[0\]: /],
    [{ networks: [null] }, /^seed: networks\[0\]: /],
    [{ containers: [{}] }, /^seed: containers\[0\]: field for create missing: network$/],
    [{ ranges: [{ start: "10.0.0.1" }] }, /^seed: ranges\[0\]: /],
    [{ hosts: [{ name: "web" }] }, /^seed: hosts\[0\]: /],
    [{ fixedAddresses: [{ address: "10.0.0.300" }] }, /^seed: fixedAddresses\[0\]: .*10\.0\.0\.300/],
    [{ leases: [{ address: "10.0.0" }] }, /^seed: leases\[0\]: .*10\.0\.0/],
    [
      { leases: [{ address: "10.0.0.1", networkView: "lab" }] },
      /^seed: leases\[0\]: Network View lab not found$/,
    ],
    [{ records: [{ type: "Z", name: "a.b" }] }, /^seed: records\[0\]: Unknown object type \(record:z\)$/],
    [{ records: [{ type: "A", name: "www.example.com" }] }, /^seed: records\[0\]: .*ipv4addr/],
    [
      { objects: [{ type: "nonsense", values: {} }] },
      /^seed: objects\[0\]: Unknown object type \(nonsense\)$/,
    ],
  ])("refuses %j", async (seed, message) => {
    await expect(FakeGrid.listen({ seed: seed as GridSeed }).then((open) => open.close())).rejects.toThrow(
      message,
    );
  });

  it("names a file that isn't there, or isn't JSON", async () => {
    const missing = join(folder, "missing.json");
    await expect(FakeGrid.listen({ seed: missing })).rejects.toThrow(`seed: can't read ${missing}`);
    const broken = join(folder, "broken.json");
    writeFileSync(broken, "{ networks");
    await expect(FakeGrid.listen({ seed: broken })).rejects.toThrow(`seed: can't read ${broken}`);
  });

  it("goes into a new data file only, and a refused one leaves no data file", async () => {
    const data = join(folder, "grid.data");
    await expect(FakeGrid.listen({ data, seed: { networks: ["nonsense"] } })).rejects.toThrow(
      /^seed: networks\[0\]/,
    );
    expect(() => readFileSync(data)).toThrow(/ENOENT/);

    grid = await FakeGrid.listen({ data, seed: { networks: ["10.0.0.0/24"] } });
    const [{ _ref: ref }] = await get("network");
    await call(grid, ref, { method: "DELETE" });
    await grid.close();
    grid = await FakeGrid.listen({ data, seed: { networks: ["10.0.0.0/24"] } });
    expect(await networks(grid)).toEqual([]);
  });
});
