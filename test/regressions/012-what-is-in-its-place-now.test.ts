/** What was seen to break the promise where places change hands or several ask at once. Each test has the right value. */

import { Ipam, type IpamOptions, WapiClient } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

interface World extends AsyncDisposable {
  readonly grid: FakeGrid;
  readonly wapi: WapiClient;
  /** A process of its own. */
  process(options?: IpamOptions): Ipam;
}

async function world(options: FakeGridOptions = {}): Promise<World> {
  const seed = {
    containers: ["10.0.0.0/16"],
    networks: ["192.168.0.0/24", "2001:db8::/64"],
    zones: ["example.com"],
  };
  const grid = FakeGrid.inMemory({ setup: true, seed, ...options });
  return {
    grid,
    wapi: new WapiClient(grid.clientOptions),
    process: (own) => new Ipam(new WapiClient(grid.clientOptions), own),
    [Symbol.asyncDispose]: () => grid.close(),
  };
}

const block = { from: "10.0.0.0/16", prefixLength: 24 } as const;

describe("a release reaches what was meant", () => {
  /** A process whose deletes arrive only after something else has happened. */
  function slow(here: World, meanwhile: () => Promise<unknown>): Ipam {
    const { transport, ...options } = here.grid.clientOptions;
    if (transport === undefined) throw new Error("a grid in memory has a transport");
    let isOver = false;
    const wapi = new WapiClient({
      ...options,
      transport: async (request) => {
        const deletes = request.method === "DELETE" || String(request.data ?? "").includes('"DELETE"');
        if (deletes && !isOver) {
          isOver = true;
          await meanwhile();
        }
        return transport(request);
      },
    });
    return new Ipam(wapi);
  }

  it("leaves the subnet alone that somebody else has been given in its place", async () => {
    await using here = await world();
    const mine = await here.process().requestSubnet(block);
    const ipam = slow(here, async () => {
      await here.wapi.delete(mine.ref);
      expect(await here.process().requestSubnet({ ...block, comment: "theirs" })).toHaveProperty(
        "cidr",
        mine.cidr,
      );
    });
    expect(await ipam.releaseSubnet(mine)).toMatchObject({ released: false, reason: "gone" });
    expect(await here.wapi.find("network", { where: { comment: "theirs" } })).toHaveLength(1);
  });

  it("leaves an address alone that somebody took from the subnet since the look", async () => {
    await using here = await world();
    const mine = await here.process().requestSubnet(block);
    const ipam = slow(here, () => here.process().requestAddress({ from: mine.cidr, comment: "theirs" }));
    await ipam.releaseSubnet(mine).catch(() => undefined);
    expect(await here.wapi.find("fixedaddress", { where: { comment: "theirs" } })).toHaveLength(1);
  });

  it("finds the subnet of an id where somebody has resized it since the look", async () => {
    await using here = await world();
    const mine = await here.process().requestSubnet({ ...block, requestId: "deploy-1" });
    const ipam = slow(here, () => here.process().subnets.expand(mine, { prefixLength: 23 }));
    const released = await ipam.releaseSubnet({ requestId: "deploy-1" });
    expect(released).toMatchObject({ released: true, reason: "deleted" });
    expect(await here.wapi.find("network", { where: { network_container: "10.0.0.0/16" } })).toEqual([]);
  });

  it("knows by a result that the subnet in its place is another's", async () => {
    await using here = await world();
    const [one, other] = [here.process(), here.process()];
    const mine = await one.requestSubnet(block);
    await one.releaseSubnet(mine);
    await other.requestSubnet({ ...block, comment: "theirs" });
    expect(await one.releaseSubnet(mine)).toMatchObject({ released: false, reason: "gone" });
    expect(await here.wapi.find("network", { where: { comment: "theirs" } })).toHaveLength(1);
  });
});

describe("one id, one object, whatever the way in", () => {
  it("makes one subnet of two descriptions at once", async () => {
    await using here = await world();
    const site = { requestId: "site", subnets: [{ name: "blue", ...block }] };
    await Promise.all([here.process().ensure(site), here.process().ensure(site)]);
    const networks = await here.wapi.find("network", { where: { network: { matches: "^10[.]0[.]" } } });
    expect(networks).toHaveLength(1);
  });

  it("gives both of two callers the subnet of one CIDR", async () => {
    await using here = await world();
    const ensured = await Promise.all(
      [here.process(), here.process()].map((ipam) =>
        ipam.ensureSubnet({ cidr: "10.0.7.0/24", comment: "x" }),
      ),
    );
    expect(ensured.map(({ created }) => created).sort()).toEqual([false, true]);
  });

  it("refuses a step of a plan that its id has as something else", async () => {
    await using here = await world();
    const plan = () => here.process().plan({ requestId: "d" });
    await plan().address("x", { from: "192.168.0.0/24" }).apply();
    await expect(
      plan().address("x", { from: "192.168.0.0/24", name: "x.example.com" }).apply(),
    ).rejects.toMatchObject({ name: "RequestMismatchError" });
  });

  it("makes one subnet of a plan and a single request at once where searches lag", async () => {
    await using here = await world({ assumptions: { searchSeesWritesAfter: 60 } });
    const options = { searchDelay: 60 };
    const id = "mixed";
    await inNoTime(here.grid, () =>
      Promise.allSettled([
        here.process(options).plan({ requestId: id }).subnet("net", block).apply(),
        here.process(options).requestSubnet({ ...block, requestId: `${id}/net` }),
      ]),
    );
    here.grid.clock.advance(100);
    const networks = await here.wapi.find("network", { where: { network: { matches: "^10[.]0[.]" } } });
    expect(networks).toHaveLength(1);
  });
});

describe("what was made is returned, taken back or named", () => {
  it("names the subnet where the look for its gateway fails", async () => {
    await using here = await world();
    const ipam = new Ipam(new WapiClient({ ...here.grid.clientOptions, maxRetries: 0 }));
    here.grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    here.grid.faults.next({ on: "GET", object: "fixedaddress", fail: "refuse" }, 5);
    const error = await ipam
      .requestSubnet({ ...block, gateway: "first", comment: "blue" })
      .catch((reason) => reason);
    const left = await here.wapi.find("network", { where: { comment: "blue" } });
    expect(left.every(({ _ref }) => JSON.stringify(error.partial ?? error.ref ?? "").includes(_ref))).toBe(
      true,
    );
  });

  it("leaves no A record where the reverse zone is missing and parts are kept", async () => {
    await using here = await world({ assumptions: { requestIsTransactional: false } });
    const error = await here
      .process()
      .dns.add({ type: "A", name: "a.example.com", ip: "192.168.0.9", ptr: true })
      .catch((reason) => reason);
    const left = await here.wapi.find("record:a");
    expect(left.every(({ _ref }) => JSON.stringify(error.partial ?? "").includes(_ref))).toBe(true);
  });
});

describe("an address in use is not given out", () => {
  it("refuses it also where an empty search assigns nothing", async () => {
    await using here = await world({ assumptions: { emptyAssignFails: false } });
    const ipam = here.process();
    await ipam.requestAddress({ from: "192.168.0.0/24", ip: "192.168.0.9", name: "a.example.com" });
    await expect(
      ipam.requestAddress({ from: "192.168.0.0/24", ip: "192.168.0.9", name: "b.example.com" }),
    ).rejects.toMatchObject({ name: "ConflictError" });
  });
});
