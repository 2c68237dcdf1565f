import { type Family, formatAddress } from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { step } from "../../../wapi/step.js";
import { isReservationDuid, newReservationDuid } from "../../objects/reservations.js";
import {
  addressOfFixed4,
  addressOfFixed6,
  type FixedRow4,
  type FixedRow6,
  fixedFields4,
  fixedFields6,
} from "../../objects/rows.js";
import { checkedAddress, formatDuid, formatMac } from "../../requests/syntax.js";
import { comparedDescription, comparedField, fieldsOf, object } from "../comparing.js";
import type { DesiredFixedAddress } from "../description.js";
import { comparedDhcp, dhcpFieldsRead } from "../dhcp.js";
import type { Compared, Entry, Row } from "../entry.js";
import { placeOf } from "../replacing.js";
import { findsOfOthers, idOfChosen, type Scope, whereRequested } from "../scope.js";
import { withoutNulls } from "./block.js";

/** The entry of a fixed address or a reservation: by its IP, or chosen by the grid. */
export function fixedEntry(
  scope: Scope,
  kind: "fixed" | "reservation",
  desired: DesiredFixedAddress,
  path: string,
): Entry {
  const { ip, from, strategy, name, mac, duid, comment, extattrs, fields, dhcp } = desired;
  const { settings, handles } = scope;
  const address = ip === undefined ? undefined : checkedAddress(`${path}.ip`, ip);
  const family = address?.family ?? (duid === undefined ? handles.familyOf(from, `${path}.from`) : 6);
  const id = address === undefined ? idOfChosen(scope, path, name) : undefined;
  const text = address && formatAddress(address);
  const type = family === 4 ? "fixedaddress" : "ipv6fixedaddress";
  const client = clientOf(kind, family, desired, path);
  return {
    kind,
    path,
    key: text ?? name ?? "",
    create: [
      {
        kind: "address",
        name: path,
        requestId: id,
        request: {
          ...(text === undefined ? { from: handles.source(from, `${path}.from`), strategy } : { ip: text }),
          ...{ as: kind, name, mac, duid, comment, fields, dhcp },
          extattrs: withoutNulls(extattrs),
        },
      },
    ],
    finds: [
      find(scope, family, text, id, [
        ...new Set([...fieldsOf(type, desired), ...(dhcp === undefined ? [] : dhcpFieldsRead(family, dhcp))]),
      ]),
      ...(id === undefined
        ? []
        : findsOfOthers(
            scope,
            id,
            fixedTypes.filter((one) => one !== type),
          )),
    ],
    ...(id !== undefined && {
      chosen: {
        requestId: id,
        sources: [{ from: handles.source(from, `${path}.from`), field: `${path}.from` }],
        placesOf: (row: Row) => [placeOf(row) ?? []].flat(),
      },
    }),
    read: (row) =>
      family === 4
        ? addressOfFixed4(row as unknown as FixedRow4, false, settings.ownership.expiryAttribute)
        : addressOfFixed6(row as unknown as FixedRow6, false, settings.ownership.expiryAttribute),
    compared: [
      ...comparedDescription(type, desired, settings.ownership),
      ...(name === undefined ? [] : [comparedField("name", name)]),
      client,
      ...(dhcp === undefined ? [] : comparedDhcp(dhcp, family, undefined)),
    ],
  };
}

const fixedTypes = ["fixedaddress", "ipv6fixedaddress"];

function find(
  scope: Scope,
  family: Family,
  ip: string | undefined,
  id: string | undefined,
  fields: readonly string[],
) {
  const { networkView } = scope.settings;
  if (family === 4) {
    const where =
      ip === undefined ? whereRequested(scope, id ?? "") : { ipv4addr: ip, network_view: networkView };
    return step.find("fixedaddress", {
      where,
      fields: [...fixedFields4, ...fields] as unknown as typeof fixedFields4,
    });
  }
  const where =
    ip === undefined ? whereRequested(scope, id ?? "") : { ipv6addr: ip, network_view: networkView };
  return step.find("ipv6fixedaddress", {
    where,
    fields: [...fixedFields6, ...fields] as unknown as typeof fixedFields6,
  });
}

/** The comparison of the client: that of a fixed address, or none for a reservation. */
function clientOf(
  kind: "fixed" | "reservation",
  family: Family,
  { mac, duid }: DesiredFixedAddress,
  path: string,
): Compared {
  const field = family === 4 ? "mac" : "duid";
  if (kind === "reservation") return nobody(family);
  const wanted = family === 4 ? mac && formatMac(mac) : duid && formatDuid(duid);
  if (wanted === undefined) {
    const example = family === 4 ? "02:42:ac:11:00:02" : "00:03:00:01:02:42:ac:11:00:02";
    throw invalid(
      `${path}.${field}`,
      wanted,
      "is needed for a fixed address, which belongs to one client",
      example,
    );
  }
  return {
    ...comparedField(field, wanted),
    actual: ({ row }) => (isNobodys(row, family) ? undefined : row[field]),
    correct: () =>
      object({ fields: family === 4 ? { match_client: "MAC_ADDRESS", mac: wanted } : { duid: wanted } }),
  };
}

function nobody(family: Family): Compared {
  const field = family === 4 ? "mac" : "duid";
  return {
    field,
    wanted: null,
    actual: ({ row }) => (isNobodys(row, family) ? undefined : row[field]),
    correct: () =>
      object({
        fields: family === 4 ? { match_client: "RESERVED", mac: noMac } : { duid: newReservationDuid() },
      }),
  };
}

/** The MAC address that a grid shows for a reservation. */
const noMac = "00:00:00:00:00:00";

function isNobodys(row: Readonly<Record<string, unknown>>, family: Family): boolean {
  return family === 4 ? row["match_client"] === "RESERVED" : isReservationDuid(String(row["duid"] ?? ""));
}
