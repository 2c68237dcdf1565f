import { type Family, formatAddress } from "../../cidr.js";
import type { RawStep } from "../../wapi/batch.js";
import type { NextAvailable } from "../../wapi/next-available.js";
import type { Intent } from "../engine/intent.js";
import { type AddressSource, networkViewOf } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { SourcePool } from "../sources/source-choices.js";
import { nextAddress } from "./address-drafts.js";
import {
  type AddressPlaceFields,
  addressPlace,
  type ExplicitAddress,
  familyOf,
  type NextAddress,
} from "./address-place.js";
import { addressPool } from "./address-pool.js";
import {
  checkExplicit,
  explainedUse,
  isAddressLookedAt,
  isFreeAgain,
  onlyIfUnused,
  takenBy,
} from "./explicit-address.js";

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

/** The pools that it is taken from: none where it is named. */
export function poolsOfWanted(
  settings: IpamSettings,
  wanted: WantedAddress,
  networkView: string,
): readonly SourcePool[] {
  return wanted.kind === "next" ? [addressPool(settings, wanted, networkView)] : [];
}

/** The address as it is sent, and the steps that must stand before those that use it. */
export function composeWanted(
  wanted: WantedAddress,
  networkView: string,
  sourceOf: (pool: number) => AddressSource,
): { readonly ip: string | NextAvailable<"ip">; readonly before: readonly RawStep[] } {
  if (wanted.kind === "next") {
    return { ip: nextAddress(sourceOf(0), networkView), before: [] };
  }
  const { address, ifInUse } = wanted;
  const before = ifInUse === "fail" ? onlyIfUnused(address, networkView) : [];
  return { ip: formatAddress(address), before };
}

/** What has to be looked at before and after an address that is named is taken. */
export function looksOfWanted(
  settings: IpamSettings,
  wanted: WantedAddress,
  networkView: string,
): Pick<Intent<AddressSource>, "look" | "lookAgain" | "explain" | "takes"> {
  if (wanted.kind === "next") return {};
  const { address } = wanted;
  return {
    takes: takenBy(wanted, networkView),
    explain: (error, signal) => explainedUse(settings, { networkView, signal }, address, error),
    lookAgain: (error, signal) => isFreeAgain(settings, { networkView, signal }, address, error),
    ...(isAddressLookedAt(wanted) && {
      look: (signal) => checkExplicit(settings, { networkView, signal }, wanted),
    }),
  };
}
