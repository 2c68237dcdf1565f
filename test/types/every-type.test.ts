import { describe, expect, it } from "vitest";
import { readFacts } from "../../scripts/facts/files.js";
import type { FieldFacts, ObjectFacts } from "../../src/schema/facts.js";
import { type Member, members } from "./compiling.js";

const facts = readFacts().objects;

/** What the compiler makes of a view of every object type. */
function view(name: string): ReadonlyMap<string, ReadonlyMap<string, Member>> {
  const text = `
    import type { ${name}, ObjectType } from "infoblox-ipam";
    export type Views = { [T in ObjectType]: ${name}<T> };`;
  return members(text, "Views");
}

type Expected = (field: FieldFacts) => string | undefined;

/** `type.field?` of all fields of all types that a view shall have. */
function expected(of: Expected): string[] {
  return facts
    .flatMap(({ type, fields }) =>
      fields.flatMap((field) => {
        const mark = of(field);
        return mark === undefined ? [] : [`${type}.${field.name}${mark}`];
      }),
    )
    .sort();
}

function found(views: ReadonlyMap<string, ReadonlyMap<string, Member>>): string[] {
  return [...views]
    .flatMap(([type, fields]) =>
      [...fields].map(([name, { optional }]) => `${type}.${name}${optional ? "?" : ""}`),
    )
    .sort();
}

const supports = (field: FieldFacts, letter: string) => field.supports?.includes(letter) ?? false;

const operators = { "=": "equals", "~": "matches", ":": "ignoreCase", "!": "not", ">": "gte", "<": "lte" };

function operatorsOf({ searchableBy = "" }: FieldFacts): readonly string[] {
  const named = Object.entries(operators).flatMap(([letter, name]) =>
    searchableBy.includes(letter) ? [name] : [],
  );
  // What is compared without regard to case can be compared with it.
  return [...new Set(searchableBy.includes(":") ? [...named, "equals"] : named)].sort();
}

describe(`of all ${facts.length} object types, the compiler knows what the facts say`, () => {
  it("what a row can have, and what it is never without", () => {
    const fields = expected((field) => (supports(field, "r") ? (field.always ? "" : "?") : undefined));
    expect(found(view("Readable"))).toEqual(fields);
    expect(fields.length).toBeGreaterThan(5_000);
  });

  it("what a create takes, and what it needs", () => {
    const fields = expected((field) => (supports(field, "w") ? (field.required ? "" : "?") : undefined));
    expect(found(view("Creatable"))).toEqual(fields);
  });

  it("what an update takes", () => {
    expect(found(view("Updatable"))).toEqual(expected((field) => (supports(field, "u") ? "?" : undefined)));
  });

  it("what can be searched, and with which operators", () => {
    const hasAttributes = ({ fields }: ObjectFacts) => fields.some(({ name }) => name === "extattrs");
    const where = view("Where");
    for (const object of facts) {
      const searchable = object.fields.filter(
        ({ searchableBy, name }) => searchableBy && name !== "extattrs",
      );
      const criteria = where.get(object.type) ?? new Map<string, Member>();
      const names = [...searchable.map(({ name }) => name), ...(hasAttributes(object) ? ["extattrs"] : [])];
      expect([...criteria.keys()].sort(), object.type).toEqual(names.sort());
      for (const field of searchable) {
        const known = [...new Set(criteria.get(field.name)?.names)].sort();
        expect(known, `${object.type}.${field.name}`).toEqual(operatorsOf(field));
      }
    }
  });
});
