import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Ref } from "infoblox-ipam";
import { InfobloxError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { Chunks } from "../../../../src/ipam/bulk/chunks.js";

interface Thing {
  readonly ref: Ref<"fixedaddress">;
}

const thing = (place: number): Thing => ({ ref: `fixedaddress/ZG5z:${place}` as Ref<"fixedaddress"> });

function chunk(from: number, to: number): Map<number, Thing> {
  return new Map(Array.from({ length: to - from }, (_, index) => [from + index, thing(from + index)]));
}

async function all<T>(things: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of things) list.push(one);
  return list;
}

describe("chunks", () => {
  it("are made when they are asked for, and are gone on with by the next loop", async () => {
    let made = 0;
    const chunks = new Chunks<Thing>(
      async () =>
        async function* () {
          for (; made < 3; ) {
            made += 1;
            yield chunk(made * 2 - 2, made * 2);
          }
        },
    );
    expect(made).toBe(0);
    for await (const { ref } of chunks) if (ref.endsWith("2")) break;
    expect(made).toBe(2);
    expect(chunks.unread).toEqual([thing(3)]);
    expect(await all(chunks.chunks())).toEqual([[thing(3)], [thing(4), thing(5)]]);
    expect(await all(chunks)).toEqual([]);
  });

  it("come in the order of their places", async () => {
    const chunks = new Chunks<Thing>(
      async () =>
        async function* () {
          yield new Map([
            [2, thing(2)],
            [0, thing(0)],
          ]);
        },
    );
    expect(await all(chunks)).toEqual([thing(0), thing(2)]);
  });

  it("begin again after an error, whose partial has what was given", async () => {
    let opened = 0;
    const chunks = new Chunks<Thing>(
      async () =>
        async function* () {
          opened += 1;
          yield chunk(opened * 2 - 2, opened * 2);
          if (opened === 1) throw new InfobloxError("The grid is away.");
        },
    );
    const error = await all(chunks).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ partial: [thing(0).ref, thing(1).ref] });
    expect(await all(chunks)).toEqual([thing(2), thing(3)]);
    expect(opened).toBe(2);
  });

  it("check their request again, where that was wrong", async () => {
    let tries = 0;
    const chunks = new Chunks<Thing>(async () => {
      tries += 1;
      throw new InfobloxError("wrong");
    });
    await expect(all(chunks)).rejects.toThrow("wrong");
    await expect(all(chunks)).rejects.toThrow("wrong");
    expect(tries).toBe(2);
  });

  it("are forgotten when they have been seen: memory holds no more than two of them", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const alive: WeakRef<Thing>[] = [];
    const chunks = new Chunks<Thing>(
      async () =>
        async function* () {
          for (let from = 0; from < 2_000; from += 100) {
            const made = chunk(from, from + 100);
            alive.push(...[...made.values()].map((one) => new WeakRef(one)));
            yield made;
          }
        },
    );
    let seen = 0;
    let most = 0;
    for await (const _thing of chunks) {
      seen += 1;
      if (seen % 500 !== 0) continue;
      await new Promise((resolve) => setTimeout(resolve));
      collect();
      most = Math.max(most, alive.filter((one) => one.deref() !== undefined).length);
    }
    expect(seen).toBe(2_000);
    expect(most).toBeLessThanOrEqual(200);
  });
});
