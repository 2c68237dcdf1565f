import type { Where } from "../../wapi/types.js";
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
import { nameSearch, refuseTwoNames } from "../requests/dns-name.js";
import { formatDuid, formatMac } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import type { AddressQuery } from "./requests.js";
import { checkAddressRequest } from "./schemas.js";

/** See `Ipam.findAddresses`. */
export async function findAddresses(settings: IpamSettings, given: unknown): Promise<Address[]> {
  const query: AddressQuery = await checkAddressRequest("findAddresses", given);
  const { name, nameMatches, limit, signal } = query;
  refuseTwoNames(query);
  const mac = query.mac === undefined ? undefined : formatMac(query.mac);
  const duid = query.duid && formatDuid(query.duid);
  const common = {
    network_view: query.networkView ?? settings.networkView,
    ...(query.comment !== undefined && { comment: query.comment }),
    ...(query.extattrs !== undefined && { extattrs: query.extattrs }),
  };
  // WAPI cannot search fixed addresses by name.
  const named = (name ?? nameMatches) !== undefined;
  const { wapi } = settings;
  const [hosts, fixed4, fixed6] = await Promise.all([
    wapi.find("record:host", {
      where: {
        ...common,
        ...nameWhere(query),
        ...(mac !== undefined && { mac }),
        ...(duid !== undefined && { duid }),
      },
      fields: hostFields,
      ...{ limit, signal },
    }),
    named || duid !== undefined
      ? []
      : wapi.find("fixedaddress", {
          where: { ...common, ...(mac !== undefined && { mac }) },
          fields: fixedFields4,
          ...{ limit, signal },
        }),
    named || mac !== undefined
      ? []
      : wapi.find("ipv6fixedaddress", {
          where: { ...common, ...(duid !== undefined && { duid }) },
          fields: fixedFields6,
          ...{ limit, signal },
        }),
  ]);
  const found = [
    ...hosts.map((row) =>
      addressOfHost(row, false, settings.ownership.expiryAttribute, ipOfClient(row, mac, duid)),
    ),
    ...addressesOf([], [...fixed4, ...fixed6], settings.ownership.expiryAttribute),
  ];
  return limit === undefined ? found : found.slice(0, limit);
}

function nameWhere({ name, nameMatches }: AddressQuery): Pick<Where<"record:host">, "name"> {
  if (name !== undefined) return { name: nameSearch(name) };
  return nameMatches === undefined ? {} : { name: { matches: nameMatches, ignoreCase: true } };
}

/** The address of a host that belongs to the client, if the query asks for a client. */
function ipOfClient(row: HostRow, mac: string | undefined, duid: string | undefined): string | undefined {
  if ((mac ?? duid) === undefined) return undefined;
  return hostAddresses(row).find((one) => (mac === undefined ? one.duid === duid : one.mac === mac))?.ip;
}
