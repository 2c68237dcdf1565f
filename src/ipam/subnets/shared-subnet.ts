import { formatBlock } from "../../cidr.js";
import { AmbiguousTargetError, ConflictError, invalid, isInfobloxError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { Marks } from "../ownership.js";
import type { Subnet, SubnetType } from "../results.js";
import { type SubnetRow, subnetFields } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import { absentError, explainedQuery, isAbsent, takeFromFirst } from "../sources/pool.js";
import { holderType } from "../sources/targets.js";
import type { SharedBy } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { nextNetwork, type SubnetDraft, subnetDraft } from "./subnet-drafts.js";
import { type SubnetOrder, subnetOrder } from "./subnet-order.js";
import { withGateways } from "./subnet-search.js";

/** How often a caller looks again, when others make and release the subnet just as it looks. */
const mostTries = 5;

/** See `Subnets.ensureShared`. */
export async function ensureShared(settings: IpamSettings, request: unknown): Promise<Subnet> {
  const { sharedBy, ...described } = await checkSubnetRequest("ensureShared", request);
  const extattrs = { ...(described["extattrs"] as object | undefined), ...sharedBy };
  const order = await subnetOrder(settings, { ...described, extattrs });
  refuseLateGateway(order);
  for (let tries = 1; ; tries += 1) {
    const existing = await findShared(settings, order, sharedBy);
    if (existing !== undefined) return existing;
    try {
      return await settings.ownership.creating(order, (marks) => make(settings, order, sharedBy, marks));
    } catch (error) {
      if (!mayExist(error) || tries === mostTries) throw error;
    }
  }
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
  const { networkView, signal } = order;
  const rows = await settings.wapi.find(typeOf(order), {
    where: { network_view: networkView, extattrs: sharedBy },
    fields: subnetFields,
    limit: 2,
    signal,
  });
  if (rows.length > 1) throw severalError(rows, sharedBy);
  const [subnet] = await withGateways(settings, rows, signal);
  if (subnet !== undefined) refuseOther(order, subnet);
  return subnet;
}

function make(settings: IpamSettings, order: SubnetOrder, sharedBy: SharedBy, marks: Marks): Promise<Subnet> {
  const { place, networkView, signal } = order;
  if (place.kind === "explicit") {
    return makeOnly(
      settings,
      order,
      sharedBy,
      subnetDraft(order, formatBlock(place.block), marks, settings.ownership.expiryAttribute),
    );
  }
  return takeFromFirst(settings, {
    ...place,
    wanted: `/${place.prefixLength}`,
    queried: "container",
    networkView,
    signal,
    take: async (target) => {
      const draft = subnetDraft(
        order,
        nextNetwork(target, place, networkView),
        marks,
        settings.ownership.expiryAttribute,
      );
      try {
        return await makeOnly(settings, order, sharedBy, draft);
      } catch (error) {
        throw isAbsent(error, target)
          ? absentError(error, target, "container", networkView)
          : explainedQuery(error, target, "container", networkView);
      }
    },
  });
}

/**
 * Creates the subnet, unless there is one with the same attributes. Both ride in one `request`: the create, and a
 * search for the attributes that may find one subnet only. Where somebody was faster it finds two, which fails the
 * request, so that nothing is created.
 *
 * Guess: within a `request`, a search finds what an earlier step created, as its substitutions do; and the grid does
 * one `request` after the other.
 */
async function makeOnly(
  { wapi }: IpamSettings,
  order: SubnetOrder,
  sharedBy: SharedBy,
  draft: SubnetDraft,
): Promise<Subnet> {
  const { networkView, signal } = order;
  const onlyOne = step.find(typeOf(order), {
    where: { network_view: networkView, extattrs: sharedBy },
    fields: ["network"],
    failAbove: 1,
  });
  const gateway = draft.gateway === undefined ? [] : [draft.gateway];
  const [row, , reserved] = await wapi.batch([draft.step, onlyOne, ...gateway], { signal });
  return draft.read(row, reserved);
}

/**
 * Whether somebody else may have made the subnet meanwhile, or this caller without hearing of it: worth another look,
 * and safe, since a second one is never made.
 */
function mayExist(error: unknown): boolean {
  if (isInfobloxError(error, "UncertainWriteError") || isInfobloxError(error, "PoolExhaustedError"))
    return true;
  return isInfobloxError(error, "WapiError") && /Result set too large/i.test(error.text);
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

function typeOf({ family }: SubnetOrder): SubnetType {
  return holderType("network", family);
}
