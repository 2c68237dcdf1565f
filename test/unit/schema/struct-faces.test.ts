import { describe, expect, it } from "vitest";
import { readFacts } from "../../../scripts/facts/files.js";
import { showsIn, structsWrittenApart } from "../../../src/schema/generate/struct-faces.js";

const struct = (type: string, supports: string, inner = "string") => ({
  type,
  fields: [{ name: "part", types: [inner], supports }],
});
const written = (...types: string[]) => ({
  type: "thing",
  fields: [{ name: "field", types, supports: "rwu" }],
});

describe("a struct is written apart", () => {
  it("when it has a member that can only be read, or only be written", () => {
    const structs = [
      struct("both", "rwu"),
      struct("reads", "r"),
      struct("writes", "wu"),
      struct("unsure", ""),
    ];
    const apart = structsWrittenApart({ objects: [written("both", "reads", "writes", "unsure")], structs });
    expect([...apart].sort()).toEqual(["reads", "writes"]);
  });

  it("when one inside it is, however deep and in whatever order", () => {
    const structs = [struct("a", "rwu", "b"), struct("b", "rwu", "c"), struct("c", "wu")];
    const apart = structsWrittenApart({ objects: [written("a")], structs });
    expect([...apart].sort()).toEqual(["a", "b", "c"]);
  });

  it("only when somebody writes it", () => {
    const structs = [struct("reads", "r")];
    const reading = { type: "thing", fields: [{ name: "field", types: ["reads"], supports: "r" }] };
    const functions = [{ name: "run", type: "run", parameters: [{ name: "x", types: ["reads"] }] }];
    expect(structsWrittenApart({ objects: [reading], structs }).size).toBe(0);
    expect(structsWrittenApart({ objects: [{ ...reading, functions }], structs }).size).toBe(1);
  });
});

describe("in the facts", () => {
  const facts = readFacts();

  it("each struct that is written has something to write", () => {
    const empty = facts.structs
      .filter(({ type }) => structsWrittenApart(facts).has(type))
      .filter(({ fields }) => !fields.some((field) => showsIn("write", field)));
    expect(empty.map(({ type }) => type)).toEqual([]);
  });
});
