import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "seed-lines-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, lines: readonly object[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
}

const common = {
  networkView: "default",
  extattrs: {},
  inherited: [],
  ref: "x",
  readAt: "2026-01-01T00:00:00.000Z",
};
const subnet = (cidr: string, more = {}) => ({
  ...common,
  kind: "subnet",
  cidr,
  family: 4,
  members: [],
  vlans: [],
  ...more,
});

describe("a seed of JSON Lines", () => {
  it("makes what an inventory tells, with members, VLANs and attributes that the grid lacks", async () => {
    const file = written("inventory.jsonl", [
      subnet("10.0.0.0/24", {
        comment: "blue",
        members: ["dhcp-1.example.com"],
        vlans: [{ id: 7, name: "blue" }],
        extattrs: { Rack: 3, Tags: ["a", "b"] },
      }),
      subnet("10.0.1.0/24", { vlans: [{ id: 7, name: "red" }] }),
    ]);
    await using grid = FakeGrid.inMemory({ seed: file });
    await using wapi = new WapiClient(grid.clientOptions);
    const fields = ["network", "comment", "members", "vlans", "extattrs"] as const;
    const [first, second] = await wapi.find("network", { fields });
    expect(first).toMatchObject({
      network: "10.0.0.0/24",
      comment: "blue",
      members: [{ name: "dhcp-1.example.com" }],
      vlans: [{ id: 7, name: "blue" }],
      extattrs: { Rack: 3, Tags: ["a", "b"] },
    });
    expect(second).toMatchObject({ vlans: [{ id: 7, name: "red" }] });
  });

  it("may hold parts of a seed in the short form, too", async () => {
    const file = written("mixed.jsonl", [
      { networks: ["10.0.0.0/24"] },
      { fixedAddresses: [{ address: "10.0.0.5" }] },
    ]);
    await using grid = FakeGrid.inMemory({ seed: file });
    await using wapi = new WapiClient(grid.clientOptions);
    expect(await wapi.find("fixedaddress", { fields: ["ipv4addr"] })).toMatchObject([
      { ipv4addr: "10.0.0.5" },
    ]);
  });

  it("is known by its lines, whatever its name", async () => {
    const file = written("plan.txt", [subnet("10.0.0.0/24"), subnet("10.0.1.0/24")]);
    await using grid = FakeGrid.inMemory({ seed: file });
    await using wapi = new WapiClient(grid.clientOptions);
    expect(await wapi.find("network")).toHaveLength(2);
  });

  it("makes a host with several addresses once, when all of them have come", async () => {
    const host = {
      ...{ type: "record:host", name: "web", dhcp: false, extattrs: {}, inherited: [], ref: "record:host/1" },
      addresses: ["10.0.0.5", "10.0.1.5"],
    };
    const address = (ip: string) => ({ ...common, kind: "address", ip, family: 4, objects: [host] });
    const file = written("host.jsonl", [
      subnet("10.0.0.0/24"),
      address("10.0.0.5"),
      subnet("10.0.1.0/24"),
      address("10.0.1.5"),
    ]);
    await using grid = FakeGrid.inMemory({ seed: file });
    await using wapi = new WapiClient(grid.clientOptions);
    const [found, ...others] = await wapi.find("record:host", { fields: ["name", "ipv4addrs"] });
    expect(others).toEqual([]);
    expect(found?.ipv4addrs?.map(({ ipv4addr }) => ipv4addr)).toEqual(["10.0.0.5", "10.0.1.5"]);
  });

  it.each<[string, object, RegExp]>([
    [
      "what the grid refuses",
      subnet("10.0.0.0/24"),
      /^seed: .*bad\.jsonl:2: The network 10\.0\.0\.0\/24 already exists/,
    ],
    ["what it doesn't know", { ...common, kind: "rack" }, /^seed: .*bad\.jsonl:2: there is no kind "rack"/],
  ])("names the line of %s", (_what, entry, message) => {
    const file = written("bad.jsonl", [subnet("10.0.0.0/24"), entry]);
    expect(() => FakeGrid.inMemory({ seed: file })).toThrow(message);
  });

  it("may be the entries of an inventory in memory", async () => {
    await using grid = FakeGrid.inMemory({ seed: [subnet("10.0.0.0/24", { comment: undefined })] });
    await using wapi = new WapiClient(grid.clientOptions);
    grid.seed([subnet("10.0.1.0/24")]);
    expect(await wapi.find("network")).toHaveLength(2);
    expect(() => grid.seed([subnet("10.0.2.0/24"), subnet("10.0.1.0/24")])).toThrow(/^seed: \[1\]: /);
    expect(await wapi.find("network")).toHaveLength(2);
  });

  it("says so where a file isn't there", () => {
    expect(() => FakeGrid.inMemory({ seed: join(folder, "nowhere.jsonl") })).toThrow(/nowhere\.jsonl/);
  });
});
