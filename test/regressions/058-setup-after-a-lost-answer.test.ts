/** `setup` ended in an error if one of its answers was lost, though it could see whether its write was done. */

import { Ipam, type Setup, type SetupOptions, WapiClient } from "infoblox-ipam";
import { FakeGrid, type Fault } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

const losses: readonly Fault[] = [
  { fail: "reset-before-commit" },
  { fail: "reset-after-commit" },
  { status: 503 },
  { status: 504, afterCommit: true },
  { fail: "not-json" },
  { fail: "late", lateBy: 300 },
];
const most = 60;

async function booksOf(grid: FakeGrid): Promise<unknown> {
  await using wapi = new WapiClient(grid.clientOptions);
  const definitions = await wapi.find("extensibleattributedef", { fields: ["name", "type", "comment"] });
  const views = await wapi.find("networkview", { fields: ["name", "comment"] });
  const without = ({ _ref, ...row }: { readonly _ref: string }) => JSON.stringify(row);
  return [definitions, views].map((rows) => rows.map(without).sort());
}

describe.each<SetupOptions>([{}, { cloud: true }, { profile: "places" }])("setup(%o)", (options) => {
  it.each(losses)("does all it is asked for, whichever answer is lost: %o", async (loss) => {
    const plain = FakeGrid.inMemory({ setup: false });
    const namesOf = ({ created, existing }: Setup) => [...created, ...existing].sort();
    const setup = await new Ipam(new WapiClient(plain.clientOptions)).setup(options);
    const wanted = await booksOf(plain);
    for (let after = 0, isMet = true; isMet && after < most; after += 1) {
      const grid = FakeGrid.inMemory({ setup: false });
      await inNoTime(grid, async () => {
        grid.faults.next({ ...loss, after });
        await using wapi = new WapiClient(grid.clientOptions);
        const done = await new Ipam(wapi).setup(options);
        isMet = grid.requests.length > after;
        expect(namesOf(done), `after ${after}`).toEqual(namesOf(setup));
        // Whoever creates a definition late may be another client.
        if (loss.fail !== "late") expect(done, `after ${after}`).toEqual(setup);
        expect(await booksOf(grid)).toEqual(wanted);
      });
    }
  });
});
