import { describe, expect, it } from "vitest";
import { SharedWork, unlessAborted } from "../../../../src/ipam/services/shared-work.js";

/** Work that ends when it is told to. */
function handWork() {
  const ends: (() => void)[] = [];
  const work = () => new Promise<number>((resolve) => ends.push(() => resolve(ends.length)));
  return { work, ends };
}

const moment = () => new Promise((resolve) => setImmediate(resolve));

describe("SharedWork", () => {
  it("is done once for all who ask at the same moment", async () => {
    const shared = new SharedWork<number>();
    const { work, ends } = handWork();
    const asked = [shared.do("a", work), shared.do("a", work), shared.do("a", work)];
    await moment();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    expect(await Promise.all(asked)).toEqual([1, 1, 1]);
  });

  it("is done once more for all who ask while it is under way, and after it", async () => {
    const shared = new SharedWork<number>();
    const { work, ends } = handWork();
    const first = shared.do("a", work);
    await moment();
    const later = [shared.do("a", work), shared.do("a", work)];
    await moment();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await first;
    await moment();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    expect(await Promise.all(later)).toEqual([2, 2]);
  });

  it("of different keys doesn't wait for each other", async () => {
    const shared = new SharedWork<number>();
    const { work, ends } = handWork();
    void shared.do("a", work);
    void shared.do("b", work);
    await moment();
    expect(ends).toHaveLength(2);
  });

  it("that fails does so for all who share it, and not for the next", async () => {
    const shared = new SharedWork<number>();
    const fails = () => Promise.reject(new Error("down"));
    const asked = await Promise.allSettled([shared.do("a", fails), shared.do("a", fails)]);
    expect(asked.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await shared.do("a", async () => 7)).toBe(7);
  });
});

describe("unlessAborted", () => {
  it("ends the waiting of one, and leaves no listener behind", async () => {
    const { work, ends } = handWork();
    const one = new AbortController();
    const shared = work();
    const waiting = unlessAborted(shared, one.signal);
    one.abort(new Error("enough"));
    await expect(waiting).rejects.toMatchObject({ name: "AbortedError" });
    await expect(unlessAborted(shared, one.signal)).rejects.toMatchObject({ name: "AbortedError" });
    ends[0]?.();
    await expect(unlessAborted(shared, new AbortController().signal)).resolves.toBe(1);
    await expect(unlessAborted(shared, undefined)).resolves.toBe(1);
  });
});
