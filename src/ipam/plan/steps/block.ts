import { formatBlock } from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { holderType, type Target } from "../../requests/targets.js";
import type { IpamSettings } from "../../settings/settings.js";
import { gatewayIn } from "../../subnets/gateway.js";
import type { NamedNetwork } from "../../subnets/relatives.js";
import { isGatewayLater, subnetIntents } from "../../subnets/subnet-intent.js";
import { dividedTargets, type PlaceLooks, placeLooks } from "../../subnets/subnet-look.js";
import { type SubnetOrder, subnetOrderNow } from "../../subnets/subnet-order.js";
import type { Earlier } from "../earlier.js";
import type { Known, PlanIntent, PlanStep } from "../intent.js";
import { inPlan, outsidePlan, sourcesText } from "./sources.js";

/** The intents of a subnet or container, and of the gateway of a subnet: one may exist without the other. */
export function blockPlanIntents(settings: IpamSettings, planned: PlanStep, earlier: Earlier): PlanIntent[] {
  const { name, request } = planned;
  const kind = planned.kind as NamedNetwork["kind"];
  const order = subnetOrderNow(settings, outsidePlan(request, earlier, ["container"]));
  if (kind === "container") checkContainer(order);
  const { family, networkView, place } = order;
  const type = holderType(kind === "subnet" ? "network" : "container", family);
  const block = place.kind === "explicit" ? place.block : undefined;
  const known: Known = { kind, name, type, family, networkView, block };
  const { looksAt, ...looks } = looksInPlan(settings, planned, order, kind, earlier);
  const summary = `a ${kind}: ${summaryOf(order, earlier)}`;
  return subnetIntents(settings, order, { name, noun: kind, looks }).map((intent) => ({
    ...inPlan(intent, earlier),
    known,
    ...(intent.findIn === undefined
      ? { needs: [], summary, ...(looksAt !== undefined && { looksAt }) }
      : { needs: isGatewayLater(order) ? [name] : [], summary: gatewaySummary(order, name) }),
  }));
}

/** @throws {InvalidRequestError} if the request has fields that only subnets have */
function checkContainer({ gateway, expires, dhcp }: SubnetOrder): void {
  if (gateway !== undefined)
    throw invalid("gateway", "…", "a container has no addresses, so it has no gateway", false);
  if (expires !== undefined)
    throw invalid("expiresAt", expires, "a container cannot expire; its subnets can", undefined);
  if (dhcp?.members !== undefined)
    throw invalid("dhcp.members", dhcp.members, "no member serves a container, only its subnets", undefined);
}

function summaryOf({ place }: Pick<SubnetOrder, "place">, earlier: Earlier): string {
  if (place.kind === "explicit") return formatBlock(place.block);
  return `the next /${place.prefixLength} of ${sourcesText(place, earlier)}`;
}

function gatewaySummary(order: SubnetOrder, name: string): string {
  const { place, gateway } = order;
  if (place.kind === "explicit" && gateway !== undefined)
    return `the gateway of ${name}: ${gatewayIn(place.block, gateway)}`;
  return `the gateway of ${name}: its ${isGatewayLater(order) ? "last" : "first"} address`;
}

/** The look before a subnet or container is made: whether it may have its place. And what it reads, in words. */
function looksInPlan(
  settings: IpamSettings,
  { isThere = false }: PlanStep,
  order: SubnetOrder,
  kind: NamedNetwork["kind"],
  earlier: Earlier,
): PlaceLooks & Pick<PlanIntent, "looksAt"> {
  if (isThere) return { holds: () => [], guards: () => [] };
  const { family, networkView, place } = order;
  const isOfCall = (target: Target) => earlier.standsFor(target) !== undefined;
  if (place.kind === "explicit") earlier.refuseNested(kind, place.block, networkView);
  const before = earlier.doneBefore(family, networkView);
  const looks = placeLooks(settings, order, kind, { networks: earlier.networks, before, isOfCall });
  if (place.kind === "explicit")
    return { ...looks, looksAt: `what lies around ${formatBlock(place.block)}, and in it` };
  if (looks.look === undefined) return looks;
  const networks = dividedTargets(place.targets, isOfCall);
  return { ...looks, looksAt: `that nothing is in use in ${networks.map(({ text }) => text).join(", ")}` };
}
