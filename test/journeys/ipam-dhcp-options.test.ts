import type { DesiredState } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Request ID", "Request Attempt", "Last Change"],
  containers: ["10.0.0.0/8"],
  networks: ["2001:db8:7::/64"],
};

const byName = [
  { name: "routers", value: "10.1.0.1" },
  { name: "domain-name-servers", value: "10.1.0.2,10.1.0.3" },
  { name: "ntp-servers", value: "10.1.0.4" },
];
const byNumber = [
  { num: 42, value: "10.1.0.4" },
  { num: 6, value: "10.1.0.2, 10.1.0.3" },
  { name: "routers", num: 3, value: "10.1.0.1", use_option: true },
];

function site(options: readonly object[]): DesiredState {
  return {
    subnets: [{ cidr: "10.1.0.0/24", fields: { options } }],
    ranges: [{ first: "10.1.0.100", last: "10.1.0.110", fields: { options } }],
    fixedAddresses: [{ ip: "10.1.0.7", mac: "02:42:ac:11:00:02", fields: { options } }],
  };
}

behindEveryDoor("DHCP options of a description", (visit) => {
  it("are the same by name or number and in any order, beside a lease time that comes from above", async () => {
    const { ipam, wapi } = await visit({ seed });
    expect(await ipam.ensure(site(byName))).toMatchObject({ created: 3 });
    for (const options of [byName, byNumber, [...byName].reverse()]) {
      expect(await ipam.ensure(site(options))).toMatchObject({ changed: false });
    }
    for (const type of ["network", "range", "fixedaddress"] as const) {
      const [row] = await wapi.find(type, { fields: ["options", "use_options"] });
      expect(row?.use_options).toBe(true);
      expect(row?.options?.find(({ name }) => name === "routers")?.value).toBe("10.1.0.1");
    }
  });

  it("are told and set where one differs, lacks or is too many, and none is [] of one's own", async () => {
    const { ipam, wapi } = await visit({ seed });
    expect(await ipam.ensure(site([]))).toMatchObject({ created: 3 });
    expect(await ipam.ensure(site([]))).toMatchObject({ changed: false });
    const others = [
      byName.slice(1),
      [{ name: "routers", value: "10.1.0.9" }, ...byName.slice(1)],
      byName,
      [],
    ];
    for (const options of others) {
      const { objects } = await ipam.ensure(site(options));
      for (const { differences } of objects) {
        expect(differences.map(({ field }) => field)).toContain("fields.options");
      }
      expect(await ipam.ensure(site(options))).toMatchObject({ changed: false });
    }
    const [{ options = [] } = {}] = await wapi.find("network", { fields: ["options"] });
    expect(options.filter(({ use_option }) => use_option !== false)).toEqual([]);
  });

  it("that are switched off don't count", async () => {
    const { ipam, wapi } = await visit({ seed });
    await ipam.ensure(site(byName));
    const [{ _ref } = { _ref: "" }] = await wapi.find("network", { fields: ["network"] });
    await wapi.update(_ref as never, { use_options: false } as never);
    expect(await ipam.ensure(site(byName))).toMatchObject({ updated: 1, unchanged: 2 });
    expect(await ipam.ensure(site(byName))).toMatchObject({ changed: false });
  });

  it("stay as they are where they are set by number, and switched on", async () => {
    const { ipam, wapi } = await visit({ seed });
    const { object } = await ipam.ensureSubnet({ cidr: "10.1.0.0/24" });
    await ipam.subnets.setDhcp(object as never, { options: [{ num: 3, value: "10.1.0.1" }] });
    await ipam.subnets.setDhcp(object as never, { options: [{ num: 42, value: "10.1.0.4" }] });
    const [{ options = [] } = {}] = await wapi.find("network", { fields: ["options"] });
    expect(options.find(({ num }) => num === 3)).toMatchObject({ use_option: true });
    expect(options.find(({ num }) => num === 42)).not.toHaveProperty("use_option");
  });
});

behindEveryDoor("fields of a description", (visit) => {
  it("that can only be written say how an object is made, and aren't compared", async () => {
    const { ipam } = await visit({ seed });
    const fields = { auto_create_reversezone: false };
    expect(await ipam.ensureSubnet({ cidr: "10.1.0.0/24", fields })).toMatchObject({ created: true });
    expect(await ipam.ensureSubnet({ cidr: "10.1.0.0/24", fields })).toMatchObject({ changed: false });
  });

  it("of members are the same in any order", async () => {
    const members = ["dhcp-1.example.com", "dhcp-2.example.com"].map((name) => ({
      _struct: "dhcpmember",
      name,
    }));
    const { ipam, wapi } = await visit({ seed });
    for (const [index, { name }] of members.entries()) {
      const vip_setting = { address: `192.0.2.${index + 1}`, subnet_mask: "255.255.255.0" };
      await wapi.create("member", { host_name: name, platform: "VNIOS", vip_setting } as never);
    }
    await ipam.ensureSubnet({ cidr: "10.1.0.0/24", fields: { members } });
    const again = await ipam.ensureSubnet({
      cidr: "10.1.0.0/24",
      fields: { members: [...members].reverse() },
    });
    expect(again).toMatchObject({ changed: false });
  });
});
