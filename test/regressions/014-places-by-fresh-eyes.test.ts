/** What was found on grids that keep the profile `places`, by people who had not built it. */

import { Ipam, type IpamOptions, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { Chance } from "../campaign/chance.js";
import { profileOf } from "../campaign/variants.js";
import { VirtualTime } from "../campaign/virtual-time.js";

const seed = {
  containers: ["10.0.0.0/16"],
  networks: ["192.168.0.0/24", "192.168.1.0/24", "2001:db8:1::/64"],
  zones: ["example.com"],
  attributes: ["Site"],
};
const alike = { isolation: "none", choosesNextSideBySide: true } as const;

type Process = (options?: IpamOptions) => Ipam;

/** Does the work on a grid of this kind, in no time. */
async function onGrid(
  assumptions: NonNullable<FakeGridOptions["assumptions"]>,
  work: (process: Process, time: VirtualTime) => Promise<void>,
): Promise<void> {
  const grid = FakeGrid.inMemory({ seed, assumptions });
  grid.clock.freeze(0);
  const process: Process = (options = {}) => new Ipam(new WapiClient(grid.clientOptions), options);
  await process().setup({ profile: profileOf({ assumptions }) });
  grid.clock.advance(60_000);
  const time = new VirtualTime((milliseconds) => grid.clock.advance(milliseconds));
  await time.during(new Chance(1), () => work(process, time));
}

const thrown = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a conflict with an id, where refused requests keep their parts", () => {
  it("is told, and leaves nobody waiting", async () => {
    await onGrid({ requestIsTransactional: false }, async (process, time) => {
      const taken = () => process().requestSubnet({ cidr: "192.168.0.0/24", requestId: "blue" });
      for (const _round of [1, 2]) {
        const begun = time.now;
        expect(isInfobloxError(await thrown(taken()), "ConflictError")).toBe(true);
        expect(time.now - begun).toBeLessThan(10_000);
      }
      const free = await process().requestSubnet({ cidr: "192.168.7.0/24", requestId: "blue" });
      expect(free.created).toBe(true);
    });
  });
});

describe("a client whose options leave attributes out", () => {
  it.each<IpamOptions>([
    { requestIdMarker: "comment" },
    { attemptAttribute: false, lastChangeAttribute: false, expiresAtAttribute: false },
    { requestIdAttribute: "Site" },
    { lastChangeAttribute: false },
  ])("gives no address twice: %j", async (options) => {
    await onGrid(alike, async (process) => {
      const taken = await Promise.allSettled(
        Array.from({ length: 8 }, (_, index) =>
          process(options).requestAddress({ from: "192.168.0.0/24", name: `h${index}.example.com` }),
        ),
      );
      const ips = taken.flatMap((one) => (one.status === "fulfilled" ? [one.value.ip] : []));
      expect(new Set(ips).size).toBe(ips.length);
      for (const one of taken)
        if (one.status === "rejected") expect(one.reason.message).toMatch(/profile "places"/);
    });
  });
});

describe("where two may be given one address", () => {
  it("a host that lost an address is released as what it is", async () => {
    await onGrid(alike, async (process, time) => {
      const ipam = process();
      const web = await ipam.requestAddress({
        ...{ from: "192.168.0.0/24", name: "web.example.com", requestId: "web" },
      });
      await ipam.hosts.addAddress("web.example.com", { ip: "192.168.0.50" });
      await time.sleep(60_000);
      await ipam.hosts.removeAddress("web.example.com", web.ip);
      await time.sleep(60_000);
      const other = await ipam.requestAddress({ from: "192.168.0.0/24", name: "other.example.com" });
      expect(other.ip).toBe(web.ip);
      const released = await ipam.releaseAddress({ requestId: "web" });
      expect(released).toMatchObject({ released: true, reason: "deleted" });
    });
  });

  it("plans take from what they make, of both families, and what they release", async () => {
    await onGrid(alike, async (process) => {
      const ipam = process();
      const made = await ipam
        .plan()
        .subnet("blue", { from: "10.0.0.0/16", prefixLength: 24 })
        .address("web", { from: { subnet: "blue" } })
        .address("six", { from: "2001:db8:1::/64" })
        .apply();
      expect(made.web.subnet).toBe(made.blue.cidr);
      const both = { ipv4: "192.168.0.0/24", ipv6: "2001:db8:1::/64" };
      const dual = await ipam.requestAddress({ from: both, name: "dual.example.com" });
      expect(dual.ips).toHaveLength(2);
      const old = await ipam.requestAddress({ from: "192.168.0.0/24", name: "old.example.com" });
      const { fresh } = await ipam
        .plan()
        .release("gone", old)
        .address("fresh", { ip: old.ip, name: "fresh.example.com" })
        .apply();
      expect(fresh.ip).toBe(old.ip);
    });
  });
});

it("a places view that somebody has deleted is told, with what makes it again", async () => {
  const grid = FakeGrid.inMemory({ seed });
  const wapi = new WapiClient(grid.clientOptions);
  await new Ipam(wapi).setup({ profile: "places" });
  const [view] = await wapi.find("networkview", { where: { name: "infoblox-ipam places" } });
  await wapi.delete(view?._ref as never);
  const error = await thrown(
    new Ipam(wapi).requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, requestId: "x" }),
  );
  expect(String(error)).toMatch(/has no network view "infoblox-ipam places".*setup\(\{ profile \}\)/);
});
