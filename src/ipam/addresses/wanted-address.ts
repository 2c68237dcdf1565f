import { contains, type Family, formatAddress, type Address as Ip, type Span } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { NextAvailable } from "../../wapi/next-available.js";
import type { IpamSettings } from "../settings.js";
import { parseExclusions } from "../sources/exclusions.js";
import { takeFromFirst } from "../sources/pool.js";
import { networkViewOf, parseTargets, type Source, type Target } from "../sources/targets.js";
import { checkedAddress } from "../syntax.js";
import { nextAddress } from "./address-drafts.js";
import { fromSource } from "./address-sources.js";
import { explainedUse, onlyIfUnused } from "./explicit-address.js";

/** Which address something that exists, or that isn't a host or fixed address, is to have. */
export interface WantedAddressFields {
  /** Subnets and ranges, tried in order: the next free address of the first that has one. */
  readonly from?: Source | readonly Source[] | undefined;
  /** This address and no other. */
  readonly ip?: string | undefined;
  /** Addresses, CIDRs and ranges not to take. */
  readonly exclude?: string | readonly string[] | undefined;
  /** For an explicit `ip`: refuse (`"fail"`, the default) or share an address that something uses already. */
  readonly ifInUse?: "fail" | "allow" | undefined;
}

/** The same, understood. */
export type WantedAddress =
  | {
      readonly kind: "explicit";
      readonly family: Family;
      readonly address: Ip;
      readonly ifInUse: "fail" | "allow";
    }
  | {
      readonly kind: "next";
      readonly family: Family;
      readonly targets: readonly Target[];
      readonly exclude: readonly Span[];
    };

/** @throws {InvalidRequestError} that names the field, its value and a valid one */
export function wantedAddress({ from, ip, exclude, ifInUse = "fail" }: WantedAddressFields): WantedAddress {
  if (ip !== undefined) {
    const address = checkedAddress("ip", ip);
    if (from !== undefined)
      throw invalid("from", from, "ip names the address already; leave one of them out", undefined);
    if (parseExclusions(exclude, address.family).some((span) => contains(span, address))) {
      throw invalid("ip", ip, "is excluded by the same request", undefined);
    }
    return { kind: "explicit", family: address.family, address, ifInUse };
  }
  if (from === undefined)
    throw invalid("from", from, "is needed, unless ip names the address", "10.0.7.0/24");
  const targets = parseTargets(from, ["network", "range"]);
  const family = targets[0]?.family ?? 4;
  return { kind: "next", family, targets, exclude: parseExclusions(exclude, family) };
}

/** The network view that the address is in: the one named, else that of its sources, else the usual one. */
export function networkViewOfWanted(wanted: WantedAddress, named: string | undefined, usual: string): string {
  return networkViewOf(wanted.kind === "next" ? wanted.targets : [], named, usual);
}

/**
 * Has an address taken: by a `request` with these steps before those that use it.
 *
 * @param take - sends one `request` that takes the address, or leaves nothing behind
 */
export async function takeWanted<T>(
  settings: IpamSettings,
  wanted: WantedAddress,
  where: { readonly networkView: string; readonly signal?: AbortSignal | undefined },
  take: (ip: string | NextAvailable<"ip">, before: readonly RawStep[]) => Promise<T>,
): Promise<T> {
  const { networkView, signal } = where;
  if (wanted.kind === "next") {
    return takeFromFirst(settings, {
      ...wanted,
      strategy: "first",
      wanted: "address",
      queried: "network",
      networkView,
      signal,
      take: (target) =>
        fromSource(settings, where, { target, exclude: wanted.exclude }, (source) =>
          take(nextAddress(source.target, source.exclude, networkView), []),
        ),
    });
  }
  const { address, ifInUse } = wanted;
  const ip = formatAddress(address);
  if (ifInUse === "allow") return take(ip, []);
  try {
    return await take(ip, [onlyIfUnused(address, networkView)]);
  } catch (error) {
    throw await explainedUse(settings, where, address, error);
  }
}
