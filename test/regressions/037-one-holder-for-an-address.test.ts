import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { Chance } from "../campaign/chance.js";
import { profileOf } from "../campaign/variants.js";
import { VirtualTime } from "../campaign/virtual-time.js";

const source = "192.168.0.0/24";
const assumptions = { isolation: "none", choosesNextSideBySide: true } as const;
const profile = profileOf({ assumptions });

/** A process. With `before`, it does that before it sends a request that makes a host. */
type Process = (before?: () => Promise<unknown>) => Ipam;

/** Does the work on a grid that gives two requests at once the same address, and keeps the profile of that. */
async function onGrid(
  networks: readonly string[],
  work: (process: Process, time: VirtualTime) => Promise<void>,
): Promise<void> {
  const seed = { containers: ["10.0.0.0/16"], networks, zones: ["example.com"] };
  const transactionTime = () => time.sleep(50);
  const grid = FakeGrid.inMemory({ setup: true, seed, assumptions, transactionTime });
  grid.clock.freeze(0);
  const time = new VirtualTime((milliseconds) => grid.clock.advance(milliseconds));
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const process: Process = (before) =>
    new Ipam(
      new WapiClient({
        ...options,
        timeout: 60_000,
        transport: async (request) => {
          if (String(request.data ?? "").includes(`"POST","object":"record:host"`)) await before?.();
          return transport(request);
        },
      }),
      { profile },
    );
  await time.during(new Chance(1), async () => {
    await process().setup({ profile });
    await time.sleep(60_000);
    await work(process, time);
  });
}

/** On such grids, about one address in a thousand had two holders. */
describe("an address has one holder", () => {
  /**
   * A place says when its request was composed. A request came late with an old place, after another caller had chosen the same
   * address. That caller took the place for one whose object is gone, since the address had been free: both got the address.
   */
  it("where the requests of two callers who chose it are late", async () => {
    await onGrid([source], async (process, time) => {
      const one = process(() => time.sleep(9_800)).requestAddress({ from: source, name: "one.example.com" });
      await time.sleep(9_500);
      const two = process(() => time.sleep(1_000)).requestAddress({ from: source, name: "two.example.com" });
      expect((await one).ip).not.toBe((await two).ip);
    });
  });

  /** A source had nothing left, so the client chose nothing. The grid then chose an address that just came free, without a place. */
  it("where it comes free after a caller found its source exhausted", async () => {
    await onGrid(["192.168.0.0/30"], async (process, time) => {
      const from = "192.168.0.0/30";
      const names = ["a", "b"].map((name) => `${name}.example.com`);
      const [first] = await Promise.all(names.map((name) => process().requestAddress({ from, name })));
      if (first === undefined) throw new Error("nothing was given");
      const slow = process(() => time.sleep(600));
      const one = slow.requestAddress({ from, name: "one.example.com" }).catch((error) => error);
      await time.sleep(200);
      await process().releaseAddress(first);
      const other = process(() => time.sleep(600));
      const two = await other.requestAddress({ from, name: "two.example.com" });
      expect([await one, two.ip]).toEqual([
        expect.objectContaining({ name: "PoolExhaustedError" }),
        first.ip,
      ]);
    });
  });

  /** The client chose no address in a subnet that a plan or description names, although the subnet existed already. */
  it("in a subnet that an earlier call of the same plan made", async () => {
    await onGrid([], async (process, time) => {
      const plan = (ipam: Ipam) =>
        ipam.plan({ requestId: "site" }).subnet("net", { from: "10.0.0.0/16", prefixLength: 24 });
      const { net } = await plan(process()).apply();
      const late = process(() => time.sleep(1_000)).requestAddress({
        from: net.cidr,
        name: "one.example.com",
      });
      await time.sleep(300);
      const { two } = await plan(process())
        .address("two", { from: { subnet: "net" }, name: "two.example.com" })
        .apply();
      expect((await late).ip).not.toBe(two.ip);
    });
  });
});
