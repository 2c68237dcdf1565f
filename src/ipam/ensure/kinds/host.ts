import type { Family } from "../../../cidr.js";
import { inField, invalid } from "../../../errors.js";
import { listChange } from "../../../wapi/list-change.js";
import { step } from "../../../wapi/step.js";
import { checkClient, clientOf } from "../../addresses/address-client.js";
import { hostChanges } from "../../addresses/address-drafts.js";
import type { HostClient } from "../../addresses/address-place.js";
import { search } from "../../engine/kinds.js";
import { addressOfHost, type HostRow, hostAddresses } from "../../objects/rows.js";
import type { NewDhcp } from "../../requests/dhcp-settings.js";
import { canonicalNames, isSameAlias, nameSearch } from "../../requests/dns-name.js";
import { canonicalAddress, formatDuid, formatMac } from "../../requests/syntax.js";
import { comparedDescription, comparedField, comparedTtl, fieldsOf, object, sameSet } from "../comparing.js";
import type { DesiredHost } from "../description.js";
import { comparedDhcpOfHost } from "../dhcp.js";
import type { ChosenFrom, Compared, Entry, Found, Row } from "../entry.js";
import type { Scope } from "../scope.js";
import { withoutNulls } from "./block.js";

/** The entry of a host, which is found by its name, ignoring case as DNS does. */
export function hostEntry({ settings, handles }: Scope, desired: DesiredHost, path: string): Entry {
  const { name, ips, from, strategy, mac, duid, dns, aliases, ttl, comment, extattrs, fields, dhcp } =
    desired;
  const { networkView, dnsView, ownership } = settings;
  const addresses = [ips ?? []].flat().map((one) => canonicalAddress(one) ?? one);
  const [ip] = addresses;
  if (ip === undefined && from === undefined) {
    throw invalid(`${path}.from`, from, "is needed, unless ips gives the addresses", "10.0.7.0/24");
  }
  if (ip !== undefined) inField(path, () => checkClient({ mac, duid }, addresses.map(familyOf)));
  const clients = { mac: mac && formatMac(mac), duid: duid && formatDuid(duid), dhcp };
  const inView = dns !== false && dnsView !== undefined ? { view: dnsView } : {};
  const where = { name: nameSearch(name), network_view: networkView, ...inView };
  const more = ["ttl", "use_ttl", "aliases", "zone", ...fieldsOf("record:host", desired)];
  return {
    kind: "host",
    path,
    key: name,
    create: {
      kind: "address",
      name: path,
      request: {
        ...(ip === undefined
          ? { from: handles.source(from, `${path}.from`), strategy, mac, duid }
          : { addresses: withClients(addresses, { mac, duid }) }),
        ...{ as: "host", name, dns, aliases, ttl, comment, fields, dhcp },
        extattrs: withoutNulls(extattrs),
      },
    },
    finds: [
      search("record:host", where, { more }),
      ...(dhcp === undefined ? [] : [step.find("record:host", { where, fields: dhcpOfAddresses })]),
    ],
    ...(ip === undefined && {
      chosen: {
        sources: sourcesOf(handles.source(from, `${path}.from`), `${path}.from`),
        placesOf: (row: Row) => addressesOf(row).map((one) => one.ip),
      },
    }),
    read: (row) => addressOfHost(row as unknown as HostRow, false, ownership.expiryAttribute),
    compared: [
      ...comparedDescription("record:host", desired, ownership),
      ...(ip === undefined ? [] : [comparedAddresses(addresses, clients)]),
      ...(clients.mac === undefined ? [] : [comparedClient("mac", clients.mac, addresses)]),
      ...(clients.duid === undefined ? [] : [comparedClient("duid", clients.duid, addresses)]),
      ...(dns === undefined ? [] : [comparedField("dns", dns, "configure_for_dns")]),
      ...(aliases === undefined ? [] : [comparedAliases(aliases, dns !== false)]),
      ...(ttl === undefined ? [] : [comparedTtl(ttl)]),
      ...(dhcp === undefined ? [] : comparedDhcpOfHost(dhcp, addressRows)),
    ],
  };
}

/** The fields with the DHCP settings of a host's addresses. */
const dhcpOfAddresses = [
  ...(["ipv4addrs.ipv4addr", "ipv4addrs.options", "ipv4addrs.use_options"] as const),
  ...(["ipv6addrs.ipv6addr", "ipv6addrs.options", "ipv6addrs.use_options"] as const),
  "ipv6addrs.valid_lifetime",
] as const;

