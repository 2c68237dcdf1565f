import { checkObject, invalid } from "../errors.js";
import type { ExtensibleAttributes, ExtensibleAttributeValue, Ref } from "../schema/field.js";

export type { ExtensibleAttributes };

/** One extensible attribute as the grid writes it. */
export interface WireExtattr {
  readonly value: string | number | readonly (string | number)[];
  /** Set where the value comes from a parent (network view, container, network, range). */
  readonly inheritance_source?: { readonly _ref: Ref };
}

/** One extensible attribute as it can be written, with what the plain form can't say: see {@link extattr}. */
export interface ExtattrWrite {
  readonly value?: ExtensibleAttributeValue;
  /** `INHERIT` takes the parent's value, `OVERRIDE` keeps an own one, `DELETE` removes it. */
  readonly inheritance_operation?: "INHERIT" | "DELETE" | "OVERRIDE";
  /** What happens to the attribute of the objects below. */
  readonly descendants_action?: {
    readonly option_with_ea?: "CONVERT" | "INHERIT" | "RETAIN";
    readonly option_without_ea?: "INHERIT" | "NOT_INHERIT";
    readonly option_delete_ea?: "REMOVE" | "RETAIN";
  };
}

const setting: unique symbol = Symbol.for("infoblox-ipam.extattr");
const replacement: unique symbol = Symbol.for("infoblox-ipam.replace-extattrs");

/** What {@link extattr} makes. */
export interface ExtattrSetting {
  readonly [setting]: ExtattrWrite;
}

/** What {@link replaceExtattrs} makes. */
export interface ExtattrReplacement {
  readonly [replacement]: Readonly<Record<string, unknown>>;
}

/** Attributes in a create: plain values, or {@link extattr} for more. */
export type ExtattrsToCreate = {
  readonly [Name in keyof ExtensibleAttributes]?: NonNullable<ExtensibleAttributes[Name]> | ExtattrSetting;
};

/** Attributes in an update: those named are set, `null` removes, all others stay. */
export type ExtattrsToUpdate = {
  readonly [Name in keyof ExtensibleAttributes]?:
    | NonNullable<ExtensibleAttributes[Name]>
    | ExtattrSetting
    | null;
};

/**
 * An extensible attribute with its inheritance spelled out, in place of a plain value.
 *
 * @example
 * await wapi.update(net._ref, { extattrs: { Site: extattr({ inheritance_operation: "INHERIT" }) } });
 */
export function extattr(write: ExtattrWrite): ExtattrSetting {
  return { [setting]: write };
}

/**
 * As the value of `extattrs` in an update: exactly these attributes from now on, all others are removed.
 *
 * @example
 * await wapi.update(net._ref, { extattrs: replaceExtattrs({ Site: "Rome" }) });
 */
export function replaceExtattrs(attributes: ExtattrsToCreate): ExtattrReplacement {
  return { [replacement]: attributes };
}

/** The wire form of rows' attributes that plain values can't hold; as long-lived as the attributes themselves. */
const sources = new WeakMap<object, Readonly<Record<string, WireExtattr>>>();

/**
 * The attributes of an answer as the grid wrote them, with `inheritance_source` where a value is inherited.
 * Takes the `extattrs` of a row, not a copy made of it.
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
 * The attributes of an update: what is set, what is removed, or a full replacement.
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

/** Data in the grid's own form, of which plain attributes are written as the grid takes them. */
export function wireExtattrsIn(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const attributes = Object.entries(entriesOf(data["extattrs"])).map(([name, value]) => {
    const wire = typeof value === "object" && value !== null && !Array.isArray(value);
    return [name, wire ? value : { value: wireValue(value, `extattrs.${name}`) }] as const;
  });
  return { ...data, extattrs: Object.fromEntries(attributes) };
}

/** One plain attribute value as the grid takes it: there is no boolean type, and its clients write `"True"`. */
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

/** Sets an own property whatever its name: an attribute may be called `__proto__`. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
