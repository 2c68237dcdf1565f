import { Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

shortenPauses();

const seed = {
  attributes: ["Site", "Owner"],
  containers: ["10.0.0.0/16", "2001:db8::/32"],
  networks: [
    { network: "10.0.6.0/24", extattrs: { Site: "Paris" } },
    "10.0.7.0/24",
    "10.0.9.0/24",
    "2001:db8:6::/64",
    "2001:db8:7::/64",
  ],
};

async function subnetOf({ ipam }: IpamVisit, cidr: string) {
  const [subnet] = await ipam.findSubnets({ cidr });
  if (subnet === undefined) throw new Error(`${cidr} isn't there`);
  return subnet;
}

behindEveryDoor("subnets that exist", (visit) => {
  it.each([
    ["10.0.6.0/24", 26, ["10.0.6.0/26", "10.0.6.64/26", "10.0.6.128/26", "10.0.6.192/26"]],
    ["2001:db8:7::/64", 65, ["2001:db8:7::/65", "2001:db8:7:0:8000::/65"]],
  ])("are split into equal parts in one request (%s)", async (cidr, prefixLength, parts) => {
    const entered = await visit({ seed });
    const subnet = await subnetOf(entered, cidr);
    const { ipam, requestsOf } = entered;
    await ipam.requestAddress({ from: cidr });
    const other = await ipam.subnets.split("10.0.9.0/24", { prefixLength: 26 });
    expect(other.map((one) => one.cidr)).toEqual([
      "10.0.9.0/26",
      "10.0.9.64/26",
      "10.0.9.128/26",
      "10.0.9.192/26",
    ]);
    expect(await requestsOf(() => ipam.subnets.split(subnet, { prefixLength }))).toBe(1);
    const found = await ipam.findSubnets({ within: cidr });
    expect(found.map((one) => one.cidr).sort()).toEqual([...parts].sort());
    for (const part of found) expect(part).toMatchObject({ container: cidr, extattrs: subnet.extattrs });
    await expect(ipam.subnets.split(cidr, { prefixLength: 30 })).rejects.toMatchObject({
      name: "NotFoundError",
    });
  });

  it("are split into the parts that something is in, where that is wanted", async () => {
    const entered = await visit({ seed });
    const { ipam, requestsOf } = entered;
    await ipam.requestAddress({ ip: "2001:db8:7::8:0:0:1" });
    const parts = await ipam.subnets.split("2001:db8:7::/64", { prefixLength: 96, used: true });
    expect(parts.map(({ cidr }) => cidr)).toEqual(["2001:db8:7:0:8::/96"]);
    // The answer without parts is looked at once, where searches don't lag.
    const unused = await subnetOf(entered, "2001:db8:6::/64");
    const splitting = () => ipam.subnets.split(unused, { prefixLength: 96, used: true });
    expect(await requestsOf(async () => expect(await splitting()).toEqual([]))).toBe(1);
  });

  it("are expanded, and joined where they make up one block", async () => {
    const entered = await visit({ seed });
    const { ipam, requestsOf } = entered;
    await ipam.requestAddress({ ip: "10.0.7.5" });
    const joined = await ipam.subnets.join(["10.0.6.0/24", "10.0.7.0/24"]);
    expect(joined).toMatchObject({ cidr: "10.0.6.0/23", prefixLength: 23, container: "10.0.0.0/16" });
    expect((await ipam.lookup("10.0.7.5")).subnet?.cidr).toBe("10.0.6.0/23");
    expect(await requestsOf(() => ipam.subnets.expand(joined, { prefixLength: 22 }))).toBe(1);
    expect((await ipam.findSubnets({ within: "10.0.0.0/16" })).map(({ cidr }) => cidr).sort()).toEqual([
      "10.0.4.0/22",
      "10.0.9.0/24",
    ]);
    await expect(ipam.subnets.expand("10.0.4.0/22", { prefixLength: 8 })).rejects.toMatchObject({
      name: "ConflictError",
    });
    await expect(ipam.subnets.join(["10.0.4.0/22", "10.0.9.0/24"])).rejects.toMatchObject({
      name: "InvalidRequestError",
      field: "subnets",
    });
  });

  it("are resized where nothing is left outside, IPv4 alone", async () => {
    const { ipam } = await visit({ seed });
    const half = await ipam.subnets.resize("10.0.9.0/24", { prefixLength: 25 });
    expect(half.cidr).toBe("10.0.9.0/25");
    expect((await ipam.subnets.resize(half, { prefixLength: 24 })).cidr).toBe("10.0.9.0/24");
    await ipam.requestAddress({ ip: "10.0.9.200" });
    await expect(ipam.subnets.resize("10.0.9.0/24", { prefixLength: 25 })).rejects.toMatchObject({
      name: "ConflictError",
    });
    await expect(ipam.subnets.resize("2001:db8:7::/64", { prefixLength: 65 })).rejects.toMatchObject({
      name: "InvalidRequestError",
      message: expect.stringContaining("WAPI cannot resize IPv6 subnets"),
    });
  });

  it("are served by members, with options that are merged", async () => {
    const { ipam, wapi } = await visit({ seed });
    const [member] = await wapi.find("member", { fields: ["host_name"] });
    const name = member?.host_name ?? "";
    const set = await ipam.subnets.setDhcp("10.0.7.0/24", {
      addMembers: [name],
      options: [
        { name: "domain-name", value: "example.com" },
        { num: 6, value: "10.0.0.53" },
      ],
    });
    const read = async () =>
      (await wapi.get(set.ref as typeof set.ref & `${string}`, { fields: ["members", "options"] })) as {
        members: unknown[];
        options: { name: string; value: string; use_option?: boolean }[];
      };
    expect((await read()).members).toMatchObject([{ name }]);
    const optionsNow = async () =>
      Object.fromEntries(
        (await read()).options
          .filter(({ use_option }) => use_option !== false)
          .map((one) => [one.name, one.value]),
      );
    expect(await optionsNow()).toEqual({ "domain-name": "example.com", "domain-name-servers": "10.0.0.53" });
    await ipam.subnets.setDhcp(set, {
      removeMembers: [name],
      options: [
        { name: "domain-name", value: null },
        { name: "domain-name-servers", value: "10.0.0.54" },
      ],
    });
    expect((await read()).members).toEqual([]);
    expect(await optionsNow()).toEqual({ "domain-name-servers": "10.0.0.54" });
  });

  it("get a gateway, which DHCP clients are told of", async () => {
    const { ipam, wapi } = await visit({ seed });
    await ipam.subnets.setDhcp("10.0.7.0/24", { options: [{ name: "domain-name", value: "example.com" }] });
    expect(await ipam.subnets.setGateway("10.0.7.0/24", "last")).toMatchObject({
      cidr: "10.0.7.0/24",
      gateway: "10.0.7.254",
    });
    const [row] = await wapi.find("network", { where: { network: "10.0.7.0/24" }, fields: ["options"] });
    const routers = row?.options?.find(({ name }) => name === "routers");
    expect(routers).toMatchObject({ num: 3, value: "10.0.7.254", use_option: true });
    expect(row?.options).toEqual(expect.arrayContaining([expect.objectContaining({ value: "example.com" })]));
    expect((await ipam.lookup("10.0.7.9")).subnet?.gateway).toBe("10.0.7.254");
    expect(await ipam.subnets.setGateway("2001:db8:7::/64", "first")).toMatchObject({
      gateway: "2001:db8:7::1",
    });
    await expect(ipam.subnets.setGateway("10.0.7.0/24", "10.0.8.1")).rejects.toMatchObject({
      field: "gateway",
    });
  });

  it.each(["10.0.7.0/24", "2001:db8:7::/64"])(
    "get VLANs, new ones and such that exist (%s)",
    async (cidr) => {
      const entered = await visit({ seed });
      const { ipam, wapi, requestsOf } = entered;
      await wapi.create("vlanview", { name: "campus", start_vlan_id: 100, end_vlan_id: 199 });
      const subnet = await subnetOf(entered, cidr);
      // One more, since others have made the subnet: it gets a token of its last change.
      expect(await requestsOf(() => ipam.subnets.assignVlan(subnet, { view: "campus", name: "blue" }))).toBe(
        2,
      );
      expect(await ipam.subnets.assignVlan("10.0.9.0/24", { view: "campus", id: 100 })).toMatchObject({
        id: 100,
        name: "blue",
      });
      const [vlan] = await wapi.find("vlan", { fields: ["id", "assigned_to"] });
      expect(vlan?.assigned_to).toHaveLength(2);
      await ipam.subnets.unassignVlan(subnet, 100);
      await ipam.subnets.unassignVlan(subnet, 100);
      expect((await wapi.find("vlan", { fields: ["assigned_to"] }))[0]?.assigned_to).toHaveLength(1);
      await expect(ipam.subnets.assignVlan(subnet, { view: "campus", id: 150 })).rejects.toMatchObject({
        name: "NotFoundError",
        message: expect.stringContaining('no VLAN 150 in VLAN view "campus"'),
      });
      await expect(ipam.subnets.assignVlan(subnet, { view: "lab", name: "x" })).rejects.toMatchObject({
        name: "NotFoundError",
        message: expect.stringContaining('no VLAN view "lab"'),
      });
    },
  );

  it("of other owners are left alone, unless forced", async () => {
    const { wapi } = await visit({ seed });
    const made = await new Ipam(wapi, { owner: "them" }).requestSubnet({ cidr: "10.0.20.0/24" });
    const ours = new Ipam(wapi, { owner: "us" });
    await expect(ours.subnets.split(made.cidr, { prefixLength: 25 })).rejects.toMatchObject({
      name: "OwnershipError",
    });
    expect(await ours.subnets.split(made, { prefixLength: 25, force: true })).toHaveLength(2);
  });

  type Call = (ipam: Ipam) => Promise<unknown>;
  const wrong: readonly (readonly [string, Call])[] = [
    ["subnet", (ipam) => ipam.subnets.split("10.0.7.1/24", { prefixLength: 26 })],
    [
      "subnet",
      (ipam) => ipam.subnets.split("networkcontainer/ZG5z:10.0.0.0/16/default", { prefixLength: 26 }),
    ],
    ["prefixLength", (ipam) => ipam.subnets.expand("10.0.7.0/24", { prefixLength: 0 })],
    ["subnets", (ipam) => ipam.subnets.join(["10.0.7.0/24"])],
    ["options[0]", (ipam) => ipam.subnets.setDhcp("10.0.7.0/24", { options: [{ value: "x" }] })],
    ["name", (ipam) => ipam.subnets.assignVlan("10.0.7.0/24", { view: "campus" })],
    ["id", (ipam) => ipam.subnets.unassignVlan("10.0.7.0/24", 5000)],
  ];
  it.each(wrong)("refuse a wrong %s before anything is sent", async (field, call) => {
    const { grid, ipam } = await visit({ seed });
    await expect(call(ipam)).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(grid.requests).toHaveLength(0);
  });
});
