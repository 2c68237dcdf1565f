import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  anonymizeInventory,
  compareInventories,
  findingsIn,
  InvalidRequestError,
  type InventoryDifference,
  type InventoryEntry,
  type InventorySource,
  Ipam,
  importRows,
  inventoryCsv,
  readInventory,
  WapiClient,
  writeInventory,
} from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, describe, expect, it } from "vitest";
import { Watch, type WatchedDifference } from "../../../../src/ipam/inventory/watch.js";
import { ipamSettings } from "../../../../src/ipam/settings/settings.js";

const folder = await mkdtemp(join(tmpdir(), "comparison-test-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

function address(last: number, more: object = {}): InventoryEntry {
  return {
    kind: "address",
    networkView: "default",
    ip: `10.0.0.${last}`,
    family: 4,
    status: "USED",
    kinds: ["host"],
    names: [],
    objects: [],
    extattrs: {},
    inherited: [],
    ref: `record:host/${last}`,
    readAt: "2026-01-01T00:00:00.000Z",
    ...more,
  } as InventoryEntry;
}

async function differences(before: InventorySource, after: InventorySource, options?: { ignore: string[] }) {
  const found: InventoryDifference[] = [];
  for await (const one of compareInventories(before, after, options)) found.push(one);
  return found;
}

describe("compareInventories", () => {
  it("finds what was added, removed and changed, in order of address", async () => {
    const values = fc.dictionary(fc.integer({ min: 1, max: 12 }).map(String), fc.integer({ min: 0, max: 2 }));
    await fc.assert(
      fc.asyncProperty(values, values, async (old, now) => {
        const entries = (plan: Record<string, number>) =>
          Object.keys(plan)
            .map(Number)
            .sort((one, other) => one - other)
            .map((last) => address(last, { comment: `v${plan[last]}` }));
        const found = await differences(entries(old), entries(now));
        const expected = Array.from({ length: 12 }, (_, index) => String(index + 1)).flatMap((last) => {
          if (old[last] === now[last]) return [];
          const change = old[last] === undefined ? "added" : now[last] === undefined ? "removed" : "changed";
          return [`${change} 10.0.0.${last}`];
        });
        expect(
          found.map(({ change, entry }) => `${change} ${entry.kind === "address" ? entry.ip : ""}`),
        ).toEqual(expected);
      }),
    );
  });

  it("names each field with its values", async () => {
    const object = { type: "record:a", name: "web.example.com", extattrs: {}, inherited: [], ref: "a" };
    const before = address(5, {
      comment: "blue",
      extattrs: { Site: "Paris", Floor: 3 },
      objects: [{ ...object, ttl: 60 }],
    });
    const after = address(5, {
      extattrs: { Site: "Rome", Floor: 3 },
      objects: [{ ...object, ttl: 90, ref: "b" }],
    });
    const [found] = await differences([before], [after]);
    expect(found).toMatchObject({
      change: "changed",
      before,
      entry: after,
      fields: [
        { field: "objects.record:a web.example.com.ttl", before: 60, after: 90 },
        { field: "extattrs.Site", before: "Paris", after: "Rome" },
        { field: "comment", before: "blue", after: undefined },
      ],
    });
  });

  it("takes no notice of what changes all the time, unless it is asked to", async () => {
    const lease = (ends: string) => address(5, { lease: { state: "ACTIVE", ends }, readAt: ends, ref: ends });
    const [before, after] = [lease("2026-01-01T00:00:00.000Z"), lease("2026-01-02T00:00:00.000Z")];
    expect(await differences([before], [after])).toEqual([]);
    const [found] = await differences([before], [after], { ignore: [] });
    expect(found).toMatchObject({ fields: [{ field: "lease.ends" }] });
    expect(await differences([address(5, { comment: "a" })], [address(5)], { ignore: ["comment"] })).toEqual(
      [],
    );
  });

  it("takes notice of attributes and names that are called as what it ignores", async () => {
    const object = (name: string, extattrs: object) => ({
      ...{ type: "record:a", name, extattrs, inherited: [], ref: name },
    });
    const of = (value: string) =>
      address(5, {
        extattrs: { ref: value, percent: value },
        objects: [object("www.percent", { moved: value }), object("www.ref", { readAt: value })],
      });
    const [found] = await differences([of("a")], [of("b")]);
    expect(found?.change === "changed" && found.fields.map(({ field }) => field).sort()).toEqual([
      "extattrs.percent",
      "extattrs.ref",
      "objects.record:a www.percent.extattrs.moved",
      "objects.record:a www.ref.extattrs.readAt",
    ]);
    const ignore = ["extattrs.ref", "extattrs.percent", "extattrs.moved", "extattrs.readAt"];
    expect(await differences([of("a")], [of("b")], { ignore })).toEqual([]);
  });

  it("refuses entries that are out of order: they would all be added and removed", async () => {
    await expect(differences([address(6), address(5)], [])).rejects.toThrow(InvalidRequestError);
    const file = join(folder, "unsorted.jsonl");
    await writeFile(file, `${JSON.stringify(address(6))}\n${JSON.stringify(address(5))}\n`);
    await expect(differences(file, [])).rejects.toThrow("unsorted.jsonl:2");
    await writeFile(file, `${JSON.stringify(address(6))}\n{"kind":"subnet"}\n`);
    await expect(differences(file, [])).rejects.toThrow("unsorted.jsonl:2");
  });
});

describe("writeInventory", () => {
  it("writes what readInventory reads, for its owner only", async () => {
    const file = join(folder, "plan.jsonl");
    const entries = [address(5, { comment: "é\n\u2028" }), address(6)];
    expect(await writeInventory(file, entries)).toBe(2);
    const found: InventoryEntry[] = [];
    for await (const entry of readInventory(file)) found.push(entry);
    expect(found).toEqual(entries);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("takes entries that somebody wrote by hand, and refuses what is none", async () => {
    const file = join(folder, "by-hand.jsonl");
    const [subnet, byHand] = [
      { kind: "subnet", networkView: "default", cidr: "10.0.0.0/24" },
      {
        kind: "address",
        networkView: "default",
        ip: "10.0.0.5",
        objects: [{ type: "record:a", name: "a.b" }],
      },
    ];
    await writeFile(file, `\ufeff${JSON.stringify(subnet)}\r\n\r\n${JSON.stringify(byHand)}\n`);
    for await (const line of inventoryCsv(file)) expect(line).toMatch(/^(kind|subnet|address),/);
    for await (const entry of anonymizeInventory(file)) expect(entry.extattrs).toEqual({});
    for await (const finding of findingsIn(file)) expect(finding).toBeUndefined();
    for await (const { row } of importRows(file, "netbox")) expect(row["status"]).toBe("active");
    for (const wrong of [
      { ...subnet, extattrs: "Site" },
      { ...subnet, members: "dhcp-1" },
      { ...byHand, objects: [null] },
      { ...byHand, inherited: {} },
      null,
    ]) {
      await expect(differences([wrong as never], [])).rejects.toThrow(InvalidRequestError);
    }
  });

  it("leaves an older file as it was where the inventory fails", async () => {
    const file = join(folder, "kept.jsonl");
    await writeInventory(file, [address(5)]);
    async function* failing() {
      yield address(6);
      throw new Error("the grid is gone");
    }
    await expect(writeInventory(file, failing())).rejects.toThrow("the grid is gone");
    expect(await differences(file, [address(5)])).toEqual([]);
  });
});

describe("ipam.watch", () => {
  /** A clock that goes on when somebody sleeps; what happens then is up to the test. */
  function paced(whileAsleep: (look: number) => Promise<void>) {
    let [time, looks] = [Date.UTC(2026, 0, 1), 0];
    return {
      now: () => time,
      wallTime: () => time,
      random: () => 0,
      sleep: async (ms: number) => {
        time += ms;
        looks += 1;
        await whileAsleep(looks);
      },
    };
  }

  async function watched(cursor: string | undefined) {
    const grid = FakeGrid.inMemory({
      seed: { networks: ["10.0.0.0/24"], fixedAddresses: [{ address: "10.0.0.5" }] },
    });
    const wapi = new WapiClient(grid.clientOptions);
    const ipam = new Ipam(wapi);
    const controller = new AbortController();
    const steps = [
      () => ipam.requestAddress({ ip: "10.0.0.6", comment: "new" }),
      () => ipam.releaseAddress("10.0.0.5"),
      async () => controller.abort(),
    ];
    const pace = paced(async (look) => {
      await steps[look - 1]?.();
    });
    const looks: number[] = [];
    const watch = new Watch(ipamSettings(wapi, {}, pace), {
      interval: 60_000,
      cursor,
      signal: controller.signal,
      onLook: ({ differences: count }) => looks.push(count),
    });
    const found: WatchedDifference[] = [];
    const reading = (async () => {
      for await (const one of watch) found.push(one);
    })();
    await expect(reading).rejects.toThrow("The watch was aborted.");
    await wapi.close();
    return { found, looks, grid };
  }

  it("yields what became different between one look and the next, and when", async () => {
    const { found, looks } = await watched(undefined);
    expect(found.map(({ change, entry }) => [change, entry.kind === "address" && entry.ip])).toEqual([
      ["added", "10.0.0.6"],
      ["removed", "10.0.0.5"],
    ]);
    expect(found[0]).toMatchObject({ since: "2026-01-01T00:00:00.000Z", until: "2026-01-01T00:01:00.000Z" });
    expect(looks).toEqual([0, 1, 1]);
  });

  it("goes on from its cursor, and gives again what was not taken to the end", async () => {
    const cursor = join(folder, "cursor.jsonl");
    const { grid } = await watched(cursor);
    await using ipam = new Ipam(grid.clientOptions);
    await ipam.requestAddress({ ip: "10.0.0.7" });
    await ipam.requestAddress({ ip: "10.0.0.8" });
    const next = async () => {
      for await (const { change, entry } of ipam.watch({ interval: 60_000, cursor })) {
        return [change, entry.kind === "address" && entry.ip];
      }
      return undefined;
    };
    expect(await next()).toEqual(["added", "10.0.0.7"]);
    expect(await next()).toEqual(["added", "10.0.0.7"]);
    expect(ipam.watch({ interval: 60_000, cursor }).cursor).toBe(cursor);
  });
});
