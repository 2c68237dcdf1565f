import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

const seed = { containers: ["10.0.0.0/16"], networks: ["10.1.0.0/24"] };

it("a plan calls gone what somebody else releases between its look and its request", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const { transport, ...options } = grid.clientOptions;
  const other = new Ipam(new WapiClient(grid.clientOptions));
  const [one, two] = await other.requestAddresses({ from: "10.1.0.0/24", count: 2 });
  if (one === undefined || two === undefined || transport === undefined)
    throw new Error("nothing to release");
  let isArmed = true;
  const racing: typeof transport = async (request) => {
    if (isArmed && String(request.data).includes("DELETE")) {
      isArmed = false;
      await other.releaseAddress(one);
    }
    return transport(request);
  };
  const ipam = new Ipam(new WapiClient({ ...options, transport: racing }));
  expect(await ipam.plan().release("one", one.ref).release("two", two.ref).apply()).toEqual({
    one: { released: false, reason: "gone" },
    two: { released: true, reason: "deleted" },
  });
  expect(isArmed).toBe(false);
});

it.each(["address", "subnet"] as const)(
  "a result of long ago releases nothing that others have now: %s",
  async (kind) => {
    const grid = FakeGrid.inMemory({ setup: true, seed });
    const wapi = new WapiClient(grid.clientOptions);
    const ipam = new Ipam(wapi);
    const take = () =>
      kind === "address"
        ? ipam.requestAddress({ ip: "10.1.0.9" })
        : ipam.requestSubnet({ cidr: "10.0.7.0/24" });
    const stale = await take();
    await ipam.plan().release("it", stale).apply();
    const { ref } = await take();
    expect(ref).toBe(stale.ref);
    const gone = { released: false, reason: "gone" };
    expect(await ipam.plan().release("it", stale).apply()).toEqual({ it: gone });
    if ("ip" in stale) {
      expect(await ipam.releaseAddress(stale)).toEqual(gone);
      expect(await ipam.releaseMany([stale])).toEqual({
        released: 0,
        gone: 1,
      });
    } else {
      expect(await ipam.releaseSubnet(stale)).toEqual(gone);
    }
    expect(await wapi.get(ref)).toBeDefined();
  },
);
