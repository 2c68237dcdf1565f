import { describe, expect, it } from "vitest";
import { Store } from "../../../../src/grid/store/store.js";

const view = (id: number, type = "networkview") => ({ type, id, key: `key ${id}`, values: {}, links: {} });

function filled(count: number): Store {
  const store = new Store();
  store.transaction(() => {
    for (let number = 0; number < count; number++) store.put(view(store.nextId()));
  });
  return store;
}

const ids = (entities: Iterable<{ readonly id: number }>) => [...entities].map(({ id }) => id);

describe("a walk through a type", () => {
  it("gives what was there at its beginning, without what is gone meanwhile", () => {
    const store = filled(5);
    const walk = store.walk("networkview");
    expect(walk.next().value?.id).toBe(1);
    store.transaction(() => {
      store.remove(3);
      store.put(view(store.nextId()));
    });
    expect(ids(walk)).toEqual([2, 4, 5]);
    expect(ids(store.walk("networkview"))).toEqual([1, 2, 4, 5, 6]);
  });

  it("keeps the order of age when older objects come back, by undoing or restoring, in its midst", () => {
    const store = filled(4);
    const snapshot = store.snapshot();
    const walk = store.walk("networkview");
    expect([walk.next().value?.id, walk.next().value?.id]).toEqual([1, 2]);
    store.transaction(() => {
      for (const id of [1, 2, 3]) store.remove(id);
    });
    store.restore(snapshot);
    expect(ids(store.all("networkview"))).toEqual([1, 2, 3, 4]);
    expect(ids(walk)).toEqual([3, 4]);
    expect(ids(store.walk("networkview"))).toEqual([1, 2, 3, 4]);
  });

  it("leaves out what turned into another type, and forgets what is long gone", () => {
    const store = filled(3_000);
    expect(ids(store.walk("networkview"))).toHaveLength(3_000);
    store.transaction(() => {
      store.put(view(2, "view"));
      for (let id = 4; id <= 3_000; id++) store.remove(id);
    });
    expect(ids(store.walk("networkview"))).toEqual([1, 3]);
    expect(ids(store.walk("view"))).toEqual([2]);
    expect(ids(store.walk("nothing"))).toEqual([]);
  });
});