function addressRows({ belongings: [hosts] }: Found, family: 4 | 6): readonly Row[] {
  return (hosts?.[0]?.[`ipv${family}addrs`] ?? []) as readonly Row[];
}

/** The sources of a host's addresses: the same for all, or one for each family. */
function sourcesOf(from: unknown, field: string): ChosenFrom[] {
  if (typeof from !== "object" || from === null || !("ipv4" in from && "ipv6" in from))
    return [{ from, field }];
  return [
    { from: from.ipv4, field: `${field}.ipv4` },
    { from: from.ipv6, field: `${field}.ipv6` },
  ];
}

/** Gives the MAC address or DUID to the first address of its family. */
function withClients(ips: readonly string[], clients: HostClient): (HostClient & { readonly ip: string })[] {
  return ips.map((ip) => {
    const family = familyOf(ip);
    return { ip, ...(ips.find(isOf(family)) === ip && clientOf(clients, family)) };
  });
}

function addressesOf(row: unknown) {
  return hostAddresses(row as HostRow);
}

/** The clients of a host's addresses: IPv4 by MAC, IPv6 by DUID. */
interface Clients extends HostClient {
  readonly dhcp?: NewDhcp | undefined;
}

/** The comparison of addresses. They are added and removed one by one, so that addresses that others add meanwhile stay. */
function comparedAddresses(wanted: readonly string[], clients: Clients): Compared {
  return {
    field: "ips",
    wanted,
    actual: ({ row }) => addressesOf(row).map(({ ip }) => ip),
    isSame: (actual) => sameSet(wanted, actual),
    correct: ({ row }) => {
      const actual = addressesOf(row).map(({ ip }) => ip);
      const added = wanted.filter((ip) => !actual.includes(ip));
      const removed = actual.filter((ip) => !wanted.includes(ip));
      const kept = wanted.filter((ip) => actual.includes(ip));
      const news = withClients([...kept, ...added], clients)
        .filter(({ ip }) => added.includes(ip))
        .map((address) => ({ ...address, family: familyOf(address.ip) }));
      const fields = hostChanges({ add: news, remove: removed, dhcp: clients.dhcp });
      return { kind: "object", changes: { fields }, taken: added, freed: removed };
    },
  };
}

function isOf(family: Family): (ip: string) => boolean {
  return (ip) => familyOf(ip) === family;
}

function familyOf(ip: string): Family {
  return ip.includes(":") ? 6 : 4;
}

/**
 * The comparison of a host's client, which is that of its first address of the family. The address is an object of its own.
 *
 * @param wanted - the described addresses; empty if none are described
 */
function comparedClient(field: "mac" | "duid", client: string, wanted: readonly string[]): Compared {
  const [family, list] = field === "mac" ? ([4, "ipv4addr"] as const) : ([6, "ipv6addr"] as const);
  return {
    field,
    wanted: client,
    actual: ({ row }) => addressesOf(row).find((one) => one[field])?.[field],
    correct: ({ row }) => {
      const rows = (row[`${list}s`] ?? []) as readonly Row[];
      const kept = rows.find((one) => wanted.length === 0 || wanted.includes(String(one[list])));
      const changes = { fields: { [field]: client, configure_for_dhcp: true } };
      if (kept !== undefined) return { kind: "other", ref: kept._ref, changes };
      // A new address is added with its client.
      if (wanted.some(isOf(family))) return object({});
      throw invalid(field, client, `the host has no IPv${family} address`, undefined);
    },
  };
}

/** The comparison of aliases. A short alias lies in the zone of the host. */
function comparedAliases(given: readonly string[], isInDns: boolean): Compared {
  const wanted = isInDns ? canonicalNames(given) : given;
  const isMeant = (alias: string, row: Row) => {
    const zone = typeof row["zone"] === "string" ? row["zone"] : undefined;
    return (name: string) => isSameAlias(name, alias, zone);
  };
  const actualOf = ({ row }: { readonly row: Row }) => (row["aliases"] ?? []) as readonly string[];
  const changeOf = (row: Row) => {
    const actual = actualOf({ row });
    const add = wanted.filter((name) => !actual.some((alias) => isMeant(alias, row)(name)));
    const remove = actual.filter((alias) => !wanted.some(isMeant(alias, row)));
    return { add, remove };
  };
  return {
    field: "aliases",
    wanted,
    actual: actualOf,
    isSame: (_, { row }) => {
      const { add, remove } = changeOf(row);
      return add.length + remove.length === 0;
    },
    // Aliases are added and removed one by one, so that those that others add meanwhile stay.
    correct: ({ row }) => object({ fields: { aliases: listChange(changeOf(row)) } }),
  };
}
