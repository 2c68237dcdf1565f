/** Structs whose written form differs from the read form: some members are read-only, some are write-only. */

import type { Facts, FieldFacts, StructFacts } from "../facts.js";

/** The use of a value: `read` in an answer, `write` in a create, an update or a function's parameters. */
export type Face = "read" | "write";

/** Whether a form has a member. A member without known support is in both. */
export function showsIn(face: Face, { supports = "" }: FieldFacts): boolean {
  return supports === "" || (face === "read" ? /r/ : /[wu]/).test(supports);
}

/**
 * Names of the structs that can be written and whose written form differs, in themselves or in a struct inside them.
 */
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
