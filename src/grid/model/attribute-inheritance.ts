/**
 * How attributes with flag `I` are inherited: network view → container → network → range → fixed address and host.
 *
 * A new object inherits the attributes of the object above it. A change of an attribute changes every attribute
 * inherited from it. The request's `descendants_action` decides what else happens below.
 */

import { isDeepStrictEqual } from "node:util";
import type { Entity, JsonObject } from "../store/entity.js";
import { isLink } from "../store/index-keys.js";
import {
  attributesOf,
  definitionOf,
  hasFlag,
  type StoredAttribute,
  type StoredAttributes,
} from "./attribute-values.js";
import type { Draft, Grid } from "./rules.js";

/** Types that inherit attributes. Other types may have a parent for other purposes. */
const inheritingTypes = [
  "networkview",
  "networkcontainer",
  "network",
  "ipv6networkcontainer",
  "ipv6network",
  "range",
  "ipv6range",
  "fixedaddress",
  "ipv6fixedaddress",
  "record:host",
] as const;

export function inherits(type: string): boolean {
  return (inheritingTypes as readonly string[]).includes(type);
}

/** Whether an attribute is the object's own and not inherited. */
export function isOwn(attribute: StoredAttribute): boolean {
  return !("inheritance_source" in attribute);
}

/** The attributes that an object inherits from the one above it. */
export function inheritedBy(draft: Draft, grid: Grid): StoredAttributes {
  const parent = parentOfDraft(draft, grid);
  const inherited: Record<string, StoredAttribute> = {};
  for (const [name, attribute] of Object.entries(attributesOf(parent))) {
    if (!parent || !hasFlag(definitionOf(name, grid), "I")) continue;
    const { inheritance_source = grid.link(parent) } = attribute;
    inherited[name] = { value: attribute.value, inheritance_source };
  }
  return inherited;
}

/** Whether an update moves the object under another parent. */
export function hasMoved(draft: Draft, before: Entity, grid: Grid): boolean {
  return parentOfDraft(draft, grid)?.id !== parentOf(before, grid)?.id;
}

function parentOfDraft(draft: Draft, grid: Grid): Entity | undefined {
  return parentOf({ ...draft, id: 0, key: "" }, grid);
}

/** Applies the changes of an object's attributes to those below it. */
export function spread(
  entity: Entity,
  held: StoredAttributes,
  written: StoredAttributes,
  given: Readonly<Record<string, JsonObject>>,
  grid: Grid,
): void {
  if (!inherits(entity.type)) return;
  for (const name of new Set([...Object.keys(held), ...Object.keys(written)])) {
    const attribute = written[name];
    const action = descendantsAction(given[name]);
    if (!attribute) orphan(entity, name, action, grid);
    else if (!isDeepStrictEqual(attribute, held[name])) overwrite(entity, name, attribute, grid);
    if (attribute) impose(entity, name, attribute, action, grid);
  }
}

interface DescendantsAction {
  readonly option_with_ea?: "INHERIT" | "CONVERT" | "RETAIN";
  readonly option_without_ea?: "INHERIT" | "NOT_INHERIT";
  readonly option_delete_ea?: "REMOVE" | "RETAIN";
}

function descendantsAction(given: JsonObject | undefined): DescendantsAction {
  return (given?.["descendants_action"] ?? {}) as DescendantsAction;
}

/** Sets the new value wherever the old one was inherited. */
function overwrite(source: Entity, name: string, { value }: StoredAttribute, grid: Grid): void {
  for (const heir of heirsOf(source, name, grid)) {
    setAttribute(heir, name, { value, inheritance_source: grid.link(source) }, grid);
  }
}

/** The attribute was removed: its heirs keep it as their own, or lose it as well. */
function orphan(source: Entity, name: string, action: DescendantsAction, grid: Grid): void {
  for (const heir of heirsOf(source, name, grid)) {
    const attribute = attributesOf(heir)[name];
    const kept = action.option_delete_ea !== "REMOVE" && attribute;
    setAttribute(heir, name, kept ? { value: kept.value } : undefined, grid);
  }
}

/** Applies the request's action to all objects below, heirs or not. */
function impose(
  entity: Entity,
  name: string,
  attribute: StoredAttribute,
  action: DescendantsAction,
  grid: Grid,
): void {
  const { option_with_ea: has = "RETAIN", option_without_ea: lacks = "NOT_INHERIT" } = action;
  if (has === "RETAIN" && lacks === "NOT_INHERIT") return;
  if (!hasFlag(definitionOf(name, grid), "I")) return;
  const { value, inheritance_source = grid.link(entity) } = attribute;
  for (const descendant of descendantsOf(entity, grid)) {
    const wanted = attributesOf(descendant)[name] ? has : lacks;
    if (wanted === "INHERIT") setAttribute(descendant, name, { value, inheritance_source }, grid);
    if (wanted === "CONVERT") setAttribute(descendant, name, { value }, grid);
  }
}

function setAttribute(
  entity: Entity,
  name: string,
  attribute: StoredAttribute | undefined,
  grid: Grid,
): void {
  const { [name]: _, ...others } = attributesOf(entity);
  const extattrs = attribute ? { ...others, [name]: attribute } : others;
  grid.put({ ...entity, values: { ...entity.values, extattrs } });
}

/** Objects that hold an attribute inherited from this one. */
function heirsOf(source: Entity, name: string, grid: Grid): Entity[] {
  return inheritingTypes
    .flatMap((type) => grid.store.indexed(type, "attribute sources", sourcesOf, source.id))
    .filter((heir) => sourceOf(attributesOf(heir)[name]) === source.id);
}

function sourcesOf(entity: Entity): number[] {
  const sources = Object.values(attributesOf(entity)).map(sourceOf);
  return [...new Set(sources.filter((source) => source !== undefined))];
}

function sourceOf(attribute: StoredAttribute | undefined): number | undefined {
  const source = attribute?.["inheritance_source"];
  return isLink(source) ? source._id : undefined;
}

function* descendantsOf(ancestor: Entity, grid: Grid): Generator<Entity> {
  for (const type of inheritingTypes) {
    for (const entity of [...grid.all(type)]) if (liesBelow(entity, ancestor, grid)) yield entity;
  }
}

function liesBelow(entity: Entity, ancestor: Entity, grid: Grid): boolean {
  for (let above = parentOf(entity, grid); above; above = parentOf(above, grid)) {
    if (above.id === ancestor.id) return true;
  }
  return false;
}

function parentOf(entity: Entity, grid: Grid): Entity | undefined {
  if (!inherits(entity.type)) return undefined;
  const parent = grid.rules(entity.type).parent?.(entity, grid);
  return parent && inherits(parent.type) ? parent : undefined;
}
