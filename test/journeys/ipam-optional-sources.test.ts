import { isInfobloxError, NotFoundError, PoolExhaustedError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/8", "10.2.0.0/23"],
  networks: ["10.1.0.0/24", "10.2.0.0/24", "10.2.1.0/24", "10.3.0.0/30"],
  attributes: ["Request ID", "Request Attempt", "Last Change", "Site"],
} as const;
const lyon = { extattrs: { Site: "Lyon" }, optional: true } as const;
const text = '{"extattrs":{"Site":"Lyon"}}';
const own = '{"extattrs":{"Site":"Oslo"}}';

behindEveryDoor("a source that may be absent", (visit) => {
  it("leads to the next where it is, and results say which source they came from", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.requestSubnet({ from: [lyon, "10.0.0.0/8"], prefixLength: 24 })).toMatchObject({
      source: "10.0.0.0/8",
    });
    expect(await ipam.requestAddress({ from: [lyon, "10.1.0.0/24"] })).toMatchObject({
      source: "10.1.0.0/24",
    });
    const many = await ipam.requestAddresses({ from: [lyon, "10.1.0.0/24"], count: 3 });
    expect(many.map(({ source }) => source)).toEqual(Array(3).fill("10.1.0.0/24"));
    expect(
      await ipam.requestSubnets({ from: [lyon, "10.0.0.0/8"], prefixLength: 24, count: 2 }),
    ).toHaveLength(2);
    const plan = ipam.plan().address("a", { from: [lyon, "10.1.0.0/24"] });
    expect((await plan.apply()).a).toMatchObject({ source: "10.1.0.0/24" });
    expect(await ipam.peekAddresses([lyon, "10.1.0.0/24"], 1)).toHaveLength(1);
    const described = { name: "a", reservations: [{ name: "b", from: [lyon, "10.1.0.0/24"] }] };
    expect(await ipam.ensure(described, { dryRun: true })).toMatchObject({ created: 1 });
    expect(await ipam.ensure(described)).toMatchObject({ created: 1 });
    expect(await ipam.ensure(described)).toMatchObject({ unchanged: 1 });
  });

  it("comes first where it is there", async () => {
    const { ipam, wapi } = await visit({ seed });
    await wapi.create("networkcontainer", { network: "172.16.0.0/16", extattrs: { Site: "Oslo" } });
    const from = [{ extattrs: { Site: "Oslo" }, optional: true }, "10.0.0.0/8"];
    expect(await ipam.requestSubnet({ from, prefixLength: 24 })).toMatchObject({
      cidr: "172.16.0.0/24",
      source: own,
    });
  });

  it("is told from one that is full", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddresses({ from: "10.3.0.0/30", count: 2 });
    const calls = [
      () => ipam.requestSubnet({ from: [lyon, "10.2.0.0/23"], prefixLength: 25 }),
      () => ipam.requestSubnet({ from: ["10.2.0.0/23", lyon], prefixLength: 25 }),
      () => ipam.requestAddress({ from: [lyon, "10.3.0.0/30"] }),
      () => ipam.requestAddresses({ from: [lyon, "10.3.0.0/30"], count: 2 }),
      () =>
        ipam
          .plan()
          .address("a", { from: ["10.3.0.0/30", lyon] })
          .apply(),
    ];
    for (const call of calls) {
      const error = await call().catch((reason: unknown) => reason);
      if (!isInfobloxError(error, "PoolExhaustedError")) throw error;
      expect(error.tried.map(({ source, absent }) => [source === text, absent === true])).toEqual(
        expect.arrayContaining([
          [true, true],
          [false, false],
        ]),
      );
      expect(error.message).toMatch(/No (container|subnet) matches .*Lyon.*; the other sources are full/);
    }
    const dry = ipam.ensure(
      { name: "a", reservations: [{ name: "b", from: [lyon, "10.3.0.0/30"] }] },
      { dryRun: true },
    );
    await expect(dry).rejects.toThrow(PoolExhaustedError);
  });

  it("is an error where no other is named", async () => {
    const { ipam } = await visit({ seed });
    for (const from of [lyon, [lyon], [lyon, { comment: "nothing", optional: true }]]) {
      await expect(ipam.requestSubnet({ from, prefixLength: 24 })).rejects.toThrow(NotFoundError);
      await expect(ipam.requestAddresses({ from, count: 2 })).rejects.toThrow(NotFoundError);
    }
    await expect(
      ipam.requestSubnet({ from: [{ extattrs: { Site: "Lyon" } }, "10.0.0.0/8"], prefixLength: 24 }),
    ).rejects.toThrow(NotFoundError);
  });
});
