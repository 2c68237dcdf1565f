import { formatAddress } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Where } from "../../wapi/types.js";
import { canonicalZone, isSameAlias, namePattern, nameSearch } from "../requests/dns-name.js";
import { checkedAddress, formatDuid, formatMac } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import { viewOfHosts } from "../zones/missing-zone.js";
import { type Host, hostOf, hostRowFields, zoneOfHost } from "./host.js";
import type { HostQuery } from "./requests.js";
import { checkHostRequest } from "./schemas.js";

/** See `Hosts.find`. */
export async function findHosts(settings: IpamSettings, query: unknown): Promise<Host[]> {
  const { limit, signal, ...criteria }: HostQuery = await checkHostRequest("find", query);
  const { alias, dnsView = settings.dnsView } = criteria;
  const found: Host[] = [];
  for await (const row of settings.wapi.iterate("record:host", {
    where: whereOf(settings, criteria),
    fields: hostRowFields,
    // What is found is sifted once more: the limit is of what is left.
    limit: alias === undefined && dnsView === undefined ? limit : undefined,
    signal,
  })) {
    const host = hostOf(row);
    if (inDnsView(host, dnsView) && (alias === undefined || hasAlias(host, alias))) found.push(host);
    if (found.length === limit) break;
  }
  return found;
}

function hasAlias(host: Host, alias: string): boolean {
  const zone = zoneOfHost(host);
  return host.aliases.some((one) => isSameAlias(alias, one, zone));
}

/** A short alias may be kept as a whole name in the zone of its host; which one it is shows in the answer. */
function aliasSearch(alias: string): { readonly matches: string } {
  return { matches: `^${namePattern(alias)}(\\..*)?$` };
}

/** A host without DNS is in no DNS view, and so in none that is wrong. */
function inDnsView(host: Host, dnsView: string | undefined): boolean {
  return dnsView === undefined || host.dnsView === undefined || host.dnsView === dnsView;
}

function whereOf(settings: IpamSettings, query: HostQuery): Where<"record:host"> {
  const { ip, name, nameMatches, alias, mac, duid, zone, comment, extattrs } = query;
  if (name !== undefined && nameMatches !== undefined) {
    throw invalid(
      "nameMatches",
      nameMatches,
      "name says the whole name already; leave one of them out",
      undefined,
    );
  }
  const { networkView = settings.networkView, dnsView = settings.dnsView } = query;
  return {
    network_view: networkView,
    ...(ip !== undefined && addressWhere(ip)),
    ...(name !== undefined && { name: nameSearch(name) }),
    ...(nameMatches !== undefined && { name: { matches: nameMatches, ignoreCase: true } }),
    ...(alias !== undefined && { alias: aliasSearch(alias) }),
    ...(mac !== undefined && { mac: formatMac(mac) }),
    ...(duid !== undefined && { duid: formatDuid(duid) }),
    // A grid takes a zone without a view for one of its default DNS view.
    ...(zone !== undefined && { zone: canonicalZone(zone), view: viewOfHosts(dnsView, networkView) }),
    ...(comment !== undefined && { comment }),
    ...(extattrs !== undefined && { extattrs }),
  };
}

function addressWhere(text: string): { ipv4addr: string } | { ipv6addr: string } {
  const address = checkedAddress("ip", text);
  const ip = formatAddress(address);
  return address.family === 4 ? { ipv4addr: ip } : { ipv6addr: ip };
}
