import { invalid } from "../../errors.js";

type Kind = "container" | "subnet" | "range";

interface Named {
  readonly name?: string | undefined;
}

/** How entries of a description call each other. */
export class Handles {
  readonly #paths = new Map<string, string>();

  /** @throws {InvalidRequestError} where two entries of a kind have the same name */
  add(kind: Kind, list: string, entries: readonly Named[] = []): void {
    for (const [index, { name }] of entries.entries()) {
      if (name === undefined) continue;
      const handle = `${kind} ${name}`;
      if (this.#paths.has(handle)) {
        throw invalid(`${list}[${index}].name`, name, `another ${kind} has it already`, `${name}-2`);
      }
      this.#paths.set(handle, `${list}[${index}]`);
    }
  }

  /** A source as a step of a plan names it. */
  source(from: unknown, field: string): unknown {
    if (Array.isArray(from)) return from.map((one, index) => this.source(one, `${field}[${index}]`));
    if (typeof from !== "object" || from === null) return from;
    const [[kind, name] = []] = Object.entries(from).filter(([, value]) => value !== undefined);
    const path = this.#paths.get(`${kind} ${name}`);
    if (path !== undefined) return { [String(kind)]: path };
    const known = [...this.#paths.keys()].filter((handle) => handle.startsWith(`${kind} `));
    const example = known[0]?.slice(String(kind).length + 1) ?? "10.0.0.0/16";
    throw invalid(`${field}.${kind}`, name, `no ${kind} of the description has this name`, example);
  }
}
