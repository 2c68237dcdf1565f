import {
  AbortedError,
  type Address,
  Ipam,
  RequestMismatchError,
  type SubnetRequest,
  UncertainWriteError,
  WapiClient,
} from "infoblox-ipam";
import { type Assumptions, FakeGrid, type FaultStatus } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor } from "./doors.js";

shortenPauses();

const seed = {
  containers: ["10.0.0.0/16", "10.4.0.0/29", "2001:db8::/32"],
  networks: ["10.1.0.0/24", "10.2.0.0/30", "10.3.0.0/30", "2001:db9::/64"],
  fixedAddresses: [{ address: "10.3.0.1" }],
  zones: ["example.com"],
};
const setup = true;

const subnet = { from: "10.0.0.0/16", prefixLength: 24 } as const;
const address = { from: "10.1.0.0/24" } as const;

/** What the library may be asked for. */
const requests: readonly (readonly [string, (ipam: Ipam, requestId?: string) => Promise<{ ref: string }>])[] =
  [
    ["a subnet", (ipam, requestId) => ipam.requestSubnet({ ...subnet, requestId })],
    [
      "an IPv6 subnet with a gateway",
      (ipam, requestId) =>
        ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 64, gateway: "first", requestId }),
    ],
    [
      "a subnet whose gateway has to wait for it",
      (ipam, requestId) => ipam.requestSubnet({ ...subnet, gateway: "last", requestId }),
    ],
    ["a named subnet", (ipam, requestId) => ipam.requestSubnet({ cidr: "10.0.9.0/24", requestId })],
    ["a reservation", (ipam, requestId) => ipam.requestAddress({ ...address, requestId })],
    ["an IPv6 reservation", (ipam, requestId) => ipam.requestAddress({ from: "2001:db9::/64", requestId })],
    ["a host", (ipam, requestId) => ipam.requestAddress({ ...address, name: "web.example.com", requestId })],
    ["a named address", (ipam, requestId) => ipam.requestAddress({ ip: "10.1.0.9", requestId })],
    [
      "the last address of a subnet",
      (ipam, requestId) => ipam.requestAddress({ from: "10.3.0.0/30", requestId }),
    ],
  ];

type Losing = Parameters<FakeGrid["faults"]["next"]>[0];

/** Each way in which the answer to a write is lost. */
const losses: readonly (readonly [string, Losing])[] = [
  ["reset after the commit", { fail: "reset-after-commit" }],
  ["reset before the commit", { fail: "reset-before-commit" }],
  ["truncated answer", { fail: "truncate" }],
  ["page of a proxy", { fail: "not-json" }],
  ["502 of a proxy", { status: 502 as FaultStatus }],
];

/** How many objects this library has made: all of its objects, but for gateways. */
async function made(wapi: WapiClient): Promise<number> {
  const where = { extattrs: { "Request Attempt": { matches: "." } } };
  const found = await Promise.all([
    wapi.find("network", { where }),
    wapi.find("ipv6network", { where }),
    wapi.find("record:host", { where }),
    wapi.find("fixedaddress", { where }),
    wapi.find("ipv6fixedaddress", { where }),
  ]);
  return found.flat().length;
}

