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
import { subnetsOf } from "./subnet-search.js";

/** How often a call looks again at several subnets. Other calls may be rolling back the surplus ones. */
const mostLooks = 4;

/**
 * See `Subnets.ensureShared`. The attributes identify the subnet as a request id would. Most calls find the subnet, so they search
 * first.
 */
export async function ensureShared(settings: IpamSettings, request: unknown): Promise<Subnet> {
  const { sharedBy, ...described } = await checkSubnetRequest("ensureShared", request);
  const { requestId, others } = withoutId(settings, described["extattrs"]);
  const extattrs = { ...others, ...sharedBy };
  const order = await subnetOrder(settings, { ...described, extattrs });
  if (order.place.kind === "next" && order.gateway === "last") {
    // The gateway would be reserved after the subnet: another caller might find the subnet without it in between.
    const problem = "can be the last address of a shared subnet only with cidr";
    throw invalid("gateway", order.gateway, problem, "first");
  }
  const existing = await findShared(settings, order, sharedBy);
  if (existing !== undefined) return existing;
  const kind = onlyOf(blockKind, holderType("network", order.family));
  const subnet = await takeSubnet(settings, order, { name: "", sharedBy, requestId, kind });
  return subnet.created ? subnet : ((await findShared(settings, order, sharedBy)) ?? subnet);
}

/**
 * Separates a request id from the other attributes. The Docker driver writes one to shared subnets, to record who made them; it does
 * not search by it.
 */
function withoutId({ ownership }: IpamSettings, extattrs: unknown) {
  const { requestIdAttribute = "" } = ownership;
  const given = { ...(extattrs as Readonly<Record<string, unknown>> | undefined) };
  const { [requestIdAttribute]: requestId, ...others } = given;
  return typeof requestId === "string" ? { requestId, others } : { others: given };
}

/**
 * The subnet with these attributes, if there is one.
 *
 * @throws {AmbiguousTargetError} if there are several
 * @throws {ConflictError} if it is another one than the given one
 */
async function findShared(
  settings: IpamSettings,
  order: SubnetOrder,
  sharedBy: SharedBy,
): Promise<Subnet | undefined> {
  const { networkView, signal, family, place } = order;
  const where = { network_view: networkView, extattrs: sharedBy };
  const search = () =>
    settings.wapi.find(holderType("network", family), { where, fields: subnetFields, limit: 2, signal });
  let rows = await search();
  for (let looks = 1; rows.length > 1; looks += 1) {
    if (looks === mostLooks) throw severalError(rows, sharedBy);
    await backOff(settings.clock, looks, signal);
    rows = await search();
  }
  const [subnet] = await subnetsOf(settings, rows, signal);
  const wanted = place.kind === "explicit" ? formatBlock(place.block) : undefined;
  if (subnet === undefined || wanted === undefined || subnet.cidr === wanted) return subnet;
  throw new ConflictError(`The shared subnet is ${subnet.cidr}, not ${wanted}.`, {
    ...{ status: 0, code: "ERR_INFOBLOX_SHARED_ELSEWHERE", method: "GET", path: subnet.ref },
    hint: "Leave cidr out to use it, or use other attributes for the other subnet.",
  });
}

function severalError(rows: readonly SubnetRow[], sharedBy: SharedBy): AmbiguousTargetError {
  const shown = rows.map(({ network, _ref }) => network ?? _ref).join(", ");
  return new AmbiguousTargetError(`Several subnets have ${JSON.stringify(sharedBy)}: ${shown}.`, {
    candidates: rows.map(({ _ref }) => _ref),
    hint: "Release the subnets that you do not want, or use attributes that only one has.",
  });
}
