import type { Fault } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { doors } from "./doors.js";

const failovers: readonly (readonly [string, Fault])[] = [
  ["is busy", { status: 503 }],
  ["serves reads only", { on: "POST", fail: "read-only" }],
];

describe.each(doors)("a grid %s that fails over", (_door, enter) => {
  it.each(failovers)("and %s for a while makes a write wait, and has it once", async (_, fault) => {
    await using visit = await enter({}, { maxRetries: 1 });
    const { grid, wapi } = visit;
    await wapi.create("networkview", { name: "before" });

    grid.faults.next(fault, 3);
    await wapi.create("networkview", { name: "after" });

    const found = await wapi.find("networkview", { where: { name: "after" } });
    expect(found).toHaveLength(1);
  });

  it("is not waited for by whoever asks for no repetition", async () => {
    await using visit = await enter({}, { maxRetries: 0 });
    const { grid, wapi } = visit;
    await wapi.find("networkview");
    grid.faults.always({ status: 503 });
    await expect(wapi.create("networkview", { name: "x" })).rejects.toMatchObject({ status: 503 });
  });

  it("and stays down makes further calls fail at once, as told", async () => {
    await using visit = await enter(
      {},
      { maxRetries: 0, circuitBreaker: { failures: 3, resetAfter: 60_000 } },
    );
    const { grid, wapi } = visit;
    await wapi.find("networkview");
    grid.faults.always({ status: 503 });
    for (let call = 0; call < 3; call++) await wapi.find("networkview").catch(() => {});
    const before = grid.requests.length;
    await expect(wapi.find("networkview")).rejects.toMatchObject({
      name: "CircuitOpenError",
      cause: { status: 503 },
    });
    expect(grid.requests).toHaveLength(before);
  });
});
