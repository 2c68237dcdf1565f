import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  type Forecast,
  InvalidRequestError,
  type InventoryEntry,
  Ipam,
  renderMap,
  writeInventory,
} from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

const day = 24 * 60 * 60 * 1000;
const begin = Date.UTC(2026, 0, 1);
const range = "10.0.0.1-10.0.3.232";

/** An inventory of one range with so many addresses in use, and of a container with so many subnets. */
function inventoryAt(days: number, used: number, subnets = 0): InventoryEntry[] {
  const common = {
    networkView: "default",
    extattrs: {},
    inherited: [],
    ref: "x",
    readAt: new Date(begin + days * day).toISOString(),
  };
  const block = (cidr: string, kind: "container" | "subnet") =>
    kind === "container"
      ? ({ ...common, kind, cidr, family: 4 } as const)
      : ({ ...common, kind, cidr, family: 4, members: [], vlans: [] } as const);
  const lease = {
    ...common,
    ...({ kind: "address", ip: "10.0.0.1", family: 4, status: "USED", kinds: ["lease"] } as const),
    ...{ names: [], objects: [], subnet: "10.0.0.0/22", range },
  };
  return [
    { ...common, kind: "networkView" },
    block("10.0.0.0/22", "subnet"),
    { ...common, kind: "range", first: "10.0.0.1", last: "10.0.3.232", family: 4, subnet: "10.0.0.0/22" },
    // What counts is how many there are.
    ...Array.from({ length: used }, () => lease),
    block("10.1.0.0/16", "container"),
    ...Array.from({ length: subnets }, (_, index) => block(`10.1.${index}.0/24`, "subnet")),
  ];
}

const ipam = new Ipam({ url: "https://grid.example.com", username: "u", password: "p" });

async function forecastOf(place: string, history: InventoryEntry[][]): Promise<Forecast> {
  const found = (await ipam.capacity.forecast({ history })).find((one) => one.place === place);
  if (found === undefined) throw new Error(`no forecast of ${place}`);
  return found;
}

