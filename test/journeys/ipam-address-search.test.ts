import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = { attributes: ["Site"], networks: ["10.0.7.0/24", "2001:db8:7::/64"], zones: ["example.com"] };
const mac = "02:42:ac:11:00:02";
const duid = "00:03:00:01:02:42:ac:11:00:02";

behindEveryDoor("addresses are found", (visit) => {
  it("by MAC, DUID, name, pattern, comment and attributes, whatever holds them", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const extattrs = { Site: "Paris" };
    await ipam.requestAddress({ ip: "10.0.7.5", name: "web-1.example.com", mac, extattrs });
    await ipam.requestAddress({ ip: "10.0.7.6", mac: "02:42:ac:11:00:03", comment: "printer" });
    await ipam.requestAddress({ ip: "2001:db8:7::5", duid, extattrs });
    await ipam.requestAddress({ ip: "10.0.7.9" });
    const ips = async (query: Parameters<typeof ipam.findAddresses>[0]) =>
      (await ipam.findAddresses(query)).map(({ ip }) => ip).sort();
    expect(await ips({ mac: "0242.ac11.0002" })).toEqual(["10.0.7.5"]);
    expect(await ips({ mac: "02:42:ac:11:00:03" })).toEqual(["10.0.7.6"]);
    expect(await ips({ duid: duid.toUpperCase() })).toEqual(["2001:db8:7::5"]);
    expect(await ips({ name: "WEB-1.example.com" })).toEqual(["10.0.7.5"]);
    expect(await ips({ nameMatches: "^web-\\d" })).toEqual(["10.0.7.5"]);
    expect(await ips({ comment: "printer" })).toEqual(["10.0.7.6"]);
    expect(await ips({ extattrs })).toEqual(["10.0.7.5", "2001:db8:7::5"]);
    expect(await ips({})).toHaveLength(4);
    expect(await ips({ limit: 2 })).toHaveLength(2);
    expect(await ips({ mac: "02:42:ac:11:00:99" })).toEqual([]);
    expect(await requestsOf(() => ipam.findAddresses({ mac }))).toBe(2);
    expect(await requestsOf(() => ipam.findAddresses({ name: "web-1.example.com" }))).toBe(1);
  });

  it("seen from the client's own address, of a host with several", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "10.0.7.5", name: "web-1.example.com" });
    await ipam.hosts.addAddress("web-1.example.com", { ip: "10.0.7.8", mac });
    expect(await ipam.findAddresses({ mac })).toMatchObject([
      { ip: "10.0.7.8", ips: ["10.0.7.5", "10.0.7.8"] },
    ]);
  });

  it("not by what can't be", async () => {
    const { ipam, grid } = await visit({ seed });
    for (const query of [{ mac: "x" }, { name: "a", nameMatches: "b" }, { limit: 0 }]) {
      await expect(ipam.findAddresses(query)).rejects.toMatchObject({ name: "InvalidRequestError" });
    }
    expect(grid.requests).toHaveLength(0);
  });
});
