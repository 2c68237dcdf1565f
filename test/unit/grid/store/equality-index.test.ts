import { describe, expect, it } from "vitest";
import type { Entity } from "../../../../src/grid/store/entity.js";
import { EqualityIndex } from "../../../../src/grid/store/equality-index.js";

const entity = (id: number, tags: readonly string[], type = "thing"): Entity => ({
  type,
  id,
  key: String(id),
  values: { tags },
  links: {},
});
const byTag = ({ values }: Entity) => values["tags"] as readonly string[];

describe("EqualityIndex", () => {
  it("finds an object by each of several values, the oldest first", () => {
    const index = new EqualityIndex("thing", byTag);
    index.change(undefined, entity(2, ["a", "b"]));
    index.change(undefined, entity(1, ["b"]));
    expect([index.ids("a"), index.ids("b"), index.ids("c")]).toEqual([[2], [1, 2], []]);
    expect([index.count("a"), index.count("b"), index.count("c")]).toEqual([1, 2, 0]);
  });

  it("forgets the values that an object gave up", () => {
    const index = new EqualityIndex("thing", byTag);
    const before = entity(1, ["a", "b"]);
    index.change(undefined, before);
    index.change(before, entity(1, ["b", "c"]));
    expect([index.ids("a"), index.ids("b"), index.ids("c")]).toEqual([[], [1], [1]]);
  });

  it("leaves objects of other types out", () => {
    const index = new EqualityIndex("thing", byTag);
    index.change(undefined, entity(1, ["a"], "other"));
    index.change(undefined, entity(2, ["a"]));
    index.change(entity(2, ["a"]), entity(2, ["a"], "other"));
    expect(index.ids("a")).toEqual([]);
  });
});
