import { formatBlock } from "../../../cidr.js";
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

/** The intents of a subnet and of its gateway. They are separate, since one may exist without the other. */
export function subnetPlanIntents(settings: IpamSettings, planned: PlanStep, earlier: Earlier): PlanIntent[] {
  const order = subnetOrderNow(settings, outsidePlan(planned.request, earlier, ["container"]));
  const { name } = planned;
  const { family, networkView, place } = order;
  const block = place.kind === "explicit" ? place.block : undefined;
  const known: Known = {
    kind: "subnet",
    name,
    type: holderType("network", family),
    family,
    networkView,
    block,
  };
  const { looksAt, ...looks } = looksInPlan(settings, planned, order, "subnet", earlier);
  const [subnet, gateway] = subnetIntents(settings, order, { name, looks });
  const common = { kind: "subnet", known } as const;
  return [
    ...(subnet === undefined
      ? []
      : [
          {
            ...inPlan(subnet, earlier),
            ...common,
            needs: [],
            summary: `a subnet: ${summaryOf(order, earlier)}`,
            ...(looksAt !== undefined && { looksAt }),
          },
        ]),
    ...(gateway === undefined
      ? []
      : [
          {
            ...inPlan(gateway, earlier),
            ...common,
            needs: isGatewayLater(order) ? [name] : [],
            summary: gatewaySummary(order, name),
          },
        ]),
  ];
}

/** The block in words. */
export function summaryOf({ place }: Pick<SubnetOrder, "place">, earlier: Earlier): string {
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
export function looksInPlan(
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