behindEveryDoor("a lost answer", (visit) => {
  describe.each([undefined, "web"])("with the request id %s", (requestId) => {
    describe.each(losses)("%s", (_loss, fault) => {
      it.each(requests)("leaves exactly one of %s, and gives it", async (_what, request) => {
        const { ipam, wapi, grid } = await visit({ seed, setup });
        grid.faults.next({ ...fault, on: "POST" });
        const thing = await request(ipam, requestId);
        expect(thing).toMatchObject({ created: true });
        expect(await wapi.get(thing.ref as Address["ref"])).toBeDefined();
        expect(await made(wapi)).toBe(1);
      });
    });
  });

  it.each([
    ["first", "10.0.0.1"],
    ["last", "10.0.0.254"],
  ] as const)("leaves exactly one gateway, the %s address", async (gateway, ip) => {
    const { ipam, wapi, grid } = await visit({ seed: { containers: ["10.0.0.0/16"] }, setup });
    grid.faults.next({ on: "POST", object: "request", fail: "reset-after-commit" }, 2);
    expect(await ipam.requestSubnet({ ...subnet, gateway })).toMatchObject({ gateway: ip });
    expect(await wapi.find("fixedaddress", { fields: ["ipv4addr"] })).toMatchObject([{ ipv4addr: ip }]);
  });

  it("says what to look for where that can't be found out", async () => {
    const { wapi, grid } = await visit({ seed });
    const ipam = new Ipam(wapi, { attemptAttribute: false });
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    const error = await ipam.requestAddress(address).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UncertainWriteError);
    expect(error).toMatchObject({ hint: expect.stringMatching(/^Before repeating it, search for/) });
  });

  it("names the one-time id of what may be there when the grid is gone", async () => {
    const { grid } = await visit({ seed, setup });
    await using wapi = new WapiClient({ ...grid.clientOptions, maxRetries: 0 });
    const ipam = new Ipam(wapi);
    await ipam.lookup("10.1.0.1");
    grid.faults.always({ on: "POST", fail: "reset-after-commit" });
    const error = await ipam.requestAddress(address).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UncertainWriteError);
    const [, attempt] = /"Request Attempt":"([^"]+)"/.exec(String(error)) ?? [];
    grid.faults.clear();
    const found = await wapi.find("fixedaddress", {
      where: { extattrs: { "Request Attempt": attempt ?? "" } },
    });
    expect(found).toHaveLength(1);
  });
});

describe.each([
  [{ searchSeesWritesAfter: 20 }],
  [{ searchSeesWritesAfter: 20, requestIsTransactional: false }],
])("one request id, under %j", (assumptions) => {
  it.each(requests)("from many processes at once makes one of %s", async (_what, request) => {
    const grid = FakeGrid.inMemory({ seed, setup, assumptions });
    const searchDelay = assumptions.searchSeesWritesAfter;
    const processes = Array.from(
      { length: 6 },
      () => new Ipam(new WapiClient(grid.clientOptions), { searchDelay }),
    );
    const things = await inNoTime(grid, () => Promise.all(processes.map((ipam) => request(ipam, "web"))));
    expect(new Set(things.map(({ ref }) => ref)).size).toBe(1);
    grid.clock.advance(1000);
    expect(await made(new WapiClient(grid.clientOptions))).toBe(1);
  });
});

