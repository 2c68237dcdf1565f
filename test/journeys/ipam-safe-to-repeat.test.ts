/** Each row of docs/safe-to-repeat.md, measured: the same call twice, and what the second one changes on the grid. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ipam, isInfobloxError } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/safe-to-repeat.md"), "utf8");
const rows = [...page.matchAll(/^\| (.+?) \| ((not safe|safe).*?) \|/gm)].map(
  ([, calls = "", text = "", verdict = ""]) => ({ calls, text, verdict }),
);

const seed = {
  attributes: ["Owner", "Network Name"],
  containers: ["10.0.0.0/16"],
  networks: ["10.2.0.0/24", "10.2.1.0/24", "10.2.2.0/24", "10.3.0.0/24"],
  zones: ["example.com"],
  hosts: [{ name: "web.example.com", addresses: ["10.2.0.5"] }],
  objects: [{ type: "vlanview", values: { name: "campus", start_vlan_id: 1, end_vlan_id: 99 } }],
};
const subnet = { from: "10.0.0.0/16", prefixLength: 24 };
const address = { from: "10.2.0.0/24" };
const requestId = "deploy-42";
const txt = { type: "TXT", name: "example.com", text: "v=spf1 -all" } as const;

type Call = (ipam: Ipam) => Promise<unknown>;
/** What the call needs on the grid; the call itself comes back. */
type Prepare = (ipam: Ipam) => Promise<() => Promise<unknown>>;

const simple =
  (call: Call): Prepare =>
  (ipam) =>
    Promise.resolve(() => call(ipam));

/** By the calls of a row, as the page spells them. */
const cases: readonly (readonly [calls: string, what: string, prepare: Prepare])[] = [
  ["**with** `requestId`", "a subnet", simple((ipam) => ipam.requestSubnet({ ...subnet, requestId }))],
  ["**with** `requestId`", "an address", simple((ipam) => ipam.requestAddress({ ...address, requestId }))],
  [
    "**with** `requestId`",
    "addresses",
    simple((ipam) => ipam.requestAddresses({ ...address, count: 3, requestId })),
  ],
  [
    "**with** `requestId`",
    "subnets",
    simple((ipam) => ipam.requestSubnets({ ...subnet, count: 3, requestId })),
  ],
  ["the same **without** `requestId`, from", "a subnet", simple((ipam) => ipam.requestSubnet(subnet))],
  ["the same **without** `requestId`, from", "an address", simple((ipam) => ipam.requestAddress(address))],
  ["with `cidr` or `ip`", "a subnet", simple((ipam) => ipam.requestSubnet({ cidr: "10.0.7.0/24" }))],
  ["with `cidr` or `ip`", "an address", simple((ipam) => ipam.requestAddress({ ip: "10.2.0.9" }))],
  [
    "`ranges.request`, `dns.add` **with**",
    "a range",
    simple((ipam) => ipam.ranges.request({ in: "10.2.0.0/24", size: 9, requestId })),
  ],
  ["`ranges.request`, `dns.add` **with**", "a record", simple((ipam) => ipam.dns.add({ ...txt, requestId }))],
  [
    "`ranges.request`, and `dns.add` with `ip`",
    "a range",
    simple((ipam) => ipam.ranges.request({ in: "10.2.0.0/24", size: 9 })),
  ],
  [
    "`ranges.request`, and `dns.add` with `ip`",
    "a record",
    simple((ipam) => ipam.dns.add({ type: "A", name: "a.example.com", ip: "10.2.0.9" })),
  ],
  [
    "`dns.add` without `requestId`, from",
    "a record",
    simple((ipam) => ipam.dns.add({ type: "A", name: "a.example.com", from: "10.2.0.0/24" })),
  ],
  [
    "`plan().apply()` **with**",
    "a plan",
    simple((ipam) => ipam.plan({ requestId }).subnet("blue", subnet).apply()),
  ],
  ["`plan().apply()` **without**", "a plan", simple((ipam) => ipam.plan().subnet("blue", subnet).apply())],
  [
    "`ensure`,",
    "a description",
    simple((ipam) => ipam.ensure({ name: "site", subnets: [{ name: "blue", ...subnet }] })),
  ],
  ["`ensure`,", "a host", simple((ipam) => ipam.ensureHost({ name: "db.example.com", from: "10.2.0.0/24" }))],
  ["`ensure`,", "a container", simple((ipam) => ipam.ensureContainer({ cidr: "10.9.0.0/16" }))],
  [
    "`subnets.ensureShared`",
    "a subnet",
    simple((ipam) => ipam.subnets.ensureShared({ sharedBy: { "Network Name": "blue" }, ...subnet })),
  ],
  ["`releaseSubnet`,", "a subnet", simple((ipam) => ipam.releaseSubnet("10.3.0.0/24"))],
  ["`releaseSubnet`,", "a host", simple((ipam) => ipam.releaseAddress({ name: "web.example.com" }))],
  [
    "`releaseSubnet`,",
    "addresses",
    async (ipam) => {
      const many = await ipam.requestAddresses({ ...address, count: 3 });
      return () => ipam.releaseMany(many);
    },
  ],
  [
    "`renew`, `collect`",
    "a renewal",
    async (ipam) => {
      await ipam.requestAddress({ ...address, requestId, expiresIn: 60 });
      return () => ipam.renew({ requestId }, { expiresAt: "2099-01-01T00:00:00Z" });
    },
  ],
  [
    "`renew`, `collect`",
    "a collection",
    async (ipam) => {
      await ipam.requestAddress({ ...address, expiresAt: "2001-01-01T00:00:00Z" });
      return () => ipam.collect();
    },
  ],
  ["`hosts.setMac`", "a MAC", simple((ipam) => ipam.hosts.setMac("web.example.com", "02:42:ac:11:00:02"))],
  [
    "`hosts.setMac`",
    "an alias",
    simple((ipam) => ipam.hosts.addAliases("web.example.com", ["www.example.com"])),
  ],
  [
    "`hosts.setMac`",
    "an address less",
    async (ipam) => {
      await ipam.hosts.addAddress("web.example.com", { ip: "10.2.0.9" });
      return () => ipam.hosts.removeAddress("web.example.com", "10.2.0.9");
    },
  ],
  ["`hosts.rename`", "a name", simple((ipam) => ipam.hosts.rename("web.example.com", "db.example.com"))],
  [
    "`subnets.setDhcp`",
    "an option",
    simple((ipam) =>
      ipam.subnets.setDhcp("10.2.0.0/24", { options: [{ name: "domain-name-servers", value: "10.0.0.53" }] }),
    ),
  ],
  ["`subnets.setDhcp`", "a gateway", simple((ipam) => ipam.subnets.setGateway("10.2.0.0/24", "first"))],
  [
    "`hosts.addAddress` with `ip`",
    "an address",
    simple((ipam) => ipam.hosts.addAddress("web.example.com", { ip: "10.2.0.9" })),
  ],
  [
    "`hosts.addAddress`, `hosts.move`",
    "an address more",
    simple((ipam) => ipam.hosts.addAddress("web.example.com", address)),
  ],
  [
    "`hosts.addAddress`, `hosts.move`",
    "another subnet",
    simple((ipam) => ipam.hosts.move("web.example.com", { to: "10.3.0.0/24" })),
  ],
  [
    "`subnets.split`",
    "parts, by CIDR",
    simple((ipam) => ipam.subnets.split("10.3.0.0/24", { prefixLength: 26 })),
  ],
  [
    "`subnets.split`",
    "a smaller one, by result",
    async (ipam) => {
      const blue = await ipam.requestSubnet(subnet);
      return () => ipam.subnets.resize(blue, { prefixLength: 25 });
    },
  ],
  [
    "`subnets.split`",
    "a joined one, by CIDR",
    simple((ipam) => ipam.subnets.join(["10.2.0.0/24", "10.2.1.0/24"])),
  ],
  [
    "`subnets.split`",
    "a larger one, by CIDR",
    simple((ipam) => ipam.subnets.expand("10.2.2.0/24", { prefixLength: 23 })),
  ],
  [
    "`subnets.assignVlan` **with**",
    "a VLAN",
    async (ipam) => {
      const { id } = await ipam.subnets.assignVlan("10.3.0.0/24", { view: "campus", name: "blue" });
      return () => ipam.subnets.assignVlan("10.2.0.0/24", { view: "campus", id });
    },
  ],
  [
    "`subnets.assignVlan` **without**",
    "a VLAN",
    simple((ipam) => ipam.subnets.assignVlan("10.2.0.0/24", { view: "campus", name: "blue" })),
  ],
  ["`dns.ensureReverseZones`", "a zone", simple((ipam) => ipam.dns.ensureReverseZones("10.2.0.0/24"))],
];

