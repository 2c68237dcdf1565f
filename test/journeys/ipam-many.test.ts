import { type Address, Ipam, isInfobloxError } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor } from "./doors.js";

shortenPauses();

const seed = {
  attributes: ["Owner"],
  containers: ["10.0.0.0/16", "10.1.0.0/22", "2001:db8::/32"],
  networks: ["10.8.0.0/22", "10.9.0.0/24"],
};

behindEveryDoor("many subnets", (visit) => {
  it.each([
    ["10.0.0.0/16", 24],
    ["2001:db8::/32", 64],
  ])("are taken a hundred to a request (%s)", async (from, prefixLength) => {
    const { ipam, requestsOf } = await visit({ seed, setup: true });
    const steps: string[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => steps.push(`${done}/${total}`);
    const request = { from, prefixLength, count: 150, comment: "many", onProgress };
    expect(await requestsOf(() => ipam.requestSubnets(request))).toBe(2);
    expect(steps).toEqual(["100/150", "150/150"]);
    const found = await ipam.findSubnets({ within: from });
    expect(new Set(found.map(({ cidr }) => cidr)).size).toBe(150);
    for (const one of found) expect(one).toMatchObject({ prefixLength, comment: "many", container: from });
  });

  it("come from the next container where one is full, and stay where there aren't enough", async () => {
    const { ipam } = await visit({ seed });
    const from = ["10.1.0.0/22", "10.0.0.0/16"];
    const taken = await ipam.requestSubnets({ from, prefixLength: 24, count: 10, exclude: "10.0.0.0/24" });
    expect(taken.map(({ cidr }) => cidr).slice(3, 6)).toEqual(["10.1.3.0/24", "10.0.1.0/24", "10.0.2.0/24"]);
    const error = await ipam
      .requestSubnets({ from: "10.0.0.0/16", prefixLength: 18, count: 9 })
      .catch((thrown: unknown) => thrown);
    expect(isInfobloxError(error, "PoolExhaustedError") && error.partial).toMatchObject([
      { cidr: "10.0.64.0/18" },
      { cidr: "10.0.128.0/18" },
      { cidr: "10.0.192.0/18" },
    ]);
    const undone = ipam.requestSubnets({
      from: "10.0.0.0/16",
      prefixLength: 20,
      count: 99,
      allOrNothing: true,
    });
    const left = await undone.catch((thrown: unknown) => thrown);
    expect(left).toMatchObject({ name: "PoolExhaustedError" });
    expect(left).not.toHaveProperty("partial");
    await expect(
      ipam.requestSubnets({ from: "10.7.0.0/16", prefixLength: 24, count: 2 }),
    ).rejects.toMatchObject({
      name: "NotFoundError",
    });
    await expect(
      ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 8, count: 2 }),
    ).rejects.toMatchObject({ name: "InvalidRequestError", field: "prefixLength" });
  });
});

behindEveryDoor("many releases", (visit) => {
  it("take a hundred to a request, of results and references, also as they come", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const addresses = await ipam.requestAddresses({ from: "10.8.0.0/22", count: 250 });
    const seen: number[] = [];
    async function* some(): AsyncGenerator<Address | string> {
      for (const [index, address] of addresses.entries()) yield index % 2 ? address : address.ref;
    }
    const options = { onProgress: ({ done }: { done: number }) => seen.push(done) };
    // References say nothing of their objects: these are read, in one request for each hundred.
    expect(await requestsOf(() => ipam.releaseMany(some(), options))).toBe(6);
    expect(seen).toEqual([100, 200, 250]);
    expect(await ipam.utilization("10.8.0.0/22")).toMatchObject({ used: 0 });
    expect(await ipam.releaseMany(addresses.slice(0, 3))).toEqual({ released: 0, gone: 3 });
    expect(await ipam.releaseMany([])).toEqual({ released: 0, gone: 0 });
  });

  // Each that is gone is found by halves: hundreds of requests, on a machine that may be busy.
  it("leave out what is gone, and go on where an error ended them", async () => {
    const { ipam, grid } = await visit({ seed });
    const addresses = await ipam.requestAddresses({ from: "10.8.0.0/22", count: 120 });
    for (const index of [3, 50, 119]) await ipam.releaseAddress(addresses[index] ?? "");
    const broken = async function* () {
      yield* addresses.slice(0, 100);
      grid.faults.next({ on: "POST", path: "request", status: 403 });
      yield* addresses.slice(100);
    };
    const error = await ipam.releaseMany(broken()).catch((thrown: unknown) => thrown);
    expect(isInfobloxError(error) && error.partial?.length).toBe(98);
    expect(await ipam.releaseMany(addresses)).toEqual({ released: 19, gone: 101 });
  });

  it.each(["reset-before-commit", "reset-after-commit", "duplicate"] as const)(
    "are done once they return where a request meets %s, and touch nobody else's",
    async (fail) => {
      const { ipam, wapi, grid } = await visit({ seed, setup: true });
      const addresses = await ipam.requestAddresses({ from: "10.9.0.0/24", count: 5 });
      const [first] = addresses;
      if (first) await ipam.releaseAddress(first);
      const others = await ipam.requestAddress({ ip: first?.ip ?? "" });
      grid.faults.next({ on: "POST", object: "request", fail });
      await ipam.releaseMany(addresses.slice(1));
      await ipam.releaseMany(addresses.slice(1));
      expect((await wapi.find("fixedaddress")).map(({ _ref }) => _ref)).toEqual([others.ref]);
    },
  );

  it("refuse what another owner made, and what is no address", async () => {
    const { wapi } = await visit({ seed });
    const ours = new Ipam(wapi, { owner: "us" });
    const theirs = await new Ipam(wapi, { owner: "them" }).requestAddresses({
      from: "10.9.0.0/24",
      count: 2,
    });
    const refs = theirs.map(({ ref }) => ref);
    await expect(ours.releaseMany(theirs)).rejects.toMatchObject({ name: "OwnershipError" });
    await expect(ours.releaseMany(refs)).rejects.toMatchObject({ name: "OwnershipError" });
    expect(await ours.releaseMany(refs, { force: true })).toEqual({ released: 2, gone: 0 });
    for (const targets of [["10.9.0.1"], ["networkcontainer/ZG5z:10.0.0.0/16/default"], 7 as never]) {
      await expect(ours.releaseMany(targets)).rejects.toMatchObject({ field: "targets" });
    }
  });
});

