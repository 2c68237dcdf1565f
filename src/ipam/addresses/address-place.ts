import { contains, type Family, formatAddress, type Address as Ip, mergeSpans, spanOf } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { PoolStrategy, Sources } from "../requests/sources.js";
import { checkedAddress } from "../requests/syntax.js";
import { parseTargets, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { parseExclusions } from "../sources/exclusions.js";
import { checkInside } from "../sources/inside.js";
import type { Wanted } from "../sources/pool.js";
import { type AddressPolicy, policyExclusions } from "./address-policy.js";

/** The fields that say which address is wanted: the next free one of a source, or a given one. */
export interface AddressPlaceFields extends AddressPolicy {
  /** Subnets, ranges and pools. The first with a free address is used. */
  readonly from?: Sources | undefined;
  /** The order in which sources are tried. Default: the strategy of the pool if `from` is one pool, else `"first"`. */
  readonly strategy?: PoolStrategy | undefined;
  /** This address. With `from`, it must lie there. */
  readonly ip?: string | undefined;
  /** Addresses, CIDRs and ranges that are not taken. */
  readonly exclude?: string | readonly string[] | undefined;
  /**
   * Whether to refuse an address in a DHCP range or reserved range. The next address of a subnet never lies in one. For a given
   * `ip`, the check costs one more request. Default: `false`.
   */
  readonly avoidRanges?: boolean | undefined;
  /** Whether to refuse (`"fail"`) or share (`"allow"`) a given `ip` that another object uses. Default: `"fail"`. */
  readonly ifInUse?: "fail" | "allow" | undefined;
}

/** The client that DHCP gives an address to. */
export interface HostClient {
  /** The MAC address of an IPv4 client, so that DHCP gives it this address. */
  readonly mac?: string | undefined;
  /** The DUID of an IPv6 client, so that DHCP gives it this address. */
  readonly duid?: string | undefined;
}

/** One of several addresses of a new host: the next free one of a source, or a given one. */
export interface NewHostAddress extends AddressPlaceFields, HostClient {}

export interface NextAddress extends Pick<Wanted, "targets" | "strategy" | "exclude"> {
  readonly kind: "next";
}

export interface ExplicitAddress {
  readonly kind: "explicit";
  readonly address: Ip;
  /** The sources that it must lie in, if the request names any. */
  readonly targets: readonly Target[];
  readonly ifInUse: "fail" | "allow";
  readonly avoidRanges: boolean;
}

/**
 * @param field - the name of the sources in the request, for errors
 * @throws {InvalidRequestError} if a field is not valid
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

/** @param family - the family of the exclusions; left out, that of the first source */
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

export function familyOf(place: NextAddress | ExplicitAddress): Family {
  return place.kind === "explicit" ? place.address.family : (place.targets[0]?.family ?? 4);
}
