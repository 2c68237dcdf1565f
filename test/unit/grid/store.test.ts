import { describe, expect, it } from "vitest";
import type { Entity } from "../../../src/grid/rules.js";
import { Store } from "../../../src/grid/store.js";

function entity(store: Store, name: string, type = "thing", links: Record<string, number> = {}): Entity {
  return { type, id: store.nextId(), key: `one.thing$${name}`, values: { name }, links };
}

const names = (entities: Iterable<Entity>) => [...entities].map(({ values }) => values["name"]);
const byName = ({ values }: Entity) => String(values["name"]);

describe("Store", () => {
  it("finds objects by id, by key, by type and by index", () => {
    const store = new Store();
    const made = entity(store, "a");
    store.put(made);
    expect(store.get(made.id)).toBe(made);
    expect(store.byKey("thing", made.key)).toBe(made);
    expect(names(store.all("thing"))).toEqual(["a"]);
    expect(store.indexed("thing", "name", byName, "a")).toEqual([made]);
    expect([store.count("thing"), store.indexedCount("thing", "name", byName, "b")]).toEqual([1, 0]);
  });

  it("keeps indexes right through changes and removals", () => {
    const store = new Store();
    const made = entity(store, "a");
    store.put(made);
    store.indexed("thing", "name", byName, "a");
    store.put({ ...made, key: "one.thing$b", values: { name: "b" } });
    expect(store.indexed("thing", "name", byName, "a")).toEqual([]);
    expect(names(store.indexed("thing", "name", byName, "b"))).toEqual(["b"]);
    expect(store.byKey("thing", "one.thing$a")).toBeUndefined();
    store.remove(made.id);
    expect(store.indexed("thing", "name", byName, "b")).toEqual([]);
  });

  it("undoes everything of a transaction that throws, ids and serials included", () => {
    const store = new Store();
    const kept = entity(store, "kept");
    store.put(kept);
    const before = store.snapshot();
    expect(() =>
      store.transaction(() => {
        store.put(entity(store, "new"));
        store.put({ ...kept, values: { name: "changed" } });
        store.serial("x");
        store.remove(kept.id);
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(store.snapshot()).toEqual(before);
    expect(store.serial("x")).toBe(0);
  });

  it("undoes only the inner one of two transactions", () => {
    const store = new Store();
    store.transaction(() => {
      store.put(entity(store, "outer"));
      expect(() =>
        store.transaction(() => {
          store.put(entity(store, "inner"));
          throw new Error("no");
        }),
      ).toThrow();
    });
    expect(names(store.all("thing"))).toEqual(["outer"]);
  });

  it("lists the oldest first, also after a deletion was undone or an object changed its type", () => {
    const store = new Store();
    const made = ["a", "b", "c"].map((name) => entity(store, name));
    for (const one of made) store.put(one);
    expect(() =>
      store.transaction(() => {
        store.remove(made[0]?.id ?? 0);
        throw new Error("no");
      }),
    ).toThrow();
    expect(names(store.all("thing"))).toEqual(["a", "b", "c"]);
    store.put(entity(store, "d", "other"));
    store.put({ ...(made[1] as Entity), type: "other" });
    expect(names(store.all("thing"))).toEqual(["a", "c"]);
    expect(names(store.all("other"))).toEqual(["b", "d"]);
  });

  it("tells listeners of changes, of their undoing and of a restore", () => {
    const store = new Store();
    const heard: string[] = [];
    store.onChange((before, after) => heard.push(`${before?.values["name"]} > ${after?.values["name"]}`));
    const empty = store.snapshot();
    expect(() =>
      store.transaction(() => {
        store.put(entity(store, "a"));
        throw new Error("no");
      }),
    ).toThrow();
    store.put(entity(store, "b"));
    store.restore(empty);
    expect(heard).toEqual(["undefined > a", "a > undefined", "undefined > b", "b > undefined"]);
  });

  it("tells of an outermost transaction what it stored and removed, once", () => {
    const store = new Store();
    const old = entity(store, "old");
    store.put(old);
    const commits: unknown[] = [];
    store.onCommit(({ stored, removed, nextId }) => commits.push([names(stored), removed, nextId]));
    store.transaction(() => store.transaction(() => store.put(entity(store, "new"))));
    store.transaction(() => store.remove(old.id));
    store.transaction(() => undefined);
    expect(commits).toEqual([
      [["new"], [], 3],
      [[], [old.id], 3],
    ]);
  });

  it("goes back to a snapshot with the very same objects", () => {
    const store = new Store();
    const kept = entity(store, "kept");
    store.put(kept);
    const snapshot = store.snapshot();
    store.put({ ...kept, values: { name: "changed" } });
    store.put(entity(store, "more"));
    store.restore(snapshot);
    expect([...store.all("thing")]).toEqual([kept]);
    expect(store.get(kept.id)).toBe(kept);
    expect(store.nextId()).toBe(snapshot.nextId);
  });
});