behindEveryDoor("one request id", (visit) => {
  describe.each([[{ requestIsTransactional: true }], [{ requestIsTransactional: false }]])(
    "under %j",
    (assumptions: Partial<Assumptions>) => {
      it.each(requests)("from many processes at once makes one of %s", async (_what, request) => {
        const { grid, wapi } = await visit({ seed, setup, assumptions });
        const clients = Array.from({ length: 6 }, () => new WapiClient(grid.clientOptions));
        const things = await Promise.all(clients.map((client) => request(new Ipam(client), "web")));
        expect(new Set(things.map(({ ref }) => ref)).size).toBe(1);
        expect(await made(wapi)).toBe(1);
        for (const client of clients) await client.close();
      });
    },
  );

  it("stays the same object for as long as it is there, in one request the first time and two the next", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup });
    const request = { ...address, requestId: "web" };
    const first = await ipam.requestAddress(request);
    expect(
      await requestsOf(() =>
        expect(ipam.requestAddress(request)).resolves.toEqual({ ...first, created: false }),
      ),
    ).toBe(2);
    await ipam.releaseAddress(first);
    expect(await ipam.requestAddress(request)).toMatchObject({ created: true });
  });

  it("gives the object also when its pool is full by now, or its name taken by itself", async () => {
    const { ipam } = await visit({ seed, setup });
    const last = { from: "10.2.0.0/30", requestId: "last" };
    const host = { ...address, name: "web.example.com", requestId: "host" };
    const named = { cidr: "10.0.9.0/24", requestId: "named" };
    const first = [
      await ipam.requestAddress(last),
      await ipam.requestAddress(host),
      await ipam.requestSubnet(named),
    ];
    await ipam.requestAddress({ from: "10.2.0.0/30" });
    const again = [
      await ipam.requestAddress(last),
      await ipam.requestAddress(host),
      await ipam.requestSubnet(named),
    ];
    expect(again).toEqual(first.map((thing) => ({ ...thing, created: false })));
  });

  it.each([
    ["prefixLength", { ...subnet, prefixLength: 26 }, 26, 24],
    ["cidr", { cidr: "10.0.9.0/24" }, "10.0.9.0/24", "10.0.0.0/24"],
    ["family", { from: "2001:db8::/32", prefixLength: 24 + 8 + 32 }, 6, 4],
  ])("is refused for a subnet of another %s", async (field, other, requested, existing) => {
    const { ipam, wapi } = await visit({ seed, setup });
    await ipam.requestSubnet({ ...subnet, requestId: "blue" });
    const error = await ipam
      .requestSubnet({ ...other, requestId: "blue" } as SubnetRequest)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RequestMismatchError);
    expect((error as RequestMismatchError).differences).toContainEqual({ field, requested, existing });
    expect(error).toMatchObject({ code: "ERR_INFOBLOX_REQUEST_MISMATCH", requestId: "blue" });
    expect(await made(wapi)).toBe(1);
  });

  it("is refused for a subnet that has been divided since", async () => {
    const { ipam } = await visit({ seed, setup });
    const blue = { ...subnet, requestId: "blue" };
    await ipam.requestSubnet({ from: await ipam.requestSubnet(blue), prefixLength: 26 });
    await expect(ipam.requestSubnet(blue)).rejects.toThrow(/kind is container, requested is subnet/);
  });

  it.each([
    ["name", { ...address, name: "db.example.com" }],
    ["kind", address],
    ["mac", { ...address, name: "web.example.com", mac: "02:42:ac:11:00:03" }],
    ["ip", { ip: "10.1.0.77", name: "web.example.com" }],
    ["family", { from: "2001:db9::/64", name: "web.example.com" }],
  ])("is refused for an address of another %s", async (field, other) => {
    const { ipam, wapi } = await visit({ seed, setup });
    const web = { ...address, name: "WEB.example.com", mac: "02:42:ac:11:00:02", requestId: "web" };
    await ipam.requestAddress(web);
    expect(await ipam.requestAddress({ ...web, mac: "0242.ac11.0002" })).toMatchObject({ created: false });
    const error = await ipam
      .requestAddress({ ...other, requestId: "web" })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RequestMismatchError);
    expect((error as RequestMismatchError).differences.map((one) => one.field)).toContain(field);
    expect(await made(wapi)).toBe(1);
  });

  describe.each([true, false])("where a request is undone as a whole: %s", (requestIsTransactional) => {
    it.each([undefined, "blue"])(
      "leaves no subnet whose gateway is refused, with the request id %s",
      async (requestId) => {
        const { ipam, wapi } = await visit({ seed, setup, assumptions: { requestIsTransactional } });
        // Names hold the only two addresses of the subnet that comes next.
        for (const ipv4addr of ["10.4.0.1", "10.4.0.2"]) {
          await wapi.create("record:host", { name: `${ipv4addr}.example.com`, ipv4addrs: [{ ipv4addr }] });
        }
        const request = { from: "10.4.0.0/29", prefixLength: 30, gateway: "first", requestId } as const;
        await expect(ipam.requestSubnet(request)).rejects.toThrow(/No \/30 is free/);
        expect(await made(wapi)).toBe(0);
      },
    );
  });
});

