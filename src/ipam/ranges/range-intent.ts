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
} from "../../cidr.js";
import { invalid, type RequestDifference } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { Creatable } from "../../wapi/types.js";
import { rangeKind } from "../engine/kinds.js";
import { differing } from "../engine/request-mismatch.js";
import type { AddressRange, Subnet } from "../objects/results.js";
import { type RangeRow, rangeFields, rangeOf } from "../objects/rows.js";
import { checkedAddress, checkedBlock } from "../requests/syntax.js";
import { type HolderType, holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { SourcedIntent } from "../sources/source-choices.js";
import type { PlacedRange } from "./requests.js";

type RangeType = HolderType<"range">;

/** What is known of the subnet of a range before the request. */
export interface SubnetOfRange {
  /** The intent that makes it. */
  readonly madeBy?: string | undefined;
  readonly block: Block | undefined;
  readonly family: Family;
  readonly networkView: string | undefined;
}

export interface RangeOrder {
  readonly fields: PlacedRange;
  readonly subnet: SubnetOfRange | undefined;
  /** `undefined` if its ends are counted in a subnet that does not exist yet. */
  readonly span: Span | undefined;
  readonly family: Family;
  readonly networkView: string;
  readonly type: RangeType;
}

export function rangeOrder(
  settings: IpamSettings,
  fields: PlacedRange,
  subnet: SubnetOfRange | undefined,
): RangeOrder {
  const isCounted = typeof fields.first === "number" || typeof fields.last === "number";
  const waits = isCounted && subnet?.madeBy !== undefined && subnet.block === undefined;
  const span = waits ? undefined : spanIn(fields, subnet?.block);
  const family = subnet?.family ?? span?.family ?? 4;
  if (family === 6 && subnet === undefined) {
    throw invalid("in", undefined, "is needed for an IPv6 range: its subnet", "2001:db8::/64");
  }
  const networkView = fields.networkView ?? subnet?.networkView ?? settings.networkView;
  return { fields, subnet, span, family, networkView, type: holderType("range", family) };
}

/** Parses the field `in`: a CIDR, or a result. */
export function subnetNamed(around: unknown): SubnetOfRange | undefined {
  if (around === undefined) return undefined;
  const isResult = typeof around === "object" && around !== null && "cidr" in around;
  const { cidr, networkView } = (isResult ? around : { cidr: around }) as Partial<Subnet>;
  const block = checkedBlock("in", cidr);
  return { block, family: block.family, networkView };
}

export function rangeIntent(
  { fields, subnet, span, family, networkView, type }: RangeOrder,
  naming: Pick<SourcedIntent, "name" | "requestId">,
): SourcedIntent {
  return {
    ...naming,
    noun: "range",
    pools: [],
    tracked: { kind: rangeKind, type, view: { network_view: networkView } },
    differences: (existing) => differencesOf(span, existing as AddressRange),
    compose: (context) => {
      const madeBy = subnet?.madeBy ?? "";
      const known = span ?? spanIn(fields, parseBlock((context.resultOf(madeBy) as Subnet).cidr));
      const network = () =>
        subnet?.block === undefined ? context.valueOf(madeBy, "network") : formatBlock(subnet.block);
      const values = {
        ...fields.fields,
        ...context.marks(fields),
        ...(fields.name !== undefined && { name: fields.name }),
        ...(family === 6 && { network: network() }),
        start_addr: formatAddress(firstOf(known)),
        end_addr: formatAddress(lastOf(known)),
        network_view: networkView,
      };
      const create = step.create(type, values as Creatable<RangeType>, { fields: rangeFields });
      return { steps: [create], main: create, read: ([row]) => rangeOf(row as RangeRow, true) };
    },
  };
}

/** The differences between a range and the request with its id. @param span - `undefined` if its ends are not known yet */
function differencesOf(span: Span | undefined, { first, last }: AddressRange): RequestDifference[] {
  if (span === undefined) return [];
  return differing([
    ["first", formatAddress(firstOf(span)), first],
    ["last", formatAddress(lastOf(span)), last],
  ]);
}

/** The addresses of a range: as given, or counted in its subnet. */
function spanIn({ first, last }: Pick<PlacedRange, "first" | "last">, subnet: Block | undefined): Span {
  const [from, to] = [addressIn("first", first, subnet), addressIn("last", last, subnet)];
  if (from.family !== to.family || from.value > to.value) {
    throw invalid("last", last, "does not come after first", formatAddress(from));
  }
  return { family: from.family, first: from.value, last: to.value };
}

function addressIn(field: string, place: string | number, subnet: Block | undefined): Address {
  const address = typeof place === "string" ? checkedAddress(field, place) : counted(field, place, subnet);
  if (subnet === undefined || contains(subnet, address)) return address;
  throw invalid(field, place, `does not lie in ${formatBlock(subnet)}`, formatAddress(firstOf(subnet)));
}

function counted(field: string, place: number, subnet: Block | undefined): Address {
  if (subnet === undefined)
    throw invalid(field, place, "is a position in a subnet; pass the subnet as in", "10.0.7.100");
  const { family, first, last } = subnet;
  return { family, value: (place < 0 ? last + 1n : first) + BigInt(place) };
}
