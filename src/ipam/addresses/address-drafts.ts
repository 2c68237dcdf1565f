import { firstOf, formatAddress, formatBlock, lastOf } from "../../cidr.js";
import { type NextAvailable, nextAvailableIp } from "../../wapi/next-available.js";
import { type Step, step } from "../../wapi/step.js";
import type { Creatable, FieldName, Row } from "../../wapi/types.js";
import type { Marks } from "../marks/ownership.js";
import { newReservationDuid } from "../objects/reservations.js";
import type { Address, AddressType } from "../objects/results.js";
import {
  addressOfFixed4,
  addressOfFixed6,
  addressOfHost,
  fixedFields4,
  fixedFields6,
  hostFields,
} from "../objects/rows.js";
import { dhcpFields } from "../requests/dhcp-settings.js";
import { type AddressSource, holderType, spanOfTarget } from "../requests/targets.js";
import { excludedAddresses } from "../sources/exclusions.js";
import { whereOf } from "../sources/source-query.js";
import type { AddressIdentity } from "./address-order.js";

/** The addresses of one object: one, or two of a dual-stack host. Given, or the next available one. */
export interface WantedAddresses {
  readonly ipv4?: string | NextAvailable<"ip"> | undefined;
  readonly ipv6?: string | NextAvailable<"ip"> | undefined;
}

/** An object to be created, as a step of a request. */
export interface AddressDraft {
  readonly type: AddressType;
  readonly step: Step<unknown>;
  /** Reads what the step gave. */
  readonly read: (result: unknown) => Address;
}

/** What a request asks to be created. */
export function addressDraft(
  identity: AddressIdentity,
  wanted: WantedAddresses,
  networkView: string,
  marks: Marks,
  expiry: string | undefined,
): AddressDraft {
  const common = { ...identity.fields, ...marks, network_view: networkView, ...nameOf(identity) };
  if (identity.kind === "host") return hostDraft(identity, wanted, common, expiry);
  return wanted.ipv6 === undefined
    ? draft("fixedaddress", fixed4(identity, wanted, common), fixedFields4, addressOfFixed4, expiry)
    : draft("ipv6fixedaddress", fixed6(identity, wanted, common), fixedFields6, addressOfFixed6, expiry);
}

/** The next address of a source, which the grid chooses while it creates the object that takes it; or the one chosen beforehand. */
export function nextAddress(
  { target, exclude, ip }: AddressSource,
  networkView: string,
): string | NextAvailable<"ip"> {
  if (ip !== undefined) return ip;
  const common = { networkView, exclude: excludedAddresses(exclude, spanOfTarget(target)) };
  switch (target.kind) {
    case "block":
      return nextAvailableIp({ ...common, network: formatBlock(target.block) });
    case "range": {
      const [first, last] = [firstOf(target.span), lastOf(target.span)].map(formatAddress);
      return nextAvailableIp({ ...common, range: `${first}-${last}` });
    }
    case "ref":
      return target.holds === "range"
        ? nextAvailableIp({ ...common, range: target.ref })
        : nextAvailableIp({ ...common, network: target.ref });
    case "query":
      return nextAvailableIp({
        ...common,
        search: holderType("network", target.family),
        where: whereOf(target, networkView),
      });
  }
}

function draft<T extends AddressType, const F extends FieldName<T>>(
  type: T,
  values: Creatable<T>,
  fields: readonly F[],
  read: (row: Row<T, F>, created: boolean, expiry: string | undefined) => Address,
  expiry: string | undefined,
): AddressDraft {
  return {
    type,
    step: step.create<T, F>(type, values, { fields }),
    read: (result) => read(result as Row<T, F>, true, expiry),
  };
}

type Common = Readonly<Record<string, unknown>>;

function hostDraft(
  identity: AddressIdentity,
  { ipv4, ipv6 }: WantedAddresses,
  common: Common,
  expiry: string | undefined,
): AddressDraft {
  const { name = "", mac, duid, dns, dnsView, aliases, ttl, dhcp } = identity;
  const values = {
    ...common,
    name,
    configure_for_dns: dns,
    ...(dns && dnsView !== undefined && { view: dnsView }),
    ...(aliases !== undefined && { aliases }),
    // A host's TTL holds only together with its switch.
    ...(ttl !== undefined && { ttl, use_ttl: true }),
    ...(ipv4 !== undefined && {
      ipv4addrs: [{ ipv4addr: ipv4, ...dhcpFor("mac", mac), ...dhcpFields(4, dhcp) }],
    }),
    ...(ipv6 !== undefined && {
      ipv6addrs: [{ ipv6addr: ipv6, ...dhcpFor("duid", duid), ...dhcpFields(6, dhcp) }],
    }),
  };
  return draft("record:host", values, hostFields, addressOfHost, expiry);
}

/** DHCP serves an address of a host only when told to, whether or not it knows the client. */
function dhcpFor(field: "mac" | "duid", client: string | undefined): object {
  return client === undefined ? { configure_for_dhcp: false } : { [field]: client, configure_for_dhcp: true };
}

function fixed4(
  { mac, dhcp }: AddressIdentity,
  { ipv4 }: WantedAddresses,
  common: Common,
): Creatable<"fixedaddress"> {
  const client = mac === undefined ? { match_client: "RESERVED" } : { match_client: "MAC_ADDRESS", mac };
  return { ...dhcpFields(4, dhcp), ...common, ...client, ipv4addr: ipv4 } as Creatable<"fixedaddress">;
}

function fixed6(
  { duid, dhcp }: AddressIdentity,
  { ipv6 }: WantedAddresses,
  common: Common,
): Creatable<"ipv6fixedaddress"> {
  return {
    ...dhcpFields(6, dhcp),
    ...common,
    duid: duid ?? newReservationDuid(),
    ipv6addr: ipv6,
  } as Creatable<"ipv6fixedaddress">;
}

function nameOf({ name }: AddressIdentity): { name?: string } {
  return name === undefined ? {} : { name };
}
