import { InvalidRequestError, invalid } from "../../errors.js";
import { phrase } from "../../phrase.js";
import { readTogether } from "../../wapi/read-together.js";
import type { Ref } from "../../wapi/ref.js";
import { addressKind, blockKind, fieldsOfType, search } from "../engine/kinds.js";
import { expiryIn, formatExpiry } from "../marks/expiry.js";
import type { MarkCriteria, Ownership } from "../marks/ownership.js";
import { mostFound } from "../objects/in-use.js";
import type {
  Address,
  AddressKind,
  AddressType,
  ContainerType,
  Subnet,
  SubnetType,
} from "../objects/results.js";
import {
  addressesOf,
  type FixedRow,
  type HostRow,
  hostAddresses,
  type SubnetRow,
  subnetOf,
} from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import type { AuditOptions } from "./requests.js";

/** An object of an owner, as plain data. */
export interface Held {
  readonly kind: "subnet" | "container" | AddressKind;
  readonly ref: Ref<SubnetType | ContainerType | AddressType>;
  /** Its CIDR or its address. Empty for a host without addresses. */
  readonly place: string;
  /** The name of a host, or of another object that has one. */
  readonly name: string | undefined;
  readonly requestId: string | undefined;
  /** The creation token. */
  readonly attempt: string | undefined;
  /** The time of expiry: `"2026-11-25T13:46:00Z"`. */
  readonly expiresAt: string | undefined;
}

export interface Holdings {
  readonly subnets: readonly Subnet[];
  /** Containers, and subnets that were divided into containers. */
  readonly containers: readonly Subnet[];
  readonly addresses: readonly Address[];
  readonly hostsWithoutAddresses: readonly HostRow[];
}

/** The object types that are searched for an owner's objects. */
const types = [...blockKind.types, ...addressKind.types];

/**
 * Criteria for the objects of this owner.
 *
 * @throws {InvalidRequestError} if the `Ipam` has no owner, or owners are not written
 */
export function whereHeld({ ownership }: IpamSettings) {
  const where = ownership.whereOwned;
  if (where !== undefined) return where;
  if (ownership.owner === undefined)
    throw invalid("owner", undefined, "is needed to find the objects of this Ipam", "platform-team");
  throw new InvalidRequestError(`The objects of "${ownership.owner}" have no mark to search for.`, {
    ...{ field: "ownerMarker", example: "comment" },
    hint: phrase({ term: "setup" }, ", or ", { term: "ownerInComment" }, "."),
  });
}

/** Finds all objects that match, with one request, and one more per thousand objects of a type that has a thousand or more. */
export async function findHeld(
  settings: IpamSettings,
  where: MarkCriteria & { readonly network_view: string },
  { signal, onRead }: Pick<AuditOptions, "signal"> & { readonly onRead?: AuditOptions["onProgress"] },
): Promise<Holdings> {
  const { wapi, ownership } = settings;
  const reading = readTogether(settings.clock, onRead);
  const searches = types.map((type) => search(type, where, { limit: mostFound }));
  const found = await wapi.batch(searches, { signal }).catch((error: unknown) => {
    throw ownership.explained(error);
  });
  const rows = new Map<string, readonly unknown[]>();
  // Types with a full answer are read again by pages, and counted then.
  const whole = found.filter(({ length }) => length < mostFound);
  reading()?.({ done: whole.reduce((sum, { length }) => sum + length, 0) });
  for (const [index, type] of types.entries()) {
    const some = found[index] ?? [];
    const fields = fieldsOfType(type) as readonly ["network"];
    // A search in a batch has no paging.
    const all =
      some.length < mostFound
        ? some
        : await wapi.find(type as "network", { where, fields, onProgress: reading(), signal });
    rows.set(type, all);
  }
  return holdingsOf(rows, ownership);
}

function holdingsOf(rows: ReadonlyMap<string, readonly unknown[]>, { expiryAttribute }: Ownership): Holdings {
  const of = <Row>(type: string) => (rows.get(type) ?? []) as readonly Row[];
  const subnet = (row: SubnetRow) => subnetOf(row, false, expiryAttribute);
  const hosts = of<HostRow>("record:host");
  const isPlaced = (host: HostRow) => hostAddresses(host).length > 0;
  const fixed = [...of<FixedRow>("fixedaddress"), ...of<FixedRow>("ipv6fixedaddress")];
  return {
    subnets: [...of<SubnetRow>("network"), ...of<SubnetRow>("ipv6network")].map(subnet),
    containers: [...of<SubnetRow>("networkcontainer"), ...of<SubnetRow>("ipv6networkcontainer")].map(subnet),
    addresses: addressesOf(hosts.filter(isPlaced), fixed, expiryAttribute),
    hostsWithoutAddresses: hosts.filter((host) => !isPlaced(host)),
  };
}

export function heldAddress(address: Address, ownership: Ownership): Held {
  const { kind, ref, ip, name } = address;
  return { kind, ref, place: ip, name, ...marksOf(address, ownership) };
}

export function heldBlock(kind: "subnet" | "container", block: Subnet, ownership: Ownership): Held {
  return { kind, ref: block.ref, place: block.cidr, name: undefined, ...marksOf(block, ownership) };
}

export function heldHost(row: HostRow, ownership: Ownership): Held {
  return { kind: "host", ref: row._ref, place: "", name: row.name, ...marksOf(row, ownership) };
}

function marksOf(
  thing: Parameters<Ownership["requestIdOf"]>[0],
  ownership: Ownership,
): Pick<Held, "requestId" | "attempt" | "expiresAt"> {
  const expiresAt = expiryIn(thing.extattrs, ownership.expiryAttribute);
  return {
    requestId: ownership.requestIdOf(thing),
    attempt: ownership.tokenOf(thing),
    expiresAt: expiresAt && formatExpiry(expiresAt.getTime()),
  };
}
