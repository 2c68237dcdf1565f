import { type Family, formatAddress, type Address as Ip, parseAddress } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { addressKind } from "../engine/kinds.js";
import { type Compared, differing } from "../engine/request-mismatch.js";
import { type Address, type AddressType, withSource } from "../objects/results.js";
import type { Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { SourcedIntent } from "../sources/source-choices.js";
import { viewOfHosts } from "../zones/missing-zone.js";
import { addressDraft } from "./address-drafts.js";
import type { AddressOrder } from "./address-order.js";
import {
  composeWanted,
  looksOfWanted,
  namedAmong,
  poolsOfWanted,
  type WantedAddress,
} from "./wanted-address.js";

/** What the call of an address makes, too. */
export interface OfCall {
  /** Whether it makes a target, so that nothing can be looked up in it before. */
  readonly makesTarget: (target: Target) => boolean;
  /** Whether it makes the subnet of an address. */
  readonly makesSubnetOf: (address: Ip) => boolean;
}

const nothing: OfCall = { makesTarget: () => false, makesSubnetOf: () => false };

export function addressIntent(
  settings: IpamSettings,
  order: AddressOrder,
  naming: Pick<SourcedIntent, "name" | "requestId">,
  ofCall = nothing,
): SourcedIntent {
  const { wanted, networkView } = order;
  return {
    ...naming,
    noun: "address",
    tracked: { kind: addressKind, type: addressTypeOf(order), view: { network_view: networkView } },
    isChosen: wanted.some(({ kind }) => kind === "next"),
    pools: poolsOfWanted(settings, wanted, networkView),
    ...looksOf(settings, order, ofCall),
    differences: (existing) => addressDifferences(order, existing as Address),
    compose: ({ sourceOf, marks }) => {
      const { addresses, before } = composeWanted(wanted, networkView, sourceOf);
      const { expiryAttribute } = settings.ownership;
      const draft = addressDraft(order, addresses, networkView, marks(order), expiryAttribute);
      // The sources that are tried now, as the request names them.
      const next = wanted.filter(({ kind }) => kind === "next");
      const source = next.map((_, pool) => sourceOf(pool).target.text).join(", ") || undefined;
      return {
        steps: [...before, draft.step, ...draft.more],
        main: draft.step,
        read: (results) => withSource(draft.read(results.at(-1)), source),
      };
    },
  };
}

export function addressTypeOf({ kind, wanted }: AddressOrder): AddressType {
  if (kind === "host") return "record:host";
  return firstFamilyOf(wanted) === 4 ? "fixedaddress" : "ipv6fixedaddress";
}

/** The family of the first address in the result: IPv4 if there is an IPv4 address. */
export function firstFamilyOf(wanted: readonly WantedAddress[]): 4 | 6 {
  return wanted.every(({ family }) => family === 6) ? 6 : 4;
}

function looksOf(
  settings: IpamSettings,
  order: AddressOrder,
  { makesTarget, makesSubnetOf }: OfCall,
): Pick<SourcedIntent, "look" | "lookAgain" | "explain" | "takes"> {
  const { wanted, networkView, name = "", aliases = [] } = order;
  const dnsView = viewOfHosts(order.dnsView, networkView);
  const zone = order.kind === "host" && order.dns ? { names: [name, ...aliases], dnsView } : undefined;
  // A target that the call itself makes cannot be looked at before.
  const looked = wanted.map((one) => (one.targets.some(makesTarget) ? { ...one, targets: [] } : one));
  return looksOfWanted(settings, looked, networkView, { isComing: makesSubnetOf, zone });
}

/** The differences between an address and the request with its id. Fields that the request leaves out are not compared. */
function addressDifferences(order: AddressOrder, address: Address): RequestDifference[] {
  const { kind, name, mac, duid, dns } = order;
  const spelled = (text: string | undefined) => (kind === "host" && dns ? text?.toLowerCase() : text);
  return differing([
    ["kind", kind, address.kind],
    ...missingFamily(order, address),
    ...explicitIps(order, address),
    ...(name === undefined || spelled(name) === spelled(address.name)
      ? []
      : [["name", name, address.name] as const]),
    ...(mac === undefined ? [] : [["mac", mac, address.mac?.toLowerCase()] as const]),
    ...(duid === undefined ? [] : [["duid", duid, address.duid?.toLowerCase()] as const]),
  ]);
}

function explicitIps({ wanted }: AddressOrder, { ips }: Address): readonly Compared[] {
  return namedAmong(wanted).flatMap(({ address }) => {
    const ip = formatAddress(address);
    return ips.includes(ip) ? [] : [["ip", ip, ips.join(", ")] as const];
  });
}

/** A difference if the host has fewer addresses of a family than requested. It may have more: others may have added them. */
function missingFamily({ wanted }: AddressOrder, { ips }: Address): readonly Compared[] {
  const families = ips.flatMap((ip) => parseAddress(ip)?.family ?? []);
  const count = (all: readonly Family[], family: Family) => all.filter((one) => one === family).length;
  const asked = wanted.map(({ family }) => family);
  const missing = asked.find((family) => !families.includes(family));
  if (missing !== undefined) return [["family", missing, families[0]]];
  const tooFew = asked.some((family) => count(asked, family) > count(families, family));
  return tooFew ? [["addresses", wanted.length, ips.length]] : [];
}
