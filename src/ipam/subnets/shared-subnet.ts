import { formatBlock } from "../../cidr.js";
import { AmbiguousTargetError, ConflictError, invalid } from "../../errors.js";
import { backOff } from "../engine/backoff.js";
import { blockKind, onlyOf } from "../engine/kinds.js";
import type { Subnet } from "../objects/results.js";
import { type SubnetRow, subnetFields } from "../objects/rows.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { takeSubnet } from "./request-subnet.js";
import type { SharedBy } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { type SubnetOrder, subnetOrder } from "./subnet-order.js";
import { withGateways } from "./subnet-search.js";

/** How often several are looked at, of which others may be about to take back all but one. */
const mostLooks = 4;

/**
 * See `Subnets.ensureShared`. The attributes stand for the subnet as a request id would. Most callers find it there, and so
 * it is looked for first.
 */
export async function ensureShared(settings: IpamSettings, request: unknown): Promise<Subnet> {
  const { sharedBy, ...described } = await checkSubnetRequest("ensureShared", request);
  const { requestId, others } = withoutId(settings, described["extattrs"]);
  const extattrs = { ...others, ...sharedBy };
  const order = await subnetOrder(settings, { ...described, extattrs });
  refuseLateGateway(order);
  const existing = await findShared(settings, order, sharedBy);
  if (existing !== undefined) return existing;
  const kind = onlyOf(blockKind, holderType("network", order.family));
  const subnet = await takeSubnet(settings, order, { name: "", sharedBy, requestId, kind });
  return subnet.created ? subnet : ((await findShared(settings, order, sharedBy)) ?? subnet);
}

/**
 * A subnet that is known by its attributes may have the attribute of request ids beside, as the Docker driver gives it: that
 * says who made it, and nobody asks for the subnet by it.
 */
function withoutId({ ownership }: IpamSettings, extattrs: unknown) {
  const { requestIdAttribute = "" } = ownership;
  const { [requestIdAttribute]: requestId, ...others } = (extattrs ?? {}) as Readonly<
    Record<string, unknown>
  >;
  return typeof requestId === "string" ? { requestId, others } : { others: { ...(extattrs as object) } };
}

/** A gateway that is reserved after the subnet would be missing for whoever finds the subnet in between. */
function refuseLateGateway({ gateway, place }: SubnetOrder): void {
  if (place.kind === "explicit" || gateway !== "last") return;
  throw invalid("gateway", gateway, "of a shared subnet that isn't named can't be the last address", "first");
}

/** The one subnet with these attributes, if there is one. @throws {AmbiguousTargetError} where there are several */
async function findShared(
  settings: IpamSettings,
  order: SubnetOrder,
  sharedBy: SharedBy,
): Promise<Subnet | undefined> {
  const { networkView, signal, family } = order;
  const where = { network_view: networkView, extattrs: sharedBy };
  const search = () =>
    settings.wapi.find(holderType("network", family), { where, fields: subnetFields, limit: 2, signal });
  let rows = await search();
  for (let looks = 1; rows.length > 1; looks += 1) {
    if (looks === mostLooks) throw severalError(rows, sharedBy);
    await backOff(settings.clock, looks, signal);
    rows = await search();
  }
  const [subnet] = await withGateways(settings, rows, signal);
  if (subnet !== undefined) refuseOther(order, subnet);
  return subnet;
}

function refuseOther({ place }: SubnetOrder, { cidr, ref }: Subnet): void {
  if (place.kind !== "explicit" || cidr === formatBlock(place.block)) return;
  throw new ConflictError(`The shared subnet is ${cidr}, and not ${formatBlock(place.block)}.`, {
    ...{ status: 0, code: "ERR_INFOBLOX_SHARED_ELSEWHERE", method: "GET", path: ref },
    hint: "Leave cidr out to use it, or share the other one by other attributes.",
  });
}

function severalError(rows: readonly SubnetRow[], sharedBy: SharedBy): AmbiguousTargetError {
  const shown = rows.map(({ network, _ref }) => network ?? _ref).join(", ");
  return new AmbiguousTargetError(`Several subnets have ${JSON.stringify(sharedBy)}: ${shown}.`, {
    candidates: rows.map(({ _ref }) => _ref),
    hint: "Release the one that is not wanted, or share by attributes that only one has.",
  });
}
