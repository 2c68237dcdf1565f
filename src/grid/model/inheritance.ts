/** `_inheritance=True`: shows an inheritable field with the source of its value. */

import type { Entity, Json } from "../store/entity.js";
import type { ReadContext } from "./rules.js";
import { schemaAt } from "./versions.js";

/** The wrapped value; `undefined` for a field that is not inheritable. */
export function inheritedField(entity: Entity, name: string, context: ReadContext): Json | undefined {
  const field = schemaAt(entity.type, context.version)?.fields.get(name);
  if (field?.overriddenBy === undefined) return undefined;
  const source = sourceOf(entity, name, field.overriddenBy, context);
  const value = context.grid.read(source ?? entity, name);
  return {
    inherited: source !== undefined && source.id !== entity.id,
    multisource: false,
    ...(source && source.id !== entity.id ? { source: context.grid.ref(source) } : { source: "" }),
    ...(value === undefined ? {} : { [field.isArray ? "values" : "value"]: value }),
  };
}

/** The nearest object, from this one upwards, whose own value counts; at last the topmost one. */
function sourceOf(entity: Entity, name: string, flag: string, { grid }: ReadContext): Entity | undefined {
  let source: Entity | undefined;
  for (let at: Entity | undefined = entity; at; at = grid.rules(at.type).parent?.(at, grid)) {
    if (!schemaAt(at.type, grid.version)?.fields.has(name)) continue;
    source = at;
    if (at.values[flag] === true) break;
  }
  return source;
}
