import type { Address } from "../objects/results.js";
import {
  addressesOf,
  addressOfHost,
  fixedFields4,
  fixedFields6,
  type HostRow,
  hostAddresses,
  hostFields,
} from "../objects/rows.js";
import { nameWhere } from "../requests/dns-name.js";
import { formatDuid, formatMac } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import { criteriaOf } from "../sources/source-query.js";
import type { AddressQuery } from "./requests.js";
import { checkAddressRequest } from "./schemas.js";

/** See `Ipam.findAddresses`. */
export async function findAddresses(settings: IpamSettings, given: unknown): Promise<Address[]> {
  const query: AddressQuery = await checkAddressRequest("findAddresses", given);
  const { limit, signal } = query;
  const mac = query.mac === undefined ? undefined : formatMac(query.mac);
  const duid = query.duid && formatDuid(query.duid);
  const common = criteriaOf(query, query.networkView ?? settings.networkView);
  const named = nameWhere(query);
  // WAPI cannot search fixed addresses by name.
  const isNamed = named.name !== undefined;
  const { wapi } = settings;
  const options = { limit, signal };
  const ofMac = mac === undefined ? {} : { mac };
  const ofDuid = duid === undefined ? {} : { duid };
  const ofHosts = { ...common, ...named, ...ofMac, ...ofDuid };
  const [hosts, fixed4, fixed6] = await Promise.all([
    wapi.find("record:host", { where: ofHosts, fields: hostFields, ...options }),
    isNamed || duid !== undefined
      ? []
      : wapi.find("fixedaddress", { where: { ...common, ...ofMac }, fields: fixedFields4, ...options }),
    isNamed || mac !== undefined
      ? []
      : wapi.find("ipv6fixedaddress", { where: { ...common, ...ofDuid }, fields: fixedFields6, ...options }),
  ]);
  const found = [
    ...hosts.map((row) =>
      addressOfHost(row, false, settings.ownership.expiryAttribute, ipOfClient(row, mac, duid)),
    ),
    ...addressesOf([], [...fixed4, ...fixed6], settings.ownership.expiryAttribute),
  ];
  return limit === undefined ? found : found.slice(0, limit);
}

/** The address of a host that belongs to the client, if the query asks for a client. */
function ipOfClient(row: HostRow, mac: string | undefined, duid: string | undefined): string | undefined {
  if ((mac ?? duid) === undefined) return undefined;
  return hostAddresses(row).find((one) => (mac === undefined ? one.duid === duid : one.mac === mac))?.ip;
}
