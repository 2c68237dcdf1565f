import { Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Owner", "Request Attempt", "Last Change", "Site"],
  networks: ["10.0.7.0/24", "2001:db8:7::/64"],
};

behindEveryDoor("ranges", (visit) => {
  it.each([
    ["10.0.7.0/24", "end", "10.0.7.205", "10.0.7.254"],
    ["10.0.7.0/24", "start", "10.0.7.1", "10.0.7.50"],
    ["2001:db8:7::/64", "end", "2001:db8:7::ffff:ffff:ffff:ffce", "2001:db8:7::ffff:ffff:ffff:ffff"],
    ["2001:db8:7::/64", "start", "2001:db8:7::1", "2001:db8:7::32"],
  ] as const)(
    "of 50 addresses of %s at its %s are reserved in one request",
    async (subnet, at, first, last) => {
      const { ipam, requestsOf } = await visit({ seed });
      const request = {
        in: subnet,
        size: 50,
        at,
        name: "spare",
        comment: "kept",
        extattrs: { Site: "Paris" },
      } as const;
      expect(await requestsOf(() => ipam.ranges.request(request))).toBe(1);
      const [range] = await ipam.ranges.find({ in: subnet });
      expect(range).toMatchObject({ first: expect.any(String), name: "spare", comment: "kept", subnet });
      expect(
        [range?.first, range?.last].map((ip) => ip?.replace("2001:db8:7::ffff:", "2001:db8:7:0:ffff:")),
      ).toEqual([first, last].map((ip) => ip.replace("2001:db8:7::ffff:", "2001:db8:7:0:ffff:")));
      if (range === undefined) return;
      expect((await ipam.requestAddress({ from: range })).ip).toBe(range.first);
    },
  );

  it("by addresses are taken, found and given back", async () => {
    const { ipam } = await visit({ seed });
    const range = await ipam.ranges.request({ first: "10.0.7.100", last: "10.0.7.199", name: "leases" });
    expect(range).toMatchObject({ first: "10.0.7.100", last: "10.0.7.199", created: true });
    const found = { ...range, created: false };
    expect(await ipam.ranges.find({ name: "leases" })).toEqual([found]);
    expect(await ipam.ranges.find({ first: "10.0.7.100", limit: 1 })).toEqual([found]);
    expect(await ipam.ranges.find({ name: "other" })).toEqual([]);
    expect(await ipam.ranges.find({ family: 6 })).toEqual([]);
    await expect(ipam.ranges.request({ first: "10.0.7.150", last: "10.0.7.160" })).rejects.toMatchObject({
      name: "ConflictError",
    });
    expect(await ipam.ranges.release("10.0.7.100-10.0.7.199")).toEqual({ released: true, reason: "deleted" });
    for (const target of [range, range.ref, "10.0.7.100-10.0.7.199"]) {
      expect(await ipam.ranges.release(target)).toEqual({ released: false, reason: "gone" });
    }
  });

  it("cost what the documentation says to be given back", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const take = () => ipam.ranges.request({ first: "10.0.7.100", last: "10.0.7.199" });
    const range = await take();
    expect(await requestsOf(() => ipam.ranges.release(range))).toBe(1);
    const { ref } = await take();
    expect(await requestsOf(() => ipam.ranges.release(ref))).toBe(2);
    await take();
    expect(await requestsOf(() => ipam.ranges.release("10.0.7.100-10.0.7.199"))).toBe(2);
  });

  it("are served by a member where one is named", async () => {
    const { ipam, wapi } = await visit({ seed });
    const [member] = await wapi.find("member", { fields: ["host_name"] });
    const name = member?.host_name ?? "";
    const [network] = await wapi.find("network");
    if (network === undefined) return;
    await wapi.update(network._ref, { members: [{ _struct: "dhcpmember", name }] });
    const range = await ipam.ranges.request({ in: "10.0.7.0/24", size: 10, servedBy: { member: name } });
    const [row] = await wapi.find("range", { fields: ["server_association_type", "member"] });
    expect(row).toMatchObject({ server_association_type: "MEMBER", member: { name } });
    expect(range.last).toBe("10.0.7.254");
  });

  it("of other owners are left alone, unless forced", async () => {
    const { wapi } = await visit({ seed });
    const range = await new Ipam(wapi, { owner: "them" }).ranges.request({ in: "10.0.7.0/24", size: 5 });
    const ours = new Ipam(wapi, { owner: "us" });
    await expect(ours.ranges.release(range.ref)).rejects.toMatchObject({ name: "OwnershipError" });
    expect(await ours.ranges.release(range, { force: true })).toMatchObject({ released: true });
  });

  type Call = (ipam: Ipam) => Promise<unknown>;
  const wrong: readonly (readonly [string, Call])[] = [
    ["size", (ipam) => ipam.ranges.request({ in: "10.0.7.0/24", size: 255 })],
    ["in", (ipam) => ipam.ranges.request({ size: 5 } as never)],
    ["first", (ipam) => ipam.ranges.request({ in: "10.0.7.0/24", size: 5, first: 1 } as never)],
    ["last", (ipam) => ipam.ranges.request({ first: "10.0.7.5" } as never)],
    ["servedBy.member", (ipam) => ipam.ranges.request({ in: "10.0.7.0/24", size: 5, servedBy: {} as never })],
    ["family", (ipam) => ipam.ranges.find({ in: "10.0.7.0/24", family: 6 })],
    ["range", (ipam) => ipam.ranges.release("10.0.7.0/24")],
    ["range", (ipam) => ipam.ranges.release("network/ZG5z:10.0.0.0/24/default")],
  ];
  it.each(wrong)("refuse a wrong %s before anything is sent", async (field, call) => {
    const { grid, ipam } = await visit({ seed });
    await expect(call(ipam)).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(grid.requests).toHaveLength(0);
  });
});
