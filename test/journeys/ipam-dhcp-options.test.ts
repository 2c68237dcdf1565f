import type { DesiredHost, DesiredState } from "infoblox-ipam";
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

behindEveryDoor("dhcp of a described host or fixed address", (visit) => {
  const network = { networks: ["10.2.0.0/24", "2001:db8:7::/64"], zones: ["example.com"] };
  const named = { options: [{ name: "domain-name-servers", value: "10.1.0.2,10.1.0.3" }], leaseTime: 3600 };
  const numbered = { options: [{ num: 6, value: "10.1.0.2, 10.1.0.3" }], leaseTime: 3600 };
  const others = [
    { options: [{ name: "domain-name-servers", value: "10.1.0.9" }], leaseTime: 3600 },
    { options: [{ name: "domain-name-servers", value: "10.1.0.9" }], leaseTime: 60 },
    { options: [] },
  ];
  const clients = (dhcp: NonNullable<DesiredHost["dhcp"]>): DesiredState => ({
    name: "site",
    hosts: [
      { name: "One.example.com", ips: "10.2.0.7", mac: "02:42:ac:11:00:07", dhcp },
      { name: "two.example.com", from: "10.2.0.0/24", mac: "02:42:ac:11:00:08", dhcp },
      { name: "three.example.com", ips: ["10.2.0.20", "10.2.0.21"], mac: "02:42:ac:11:00:09", dhcp },
    ],
    fixedAddresses: [
      { ip: "10.2.0.30", mac: "02:42:ac:11:00:0a", dhcp },
      { name: "four", from: "10.2.0.0/24", mac: "02:42:ac:11:00:0b", dhcp },
    ],
  });

  it("is set when it is made, compared by what it means, and corrected", async () => {
    const { ipam, wapi } = await visit({ seed: { ...seed, ...network } });
    expect(await ipam.ensure(clients(named))).toMatchObject({ created: 5 });
    for (const same of [named, numbered])
      expect(await ipam.ensure(clients(same))).toMatchObject({ changed: false });
    for (const dhcp of others) {
      const { objects, updated } = await ipam.ensure(clients(dhcp));
      expect(updated).toBe(5);
      for (const { differences } of objects) expect(differences).toMatchObject([{ field: "dhcp.options" }]);
      expect(await ipam.ensure(clients(dhcp))).toMatchObject({ changed: false });
    }
    await ipam.ensure(clients(named));
    const [host] = await wapi.find("record:host_ipv4addr", {
      where: { ipv4addr: "10.2.0.7" },
      fields: ["options", "use_options"],
    });
    expect(host).toMatchObject({ use_options: true });
    expect(host?.options?.find(({ num }) => num === 51)?.value).toBe("3600");
  });

  it("of an IPv6 address has its lease time in a field of its own", async () => {
    const { ipam } = await visit({ seed: { ...seed, ...network } });
    const six = (leaseTime: number): DesiredState => ({
      hosts: [
        {
          name: "six.example.com",
          ips: "2001:db8:7::7",
          duid: "00:03:00:01:02:42:ac:11:00:02",
          dhcp: { leaseTime },
        },
      ],
      fixedAddresses: [{ ip: "2001:db8:7::8", duid: "00:03:00:01:02:42:ac:11:00:03", dhcp: { leaseTime } }],
    });
    for (const leaseTime of [600, 900]) {
      expect(await ipam.ensure(six(leaseTime))).toMatchObject({ changed: true });
      expect(await ipam.ensure(six(leaseTime))).toMatchObject({ changed: false });
    }
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
