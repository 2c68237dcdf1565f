import {
  type Address,
  type Block,
  contains,
  type Family,
  firstOf,
  formatAddress,
  formatBlock,
  lastOf,
  parseBlock,
  type Span,
} from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { step } from "../../../wapi/step.js";
import type { Creatable } from "../../../wapi/types.js";
import { rangeKind } from "../../engine/kinds.js";
import { rangeDifferences } from "../../ranges/range-differences.js";
import type { AddressRange, Subnet } from "../../results.js";
import { type RangeRow, rangeFields, rangeOf } from "../../rows.js";
import type { IpamSettings } from "../../settings.js";
import { type HolderType, holderType } from "../../sources/targets.js";
import { checkedAddress, checkedBlock } from "../../syntax.js";
import type { Earlier } from "../earlier.js";
import type { PlanIntent, PlanStep } from "../intent.js";
import type { RangeFields } from "../requests.js";
import { checkPlanRequest } from "../schemas.js";

type RangeType = HolderType<"range">;

export function rangeIntent(
  settings: IpamSettings,
  { name, request }: PlanStep,
  earlier: Earlier,
): PlanIntent {
  const fields: RangeFields = checkPlanRequest.now("range", request);
  const subnet = subnetAround(fields, earlier);
  const isCounted = typeof fields.first === "number" || typeof fields.last === "number";
  const needs = isCounted && subnet?.step !== undefined && subnet.block === undefined ? [subnet.step] : [];
  const span = needs.length > 0 ? undefined : spanIn(fields, subnet?.block);
  const family = subnet?.family ?? span?.family ?? 4;
  if (family === 6 && subnet === undefined) {
    throw invalid("in", undefined, "a grid wants to be told the subnet of an IPv6 range", "2001:db8::/64");
  }
  const networkView = fields.networkView ?? subnet?.networkView ?? settings.networkView;
  const type = holderType("range", family);
  const place = subnet?.step ?? (subnet?.block && formatBlock(subnet.block));
  return {
    ...{ name, noun: "range", kind: "range" },
    tracked: { kind: rangeKind, type, view: { network_view: networkView } },
    known: { kind: "range", name, type, family, networkView },
    needs,
    pools: [],
    summary: `a DHCP range: ${fields.first} to ${fields.last}${place === undefined ? "" : ` of ${place}`}`,
    differences: (existing) => rangeDifferences(span, existing as AddressRange),
    compose: (context) => {
      const known = span ?? spanIn(fields, parseBlock((context.resultOf(needs[0] ?? "") as Subnet).cidr));
      const network = () =>
        subnet?.block === undefined
          ? context.valueOf(subnet?.step ?? "", "network")
          : formatBlock(subnet.block);
      const values = {
        ...fields.fields,
        ...context.marks(fields),
        ...(fields.name !== undefined && { name: fields.name }),
        ...(family === 6 && { network: network() }),
        ...rangeValues(known, networkView),
      };
      const create = step.create(type, values as Creatable<RangeType>, { fields: rangeFields });
      return {
        steps: [create],
        main: create,
        read: ([row]) => rangeOf(row as RangeRow, true),
      };
    },
  };
}

/** The subnet of a range, as far as it was said. */
interface Around {
  readonly step: string | undefined;
  readonly block: Block | undefined;
  readonly family: Family;
  readonly networkView: string | undefined;
}

function subnetAround({ in: around }: RangeFields, earlier: Earlier): Around | undefined {
  if (around === undefined) return undefined;
  if (typeof around === "object" && around !== null && "subnet" in around) {
    const { name, block, family = 4, networkView } = earlier.step("subnet", around.subnet, "in");
    return { step: name, block, family, networkView };
  }
  const isResult = typeof around === "object" && around !== null && "cidr" in around;
  const block = checkedBlock("in", isResult ? around.cidr : around);
  const networkView = isResult && "networkView" in around ? String(around.networkView) : undefined;
  return { step: undefined, block, family: block.family, networkView };
}

/** The addresses of a range: as they were given, or counted in its subnet. */
export function spanIn(
  { first, last }: Pick<RangeFields, "first" | "last">,
  subnet: Block | undefined,
): Span {
  const [from, to] = [addressIn("first", first, subnet), addressIn("last", last, subnet)];
  if (from.family !== to.family || from.value > to.value) {
    throw invalid("last", last, "does not come after first", formatAddress(from));
  }
  return { family: from.family, first: from.value, last: to.value };
}

function addressIn(field: string, place: string | number, subnet: Block | undefined): Address {
  if (typeof place === "number" && subnet === undefined) {
    throw invalid(field, place, "counts in a subnet; say which: in", "10.0.7.100");
  }
  const address =
    typeof place === "string"
      ? checkedAddress(field, place)
      : { family: subnet?.family ?? 4, value: counted(place, subnet) };
  if (subnet === undefined || contains(subnet, address)) return address;
  throw invalid(field, place, `does not lie in ${formatBlock(subnet)}`, formatAddress(firstOf(subnet)));
}

function counted(place: number, subnet: Block | undefined): bigint {
  if (subnet === undefined) return 0n;
  return place < 0 ? subnet.last + 1n + BigInt(place) : subnet.first + BigInt(place);
}

/** The addresses of a range, as the grid takes them. */
export function rangeValues(span: Span, networkView: string) {
  return {
    start_addr: formatAddress(firstOf(span)),
    end_addr: formatAddress(lastOf(span)),
    network_view: networkView,
  };
}