behindEveryDoor("a release whose answer is lost", (visit) => {
  const gone = { released: false, reason: "gone" };
  const deleted = { released: true, reason: "deleted" };
  /** What was done before its answer was lost isn't there any more: nothing tells who released it. */
  const fateAfter = (loss: string) =>
    /after the commit|truncated|page of a proxy/.test(loss) ? gone : deleted;

  it.each(losses)("is done once it returns: %s", async (loss, fault) => {
    const { ipam, wapi, grid } = await visit({ seed, setup });
    const reservation = await ipam.requestAddress(address);
    const net = await ipam.requestSubnet(subnet);
    for (const [after, release] of [
      [0, () => ipam.releaseAddress(reservation)],
      // After the look.
      [1, () => ipam.releaseSubnet(net)],
    ] as const) {
      grid.faults.next({ ...fault, on: "POST", after });
      expect(await release()).toEqual(fateAfter(loss));
      expect(await release()).toEqual(gone);
    }
    expect(await made(wapi)).toBe(0);
  });

  it.each(losses)(
    "is done once it returns, by reference and for one address of a host: %s",
    async (loss, fault) => {
      const { ipam, grid } = await visit({ seed, setup });
      const { ref } = await ipam.requestAddress(address);
      grid.faults.next({ ...fault, on: "POST" });
      expect(await ipam.releaseAddress(ref)).toEqual(fateAfter(loss));

      const web = await ipam.requestAddress({ ip: "10.1.0.20", name: "two", dns: false });
      await ipam.hosts.addAddress(web.ref, { ip: "10.1.0.21" });
      await ipam.hosts.addAddress(web.ref, { ip: "10.1.0.22" });
      grid.faults.next({ ...fault, on: "POST", after: 1 });
      expect(await ipam.releaseAddress("10.1.0.21")).toEqual({ released: true, reason: "removed-from-host" });
      grid.faults.next({ ...fault, on: "POST" });
      const { addresses } = await ipam.hosts.removeAddress(web.ref, "10.1.0.22");
      expect(addresses.map(({ ip }) => ip)).toEqual(["10.1.0.20"]);
    },
  );

  it("never takes what somebody else was given at the same place meanwhile", async () => {
    const { ipam, grid } = await visit({ seed, setup });
    const first = await ipam.requestAddress({ ip: "10.1.0.9" });
    await ipam.releaseAddress(first);
    const second = await ipam.requestAddress({ ip: "10.1.0.9" });
    expect(second.ref).toBe(first.ref);
    expect(await ipam.releaseAddress(first)).toEqual({ released: false, reason: "gone" });
    grid.faults.next({ on: "POST", fail: "reset-before-commit" });
    await ipam.releaseAddress(first);
    expect(await ipam.releaseMany([first])).toEqual({ released: 0, gone: 1 });
    expect(await ipam.plan().release("first", first).apply()).toEqual({
      first: { released: false, reason: "gone" },
    });
    expect(await ipam.lookup("10.1.0.9")).toMatchObject({ status: "USED" });
  });

  it("compares all that was read of an object without a token", async () => {
    const { wapi, grid } = await visit({ seed });
    const ipam = new Ipam(wapi, { attemptAttribute: false });
    const reservation = await ipam.requestAddress({ ...address, comment: "spare" });
    grid.faults.next({ on: "POST", fail: "reset-before-commit" });
    expect(await ipam.releaseAddress(reservation)).toEqual(deleted);
    const another = await ipam.requestAddress({ ip: reservation.ip, comment: "somebody else's" });
    expect(another.ref).toBe(reservation.ref);
    expect(await ipam.releaseAddress(reservation)).toEqual(gone);
    expect(await ipam.lookup(reservation.ip)).toMatchObject({ status: "USED" });
  });
});

behindEveryDoor("an abort while something is made", (visit) => {
  it.each([undefined, "web"])("leaves nothing that isn't told, with the request id %s", async (requestId) => {
    const { ipam, wapi, grid } = await visit({ seed, setup });
    await ipam.lookup("10.1.0.1");
    const abort = new AbortController();
    grid.faults.next({ on: "POST", fail: "timeout-after-commit" });
    const before = grid.requests.length;
    const taking = ipam
      .requestAddress({ ...address, requestId, signal: abort.signal })
      .catch((thrown: unknown) => thrown);
    await expect.poll(() => grid.requests.length).toBe(before + 1);
    abort.abort();
    const error = await taking;
    expect(error).toBeInstanceOf(AbortedError);
    const left = requestId === undefined ? 0 : 1;
    expect(await made(wapi)).toBe(left);
    expect((error as AbortedError).partial ?? []).toHaveLength(left);
  });
});
