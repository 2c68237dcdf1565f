/** The names of generated interfaces. */

/** `record:host_ipv4addr` becomes `RecordHostIpv4addr`. */
export function pascalCase(type: string): string {
  return type
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** A member as it stands in an interface: `network`, `"record:host"`. */
export function memberName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Names of `field.ts` that generated files import. */
const vocabulary = [
  ...["AddedFunctionsTo", "AddedTo", "ExtensibleAttributes", "Field", "FunctionCall"],
  ...["ObjectLink", "Ref", "Struct", "SubObject"],
];

/**
 * Interface names of object types and structs, each given once: where it is taken already, `Object` or `Struct` is
 * put at its end.
 */
export class Names {
  readonly #objects: ReadonlyMap<string, string>;
  readonly #structs: ReadonlyMap<string, string>;

  /** @throws Error where two types would still be called the same */
  constructor(objects: readonly string[], structs: readonly string[]) {
    const taken = new Set(vocabulary);
    const named = (types: readonly string[], ending: string) =>
      new Map(types.map((type) => [type, take(type, ending, taken)]));
    this.#objects = named(objects, "Object");
    this.#structs = named(structs, "Struct");
  }

  isStruct(type: string): boolean {
    return this.#structs.has(type);
  }

  /** @throws Error where no object type or struct of this name is known */
  of(type: string): string {
    const name = this.#objects.get(type) ?? this.#structs.get(type);
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
