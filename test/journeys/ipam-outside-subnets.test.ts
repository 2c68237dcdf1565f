import type { FakeGridOptions } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  networks: ["10.9.0.0/24"],
  zones: ["example.com"],
  hosts: [{ name: "far.example.com", addresses: ["10.92.1.1", "2001:db8:92::1"] }],
};

/** A grid says of an address that no network holds either that, or nothing. */
const answers: readonly NonNullable<FakeGridOptions["assumptions"]>[] = [
  { addressOutsideNetworks: "refused" },
  { addressOutsideNetworks: "empty" },
];

behindEveryDoor("addresses outside every subnet", (visit) => {
  it.each(answers)("are looked up, as lying in no subnet: %o", async (assumptions) => {
    const { ipam } = await visit({ seed, assumptions });
    const nothing = { status: "UNUSED", types: [], objects: [], subnet: undefined, container: undefined };
    expect(await ipam.lookup("10.92.1.2")).toMatchObject({ ip: "10.92.1.2", ...nothing });
    expect(await ipam.lookup("10.92.1.1")).toMatchObject({
      status: "USED",
      names: ["far.example.com"],
      subnet: undefined,
    });
    expect(await ipam.lookup("2001:db8:92::2")).toMatchObject(nothing);
    await expect(ipam.lookup("10.92.1.1", { networkView: "nowhere" })).rejects.toThrow(/nowhere/);
  });

  it.each(answers)("are released: %o", async (assumptions) => {
    const { ipam } = await visit({ seed, assumptions });
    expect(await ipam.releaseAddress("10.92.1.2")).toMatchObject({ released: false, reason: "gone" });
    expect(await ipam.releaseAddress("10.92.1.1", { force: true })).toMatchObject({
      released: true,
      reason: "removed-from-host",
    });
    expect(await ipam.releaseAddress("2001:db8:92::1", { force: true })).toMatchObject({
      released: true,
      reason: "deleted",
    });
    expect(await ipam.releaseSubnet("10.93.0.0/24")).toMatchObject({ released: false, reason: "gone" });
  });

  it.each(answers)("aren't given out, by an error that says why: %o", async (assumptions) => {
    const { ipam } = await visit({ seed, assumptions });
    const error = await ipam
      .requestAddress({ ip: "10.92.1.2", name: "x.example.com" })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "NotFoundError" });
    expect(error.message).toMatch(/^10\.92\.1\.2 lies in no subnet of network view "default"\./);
    const plan = ipam.plan().address("x", { ip: "10.92.1.2", name: "x.example.com" });
    await expect(plan.apply()).rejects.toThrow(/lies in no subnet/);
    expect((await ipam.requestAddress({ ip: "10.92.1.2", name: "x.example.com", ifInUse: "allow" })).ip).toBe(
      "10.92.1.2",
    );
  });

  it.each(answers)("count as nothing where sources are compared: %o", async (assumptions) => {
    const networks = ["10.9.0.0/24", "2001:db8:9::/64"];
    const { ipam } = await visit({ seed: { networks }, assumptions });
    const from = ["2001:db8:9::1-2001:db8:9::5", "2001:db8:9::/64"];
    expect((await ipam.requestAddress({ from, strategy: "most-free" })).ip).toMatch(/^2001:db8:9::/);
  });
});

behindEveryDoor("a named address", (visit) => {
  it.each([true, false])(
    "is never shared, whether or not a grid takes an empty assignment (%s)",
    async (emptyAssignFails) => {
      const { ipam, wapi } = await visit({ seed, assumptions: { emptyAssignFails } });
      expect((await ipam.requestAddress({ ip: "10.9.0.5", name: "a.example.com" })).ip).toBe("10.9.0.5");
      await expect(ipam.requestAddress({ ip: "10.9.0.5", name: "b.example.com" })).rejects.toMatchObject({
        name: "ConflictError",
        message: expect.stringMatching(/^10\.9\.0\.5 is in use \(HOST a\.example\.com\)/),
      });
      const plan = ipam
        .plan()
        .address("free", { ip: "10.9.0.6", name: "c.example.com" })
        .address("taken", { ip: "10.9.0.5", name: "d.example.com" });
      await expect(plan.apply()).rejects.toThrow(/10\.9\.0\.5 is in use/);
      expect(await wapi.find("record:host", { where: { ipv4addr: "10.9.0.5" } })).toHaveLength(1);
      expect(await wapi.find("record:host", { where: { ipv4addr: "10.9.0.6" } })).toEqual([]);
    },
  );
});
