/**
 * The address space of each network view: the tree of networks, the DHCP ranges, and the used addresses.
 *
 * It is derived from the stored objects and follows every change, also undone and restored ones. So rules only store
 * objects and never update the space.
 */

import { type Address, type Block, type Family, parseAddress, parseBlock, type Span } from "../../cidr.js";
import { AddressUse } from "./address-use.js";
import type { Entity } from "./entity.js";
import { NetworkTree } from "./network-tree.js";
import { RangeIndex } from "./range-index.js";
import type { Store } from "./store.js";

/** One family's addresses in one network view. */
export interface FamilySpace {
  readonly networks: NetworkTree;
  readonly ranges: RangeIndex;
  readonly addresses: AddressUse;
}

const spaces = new WeakMap<Store, Space>();

/** The address space of a grid's store, which is created on first use. */
export function spaceOf({ store }: { readonly store: Store }): Space {
  let space = spaces.get(store);
  if (space === undefined) {
    space = new Space(store);
    spaces.set(store, space);
  }
  return space;
}

export class Space {
  /** By network view and family. */
  readonly #spaces = new Map<string, FamilySpace>();
  /** DNS view → its network view, which never changes. Deleted views stay: their records may be restored after them. */
  readonly #networkViews = new Map<number, number>();

  constructor(store: Store) {
    for (const type of ["view", ...store.types()]) {
      for (const entity of store.all(type)) this.#change(undefined, entity);
    }
    store.onChange((before, after) => this.#change(before, after));
  }

  /** @param networkView - id of the network view */
  of(networkView: number, family: Family): FamilySpace {
    const key = `${networkView}/${family}`;
    let space = this.#spaces.get(key);
    if (space === undefined) {
      space = {
        networks: new NetworkTree(family),
        ranges: new RangeIndex(family),
        addresses: new AddressUse(family),
      };
      this.#spaces.set(key, space);
    }
    return space;
  }

  #change(before: Entity | undefined, after: Entity | undefined): void {
    if (after?.type === "view" && after.links["networkView"] !== undefined) {
      this.#networkViews.set(after.id, after.links["networkView"]);
    }
    const claimed = before && claimOf(before);
    const claims = after && claimOf(after);
    if (before && after && sameClaim(claimed, claims) && this.#placeOf(before) === this.#placeOf(after))
      return;
    if (before && claimed) this.#release(before, claimed);
    if (after && claims) this.#take(after, claims);
  }

  #take(entity: Entity, claim: Claim): void {
    const place = this.#placeOf(entity);
    if (place === undefined) return;
    const { networks, ranges, addresses } = this.of(place, claim.what.family);
    if (claim.kind === "network") networks.insert(claim.what, entity.id);
    else if (claim.kind === "range") ranges.add(claim.what, entity.id);
    else if (claim.kind === "address") addresses.hold(claim.what.value, entity.id);
    else addresses.holdSpan(claim.what, entity.id);
  }

  #release(entity: Entity, claim: Claim): void {
    const place = this.#placeOf(entity);
    if (place === undefined) return;
    const { networks, ranges, addresses } = this.of(place, claim.what.family);
    if (claim.kind === "network") networks.delete(claim.what, entity.id);
    else if (claim.kind === "range") ranges.delete(claim.what, entity.id);
    else if (claim.kind === "address") addresses.release(claim.what.value, entity.id);
    else addresses.releaseSpan(entity.id);
  }

  /** The network view of an object's addresses: its own, or that of its DNS view. */
  #placeOf({ links: { networkView, view } }: Entity): number | undefined {
    return networkView ?? (view === undefined ? undefined : this.#networkViews.get(view));
  }
}

/** What an object takes from the address space. */
type Claim =
  | { readonly kind: "network"; readonly what: Block }
  | { readonly kind: "range" | "addresses"; readonly what: Span }
  | { readonly kind: "address"; readonly what: Address };

const claims: Readonly<Record<string, (entity: Entity) => Claim | undefined>> = {
  network: networkClaim,
  networkcontainer: networkClaim,
  ipv6network: networkClaim,
  ipv6networkcontainer: networkClaim,
  range: (entity) => spanClaim(entity, "range"),
  ipv6range: (entity) => spanClaim(entity, "range"),
  bulkhost: (entity) => spanClaim(entity, "addresses"),
  fixedaddress: (entity) => addressClaim(entity, "ipv4addr"),
  ipv6fixedaddress: (entity) => addressClaim(entity, "ipv6addr"),
  "record:host_ipv4addr": (entity) => addressClaim(entity, "ipv4addr"),
  "record:host_ipv6addr": (entity) => addressClaim(entity, "ipv6addr"),
  "record:a": (entity) => addressClaim(entity, "ipv4addr"),
  "record:aaaa": (entity) => addressClaim(entity, "ipv6addr"),
  "record:ptr": (entity) => addressClaim(entity, "ipv4addr") ?? addressClaim(entity, "ipv6addr"),
  lease: (entity) => (isHeld(entity) ? addressClaim(entity, "address") : undefined),
};

function claimOf(entity: Entity): Claim | undefined {
  return claims[entity.type]?.(entity);
}

function networkClaim({ values }: Entity): Claim | undefined {
  const block = parseBlock(String(values["network"]));
  return block && { kind: "network", what: block };
}

function spanClaim({ values }: Entity, kind: "range" | "addresses"): Claim | undefined {
  // An IPv6 range of prefixes has no addresses.
  const first = parseAddress(String(values["start_addr"]));
  const last = parseAddress(String(values["end_addr"]));
  if (first === undefined || last === undefined) return undefined;
  return { kind, what: { family: first.family, first: first.value, last: last.value } };
}

function addressClaim({ values }: Entity, field: string): Claim | undefined {
  const address = parseAddress(String(values[field]));
  return address && { kind: "address", what: address };
}

/**
 * States of a lease in which its address isn't free for somebody else. Guess held-leases (open; cannot): all in which
 * a server won't offer it.
 */
const heldStates = ["ABANDONED", "ACTIVE", "DECLINED", "OFFERED", "STATIC"];

function isHeld({ values }: Entity): boolean {
  return heldStates.includes(String(values["binding_state"]));
}

function sameClaim(one: Claim | undefined, other: Claim | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.kind === other.kind && one.what.family === other.what.family && sameBounds(one.what, other.what);
}

function sameBounds(one: Address | Span, other: Address | Span): boolean {
  if ("value" in one) return "value" in other && one.value === other.value;
  return !("value" in other) && one.first === other.first && one.last === other.last;
}
