import { describe, expect, it } from "vitest";
import { doors } from "./doors.js";

describe.each(doors)("a grid %s that fails over", (_door, enter) => {
  it("and serves reads only for a while makes a write wait, and has it once", async () => {
    await using visit = await enter({}, { maxRetries: 1 });
    const { grid, wapi } = visit;
    await wapi.create("networkview", { name: "before" });

    grid.faults.next({ on: "POST", fail: "read-only" }, 3);
    await wapi.create("networkview", { name: "after" });

    const found = await wapi.find("networkview", { where: { name: "after" } });
    expect(found).toHaveLength(1);
  });

  it.each([408, 429, 503] as const)(
    "and is busy for a while (%s) makes a read wait, but sends a write once: a page proves nothing",
    async (status) => {
      await using visit = await enter({}, { maxRetries: 3 });
      const { grid, wapi } = visit;
      const sent = (method: string) => grid.requests.filter((request) => request.method === method).length;
      await wapi.find("networkview");
      const reads = sent("GET");

      grid.faults.next({ on: "GET", status }, 2);
      expect(await wapi.find("networkview")).toHaveLength(1);
      expect(sent("GET")).toBe(reads + 3);

      grid.faults.next({ on: "POST", status, afterCommit: true });
      await expect(wapi.create("networkview", { name: "once" })).rejects.toMatchObject({
        name: "UncertainWriteError",
        cause: { status },
      });
      expect(sent("POST")).toBe(1);
      expect(await wapi.find("networkview", { where: { name: "once" } })).toHaveLength(1);
    },
  );

  it("is not waited for by whoever asks for no repetition", async () => {
    await using visit = await enter({}, { maxRetries: 0 });
    const { grid, wapi } = visit;
    await wapi.find("networkview");
    grid.faults.always({ status: 503 });
    const before = grid.requests.length;
    await expect(wapi.find("networkview")).rejects.toMatchObject({ status: 503 });
    await expect(wapi.create("networkview", { name: "x" })).rejects.toMatchObject({
      name: "UncertainWriteError",
      cause: { status: 503 },
    });
    expect(grid.requests).toHaveLength(before + 2);
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
