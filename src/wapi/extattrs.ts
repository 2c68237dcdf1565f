import { checkObject, invalid } from "../errors.js";
import type { ExtensibleAttributes, ExtensibleAttributeValue, Ref } from "../schema/field.js";

export type { ExtensibleAttributes };

/** One extensible attribute as the grid writes it. */
export interface WireExtattr {
  readonly value: string | number | readonly (string | number)[];
  /** Set if the value is inherited from a parent (network view, container, network, range). */
  readonly inheritance_source?: { readonly _ref: Ref };
}

/** One extensible attribute in WAPI's form, with options that a plain value does not have: see {@link extattr}. */
export interface ExtattrWrite {
  readonly value?: ExtensibleAttributeValue;
  /** `INHERIT` takes the parent's value, `OVERRIDE` keeps the object's own value, `DELETE` removes the attribute. */
  readonly inheritance_operation?: "INHERIT" | "DELETE" | "OVERRIDE";
  /** What happens to the attribute in the objects below. */
  readonly descendants_action?: {
    readonly option_with_ea?: "CONVERT" | "INHERIT" | "RETAIN";
    readonly option_without_ea?: "INHERIT" | "NOT_INHERIT";
    readonly option_delete_ea?: "REMOVE" | "RETAIN";
  };
}

const setting: unique symbol = Symbol.for("infoblox-ipam.extattr");
const replacement: unique symbol = Symbol.for("infoblox-ipam.replace-extattrs");

/** The result of {@link extattr}. */
export interface ExtattrSetting {
  readonly [setting]: ExtattrWrite;
}

/** The result of {@link replaceExtattrs}. */
export interface ExtattrReplacement {
  readonly [replacement]: Readonly<Record<string, unknown>>;
}

/** Attributes in a create: plain values, or {@link extattr} with inheritance options. */
export type ExtattrsToCreate = {
  readonly [Name in keyof ExtensibleAttributes]?: NonNullable<ExtensibleAttributes[Name]> | ExtattrSetting;
};

/** Attributes in an update. It sets the given ones, `null` removes one, and all others stay. */
export type ExtattrsToUpdate = {
  readonly [Name in keyof ExtensibleAttributes]?:
    | NonNullable<ExtensibleAttributes[Name]>
    | ExtattrSetting
    | null;
};

/**
 * An extensible attribute with inheritance options, instead of a plain value.
 *
 * @example
 * await wapi.update(net._ref, { extattrs: { Site: extattr({ inheritance_operation: "INHERIT" }) } });
 */
export function extattr(write: ExtattrWrite): ExtattrSetting {
  return { [setting]: write };
}

/**
 * A value of `extattrs` in an update that sets exactly these attributes and removes all others (WAPI: `extattrs`;
 * without it an update sends `extattrs+` and `extattrs-`).
 *
 * @example
 * await wapi.update(net._ref, { extattrs: replaceExtattrs({ Site: "Rome" }) });
 */
export function replaceExtattrs(attributes: ExtattrsToCreate): ExtattrReplacement {
  return { [replacement]: attributes };
}

/** The wire form of rows' attributes, with what plain values lack. It lives as long as the attributes themselves. */
const sources = new WeakMap<object, Readonly<Record<string, WireExtattr>>>();

/**
 * The attributes of an answer in the grid's form, with `inheritance_source` if a value is inherited. Pass the
 * `extattrs` of a row itself, not a copy.
 *
 * @example
 * wireExtattrs(net.extattrs)["Site"]?.inheritance_source?._ref; // "networkcontainer/ZG5z…:10.0.0.0/8/default"
 */
export function wireExtattrs(attributes: ExtensibleAttributes): Readonly<Record<string, WireExtattr>> {
  checkObject("attributes", attributes, { Site: "Paris" });
  return sources.get(attributes) ?? (toWire(attributes, "extattrs") as Readonly<Record<string, WireExtattr>>);
}

/** `{ Site: { value: "Paris" } }` → `{ Site: "Paris" }`. Values keep the type that the grid gave them. */
export function plainExtattrs(wire: unknown): unknown {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire)) return wire;
  const plain: Record<string, unknown> = {};
  let inherits = false;
  for (const [name, attribute] of Object.entries(wire)) {
    define(plain, name, attribute?.value);
    inherits ||= attribute?.inheritance_source !== undefined;
  }
  if (inherits) sources.set(plain, wire as Readonly<Record<string, WireExtattr>>);
  return plain;
}

/** The attributes of a create. */
export function extattrsToCreate(attributes: unknown): Record<string, unknown> {
  const all = replacementOf(attributes) ?? attributes;
  return { extattrs: toWire(entriesOf(all), "extattrs") };
}

/**
 * The attributes of an update: those to set, those to remove, or a full replacement.
 *
 * Guess: a grid takes `extattrs+` and `extattrs-` in one request. Each alone is known to work.
 */
export function extattrsToUpdate(attributes: unknown): Record<string, unknown> {
  const all = replacementOf(attributes);
  if (all !== undefined) return { extattrs: toWire(entriesOf(all), "extattrs") };
  const set: Record<string, unknown> = {};
  const removed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(entriesOf(attributes))) {
    if (value === null) define(removed, name, {});
    else if (value !== undefined) define(set, name, value);
  }
  return {
    ...(Object.keys(set).length > 0 && { "extattrs+": toWire(set, "extattrs") }),
    ...(Object.keys(removed).length > 0 && { "extattrs-": removed }),
  };
}

/** Data in the grid's own form, with plain attributes converted to that form. */
export function wireExtattrsIn(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const attributes = Object.entries(entriesOf(data["extattrs"])).map(([name, value]) => {
    const wire = typeof value === "object" && value !== null && !Array.isArray(value);
    return [name, wire ? value : { value: wireValue(value, `extattrs.${name}`) }] as const;
  });
  return { ...data, extattrs: Object.fromEntries(attributes) };
}

/** One plain attribute value in the grid's form. The grid has no boolean type: clients write `"True"`. */
export function wireValue(value: unknown, field: string): string | number | readonly (string | number)[] {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return value.map((item) => wireValue(item, field) as string | number);
  if (value instanceof Date) {
    const problem = 'a date is written as text of whole seconds: date.toISOString().replace(/.d+/, "")';
    throw invalid(field, value, problem, isoText(value) ?? "2026-01-02T03:04:05Z");
  }
  const problem =
    "an attribute is a text, a number, or a list of these; see extattr({…}) for the grid's own form";
  throw invalid(field, value, problem, "Paris");
}

function isoText(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/\.\d+/, "");
}

function toWire(attributes: object, field: string): Record<string, unknown> {
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) define(wire, name, toWireAttribute(value, `${field}.${name}`));
  }
  return wire;
}

function toWireAttribute(value: unknown, field: string): object {
  if (value === null)
    throw invalid(field, value, "null removes an attribute, and only an update can", "Paris");
  if (typeof value !== "object" || !(setting in value)) return { value: wireValue(value, field) };
  const write = value[setting] as ExtattrWrite;
  checkObject(field, write, { inheritance_operation: "INHERIT" });
  return write.value === undefined ? write : { ...write, value: wireValue(write.value, field) };
}

function entriesOf(attributes: unknown): object {
  checkObject("extattrs", attributes, { Site: "Paris" }, "an object of attributes by name");
  return attributes;
}

function replacementOf(attributes: unknown): object | undefined {
  const marked = typeof attributes === "object" && attributes !== null && replacement in attributes;
  return marked ? (attributes as ExtattrReplacement)[replacement] : undefined;
}

/** Sets an own property of any name: an attribute may be called `__proto__`. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