behindEveryDoor("many releases of subnets", (visit) => {
  it.each([
    ["10.0.0.0/16", 26],
    ["2001:db8::/32", 64],
  ])("take two requests for a hundred, behind what is in them (%s)", async (from, prefixLength) => {
    const { ipam, wapi, requestsOf } = await visit({ seed, setup: true });
    const subnets = await ipam.requestSubnets({ from, prefixLength, count: 120 });
    const [first, second, third] = subnets;
    if (first === undefined || second === undefined || third === undefined) throw new Error("no subnets");
    const web = await ipam.requestAddress({ from: first });
    await expect(ipam.releaseMany(subnets)).rejects.toMatchObject({ name: "SubnetInUseError" });
    expect(
      await wapi.find(first.family === 4 ? "network" : "ipv6network", {
        where: { network_container: from } as never,
      }),
    ).toHaveLength(120);
    await ipam.releaseSubnet(second);
    const other = await ipam.requestSubnet({ cidr: second.cidr });
    // One more searches what is gone, since somebody may have resized it.
    const targets = [first, web, second, third.ref, { ref: subnets[3]?.ref ?? "" }, ...subnets.slice(4)];
    expect(await requestsOf(() => ipam.releaseMany(targets))).toBeLessThanOrEqual(9);
    expect((await ipam.findSubnets({ within: from })).map(({ ref }) => ref)).toEqual([other.ref]);
    expect(await ipam.releaseMany(subnets)).toEqual({ released: 0, gone: 120 });
  });

  it.each(["reset-before-commit", "reset-after-commit", "duplicate", "not-json"] as const)(
    "are done once they return where a request meets %s",
    async (fail) => {
      const { ipam, grid, wapi } = await visit({ seed, setup: true });
      for (const after of [0, 1]) {
        const subnets = await ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 24, count: 3 });
        grid.faults.next({ on: "POST", object: "request", fail, after });
        const { released, gone } = await ipam.releaseMany(subnets);
        expect(released + gone).toBe(3);
        expect(await wapi.find("network", { where: { network_container: "10.0.0.0/16" } })).toEqual([]);
      }
    },
  );

  it("refuse what another owner made", async () => {
    const { wapi } = await visit({ seed });
    const theirs = await new Ipam(wapi, { owner: "them" }).requestSubnets({
      from: "10.0.0.0/16",
      prefixLength: 24,
      count: 2,
    });
    const ours = new Ipam(wapi, { owner: "us" });
    const refs = theirs.map(({ ref }) => ref);
    for (const targets of [theirs, refs]) {
      await expect(ours.releaseMany(targets)).rejects.toMatchObject({ name: "OwnershipError" });
    }
    expect(await ours.releaseMany(refs, { force: true })).toEqual({ released: 2, gone: 0 });
  });
});

describe("many addresses", () => {
  it("cost 20 requests for 2,000 to take, and 20 to give back", async () => {
    const grid = await FakeGrid.listen({ setup: true, tls: false, seed: { networks: ["10.64.0.0/16"] } });
    const ipam = new Ipam(grid.clientOptions);
    const addresses = await ipam.requestAddresses({ from: "10.64.0.0/16", count: 2_000 });
    expect(new Set(addresses.map(({ ip }) => ip)).size).toBe(2_000);
    expect(grid.requests.length).toBe(20);
    expect(await ipam.releaseMany(addresses)).toEqual({ released: 2_000, gone: 0 });
    expect(grid.requests.length).toBe(40);
    await ipam.close();
    await grid.close();
  });

  it("cost one for each hundred in a loop, with a request id too", async () => {
    await using grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.64.0.0/16"] } });
    await using ipam = new Ipam(grid.clientOptions);
    const request = { from: "10.64.0.0/16", count: 1_000, requestId: "deploy-42/workers" };
    const ips = new Set<string>();
    for await (const { ip } of ipam.requestAddressesInChunks(request)) ips.add(ip);
    expect(ips.size).toBe(1_000);
    expect(grid.requests.length).toBe(10);
  });
});
