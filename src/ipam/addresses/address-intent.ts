import { formatAddress } from "../../cidr.js";
import { addressKind } from "../engine/kinds.js";
import { type Address, type AddressType, withSource } from "../objects/results.js";
import type { AddressSource, Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { SourcedIntent, SourcePool } from "../sources/source-choices.js";
import { explainedZone, viewOfHosts } from "../zones/missing-zone.js";
import { addressDifferences } from "./address-differences.js";
import { addressDraft, nextAddress, type WantedAddresses } from "./address-drafts.js";
import type { AddressOrder, AddressPlace } from "./address-order.js";
import { addressPool } from "./address-pool.js";
import {
  checkExplicit,
  explainedUse,
  isAddressLookedAt,
  isFreeAgain,
  onlyIfUnused,
  takenBy,
} from "./explicit-address.js";

/** An address, as something that a call is to make. */
export function addressIntent(
  settings: IpamSettings,
  order: AddressOrder,
  naming: Pick<SourcedIntent, "name" | "requestId">,
  isOfCall: (target: Target) => boolean = () => false,
): SourcedIntent {
  const { place, networkView } = order;
  return {
    ...naming,
    noun: "address",
    tracked: { kind: addressKind, type: addressTypeOf(order), view: { network_view: networkView } },
    isChosen: place.kind !== "explicit",
    takes: takenBy(place, networkView),
    pools: poolsOf(settings, order),
    ...looksOf(settings, order, isOfCall),
    differences: (existing) => addressDifferences(order, existing as Address),
    compose: ({ sourceOf, marks }) => {
      const wanted = wantedOf(order, sourceOf);
      const { expiryAttribute } = settings.ownership;
      const draft = addressDraft(order, wanted, networkView, marks(order), expiryAttribute);
      const source = sourceText(place, sourceOf);
      const guards =
        place.kind === "explicit" && place.ifInUse === "fail" ? onlyIfUnused(place.address, networkView) : [];
      return {
        steps: [...guards, draft.step],
        main: draft.step,
        read: (results) => withSource(draft.read(results.at(-1)), source),
      };
    },
  };
}

/** Which sources are tried now, as they were given. */
function sourceText(place: AddressPlace, sourceOf: (pool: number) => AddressSource): string | undefined {
  if (place.kind === "explicit") return undefined;
  const pools = place.kind === "dual" ? [0, 1] : [0];
  return pools.map((pool) => sourceOf(pool).target.text).join(", ");
}

/** The object type that an address is made into. */
export function addressTypeOf({ kind, place }: AddressOrder): AddressType {
  if (kind === "host") return "record:host";
  return firstFamilyOf(place) === 4 ? "fixedaddress" : "ipv6fixedaddress";
}

/** Of a dual-stack host: IPv4, which comes first. */
export function firstFamilyOf(place: AddressPlace): 4 | 6 {
  if (place.kind === "explicit") return place.address.family;
  return place.kind === "next" ? (place.targets[0]?.family ?? 4) : 4;
}

function poolsOf(settings: IpamSettings, { place, networkView }: AddressOrder): SourcePool[] {
  const places = place.kind === "explicit" ? [] : place.kind === "dual" ? [place.ipv4, place.ipv6] : [place];
  return places.map((one) => addressPool(settings, one, networkView));
}

function looksOf(
  settings: IpamSettings,
  order: AddressOrder,
  isOfCall: (target: Target) => boolean,
): Pick<SourcedIntent, "look" | "lookAgain" | "explain"> {
  const { place, networkView, name = "", aliases = [] } = order;
  const dnsView = viewOfHosts(order.dnsView, networkView);
  const zoned: SourcedIntent["explain"] = async (error, signal) =>
    order.kind === "host" && order.dns
      ? explainedZone(settings, error, { names: [name, ...aliases], dnsView, signal })
      : error;
  if (place.kind !== "explicit") return { explain: zoned };
  // Where the call itself makes one of them, what lies there is known only afterwards.
  const targets = place.targets.some(isOfCall) ? [] : place.targets;
  const { address } = place;
  return {
    explain: async (error, signal) =>
      zoned(await explainedUse(settings, { networkView, signal }, address, error), signal),
    lookAgain: (error, signal) => isFreeAgain(settings, { networkView, signal }, address, error),
    ...(isAddressLookedAt({ ...place, targets }) && {
      look: (signal) => checkExplicit(settings, { networkView, signal }, { ...place, targets }),
    }),
  };
}

function wantedOf(
  { place, networkView }: AddressOrder,
  sourceOf: (pool: number) => AddressSource,
): WantedAddresses {
  const next = (pool: number) => {
    const source = sourceOf(pool);
    const value = nextAddress(source, networkView);
    return source.target.family === 4 ? { ipv4: value } : { ipv6: value };
  };
  if (place.kind === "next") return next(0);
  if (place.kind === "dual") return { ...next(0), ...next(1) };
  const ip = formatAddress(place.address);
  return place.address.family === 4 ? { ipv4: ip } : { ipv6: ip };
}
