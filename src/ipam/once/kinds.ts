import { type Family, parseSpan } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { ListLimits } from "../../wapi/list-options.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { addressesOf } from "../addresses/holders.js";
import type { MarkCriteria } from "../ownership.js";
import type { Address, AddressType, ContainerType, Subnet, SubnetType } from "../results.js";
import {
  type FixedRow4,
  type FixedRow6,
  fixedFields4,
  fixedFields6,
  type HostRow,
  hostFields,
  type SubnetRow,
  subnetFields,
  subnetOf,
} from "../rows.js";
import { holderType } from "../sources/targets.js";

/** What a request makes, as far as it has to be told from others like it. */
export interface Made {
  readonly ref: Ref<AddressType | SubnetType>;
  readonly family: Family;
  readonly networkView: string;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

/** Where marked objects are looked for. */
export type MarkedIn = MarkCriteria & { readonly network_view: string };

type Limits = Pick<ListLimits, "limit" | "failAbove">;

/** The two kinds of things that requests make, and that request ids stand for. */
export interface Kind<T extends Made> {
  readonly noun: "subnet" | "address";
  /** One search for each object type that a mark of this kind may be on. */
  readonly searches: (where: MarkedIn, limitsOf: (type: string) => Limits) => readonly Step<unknown>[];
  /** What they found. */
  readonly read: (results: readonly unknown[], expiry: string | undefined) => T[];
  /** Finds this very thing, if it still has this mark. */
  readonly search: (thing: T, mark: MarkCriteria) => Step<unknown, AddressType | SubnetType | ContainerType>;
  /** What its address is called. */
  readonly placeOf: (thing: T) => string;
}

/** Subnets; and what they become when they are divided. */
export const subnetKind: Kind<Subnet> = {
  noun: "subnet",
  searches: (where, limitsOf) =>
    (["network", "ipv6network", "networkcontainer", "ipv6networkcontainer"] as const).map((type) =>
      step.find(type, { where, fields: subnetFields, ...limitsOf(type) }),
    ),
  read: (results, expiry) => (results as SubnetRow[][]).flat().map((row) => subnetOf(row, false, expiry)),
  search({ cidr, family, networkView }, mark) {
    const where = { ...mark, network: cidr, network_view: networkView };
    return step.find(holderType("network", family), { where, fields: ["network"], limit: 1 });
  },
  placeOf: ({ cidr }) => cidr,
};

/** Subnets of one family, as they are shared by attributes. */
export function sharedSubnetKind(family: Family): Kind<Subnet> {
  const type = holderType("network", family);
  return {
    ...subnetKind,
    searches: (where, limitsOf) => [step.find(type, { where, fields: subnetFields, ...limitsOf(type) })],
  };
}

/** Hosts, fixed addresses and reservations. */
export const addressKind: Kind<Address> = {
  noun: "address",
  searches: (where, limitsOf) => [
    step.find("record:host", { where, fields: hostFields, ...limitsOf("record:host") }),
    step.find("fixedaddress", { where, fields: fixedFields4, ...limitsOf("fixedaddress") }),
    step.find("ipv6fixedaddress", { where, fields: fixedFields6, ...limitsOf("ipv6fixedaddress") }),
  ],
  read([hosts, fixed4, fixed6], expiry) {
    return addressesOf(hosts as HostRow[], [...(fixed4 as FixedRow4[]), ...(fixed6 as FixedRow6[])], expiry);
  },
  search({ kind, ip, family, networkView }, mark) {
    const where = { ...mark, network_view: networkView };
    const options = { fields: ["network_view"], limit: 1 } as const;
    if (family === 4) {
      return kind === "host"
        ? step.find("record:host", { where: { ...where, ipv4addr: ip }, ...options })
        : step.find("fixedaddress", { where: { ...where, ipv4addr: ip }, ...options });
    }
    return kind === "host"
      ? step.find("record:host", { where: { ...where, ipv6addr: ip }, ...options })
      : step.find("ipv6fixedaddress", { where: { ...where, ipv6addr: ip }, ...options });
  },
  placeOf: ({ ip }) => ip,
};

/** Lowest address first, then by reference: an order in which everybody sees the same things alike. */
export function inOrder<T extends Made>(kind: Kind<T>, things: readonly T[]): T[] {
  const startOf = (thing: T) => parseSpan(kind.placeOf(thing))?.first ?? 0n;
  return [...things].sort((one, other) => {
    const [left, right] = [startOf(one), startOf(other)];
    if (left !== right) return left < right ? -1 : 1;
    return one.ref < other.ref ? -1 : 1;
  });
}