describe("ipam.capacity.forecast", () => {
  it("tells the day on which a pool of steady pace is full, and that it is certain", async () => {
    // 1,000 addresses, 100 on the first day and 10 more each day: full after 90 days.
    const history = [0, 10, 20, 30].map((days) => inventoryAt(days, 100 + 10 * days));
    const found = await forecastOf(range, history);
    const end = new Date(begin + 90 * day).toISOString();
    expect(found).toMatchObject({
      kind: "range",
      total: 1_000,
      used: 400,
      percent: 40,
      samples: 4,
      fullAt: end,
    });
    expect(found.perDay).toBeCloseTo(10);
    expect(found.daysLeft).toBeCloseTo(60);
    expect(found).toMatchObject({ earliest: end, latest: end });
  });

  it("tells the same of a container that is divided into subnets", async () => {
    // One /24 of 256 each day.
    const history = [1, 2, 3, 4].map((days) => inventoryAt(days, 0, days));
    const found = await forecastOf("10.1.0.0/16", history);
    expect(found).toMatchObject({ kind: "container", total: 65_536, used: 1_024 });
    expect(found.fullAt).toBe(new Date(begin + 256 * day).toISOString());
  });

  it("has the known end of an uneven pace in its range", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -15, max: 15 }), { minLength: 12, maxLength: 12 }),
        async (noise) => {
          const history = noise.map((more, index) => inventoryAt(index * 5, 100 + 10 * index * 5 + more));
          const { earliest = "", latest = "", fullAt = "" } = await forecastOf(range, history);
          expect(earliest <= fullAt && fullAt <= latest).toBe(true);
          // 95 %: a few of many may miss it, by little.
          const [low, high] = [Date.parse(earliest) - 5 * day, Date.parse(latest) + 5 * day];
          expect(low <= begin + 90 * day && begin + 90 * day <= high).toBe(true);
        },
      ),
      { numRuns: 20, seed: 7 },
    );
  });

  it("says never of what doesn't grow, and now of what is full", async () => {
    const shrinking = await forecastOf(range, [
      inventoryAt(0, 300),
      inventoryAt(5, 280),
      inventoryAt(10, 270),
    ]);
    expect(shrinking).toMatchObject({ fullAt: undefined, daysLeft: undefined, latest: undefined });
    const full = await forecastOf(range, [inventoryAt(0, 990), inventoryAt(5, 1_000)]);
    expect(full).toMatchObject({ fullAt: new Date(begin + 5 * day).toISOString(), daysLeft: 0 });
    const once = await forecastOf(range, [inventoryAt(0, 300)]);
    expect(once).toMatchObject({ samples: 1, perDay: undefined, fullAt: undefined });
  });

  it("reads a folder of inventories, in the order of time, and lists what is full first", async () => {
    const folder = await mkdtemp(join(tmpdir(), "forecast-test-"));
    await writeInventory(join(folder, "b.jsonl"), inventoryAt(0, 100, 1));
    await writeInventory(join(folder, "a.jsonl"), inventoryAt(10, 200, 2));
    await writeFile(join(folder, "notes.txt"), "no inventory");
    const found = await ipam.capacity.forecast({ history: folder });
    expect(found[0]).toMatchObject({
      place: range,
      used: 200,
      fullAt: new Date(begin + 90 * day).toISOString(),
    });
    expect((await ipam.capacity.forecast({ history: folder, within: "10.1.0.0/16" }))[0]?.place).toBe(
      "10.1.0.0/16",
    );
    await rm(folder, { recursive: true });
  });

  it("refuses a folder without inventories", async () => {
    const folder = await mkdtemp(join(tmpdir(), "forecast-test-"));
    await expect(ipam.capacity.forecast({ history: folder })).rejects.toThrow(InvalidRequestError);
    const nowhere = ipam.capacity.forecast({ history: join(folder, "nowhere") });
    await expect(nowhere).rejects.toThrow(/history: .*nowhere cannot be read: no such file or folder/);
    await expect(nowhere).rejects.toThrow(InvalidRequestError);
    await rm(folder, { recursive: true });
  });

  it("takes the inventories of a grid", async () => {
    await using grid = FakeGrid.inMemory({ seed: { networks: ["10.0.0.0/24"] } });
    await using real = new Ipam(grid.clientOptions);
    const before = await real.inventory().toArray();
    await real.requestAddress({ from: "10.0.0.0/24" });
    const found = await real.capacity.forecast({ history: [before, await real.inventory().toArray()] });
    expect(found).toMatchObject([{ kind: "subnet", place: "10.0.0.0/24", total: 254, used: 1, samples: 2 }]);
  });

  it("stands on the map, in the data and in the picture", async () => {
    await using grid = FakeGrid.inMemory({
      seed: { networks: ["10.0.0.0/22"], containers: ["10.1.0.0/16"] },
    });
    await using real = new Ipam(grid.clientOptions);
    const history = [1, 2, 3].map((days) => inventoryAt(days, 0, days));
    const map = await real.map({ networkView: "default" }, { history });
    const container = map.blocks.find(({ cidr }) => cidr === "10.1.0.0/16");
    expect(container?.forecast).toMatchObject({ kind: "container", daysLeft: expect.closeTo(253) });
    const text = await renderMap(map, { format: "text", width: 160 });
    expect(text).toContain("full about 2026-09-14 (2026-09-14 to 2026-09-14)");
    expect(await renderMap(map, { format: "html" })).toContain("full about 2026-09-14");
    const svg = await renderMap(map, { format: "svg", width: 1_200 });
    expect(svg).toContain("First to fill: 10.1.0.0/16, full about 2026-09-14 (2026-09-14 to 2026-09-14).");
    expect(svg).toMatch(/<text [^>]*>(?:[^<]*, )?full about 2026-09-14/);
  });

  it("says in the picture how long a subnet and the container around it last", async () => {
    await using grid = FakeGrid.inMemory({
      seed: { containers: ["10.1.0.0/19", "10.1.0.0/21"], networks: ["10.1.0.0/24", "10.1.1.0/24"] },
    });
    await using real = new Ipam(grid.clientOptions);
    const at = (days: number, subnets: number) => {
      const entries = inventoryAt(days, 0, subnets);
      return entries.map((entry) => (entry.kind === "container" ? { ...entry, cidr: "10.1.0.0/21" } : entry));
    };
    const map = await real.map("10.1.0.0/19", { history: [at(1, 1), at(2, 2)] });
    const svg = await renderMap(map, { format: "svg", width: 1_200 });
    expect(svg).toMatch(/<text [^>]*>10\.1\.0\.0\/21, full about 2026-01-09<\/text>/);
  });
});
