/** What a WAPI version knows of an object type: newer types, fields and functions are unknown to it. */

import { compareVersions, existsAt, type FieldSchema, type ObjectSchema, objectSchema } from "../schema/schema.js";

/** Types that came before the facts begin to tell versions apart. Guess: known to be absent from 2.5 only. */
const earlyTypes: Readonly<Record<string, string>> = { "record:dname": "2.6" };

const surfaces = new Map<string, ObjectSchema | undefined>();

/** What a version knows of an object type; `undefined`: the type itself is unknown. */
export function schemaAt(type: string, version: string): ObjectSchema | undefined {
  const id = `${type} ${version}`;
  if (!surfaces.has(id)) surfaces.set(id, surfaceOf(type, version));
  return surfaces.get(id);
}

function surfaceOf(type: string, version: string): ObjectSchema | undefined {
  const schema = objectSchema(type);
  const since = schema?.since ?? earlyTypes[type];
  if (!schema || (since !== undefined && !existsAt({ since }, version))) return undefined;
  const current = [...schema.fields].filter(([, field]) => existsAt(field, version));
  const removed = [...schema.removedFields]
    .filter(([, last]) => compareVersions(version, last) <= 0)
    .map(([name]) => [name, removedField(name)] as const);
  return {
    ...schema,
    fields: new Map([...current, ...removed]),
    functions: new Map([...schema.functions].filter(([, call]) => existsAt(call, version))),
  };
}

/** Of a field that newer grids dropped only the name is known: it may be asked for, and is always absent. */
function removedField(name: string): FieldSchema {
  return {
    name,
    types: [name === "extattrs" ? "extattr" : "string"],
    isArray: false,
    supports: name === "extattrs" ? "rwu" : "r",
    searchableBy: "",
    standard: false,
    searchOnly: false,
    required: false,
    always: false,
    inlineFunction: false,
  };
}
