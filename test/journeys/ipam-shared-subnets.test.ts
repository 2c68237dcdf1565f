import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor } from "./doors.js";

shortenPauses();

const seed = {
  attributes: ["Network Name"],
  containers: ["10.0.0.0/16", "10.1.0.0/30", "2001:db8::/32"],
};

const blue = { sharedBy: { "Network Name": "blue" }, from: "10.0.0.0/16", prefixLength: 24 } as const;

behindEveryDoor("a subnet that several callers share by attributes", (visit) => {
  it("is made by the first, and found by all others", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const made = await ipam.subnets.ensureShared({ ...blue, gateway: "first", comment: "blue" });
    expect(made).toMatchObject({
      cidr: "10.0.0.0/24",
      gateway: "10.0.0.1",
      comment: "blue",
      extattrs: { "Network Name": "blue" },
      created: true,
    });
    const found = await ipam.subnets.ensureShared({ ...blue, prefixLength: 26 });
    expect(found).toEqual({ ...made, created: false });
    expect(await requestsOf(() => ipam.subnets.ensureShared(blue))).toBe(2);
    const green = { ...blue, sharedBy: { "Network Name": "green" } };
    expect(await requestsOf(() => ipam.subnets.ensureShared(green))).toBe(2);
  });

  it.each([
    ["IPv4", "10.0.0.0/16", 24],
    ["IPv6", "2001:db8::/32", 64],
  ])("is one, however many ask at the same moment (%s)", async (_family, from, prefixLength) => {
    const { grid, wapi } = await visit({ seed });
    const callers = Array.from({ length: 8 }, () => new Ipam(grid.clientOptions));
    const asked = callers.map((caller) =>
      caller.subnets.ensureShared({ ...blue, from, prefixLength, gateway: "first" }),
    );
    const subnets = await Promise.all(asked);
    expect(new Set(subnets.map(({ ref }) => ref)).size).toBe(1);
    expect(new Set(subnets.map(({ gateway }) => gateway)).size).toBe(1);
    expect(subnets.filter(({ created }) => created)).toHaveLength(1);
    const type = from.includes(":") ? "ipv6network" : "network";
    expect(await wapi.find(type)).toHaveLength(1);
    for (const caller of callers) await caller.close();
  });

  it.each([
    { requestIsTransactional: false },
    { searchSeesWritesAfter: 20 },
    { requestIsTransactional: false, searchSeesWritesAfter: 20 },
  ])("is one, however many ask at the same moment of a grid with %o", async (assumptions) => {
    const grid = FakeGrid.inMemory({ seed, assumptions, setup: true });
    const searchDelay = assumptions.searchSeesWritesAfter;
    const callers = Array.from(
      { length: 5 },
      () => new Ipam(new WapiClient(grid.clientOptions), { searchDelay }),
    );
    const subnets = await inNoTime(grid, () =>
      Promise.all(callers.map((caller) => caller.subnets.ensureShared({ ...blue, gateway: "first" }))),
    );
    expect(new Set(subnets.map(({ ref }) => ref)).size).toBe(1);
    expect(new Set(subnets.map(({ gateway }) => gateway)).size).toBe(1);
    grid.clock.advance(1000);
    const wapi = new WapiClient(grid.clientOptions);
    expect(await wapi.find("network")).toHaveLength(1);
    expect(await wapi.find("fixedaddress")).toHaveLength(1);
  });

  it("is found where the answer to its create was lost", async () => {
    const { grid, ipam, wapi } = await visit({ seed });
    grid.faults.next({ on: "POST", path: "request", fail: "reset-after-commit" });
    await expect(ipam.subnets.ensureShared(blue)).resolves.toMatchObject({ cidr: "10.0.0.0/24" });
    expect(await wapi.find("network")).toHaveLength(1);
  });

  it("may be of a named CIDR, and is refused where it is another", async () => {
    const { ipam } = await visit({ seed });
    const named = { sharedBy: blue.sharedBy, cidr: "10.0.7.0/24", gateway: "last" } as const;
    const made = await ipam.subnets.ensureShared(named);
    expect(made).toMatchObject({ cidr: "10.0.7.0/24", gateway: "10.0.7.254", created: true });
    await expect(ipam.subnets.ensureShared(named)).resolves.toEqual({ ...made, created: false });
    await expect(ipam.subnets.ensureShared({ ...named, cidr: "10.0.8.0/24" })).rejects.toMatchObject({
      name: "ConflictError",
      message: expect.stringContaining("The shared subnet is 10.0.7.0/24, not 10.0.8.0/24."),
    });
  });

  it("is taken from the next source where one is full, and from none where all are", async () => {
    const { ipam } = await visit({ seed });
    const from = ["10.1.0.0/30", "10.0.0.0/16"];
    const small = { from, prefixLength: 31, exclude: "10.1.0.0/30" };
    const made = await ipam.subnets.ensureShared({ ...blue, ...small });
    expect(made.cidr).toBe("10.0.0.0/31");
    await expect(
      ipam.subnets.ensureShared({ sharedBy: { "Network Name": "red" }, ...small, from: "10.1.0.0/30" }),
    ).rejects.toMatchObject({ name: "PoolExhaustedError" });
  });

  it("is refused where several have the attributes, or the grid lacks what the request names", async () => {
    const { ipam, wapi } = await visit({ seed });
    await expect(ipam.subnets.ensureShared({ ...blue, from: "10.9.0.0/16" })).rejects.toMatchObject({
      name: "NotFoundError",
    });
    for (const network of ["10.0.1.0/24", "10.0.2.0/24"]) {
      await wapi.create("network", { network, extattrs: { "Network Name": "blue" } });
    }
    await expect(ipam.subnets.ensureShared(blue)).rejects.toMatchObject({
      name: "AmbiguousTargetError",
      candidates: [expect.any(String), expect.any(String)],
    });
  });

  it.each([
    ["sharedBy", { from: "10.0.0.0/16", prefixLength: 24 }],
    ["sharedBy", { ...blue, sharedBy: {} }],
    ["sharedBy.Network Name", { ...blue, sharedBy: { "Network Name": true } }],
    ["requestId", { ...blue, requestId: "deploy-42" }],
    ["gateway", { ...blue, gateway: "last" }],
    ["prefixLength", { ...blue, prefixLength: 99 }],
    ["sharedby", { ...blue, sharedby: {} }],
  ])("names %s where that is wrong, before anything is sent", async (field, request) => {
    const { grid, ipam } = await visit({ seed });
    const before = grid.requests.length;
    const refused = ipam.subnets.ensureShared(request as typeof blue);
    await expect(refused).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(grid.requests).toHaveLength(before);
  });
});
