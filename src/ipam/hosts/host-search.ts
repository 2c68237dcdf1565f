import { formatAddress } from "../../cidr.js";
import type { Where } from "../../wapi/types.js";
import { isInDnsView } from "../addresses/address-target.js";
import { canonicalZone, isSameAlias, namePattern, nameWhere } from "../requests/dns-name.js";
import { checkedAddress, formatDuid, formatMac } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import { criteriaOf } from "../sources/source-query.js";
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
    // Rows are filtered again by alias and DNS view, so the limit applies afterwards.
    limit: alias === undefined && dnsView === undefined ? limit : undefined,
    signal,
  })) {
    const host = hostOf(row);
    const hasAlias = (name: string) => host.aliases.some((one) => isSameAlias(name, one, zoneOfHost(host)));
    if (isInDnsView(host, dnsView) && (alias === undefined || hasAlias(alias))) found.push(host);
    if (found.length === limit) break;
  }
  return found;
}

function whereOf(settings: IpamSettings, query: HostQuery): Where<"record:host"> {
  const { ip, alias, mac, duid, zone } = query;
  const { networkView = settings.networkView, dnsView = settings.dnsView } = query;
  return {
    ...criteriaOf(query, networkView),
    ...nameWhere(query),
    ...(ip !== undefined && addressWhere(ip)),
    // The alias alone or followed by a zone, since the grid keeps whole names. The answer is filtered by the host's zone.
    ...(alias !== undefined && { alias: { matches: `^${namePattern(alias)}(\\..*)?$` } }),
    ...(mac !== undefined && { mac: formatMac(mac) }),
    ...(duid !== undefined && { duid: formatDuid(duid) }),
    // Without a view, a grid searches the zone in its default DNS view.
    ...(zone !== undefined && { zone: canonicalZone(zone), view: viewOfHosts(dnsView, networkView) }),
  };
}

function addressWhere(text: string): { ipv4addr: string } | { ipv6addr: string } {
  const address = checkedAddress("ip", text);
  const ip = formatAddress(address);
  return address.family === 4 ? { ipv4addr: ip } : { ipv6addr: ip };
}
