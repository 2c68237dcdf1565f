/** The names of generated interfaces. */

import type { Face } from "./struct-faces.js";

/** `record:host_ipv4addr` becomes `RecordHostIpv4addr`. */
export function pascalCase(type: string): string {
  return type
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** A member's name in an interface: `network`, `"record:host"`. */
export function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Names of `field.ts` that generated files import. */
const vocabulary = [
  ...["AddedFunctionsTo", "AddedTo", "ExtensibleAttributes", "Field", "FunctionCall"],
  ...["ObjectLink", "Ref", "Struct", "SubObject"],
];

/**
 * Unique interface names of object types and structs. A name that is taken already gets `Object` or `Struct` at its
 * end. A struct with a different written form has a second name, `…ToWrite`.
 */
export class Names {
  readonly #objects: ReadonlyMap<string, string>;
  readonly #structs: ReadonlyMap<string, string>;
  readonly #toWrite: ReadonlyMap<string, string>;

  /** @throws Error if two types would still have the same name */
  constructor(
    objects: readonly string[],
    structs: readonly string[],
    writtenApart: ReadonlySet<string> = new Set(),
  ) {
    const taken = new Set(vocabulary);
    const named = (types: readonly string[], ending: string) =>
      new Map(types.map((type) => [type, take(type, ending, taken)]));
    this.#objects = named(objects, "Object");
    this.#structs = named(structs, "Struct");
    this.#toWrite = new Map(
      [...this.#structs].flatMap(([type, name]) =>
        writtenApart.has(type) ? [[type, take(`${name}ToWrite`, "Struct", taken)]] : [],
      ),
    );
  }

  isStruct(type: string): boolean {
    return this.#structs.has(type);
  }

  /** Whether the struct has a different written form. */
  isWrittenApart(type: string): boolean {
    return this.#toWrite.has(type);
  }

  /** @throws Error if no object type or struct of this name is known */
  of(type: string, face: Face = "read"): string {
    const apart = face === "write" ? this.#toWrite.get(type) : undefined;
    const name = apart ?? this.#objects.get(type) ?? this.#structs.get(type);
    if (name === undefined) throw new Error(`the facts mention ${type} but don't describe it`);
    return name;
  }
}

function take(type: string, ending: string, taken: Set<string>): string {
  const plain = pascalCase(type);
  const name = taken.has(plain) ? `${plain}${ending}` : plain;
  if (taken.has(name)) throw new Error(`${type} would be called ${name}, as another type is`);
  taken.add(name);
  return name;
}
