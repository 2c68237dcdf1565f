/**
 * A driver was killed while it took something. The next one rolled it back and forgot it, so that what the network delivered
 * after that stayed for ever.
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import type { Fault } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { workplace } from "../unit/docker/workplace.js";

const here = workplace();
const again: Fault = { fail: "twice", lateBy: 9_000 };
const withoutMacs = { macAddresses: false };

describe.each([false, true])("what a killed driver took, with V6: %s", (V6) => {
  const call = { AddressSpace: "local/docker", Pool: "", V6 };

  async function open() {
    const { grid, another, holds } = await here.start(
      { stateDirectory: here.folder },
      { grid: { setup: true } },
    );
    grid.clock.freeze(grid.clock.now());
    const { transport, ...options } = grid.clientOptions;
    let isKilled = false;
    const wapi = new WapiClient({
      ...options,
      transport: async (request) => {
        const answer = await transport?.(request);
        return isKilled || answer === undefined ? new Promise(() => {}) : answer;
      },
    });
    const killed = another({ ipam: new Ipam(wapi) });
    await killed.prepare();
    /** The grid carries the request of this call out, and once more later. The driver sees neither. */
    const killDuring = async (take: () => Promise<unknown>) => {
      isKilled = true;
      grid.clearRequests();
      grid.faults.next(again);
      void take();
      await expect.poll(() => grid.requests.length).toBe(1);
    };
    const next = another();
    /** Any call begins with what the journal has. */
    const touch = () => expect(next.requestPool({ ...call, Pool: "none" })).rejects.toThrow("must be a CIDR");
    return { grid, holds, killed, killDuring, touch };
  }

  it("stays rolled back when its subnet comes once more", async () => {
    const { grid, holds, killed, killDuring, touch } = await open();
    await killDuring(() => killed.requestPool(call));
    expect(await holds()).toHaveLength(1);
    await touch();
    expect(await holds()).toEqual([]);
    grid.clock.advance(10_000);
    await expect.poll(() => holds()).toHaveLength(1);
    await touch();
    expect(await holds()).toEqual([]);
  });

  it("stays rolled back when its address comes once more", async () => {
    const { grid, holds, killed, killDuring, touch } = await open();
    const { PoolID } = await killed.requestPool(call);
    await killDuring(() => killed.requestAddress({ PoolID, Address: "" }, withoutMacs));
    expect(await holds()).toHaveLength(2);
    await touch();
    expect(await holds()).toHaveLength(1);
    grid.clock.advance(10_000);
    await expect.poll(() => holds()).toHaveLength(2);
    await touch();
    expect(await holds()).toHaveLength(1);
  });
});