/** All that an inventory shows; the token of the last change and the time of reading are new each time. */
async function stateOf(ipam: Ipam): Promise<string> {
  const entries: string[] = [];
  for await (const entry of ipam.inventory()) {
    entries.push(
      JSON.stringify(entry, (key, value) => (key === "readAt" || key === "Last Change" ? undefined : value)),
    );
  }
  return entries.join("\n");
}

async function outcomeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return "done";
  } catch (error) {
    if (!isInfobloxError(error)) throw error;
    return error.name;
  }
}

describe("docs/safe-to-repeat.md", () => {
  const named = new Set(cases.map(([calls]) => rows.find((row) => row.calls.includes(calls))));

  it("has a case below for each row whose calls change something on the grid", () => {
    const others = rows.filter((row) => !named.has(row)).map(({ calls }) => calls);
    expect(others).toEqual([expect.stringContaining("`find…`"), "`audit`", "`services.restart`"]);
  });

  it.each(cases)("is true of %s: %s", async (calls, _what, prepare) => {
    const row = rows.find((one) => one.calls.includes(calls));
    const grid = FakeGrid.inMemory({ setup: true, seed });
    const ipam = new Ipam({ ...grid.clientOptions, owner: "ci" });
    const call = await prepare(ipam);
    expect(await outcomeOf(call)).toBe("done");
    const once = await stateOf(ipam);
    const again = await outcomeOf(call);
    const twice = await stateOf(ipam);
    expect(twice === once ? "safe" : "not safe", twice).toBe(row?.verdict);
    if (again !== "done") expect(row?.text).toContain(again);
    await ipam.close();
  });
});
