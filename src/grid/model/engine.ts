/**
 * Creates, changes and deletes objects of every type: checks, key, storing, side effects.
 *
 * Drafts come from requests (see `draft.ts`) or from rules that create, change or delete other objects.
 */

import type { Entity, Json, JsonObject } from "../store/entity.js";
import { duplicateObject } from "./answers.js";
import type { Draft, Grid } from "./rules.js";
import { noteChange } from "./service-changes.js";
import { schemaAt } from "./versions.js";

export function createObject(draft: Draft, grid: Grid): Entity {
  const rules = grid.rules(draft.type);
  rules.beforeCreate?.(draft, grid);
  writeAttributes(draft, undefined, grid);
  const entity = { ...stored(draft, grid), id: grid.store.nextId(), key: keyOf(draft, grid) };
  refuseDuplicate(entity, grid);
  grid.put(entity);
  rules.afterCreate?.(entity, draft, grid);
  noteChange(entity, "CREATED", draft.given, grid);
  return grid.get(entity.id) ?? entity;
}

export function updateObject(draft: Draft, before: Entity, grid: Grid): Entity {
  const rules = grid.rules(draft.type);
  rules.beforeUpdate?.(draft, before, grid);
  writeAttributes(draft, before, grid);
  const entity = { ...stored(draft, grid), id: before.id, key: keyOf(draft, grid, before) };
  refuseDuplicate(entity, grid);
  grid.put(entity);
  rules.afterUpdate?.(entity, before, draft, grid);
  noteChange(entity, "MODIFIED", draft.given, grid, before);
  return grid.get(entity.id) ?? entity;
}

export function deleteObject(entity: Entity, args: JsonObject, grid: Grid): void {
  const rules = grid.rules(entity.type);
  if (rules.delete) {
    rules.delete(entity, args, grid);
    return;
  }
  noteChange(entity, "DELETED", [], grid);
  rules.beforeDelete?.(entity, args, grid);
  grid.store.remove(entity.id);
  rules.afterDelete?.(entity, args, grid);
}

/** Checks the given attributes and adds inherited ones, for which it needs the links from the rules. */
function writeAttributes(draft: Draft, before: Entity | undefined, grid: Grid): void {
  if (!schemaAt(draft.type, grid.version)?.fields.has("extattrs")) return;
  const attributes = grid.attributes.write(draft, before, grid);
  if (Object.keys(attributes).length > 0) draft.values["extattrs"] = attributes;
  else delete draft.values["extattrs"];
}

/** Embedded objects are stored separately: `afterCreate` and `afterUpdate` find them in the draft. */
function stored({ type, values, links }: Draft, grid: Grid): Pick<Entity, "type" | "values" | "links"> {
  const kept: Record<string, Json> = { ...values };
  for (const field of Object.keys(grid.rules(type).embedded ?? {})) delete kept[field];
  return { type, values: kept, links: { ...links } };
}

/**
 * The internal key. Objects of types without rules are identified by their name if they have one. Other objects, and
 * records, of which many share a name, are identified by a number.
 */
function keyOf(draft: Draft, grid: Grid, before?: Entity): string {
  const rules = grid.rules(draft.type);
  if (rules.key) return rules.key(draft, grid, before);
  const internal = internalType(draft.type, grid);
  const { name } = draft.values;
  if (typeof name === "string" && name !== "" && !draft.type.includes("record:"))
    return `${internal}$${name}`;
  return before?.key ?? `${internal}$${grid.serial(internal)}`;
}

function refuseDuplicate(entity: Entity, grid: Grid): void {
  const other = grid.byKey(entity.type, entity.key);
  if (!other || other.id === entity.id) return;
  const [, type = entity.type] = internalType(entity.type, grid).split(".");
  throw duplicateObject(grid.refName(entity).join("/"), type);
}

function internalType(type: string, grid: Grid): string {
  return grid.rules(type).internal ?? `one.${type.replaceAll(":", "_")}`;
}
