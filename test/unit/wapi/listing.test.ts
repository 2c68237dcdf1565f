import type { Ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;

describe("iterate", () => {
  const page = (next: string | undefined) => ({ result: [{ _ref: net }, { _ref: net }], next_page_id: next });

  it("asks for a page only when the one before is used up, and for none after a break", async () => {
    const { wapi, sent } = scriptedGrid([page("78a1"), page("78a2"), page(undefined)]);
    const listing = wapi.iterate("network", { pageSize: 2 });
    expect(sent).toHaveLength(0);
    let seen = 0;
    for await (const _row of listing) {
      seen += 1;
      expect(sent).toHaveLength(Math.ceil(seen / 2));
      if (seen === 3) break;
    }
    expect(sent).toHaveLength(2);
  });

  it("gives whole pages too", async () => {
    const { wapi } = scriptedGrid([page("78a1"), page(undefined)]);
    const sizes: number[] = [];
    for await (const rows of wapi.iterate("network", { pageSize: 2 }).pages()) sizes.push(rows.length);
    expect(sizes).toEqual([2, 2]);
  });

  it("ends with an error at the first object after an abort", async () => {
    const { wapi } = scriptedGrid([page("78a1"), page(undefined)]);
    const abort = new AbortController();
    let seen = 0;
    const loop = async () => {
      for await (const _row of wapi.iterate("network", { signal: abort.signal })) {
        seen += 1;
        abort.abort();
      }
    };
    await expect(loop()).rejects.toMatchObject({ name: "AbortedError" });
    expect(seen).toBe(1);
  });
});
