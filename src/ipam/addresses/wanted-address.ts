import { type Family, formatAddress, type Address as Ip, type Span } from "../../cidr.js";
import { isInfobloxError } from "../../errors.js";
import type { NextAvailable } from "../../wapi/inline-call.js";
import type { Step } from "../../wapi/step.js";
import type { Intent } from "../engine/intent.js";
import { type AddressSource, spanOfTarget } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { Choice, SourcePool } from "../sources/source-choices.js";
import { explainedZone } from "../zones/missing-zone.js";
import { clientOf } from "./address-client.js";
import {
  addressPlace,
  type ExplicitAddress,
  familyOf,
  type HostClient,
  type NewHostAddress,
  type NextAddress,
} from "./address-place.js";
import { addressPool, nextAddress } from "./address-pool.js";
import {
  checkExplicit,
  explainedUse,
  isAddressLookedAt,
  isFreeAgain,
  onlyIfUnused,
} from "./explicit-address.js";

export type WantedAddress = (NextAddress | ExplicitAddress) & HostClient & { readonly family: Family };

export interface SentAddress extends HostClient {
  readonly family: Family;
  readonly ip: string | NextAvailable<"ip">;
  /** Set if the grid chooses the address. `span` has the addresses that it chooses from, if they are known. */
  readonly chosenFrom?: { readonly span: Span | undefined } | undefined;
}

/**
 * @param field - the name of the sources in the request, for errors
 * @throws {InvalidRequestError} if a field is not valid
 */
export function wantedAddress(settings: IpamSettings, fields: NewHostAddress, field?: string): WantedAddress {
  const place = addressPlace(settings, fields, field);
  const family = familyOf(place);
  return { ...place, family, ...clientOf(fields, family) };
}

/** The pools that the addresses are taken from. A given address has none. */
export function poolsOfWanted(
  settings: IpamSettings,
  wanted: readonly WantedAddress[],
  networkView: string,
): SourcePool[] {
  return wanted.flatMap((one) => (one.kind === "next" ? [addressPool(settings, one, networkView)] : []));
}

/** The message that the pools of addresses are exhausted. For a host with several addresses the grid does not say which one is. */
export function noAddressLeft(choices: readonly Choice[]): string {
  const sources = choices.map(({ pool }) => pool.targets.map(({ text }) => text).join(", "));
  return `No address is free in ${sources.join(" or in ")}.`;
}

/** The addresses in the form that is sent, and the steps that must come before those that use them. */
export function composeWanted(
  wanted: readonly WantedAddress[],
  networkView: string,
  sourceOf: (pool: number) => AddressSource,
): { readonly addresses: readonly SentAddress[]; readonly before: readonly Step<unknown>[] } {
  let pool = 0;
  const addresses = wanted.map((one): SentAddress => {
    const { family, mac, duid } = one;
    if (one.kind === "explicit") return { family, ip: formatAddress(one.address), mac, duid };
    const source = sourceOf(pool);
    pool += 1;
    const ip = nextAddress(source, networkView);
    const isChosenByGrid = typeof ip !== "string";
    return {
      ...{ family, ip, mac, duid },
      ...(isChosenByGrid && { chosenFrom: { span: spanOfTarget(source.target) } }),
    };
  });
  const before = unshared(wanted).flatMap(({ address }) => onlyIfUnused(address, networkView));
  return { addresses, before };
}

interface LookOptions {
  /** Whether the call itself makes the subnet of an address: after a refusal, the grid has no subnet for it. */
  readonly isComing?: (address: Ip) => boolean;
  /** The names that the intent writes, which need a zone. */
  readonly zone?: { readonly names: readonly string[]; readonly dnsView: string } | undefined;
}

export function looksOfWanted(
  settings: IpamSettings,
  wanted: readonly WantedAddress[],
  networkView: string,
  { isComing = () => false, zone }: LookOptions = {},
): Pick<Intent<AddressSource>, "look" | "lookAgain" | "explain" | "takes"> {
  const named = namedAmong(wanted);
  const ofZone: Intent["explain"] =
    zone && ((error, signal) => explainedZone(settings, error, { ...zone, signal }));
  if (named.length === 0) return { explain: ofZone };
  const lookedAt = named.filter(isAddressLookedAt);
  return {
    takes: unshared(wanted).map(({ address }) => ({ networkView, ip: formatAddress(address) })),
    explain: async (error, signal) => {
      for (const { address } of named) {
        const explained = await explainedUse(settings, { networkView, signal }, address, error);
        if (isInfobloxError(explained, "NotFoundError") && isComing(address)) continue;
        if (explained !== error) return explained;
      }
      return ofZone === undefined ? error : ofZone(error, signal);
    },
    lookAgain: async (error, signal) => {
      for (const { address } of named) {
        if (!(await isFreeAgain(settings, { networkView, signal }, address, error))) return false;
      }
      return true;
    },
    ...(lookedAt.length > 0 && {
      look: async (signal) => {
        for (const one of lookedAt) await checkExplicit(settings, { networkView, signal }, one);
      },
    }),
  };
}

/** The given addresses that no other object may have. */
function unshared(wanted: readonly WantedAddress[]): ExplicitAddress[] {
  return namedAmong(wanted).filter(({ ifInUse }) => ifInUse === "fail");
}

/** The given addresses, without those that are chosen. */
export function namedAmong(wanted: readonly WantedAddress[]): (WantedAddress & ExplicitAddress)[] {
  return wanted.filter((one) => one.kind === "explicit");
}
