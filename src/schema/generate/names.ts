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

/**
 * Interface names of object types and structs, each given once: a struct that would be called like an object type
 * gets `Struct` at its end.
 */
export class Names {
  readonly #objects: ReadonlyMap<string, string>;
  readonly #structs: ReadonlyMap<string, string>;

  /** @throws Error where two types would still be called the same */
  constructor(objects: readonly string[], structs: readonly string[]) {
    const taken = new Set<string>();
    const take = (type: string, name: string) => {
      if (taken.has(name)) throw new Error(`${type} would be called ${name}, as another type is`);
      taken.add(name);
      return [type, name] as const;
    };
    this.#objects = new Map(objects.map((type) => take(type, pascalCase(type))));
    this.#structs = new Map(
      structs.map((type) => {
        const name = pascalCase(type);
        return take(type, taken.has(name) ? `${name}Struct` : name);
      }),
    );
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
