import type { Family } from "../cidr.js";
import { formatBlock } from "../cidr.js";
import type { Address, Subnet } from "../ipam/objects/results.js";
import type { Pool } from "./pool-id.js";
import type { Scope } from "./settings.js";

/**
 * The request ids of all that the driver makes. By these a repeated call finds what it has made before, and a release
 * tells what is the driver's from what isn't.
 */

/** What finds objects by their request ids. */
export type IdSearch = Readonly<Record<string, { readonly matches: string }>>;

type Made = Pick<Address | Subnet, "extattrs">;

/** Of the next free subnet: a new one for each pool. Those of the global address space are a swarm's. */
export function nextSubnetId({ engine, id }: Pick<Pool, "engine" | "id">, scope: Scope): string {
  return `${kinds[scope]}/${engine}/${id}`;
}

/** Whether it is a next free subnet's. */
export function isSubnetId(requestId: string): boolean {
  return /^docker(-swarm)?\/[^/]+\/[0-9a-f]{12}$/.test(requestId);
}

/** Whether no other call has the same id: a token's, a gateway's or a membership's of one pool. */
export function isOfOneCall(requestId: string): boolean {
  return /^docker\/[^/]+\/[0-9a-f]{12}\/(token\/|gateway$|member$|[0-9a-f]{12}$)/.test(requestId);
}

/** Of a subnet that was named: the same however often the engine asks. */
export function namedSubnetId({ engine, block }: Pick<Pool, "engine" | "block">, scope: Scope): string {
  return `${kinds[scope]}/${engine}/subnet/${formatBlock(block)}`;
}

const kinds = { local: "docker", global: "docker-swarm" } as const satisfies Record<Scope, string>;

/** Of a subnet that engines share: the same for all of them. */
export function sharedSubnetId(networkName: string, family: Family): string {
  return `docker-network/${networkName}/ipv${family}`;
}

export function sharedGatewayId(networkName: string, family: Family): string {
  return `${sharedSubnetId(networkName, family)}/gateway`;
}

/** Of an address: `what` is the MAC of an endpoint, `gateway`, or what else tells it from others of the pool. */
export function addressId({ engine, id }: Pool, what: string): string {
  return `docker/${engine}/${id}/${what}`;
}

/** Of a container's host record, which can have addresses in several pools. */
export function containerId(engine: string, name: string): string {
  return `docker/${engine}/host/${name}`;
}

/** What says that an engine uses a shared subnet. */
export function memberId(pool: Pool): string {
  return addressId(pool, "member");
}

/** Who reads the ids of what a grid holds. */
export class RequestIds {
  readonly #attribute: string;

  constructor(attribute: string) {
    this.#attribute = attribute;
  }

  of({ extattrs }: Made): string | undefined {
    const value: unknown = (extattrs as Readonly<Record<string, unknown>>)[this.#attribute];
    return typeof value === "string" ? value : undefined;
  }

  /** The attribute that says so, for what is found by others. */
  mark(id: string): Readonly<Record<string, string>> {
    return { [this.#attribute]: id };
  }

  /** Whether the subnet was made for this pool, and not found or shared. That of a swarm's node is its manager's. */
  isSubnetOf(pool: Pool, subnet: Subnet): boolean {
    const id = this.of(subnet);
    if (pool.manager !== undefined) return false;
    return (["local", "global"] as const).some(
      (scope) => id === nextSubnetId(pool, scope) || id === namedSubnetId(pool, scope),
    );
  }

  /** Whether a driver made the subnet for a swarm, whose nodes ask for it by its CIDR. */
  isOfSwarm(subnet: Subnet): boolean {
    return this.of(subnet)?.startsWith("docker-swarm/") === true;
  }

  /** Whether the manager of a swarm took the address for a task. Its own node's containers have addresses of their own. */
  isReservationOfManager({ manager }: Pool, address: Made): boolean {
    const isManagers = this.of(address)?.startsWith(`docker/${manager}/`) === true;
    return manager !== undefined && isManagers && !this.isOfContainer(address);
  }

  /** Whether this pool's requests made the address; a membership is released with the pool, not as an address. */
  isAddressOf(pool: Pool, address: Made): boolean {
    const id = this.of(address) ?? "";
    return (id.startsWith(addressId(pool, "")) && id !== memberId(pool)) || this.isContainerOf(pool, address);
  }

  /** Whether this pool's requests made the address for a container of that name. */
  isAddressOfName(pool: Pool, address: Made, name: string): boolean {
    const id = this.of(address) ?? "";
    const own = addressId(pool, `name/${name}`);
    return id === own || id.startsWith(`${own}/`);
  }

  /** Whether it is the host record of a container of this engine. */
  isContainerOf({ engine }: Pool, host: Made): boolean {
    return this.of(host)?.startsWith(containerId(engine, "")) === true;
  }

  isMember(address: Address): boolean {
    return /^docker\/[^/]+\/[^/]+\/member$/.test(this.of(address) ?? "");
  }

  /** Whether a driver made the subnet for engines to share. */
  isShared(subnet: Subnet): boolean {
    return this.of(subnet)?.startsWith("docker-network/") === true;
  }

  /** Whether a driver made the subnet or address. */
  isOfDriver(made: Made): boolean {
    return /^docker(-swarm|-network)?\//.test(this.of(made) ?? "");
  }

  /** The engine that a driver made the subnet or address for; `undefined` where no driver did. */
  engineOf(made: Made): string | undefined {
    return /^docker(?:-swarm)?\/([^/]+)\//.exec(this.of(made) ?? "")?.[1];
  }

  /** What finds all that was made for an engine, but for subnets of a swarm, which `global` finds. */
  ofEngine(engine: string, scope: Scope = "local"): IdSearch {
    return { [this.#attribute]: { matches: `^${kinds[scope]}/${engine.replace(/[^\w-]/g, "\\$&")}/` } };
  }

  /** What finds the subnets that drivers made for engines to share. */
  ofShared(): IdSearch {
    return { [this.#attribute]: { matches: "^docker-network/" } };
  }

  /** What finds the memberships of all engines. */
  ofMembers(): IdSearch {
    return { [this.#attribute]: { matches: "^docker/.*/member$" } };
  }

  /** What finds the addresses of a pool. */
  ofPool({ engine, id }: Pool): IdSearch {
    return { [this.#attribute]: { matches: `${this.ofEngine(engine)[this.#attribute]?.matches}${id}/` } };
  }

  /** Whether it is a container's, and no gateway, auxiliary address or membership. */
  isOfContainer(address: Made): boolean {
    const id = this.of(address) ?? "";
    return /^docker\/[^/]+\/(host\/|[^/]+\/(name\/|token\/|[0-9a-f]{2}(:[0-9a-f]{2}){5}))/.test(id);
  }
}
