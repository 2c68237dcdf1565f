import { type Family, overlaps } from "../../cidr.js";
import { listChange } from "../../wapi/list-change.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Creatable, FieldName, Row, Updatable } from "../../wapi/types.js";
import type { Marks } from "../marks/ownership.js";
import { newReservationDuid } from "../objects/reservations.js";
import type { Address, AddressType } from "../objects/results.js";
import { addressOfFixed, addressOfHost, fixedFields4, fixedFields6, hostFields } from "../objects/rows.js";
import { dhcpFields, type NewDhcp } from "../requests/dhcp-settings.js";
import { clientOf } from "./address-client.js";
import type { AddressIdentity } from "./address-order.js";
import type { SentAddress } from "./wanted-address.js";

interface AddressDraft {
  readonly step: Step<unknown>;
  /** The steps that follow it in the same request. */
  readonly more: readonly Step<unknown>[];
  /** Reads the result of the last of these steps. */
  readonly read: (result: unknown) => Address;
}

export function addressDraft(
  identity: AddressIdentity,
  addresses: readonly SentAddress[],
  networkView: string,
  marks: Marks,
  expiry: string | undefined,
): AddressDraft {
  const { name, mac, duid, dhcp, fields } = identity;
  const named = { ...fields, ...marks, network_view: networkView, ...(name !== undefined && { name }) };
  if (identity.kind === "host") return hostDraft(identity, addresses, named, expiry);
  const [{ family, ip }] = addresses as readonly [SentAddress];
  const common = { ...dhcpFields(family, dhcp), ...named };
  if (family === 6) {
    const client = { duid: duid ?? newReservationDuid() };
    const values = { ...common, ...client, ipv6addr: ip } as Creatable<"ipv6fixedaddress">;
    return draft("ipv6fixedaddress", values, fixedFields6, addressOfFixed, expiry);
  }
  const client = mac === undefined ? { match_client: "RESERVED" } : { match_client: "MAC_ADDRESS", mac };
  const values = { ...common, ...client, ipv4addr: ip } as Creatable<"fixedaddress">;
  return draft("fixedaddress", values, fixedFields4, addressOfFixed, expiry);
}

function draft<T extends AddressType, const F extends FieldName<T>>(
  type: T,
  values: Creatable<T>,
  fields: readonly F[],
  read: (row: Row<T, F>, created: boolean, expiry: string | undefined) => Address,
  expiry: string | undefined,
): AddressDraft {
  return {
    step: step.create<T, F>(type, values, { fields }),
    more: [],
    read: (result) => read(result as Row<T, F>, true, expiry),
  };
}

/**
 * The create of a host has all its addresses, unless the grid chooses two of them from overlapping sources: it is not known
 * whether the two choices within one object see each other. Then the second one and later ones follow in steps of their own.
 */
function hostDraft(
  identity: AddressIdentity,
  addresses: readonly SentAddress[],
  common: Readonly<Record<string, unknown>>,
  expiry: string | undefined,
): AddressDraft {
  const { name = "", dns, dnsView, aliases, ttl, dhcp } = identity;
  const following = addresses.filter((one, index) =>
    addresses.slice(0, index).some((other) => mayChooseAlike(one, other)),
  );
  const first = addresses.filter((one) => !following.includes(one));
  const values = {
    ...common,
    name,
    configure_for_dns: dns,
    ...(dns && dnsView !== undefined && { view: dnsView }),
    ...(aliases !== undefined && { aliases }),
    // A grid ignores `ttl` without `use_ttl`.
    ...(ttl !== undefined && { ttl, use_ttl: true }),
    ...hostEntries(first, dhcp),
  };
  const made = draft("record:host", values, hostFields, addressOfHost, expiry);
  const more = following.map((one) =>
    step.update(made.step.ref as Ref<"record:host">, hostChanges({ add: [one], dhcp }), {
      fields: hostFields,
    }),
  );
  return { ...made, more };
}

function mayChooseAlike({ family, chosenFrom: one }: SentAddress, other: SentAddress): boolean {
  if (one === undefined || other.chosenFrom === undefined || family !== other.family) return false;
  const { span } = other.chosenFrom;
  return one.span === undefined || span === undefined || overlaps(one.span, span);
}

interface HostEdits {
  readonly add?: readonly SentAddress[];
  readonly remove?: readonly string[];
  /** The DHCP settings of the added addresses. */
  readonly dhcp?: NewDhcp | undefined;
}

/** Adds and removes addresses of a host as changes of its lists, so that changes by others at the same time are kept. */
export function hostChanges({ add = [], remove = [], dhcp }: HostEdits): Updatable<"record:host"> {
  const added = hostEntries(add, dhcp);
  const changes = ([4, 6] as const).flatMap((family) => {
    const field = `ipv${family}addr`;
    const gone = remove.filter((ip) => ip.includes(":") === (family === 6)).map((ip) => ({ [field]: ip }));
    const entries = added[`${field}s`];
    const edits = { ...(entries && { add: entries }), ...(gone.length > 0 && { remove: gone }) };
    return Object.keys(edits).length > 0 ? [[`${field}s`, listChange(edits)]] : [];
  });
  return Object.fromEntries(changes);
}

/** The addresses as lists of a host. DHCP serves an address only with `configure_for_dhcp`, even if its client is set. */
function hostEntries(
  addresses: readonly SentAddress[],
  dhcp: NewDhcp | undefined,
): Readonly<Record<string, readonly object[]>> {
  const ofFamily = (family: Family) => {
    const field = `ipv${family}addr`;
    const entries = addresses
      .filter((one) => one.family === family)
      .map(({ ip, mac, duid }) => ({
        ...{ [field]: ip, ...clientOf({ mac, duid }, family) },
        configure_for_dhcp: (mac ?? duid) !== undefined,
        ...dhcpFields(family, dhcp),
      }));
    return entries.length > 0 && { [`${field}s`]: entries };
  };
  return { ...ofFamily(4), ...ofFamily(6) };
}
