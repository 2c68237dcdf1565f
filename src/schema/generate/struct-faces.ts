/** Structs that look different when they are written: without what can only be read, with what never is. */

import type { Facts, FieldFacts, StructFacts } from "../facts.js";

/** What a value is for: `read` in an answer, `write` in a create, an update or a function's parameters. */
export type Face = "read" | "write";

/** Whether a member shows in a face; one of which nothing is known shows in both. */
export function showsIn(face: Face, { supports = "" }: FieldFacts): boolean {
  return supports === "" || (face === "read" ? /r/ : /[wu]/).test(supports);
}

/** Names of the structs that somebody writes, and that differ then: themselves, or in a struct inside them. */
export function structsWrittenApart({ objects, structs }: Facts): ReadonlySet<string> {
  const byType = new Map(structs.map((struct) => [struct.type, struct]));
  const written = writtenStructs(objects, byType);
  const differing = new Set<string>();
  const differs = ({ fields }: StructFacts) =>
    fields.some((field) => showsIn("read", field) !== showsIn("write", field)) ||
    fields.some(({ types }) => types.some((type) => differing.has(type)));
  for (let before = -1; before < differing.size; ) {
    before = differing.size;
    for (const struct of structs) if (written.has(struct.type) && differs(struct)) differing.add(struct.type);
  }
  return differing;
}

function writtenStructs(
  objects: Facts["objects"],
  structs: ReadonlyMap<string, StructFacts>,
): ReadonlySet<string> {
  const written = new Set<string>();
  const visit = (types: readonly string[] = []) => {
    for (const type of types) {
      const struct = structs.get(type);
      if (struct === undefined || written.has(type)) continue;
      written.add(type);
      for (const field of struct.fields) if (showsIn("write", field)) visit(field.types);
    }
  };
  for (const { fields, functions = [] } of objects) {
    for (const field of fields) if (/[wu]/.test(field.supports ?? "")) visit(field.types);
    for (const call of functions) for (const parameter of call.parameters ?? []) visit(parameter.types);
  }
  return written;
}
