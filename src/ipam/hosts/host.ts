import type { Family } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { broken, hostAddresses, hostFields, identified, type RowOf } from "../objects/rows.js";

/** A host as the grid holds it: a name with addresses of both families, with or without DNS. WAPI: `record:host`. */
export interface Host {
  readonly ref: Ref<"record:host">;
  readonly name: string;
  /** IPv4 first. Each family is in the order in which the addresses were added. */
  readonly addresses: readonly HostAddress[];
  /** More names of the host. */
  readonly aliases: readonly string[];
  /** The time to live of its DNS records, in seconds; `undefined` if that of the zone applies. */
  readonly ttl: number | undefined;
  readonly networkView: string;
  /** `undefined` for a host without DNS. */
  readonly dnsView: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
}

/** The object types of a host's addresses. */
export type HostAddressType = "record:host_ipv4addr" | "record:host_ipv6addr";

/** One address of a host. */
export interface HostAddress {
  readonly ip: string;
  readonly family: Family;
  readonly ref: Ref<HostAddressType>;
  /** The CIDR of its subnet; `undefined` if it lies in none. */
  readonly subnet: string | undefined;
  readonly mac: string | undefined;
  readonly duid: string | undefined;
  /** Whether DHCP serves it to the client with this MAC or DUID. */
  readonly dhcp: boolean;
}

export const hostRowFields = [
  ...hostFields,
  ...(["zone", "aliases", "ttl", "use_ttl"] as const),
  ...(["ipv4addrs.configure_for_dhcp", "ipv6addrs.configure_for_dhcp"] as const),
] as const;

export type FullHostRow = RowOf<"record:host", (typeof hostRowFields)[number]>;

export function hostOf(row: FullHostRow): Host {
  const { name, network_view: networkView } = row;
  if (name === undefined || networkView === undefined) throw broken(row, "it has no name or network view");
  const host = {
    ref: row._ref,
    name,
    addresses: addressesIn(row),
    aliases: row.aliases ?? [],
    ttl: row.use_ttl ? row.ttl : undefined,
    networkView,
    // A host without DNS has a blank as its view.
    dnsView: row.configure_for_dns === false ? undefined : row.view,
    comment: row.comment,
    extattrs: row.extattrs ?? {},
  };
  zones.set(host, row.zone ?? "");
  return identified(row, host);
}

/** The zones of results. They are needed to compare short aliases, which lie in the zone of their host. */
const zones = new WeakMap<Host, string>();

/** The DNS zone of a host, `""` without DNS; `undefined` if the object is a copy, not the result itself. */
export function zoneOfHost(host: Host): string | undefined {
  return zones.get(host);
}

function addressesIn(row: FullHostRow): HostAddress[] {
  const all: readonly (ReturnType<typeof hostAddresses>[number] & {
    readonly configure_for_dhcp?: boolean;
  })[] = hostAddresses(row);
  return all.map((one) => ({
    ref: one._ref,
    subnet: one.network || undefined,
    dhcp: one.configure_for_dhcp ?? false,
    ip: one.ip,
    family: one.family,
    mac: one.mac || undefined,
    duid: one.duid || undefined,
  }));
}
