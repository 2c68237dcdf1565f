import { type Family, formatAddress } from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { isReserved, newReservationDuid } from "../../objects/reservations.js";
import { addressOfFixed, type FixedRow } from "../../objects/rows.js";
import { checkedAddress, formatDuid, formatMac } from "../../requests/syntax.js";
import { comparedDescription, comparedField, fieldsOf, object } from "../comparing.js";
import type { DesiredFixedAddress } from "../description.js";
import { comparedDhcp, dhcpFieldsRead } from "../dhcp.js";
import type { Compared, Entry } from "../entry.js";
import { chosenBy, findsOf, idOfChosen, type Scope } from "../scope.js";
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
  const client = comparedClient(kind, family, desired, path);
  return {
    kind,
    path,
    key: text ?? name ?? "",
    create: {
      kind: "address",
      name: path,
      requestId: id,
      request: {
        ...(text === undefined ? { from: handles.source(from, `${path}.from`), strategy } : { ip: text }),
        ...{ as: kind, name, mac, duid, comment, fields, dhcp },
        extattrs: withoutNulls(extattrs),
      },
    },
    finds: findsOf(scope, {
      ...{ type, id, place: { [`ipv${family}addr`]: text }, types: ["fixedaddress", "ipv6fixedaddress"] },
      more: [...fieldsOf(type, desired), ...(dhcp === undefined ? [] : dhcpFieldsRead(family, dhcp))],
    }),
    ...chosenBy(scope, id, from, path),
    read: (row) => addressOfFixed(row as unknown as FixedRow, false, settings.ownership.expiryAttribute),
    compared: [
      ...comparedDescription(type, desired, settings.ownership),
      ...(name === undefined ? [] : [comparedField("name", name)]),
      client,
      ...(dhcp === undefined ? [] : comparedDhcp(dhcp, family, undefined)),
    ],
  };
}

/** The comparison of the client: that of a fixed address, or none for a reservation. */
function comparedClient(
  kind: "fixed" | "reservation",
  family: Family,
  { mac, duid }: DesiredFixedAddress,
  path: string,
): Compared {
  const field = family === 4 ? "mac" : "duid";
  const client = family === 4 ? mac && formatMac(mac) : duid && formatDuid(duid);
  if (kind === "fixed" && client === undefined) {
    const example = family === 4 ? "02:42:ac:11:00:02" : "00:03:00:01:02:42:ac:11:00:02";
    const problem = "is needed for a fixed address, which belongs to one client";
    throw invalid(`${path}.${field}`, client, problem, example);
  }
  const wanted = kind === "fixed" ? client : null;
  const fields = () =>
    family === 6
      ? { duid: wanted ?? newReservationDuid() }
      : { match_client: wanted === null ? "RESERVED" : "MAC_ADDRESS", mac: wanted ?? noMac };
  return {
    field,
    wanted,
    actual: ({ row }) => (isReserved(row) ? undefined : row[field]),
    correct: () => object({ fields: fields() }),
  };
}

/** The MAC address that a grid shows for a reservation. */
const noMac = "00:00:00:00:00:00";
