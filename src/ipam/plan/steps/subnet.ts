import { formatBlock } from "../../../cidr.js";
import { holderType } from "../../requests/targets.js";
import type { IpamSettings } from "../../settings/settings.js";
import { isUndecided } from "../../sources/inside.js";
import { gatewayIn } from "../../subnets/gateway.js";
import { isGatewayLater, subnetIntents } from "../../subnets/subnet-intent.js";
import { dividedTargets, lookBeforeSubnet } from "../../subnets/subnet-look.js";
import { placedIn, type SubnetOrder, subnetOrderNow } from "../../subnets/subnet-order.js";
import type { Earlier } from "../earlier.js";
import type { Known, PlanIntent, PlanStep } from "../intent.js";
import { inPlan, outsidePlan, sourcesText } from "./sources.js";

/** A subnet, and its gateway as a step of its own: one may be there when the other isn't. */
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
  const [subnet, gateway] = subnetIntents(settings, order, { name });
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
            ...lookInPlan(settings, order, earlier),
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

/** What is taken, in words. */
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

/** A subnet is divided only as long as nothing in it is in use; and one that is named must lie where it should. */
export function lookInPlan(
  settings: IpamSettings,
  order: SubnetOrder,
  earlier: Earlier,
): Pick<PlanIntent, "look" | "looksAt"> {
  const isOfPlan = (target: Parameters<Earlier["standsFor"]>[0]) => earlier.standsFor(target) !== undefined;
  const look = lookBeforeSubnet(settings, order, isOfPlan);
  if (look === undefined) return { look: undefined };
  const { place } = order;
  if (place.kind === "explicit" && isUndecided(placedIn(place))) {
    const { text, targets } = placedIn(place);
    return { look, looksAt: `that ${text} lies in ${targets.map((target) => target.text).join(", ")}` };
  }
  const networks = dividedTargets(place.targets).filter((target) => !isOfPlan(target));
  return { look, looksAt: `that nothing is in use in ${networks.map(({ text }) => text).join(", ")}` };
}
