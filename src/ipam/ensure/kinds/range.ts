import { formatAddress } from "../../../cidr.js";
import { search } from "../../engine/kinds.js";
import { type RangeRow, rangeOf } from "../../objects/rows.js";
import { checkedAddress } from "../../requests/syntax.js";
import { holderType } from "../../requests/targets.js";
import { comparedDescription, comparedField, fieldsOf } from "../comparing.js";
import type { DesiredRange } from "../description.js";
import type { Entry } from "../entry.js";
import type { Scope } from "../scope.js";
import { withoutNulls } from "./block.js";

export function rangeEntry({ settings }: Scope, desired: DesiredRange, path: string): Entry {
  const first = checkedAddress(`${path}.first`, desired.first);
  const last = checkedAddress(`${path}.last`, desired.last);
  const where = {
    start_addr: formatAddress(first),
    end_addr: formatAddress(last),
    network_view: settings.networkView,
  };
  const type = holderType("range", first.family);
  return {
    kind: "range",
    path,
    key: `${where.start_addr}-${where.end_addr}`,
    create: {
      kind: "range",
      name: path,
      request: { ...desired, extattrs: withoutNulls(desired.extattrs) },
    },
    finds: [search(type, where, { more: fieldsOf(type, desired) })],
    read: (row) => rangeOf(row as unknown as RangeRow, false),
    compared: [
      ...comparedDescription(type, desired, settings.ownership),
      ...(desired.name === undefined ? [] : [comparedField("name", desired.name)]),
    ],
  };
}
