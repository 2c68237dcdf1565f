/** What a WAPI version knows of an object type: newer types, fields and functions are unknown to it. */

import { existsAt, type ObjectSchema, objectSchema } from "../schema/schema.js";

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
  return {
    ...schema,
    fields: new Map([...schema.fields].filter(([, field]) => existsAt(field, version))),
    functions: new Map([...schema.functions].filter(([, call]) => existsAt(call, version))),
  };
}
