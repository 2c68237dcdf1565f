import { PoolExhaustedError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  networks: ["10.0.0.0/22", "10.1.0.0/25", "10.1.1.0/28", "2001:db8::/64"],
  zones: ["example.com"],
};

behindEveryDoor("taking many addresses", (visit) => {
  it("takes a hundred to a request, in order, and tells how far it is", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup: true });
    const progress: number[] = [];
    const count = await requestsOf(async () => {
      const addresses = await ipam.requestAddresses({
        from: "10.0.0.0/22",
        count: 250,
        onProgress: ({ done, total }) => progress.push(done / total),
      });
      expect(new Set(addresses.map(({ ip }) => ip)).size).toBe(250);
      expect(addresses[0]).toMatchObject({ ip: "10.0.0.1", kind: "reservation" });
      expect(addresses.at(-1)?.ip).toBe("10.0.0.250");
    });
    expect(count).toBe(3);
    expect(progress).toEqual([0.4, 0.8, 1]);
  });

  it("makes hosts where there are names", async () => {
    const { ipam } = await visit({ seed });
    const name = (index: number) => `worker-${index}.example.com`;
    const addresses = await ipam.requestAddresses({
      from: "2001:db8::/64",
      count: 3,
      name,
      exclude: "2001:db8::-2001:db8::f",
    });
    expect(addresses).toMatchObject([
      { kind: "host", name: "worker-0.example.com", ip: "2001:db8::10" },
      { kind: "host", name: "worker-1.example.com", ip: "2001:db8::11" },
      { kind: "host", name: "worker-2.example.com", ip: "2001:db8::12" },
    ]);
  });

  it("empties one source to the last address before it begins the next", async () => {
    const { ipam } = await visit({ seed });
    const addresses = await ipam.requestAddresses({ from: ["10.1.1.0/28", "10.1.0.0/25"], count: 120 });
    expect(addresses.filter(({ subnet }) => subnet === "10.1.1.0/28")).toHaveLength(14);
    expect(addresses.filter(({ subnet }) => subnet === "10.1.0.0/25")).toHaveLength(106);
  });

  it("keeps what it got, in the error, where there isn't enough", async () => {
    const { ipam } = await visit({ seed });
    const work = ipam.requestAddresses({ from: ["10.1.1.0/28", "10.1.0.0/25"], count: 200 });
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PoolExhaustedError);
    expect(error).toMatchObject({
      message: expect.stringContaining(
        "Only 140 of 200 addresses were available in 10.1.1.0/28, 10.1.0.0/25; the error's partial lists those that stay taken.",
      ),
      tried: [{ source: "10.1.1.0/28" }, { source: "10.1.0.0/25" }],
      partial: { length: 140 },
    });
    expect(await ipam.utilization("10.1.0.0/25")).toMatchObject({ free: 0 });
  });

  it("gives all of it back instead, where asked", async () => {
    const { ipam } = await visit({ seed });
    const from = ["10.1.1.0/28", "10.1.0.0/25"];
    const error = await ipam
      .requestAddresses({ from, count: 200, allOrNothing: true })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PoolExhaustedError);
    expect(error).not.toHaveProperty("partial");
    for (const subnet of from) expect(await ipam.utilization(subnet)).toMatchObject({ used: 0 });
  });

  it.each(["reset-before-commit", "reset-after-commit", "truncate", "duplicate"] as const)(
    "takes each just once where a request meets %s",
    async (fail) => {
      const { ipam, wapi, grid } = await visit({ seed, setup: true });
      grid.faults.next({ on: "POST", after: 1, fail });
      const name = (index: number) => `worker-${index}.example.com`;
      const hosts = await ipam.requestAddresses({ from: "10.0.0.0/22", count: 150, name });
      expect(hosts.map((host) => host.name)).toEqual(Array.from({ length: 150 }, (_, index) => name(index)));
      expect(hosts.every(({ created }) => created)).toBe(true);
      expect(new Set(hosts.map(({ ref }) => ref))).toEqual(
        new Set((await wapi.find("record:host")).map(({ _ref }) => _ref)),
      );
    },
  );

  it("takes what a grid has kept of a request that it refused", async () => {
    const assumptions = { requestIsTransactional: false };
    const { ipam, wapi } = await visit({ seed, setup: true, assumptions });
    const error = await ipam
      .requestAddresses({ from: "10.1.1.0/28", count: 20 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "PoolExhaustedError", partial: { length: 14 } });
    expect(await wapi.find("fixedaddress")).toHaveLength(14);
  });

  it("keeps what it got when the connection fails on the way", async () => {
    const { ipam, grid } = await visit({ seed });
    // The first requests find out that this grid keeps no tokens.
    grid.faults.next({ on: "POST", after: 3, fail: "reset-before-commit" });
    const error = await ipam
      .requestAddresses({ from: "10.0.0.0/22", count: 250 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "UncertainWriteError", partial: { length: 100 } });
  });

  it("stops where its signal says so, and keeps what it got", async () => {
    const { ipam } = await visit({ seed });
    const stop = new AbortController();
    const work = ipam.requestAddresses({
      from: "10.0.0.0/22",
      count: 500,
      signal: stop.signal,
      onProgress: ({ done }) => done === 200 && stop.abort(),
    });
    await expect(work).rejects.toMatchObject({ name: "AbortedError", partial: { length: 200 } });
  });

  it.each([
    [{ count: -1 }, /^count: must be at least 1 \(got -1; valid: 200\)/],
    [{ count: 3, name: () => "web 1" }, /^name: not a DNS name/],
    [{ count: 3, dns: false }, /^dns: is for hosts/],
  ])("refuses %j before anything is sent", async (request, message) => {
    const { ipam, requestsOf } = await visit();
    const work = () =>
      expect(ipam.requestAddresses({ from: "10.0.0.0/22", ...request } as never)).rejects.toThrow(message);
    expect(await requestsOf(work)).toBe(0);
  });
});

behindEveryDoor("address policies", (visit) => {
  it("leave the places alone that they name, one address or many at a time", async () => {
    const { ipam, requestsOf } = await visit({ seed: { networks: ["10.0.6.0/23", "10.0.9.0/29"] } });
    const policy = { skipFirst: 10, skipLast: 5, avoidEdges: true };
    expect((await ipam.requestAddress({ from: "10.0.6.0/23", ...policy })).ip).toBe("10.0.6.11");
    const many = { from: "10.0.6.0/23", count: 300, ...policy };
    expect(await requestsOf(() => ipam.requestAddresses(many))).toBe(3);
    expect((await ipam.lookup("10.0.6.255")).status).toBe("UNUSED");
    expect((await ipam.lookup("10.0.7.0")).status).toBe("UNUSED");
    expect((await ipam.lookup("10.0.7.1")).status).toBe("USED");
    const last = await ipam.requestAddresses({ from: "10.0.9.0/29", count: 3, skipFirst: 1, skipLast: 2 });
    expect(last.map(({ ip }) => ip)).toEqual(["10.0.9.2", "10.0.9.3", "10.0.9.4"]);
    await expect(
      ipam.requestAddress({ from: "10.0.9.0/29", skipFirst: 1, skipLast: 2 }),
    ).rejects.toMatchObject({
      name: "PoolExhaustedError",
    });
    await expect(ipam.requestAddress({ from: "10.0.9.0/29", skipFirst: -1 })).rejects.toMatchObject({
      name: "InvalidRequestError",
      field: "skipFirst",
    });
  });
});
