import { formatAddress } from "../../../cidr.js";
import { step } from "../../../wapi/step.js";
import { type RangeRow, rangeFields, rangeOf } from "../../objects/rows.js";
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
  const fields = [...rangeFields, ...fieldsOf(type, desired)] as unknown as typeof rangeFields;
  return {
    kind: "range",
    path,
    key: `${where.start_addr}-${where.end_addr}`,
    create: {
      kind: "range",
      name: path,
      request: { ...desired, extattrs: withoutNulls(desired.extattrs) },
    },
    finds: [step.find(type, { where, fields })],
    read: (row) => rangeOf(row as unknown as RangeRow, false),
    compared: [
      ...comparedDescription(type, desired, settings.ownership),
      ...(desired.name === undefined ? [] : [comparedField("name", desired.name)]),
    ],
  };
}
