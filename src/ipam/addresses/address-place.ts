import {
  contains,
  type Family,
  formatAddress,
  type Address as Ip,
  mergeSpans,
  type Span,
} from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { PoolStrategy, Sources } from "../requests/sources.js";
import { checkedAddress } from "../requests/syntax.js";
import { parseTargets, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { parseExclusions } from "../sources/exclusions.js";
import { checkInside } from "../sources/inside.js";
import { type AddressPolicy, policyExclusions } from "./address-policy.js";

/** Which address is wanted: the next free one of a source, or one that is named. */
export interface AddressPlaceFields extends AddressPolicy {
  /** Subnets, ranges and pools, in order: the next free address of the first that has one. */
  readonly from?: Sources | undefined;
  /** In which order sources are tried; left out, that of a pool that is named alone, else as they stand. */
  readonly strategy?: PoolStrategy | undefined;
  /** This address and no other; with `from`, one that must lie there. */
  readonly ip?: string | undefined;
  /** Addresses, CIDRs and ranges not to take. */
  readonly exclude?: string | readonly string[] | undefined;
  /**
   * Refuse an address that lies in a DHCP or reserved range. A grid's next address of a subnet never does; for an explicit
   * `ip` this costs one more request.
   */
  readonly avoidRanges?: boolean | undefined;
  /** For an explicit `ip`: refuse (`"fail"`, the default) or share an address that something uses already. */
  readonly ifInUse?: "fail" | "allow" | undefined;
}

/** The client that DHCP gives an address to. */
export interface HostClient {
  /** Of an IPv4 address. */
  readonly mac?: string | undefined;
  /** Of an IPv6 address. */
  readonly duid?: string | undefined;
}

/** One of several addresses of a new host: the next free one of a source, or one that is named. */
export interface NewHostAddress extends AddressPlaceFields, HostClient {}

export interface NextAddress {
  readonly kind: "next";
  readonly targets: readonly Target[];
  readonly strategy: PoolStrategy;
  readonly exclude: readonly Span[];
}

export interface ExplicitAddress {
  readonly kind: "explicit";
  readonly address: Ip;
  /** What it must lie in, as far as that was said. */
  readonly targets: readonly Target[];
  readonly ifInUse: "fail" | "allow";
  readonly avoidRanges: boolean;
}

/**
 * @param field - what the request calls its sources
 * @throws {InvalidRequestError} that names the field, its value and a valid one
 */
export function addressPlace(
  settings: IpamSettings,
  fields: AddressPlaceFields,
  field = "from",
): NextAddress | ExplicitAddress {
  const { ip, from } = fields;
  if (ip !== undefined) return explicitAddress(settings, fields, ip, field);
  if (from === undefined) throw invalid(field, from, "is needed, unless ip names the address", "10.0.7.0/24");
  return nextAddressOf(settings, fields, from, field);
}

/** @param family - of what is excluded, where the sources needn't be of one; theirs otherwise */
export function nextAddressOf(
  { pools }: IpamSettings,
  fields: Omit<AddressPlaceFields, "ip" | "from">,
  from: Sources,
  field: string,
  family?: Family,
): NextAddress {
  const { strategy, ...sources } = pools.sourcesOf(from, fields.strategy, field);
  const targets = parseTargets(sources.from, ["network", "range"], field);
  const range = targets.find(
    (target) => target.kind === "range" || (target.kind === "ref" && target.holds === "range"),
  );
  if (fields.avoidRanges && range)
    throw invalid("avoidRanges", fields.avoidRanges, `${range.text} is a range itself`, false);
  const named = parseExclusions(fields.exclude, family ?? targets[0]?.family ?? 4);
  const exclude = mergeSpans([...named, ...policyExclusions(targets, fields)]);
  return { kind: "next", targets, strategy, exclude };
}

function explicitAddress(
  { pools }: IpamSettings,
  fields: AddressPlaceFields,
  ip: string,
  field: string,
): ExplicitAddress {
  const { from, exclude, ifInUse = "fail", avoidRanges = false } = fields;
  const address = checkedAddress("ip", ip);
  if (parseExclusions(exclude, address.family).some((span) => contains(span, address))) {
    const example = formatAddress({ ...address, value: address.value + 1n });
    throw invalid("ip", ip, "is excluded by the same request", example);
  }
  const sources = from === undefined ? undefined : pools.sourcesOf(from, undefined, field).from;
  const targets = sources === undefined ? [] : parseTargets(sources, ["network", "range"], field);
  checkInside({ field: "ip", text: ip, span: spanOf(address), targets });
  return { kind: "explicit", address, targets, ifInUse, avoidRanges };
}

/** An address alone. */
export function spanOf({ family, value }: Ip): Span {
  return { family, first: value, last: value };
}

/** The family of the address that is wanted. */
export function familyOf(place: NextAddress | ExplicitAddress): Family {
  return place.kind === "explicit" ? place.address.family : (place.targets[0]?.family ?? 4);
}
