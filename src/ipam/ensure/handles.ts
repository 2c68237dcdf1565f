import { type Family, parseSpan } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Sources } from "../requests/sources.js";
import { parseTargets } from "../requests/targets.js";
import type { Pools } from "../settings/pools.js";
import type { DesiredContainer } from "./description.js";

type HandleKind = "container" | "subnet" | "range";

/** An entry that other entries can name. */
interface Named extends Pick<DesiredContainer, "name" | "cidr" | "from"> {
  readonly first?: string | undefined;
}

/** The names by which entries of a description refer to each other. */
export class Handles {
  readonly #entries = new Map<string, { readonly path: string; readonly entry: Named }>();
  readonly #pools: Pools;

  constructor(pools: Pools) {
    this.#pools = pools;
  }

  /** @throws {InvalidRequestError} if two entries of a kind have the same name */
  add(kind: HandleKind, list: string, entries: readonly Named[] = []): void {
    for (const [index, entry] of entries.entries()) {
      const { name } = entry;
      if (name === undefined) continue;
      const handle = `${kind} ${name}`;
      const path = `${list}[${index}]`;
      if (this.#entries.has(handle))
        throw invalid(`${path}.name`, name, `is the name of another ${kind}`, `${name}-2`);
      this.#entries.set(handle, { path, entry });
    }
  }

  /** The source in the form in which a step of a plan names it. */
  source(from: unknown, field: string): unknown {
    if (Array.isArray(from)) return from.map((one, index) => this.source(one, `${field}[${index}]`));
    if (typeof from !== "object" || from === null || isOutside(from)) return from;
    if ("ipv4" in from && "ipv6" in from) {
      const { ipv4, ipv6 } = from;
      return { ipv4: this.source(ipv4, `${field}.ipv4`), ipv6: this.source(ipv6, `${field}.ipv6`) };
    }
    const [kind, name] = handleIn(from);
    const found = this.#entries.get(`${kind} ${name}`);
    if (found !== undefined) return { [String(kind)]: found.path };
    const known = [...this.#entries.keys()].filter((handle) => handle.startsWith(`${kind} `));
    const example = known[0]?.slice(String(kind).length + 1) ?? "10.0.0.0/16";
    throw invalid(`${field}.${kind}`, name, `no ${kind} of the description has this name`, example);
  }

  /** The family of a source. It is IPv4 if nothing shows it. */
  familyOf(from: unknown, field: string, ways = 100): Family {
    const [first] = [from].flat();
    // Entries that name each other in a circle are refused later, when the plan is compiled.
    if (first === undefined || first === null || ways === 0) return 4;
    if (typeof first !== "object" || isOutside(first)) {
      const { from: sources } = this.#pools.sourcesOf(first as Sources, undefined, field);
      return parseTargets(sources, ["container", "network", "range"], field)[0]?.family ?? 4;
    }
    const entry = this.#entries.get(handleIn(first).join(" "))?.entry;
    const span = parseSpan(entry?.first ?? entry?.cidr ?? "");
    return span?.family ?? this.familyOf(entry?.from, field, ways - 1);
  }
}

/** Whether a source is no entry of the description, but a pool or a query. */
function isOutside(source: object): boolean {
  return "pool" in source || "extattrs" in source || "comment" in source;
}

function handleIn(source: object): [kind: unknown, name: unknown] {
  const [[kind, name] = []] = Object.entries(source).filter(([, value]) => value !== undefined);
  return [kind, name];
}
