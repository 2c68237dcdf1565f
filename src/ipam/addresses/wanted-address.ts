import { type Family, formatAddress } from "../../cidr.js";
import type { RawStep } from "../../wapi/batch.js";
import type { NextAvailable } from "../../wapi/next-available.js";
import type { IpamSettings } from "../settings.js";
import { takeFromFirst } from "../sources/pool.js";
import { networkViewOf } from "../sources/targets.js";
import { nextAddress } from "./address-drafts.js";
import {
  type AddressPlaceFields,
  addressPlace,
  type ExplicitAddress,
  familyOf,
  type NextAddress,
} from "./address-place.js";
import { fromSource } from "./address-sources.js";
import { checkExplicit, explainedUse, onlyIfUnused } from "./explicit-address.js";

/** Which address something that exists, or that isn't a host or fixed address, is to have. */
export type WantedAddress = (NextAddress | ExplicitAddress) & { readonly family: Family };

/**
 * @param field - what the request calls its sources
 * @throws {InvalidRequestError} that names the field, its value and a valid one
 */
export function wantedAddress(
  settings: IpamSettings,
  fields: AddressPlaceFields,
  field?: string,
): WantedAddress {
  const place = addressPlace(settings, fields, field);
  return { ...place, family: familyOf(place) };
}

/** The network view that the address is in: the one named, else that of its sources, else the usual one. */
export function networkViewOfWanted(wanted: WantedAddress, named: string | undefined, usual: string): string {
  return networkViewOf(wanted.targets, named, usual);
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
  await checkExplicit(settings, where, wanted);
  const { address, ifInUse } = wanted;
  const ip = formatAddress(address);
  if (ifInUse === "allow") return take(ip, []);
  try {
    return await take(ip, onlyIfUnused(address, networkView));
  } catch (error) {
    throw await explainedUse(settings, where, address, error);
  }
}
