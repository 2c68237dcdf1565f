import type { Family } from "../cidr.js";
import { formatBlock } from "../cidr.js";
import type { Address, Subnet } from "../ipam/objects/results.js";
import type { Pool } from "./pool-id.js";
import type { Scope } from "./settings.js";

/**
 * The request ids of everything that the driver creates. A repeated call finds its earlier objects by them, and a
 * release recognises the driver's own objects.
 */

/** A search for objects by their request ids. */
export type IdSearch = Readonly<Record<string, { readonly matches: string }>>;

type Made = Pick<Address | Subnet, "extattrs">;

/** The id of a next free subnet: a new one for each pool. Subnets of the global address space belong to a swarm. */
export function nextSubnetId({ engine, id }: Pick<Pool, "engine" | "id">, scope: Scope): string {
  return `${kinds[scope]}/${engine}/${id}`;
}

/** Whether the id is a next free subnet's. */
export function isSubnetId(requestId: string): boolean {
  return /^docker(-swarm)?\/[^/]+\/[0-9a-f]{12}$/.test(requestId);
}

/** Whether no other call has the same id: that of a token, a gateway or a membership of one pool. */
export function isOfOneCall(requestId: string): boolean {
  return /^docker\/[^/]+\/[0-9a-f]{12}\/(token\/|gateway$|member$|[0-9a-f]{12}$)/.test(requestId);
}

/** The id of a named subnet: the same each time the engine asks. */
export function namedSubnetId({ engine, block }: Pick<Pool, "engine" | "block">, scope: Scope): string {
  return `${kinds[scope]}/${engine}/subnet/${formatBlock(block)}`;
}

const kinds = { local: "docker", global: "docker-swarm" } as const satisfies Record<Scope, string>;

/** The id of a subnet that engines share: the same for all of them. */
export function sharedSubnetId(networkName: string, family: Family): string {
  return `docker-network/${networkName}/ipv${family}`;
}

export function sharedGatewayId(networkName: string, family: Family): string {
  return `${sharedSubnetId(networkName, family)}/gateway`;
}

/** The id of an address. `what` is the MAC of an endpoint, `gateway`, or any text that is unique in the pool. */
export function addressId({ engine, id }: Pool, what: string): string {
  return `docker/${engine}/${id}/${what}`;
}

/** The id of a container's host record, which can have addresses in several pools. */
export function containerId(engine: string, name: string): string {
  return `docker/${engine}/host/${name}`;
}

/** The id of a membership: the engine uses a shared subnet. */
export function memberId(pool: Pool): string {
  return addressId(pool, "member");
}

/** Reads the request ids of a grid's objects. */
export class RequestIds {
  readonly #attribute: string;

  constructor(attribute: string) {
    this.#attribute = attribute;
  }

  of({ extattrs }: Made): string | undefined {
    const value: unknown = (extattrs as Readonly<Record<string, unknown>>)[this.#attribute];
    return typeof value === "string" ? value : undefined;
  }

  /** The attribute with the id, for an object that this call does not create. */
  mark(id: string): Readonly<Record<string, string>> {
    return { [this.#attribute]: id };
  }

  /**
   * Whether the subnet was created for this pool, not found or shared. On a node of a swarm it was created for the
   * manager.
   */
  isSubnetOf(pool: Pool, subnet: Subnet): boolean {
    const id = this.of(subnet);
    if (pool.manager !== undefined) return false;
    return (["local", "global"] as const).some(
      (scope) => id === nextSubnetId(pool, scope) || id === namedSubnetId(pool, scope),
    );
  }

  /** Whether a driver created the subnet for a swarm. The swarm's nodes request it by its CIDR. */
  isOfSwarm(subnet: Subnet): boolean {
    return this.of(subnet)?.startsWith("docker-swarm/") === true;
  }

  /**
   * Whether the manager of a swarm took the address for a task. Containers of the manager's own node have other ids.
   */
  isReservationOfManager({ manager }: Pool, address: Made): boolean {
    const isManagers = this.of(address)?.startsWith(`docker/${manager}/`) === true;
    return manager !== undefined && isManagers && !this.isOfContainer(address);
  }

  /** Whether this pool's requests created the address. A membership does not count: it is released with the pool. */
  isAddressOf(pool: Pool, address: Made): boolean {
    const id = this.of(address) ?? "";
    return (id.startsWith(addressId(pool, "")) && id !== memberId(pool)) || this.isContainerOf(pool, address);
  }

  /** Whether this pool's requests created the address for a container of that name. */
  isAddressOfName(pool: Pool, address: Made, name: string): boolean {
    const id = this.of(address) ?? "";
    const own = addressId(pool, `name/${name}`);
    return id === own || id.startsWith(`${own}/`);
  }

  /** Whether the host record is that of a container of this engine. */
  isContainerOf({ engine }: Pool, host: Made): boolean {
    return this.of(host)?.startsWith(containerId(engine, "")) === true;
  }

  isMember(address: Address): boolean {
    return /^docker\/[^/]+\/[^/]+\/member$/.test(this.of(address) ?? "");
  }

  /** Whether a driver created the subnet for engines to share. */
  isShared(subnet: Subnet): boolean {
    return this.of(subnet)?.startsWith("docker-network/") === true;
  }

  /** Whether a driver created the subnet or address. */
  isOfDriver(made: Made): boolean {
    return /^docker(-swarm|-network)?\//.test(this.of(made) ?? "");
  }

  /** The engine that a driver created the subnet or address for; `undefined` if no driver created it. */
  engineOf(made: Made): string | undefined {
    return /^docker(?:-swarm)?\/([^/]+)\//.exec(this.of(made) ?? "")?.[1];
  }

  /** Finds everything that was created for an engine. Subnets of a swarm need the scope `global`. */
  ofEngine(engine: string, scope: Scope = "local"): IdSearch {
    return { [this.#attribute]: { matches: `^${kinds[scope]}/${engine.replace(/[^\w-]/g, "\\$&")}/` } };
  }

  /** Finds the subnets that drivers created for engines to share. */
  ofShared(): IdSearch {
    return { [this.#attribute]: { matches: "^docker-network/" } };
  }

  /** Finds the memberships of all engines. */
  ofMembers(): IdSearch {
    return { [this.#attribute]: { matches: "^docker/.*/member$" } };
  }

  /** Finds the addresses of a pool. */
  ofPool({ engine, id }: Pool): IdSearch {
    return { [this.#attribute]: { matches: `${this.ofEngine(engine)[this.#attribute]?.matches}${id}/` } };
  }

  /** Whether the address is a container's, not a gateway, an auxiliary address or a membership. */
  isOfContainer(address: Made): boolean {
    const id = this.of(address) ?? "";
    return /^docker\/[^/]+\/(host\/|[^/]+\/(name\/|token\/|[0-9a-f]{2}(:[0-9a-f]{2}){5}))/.test(id);
  }
}
