import { formatBlock, parseBlock } from "../../../cidr.js";
import { nextAvailableIp } from "../../../wapi/next-available.js";
import { step } from "../../../wapi/step.js";
import type { Ref } from "../../../wapi/types.js";
import { subnetDifferences } from "../../once/request-mismatch.js";
import type { Subnet, SubnetType } from "../../results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../../rows.js";
import type { IpamSettings } from "../../settings.js";
import { checkInsideOnGrid, isUndecided } from "../../sources/inside.js";
import { holderType } from "../../sources/targets.js";
import { findGateway, type GatewayRow, gatewayIn, gatewayIp, reserveGateway } from "../../subnets/gateway.js";
import { emptyNetwork } from "../../subnets/request-subnet.js";
import { nextNetwork, subnetDraft } from "../../subnets/subnet-drafts.js";
import { placedIn, type SubnetOrder, subnetOrderNow } from "../../subnets/subnet-order.js";
import { subnetPool } from "../../subnets/subnet-pool.js";
import type { Earlier } from "../earlier.js";
import type { Intent, PlanStep } from "../intent.js";
import { deletion } from "./deletion.js";
import { byMark } from "./found.js";
import { inPlan, outsidePlan, sourcesText } from "./sources.js";

/** A subnet, and its gateway as a step of its own: one may be there when the other isn't. */
export function subnetIntents(settings: IpamSettings, planned: PlanStep, earlier: Earlier): Intent[] {
  const order = subnetOrderNow(settings, outsidePlan(planned.request, earlier, ["container"]));
  const subnet = subnetIntent(settings, planned, order, earlier);
  return order.gateway === undefined ? [subnet] : [subnet, gatewayIntent(subnet, order, order.gateway)];
}

function subnetIntent(
  settings: IpamSettings,
  { name }: PlanStep,
  order: SubnetOrder,
  earlier: Earlier,
): Intent {
  const { family, networkView, place } = order;
  const type = holderType("network", family);
  const block = place.kind === "explicit" ? place.block : undefined;
  return {
    name,
    kind: "subnet",
    known: { kind: "subnet", name, type, family, networkView, block },
    needs: [],
    pools: place.kind === "next" ? [inPlan(subnetPool(settings, place, networkView), earlier)] : [],
    summary: `a subnet: ${summaryOf(order, earlier)}`,
    ...lookAt(settings, order, earlier),
    find: byMark(
      networkView,
      (where, limits) => step.find(type, { where, fields: subnetFields, ...limits }),
      {
        read: (row) => subnetOf(row as SubnetRow, false, settings.ownership.expiryAttribute),
      },
    ),
    differences: (existing) => subnetDifferences(order, existing as Subnet),
    draft: (scene) => {
      const network =
        place.kind === "explicit"
          ? formatBlock(place.block)
          : nextNetwork(earlier.grounded(scene.sourceOf(0), scene.refOf).target, place, networkView);
      const draft = subnetDraft(
        { ...order, gateway: undefined },
        network,
        scene.marks(order),
        settings.ownership.expiryAttribute,
      );
      return {
        steps: [draft.step],
        main: draft.step,
        read: ([row]) => draft.read(row),
        undo: deletion,
      };
    },
  };
}

/** What is taken, in words. */
export function summaryOf({ place }: Pick<SubnetOrder, "place">, earlier: Earlier): string {
  if (place.kind === "explicit") return formatBlock(place.block);
  return `the next /${place.prefixLength} of ${sourcesText(place, earlier)}`;
}

/** A subnet is divided only as long as nothing in it is in use; and one that is named must lie where it should. */
export function lookAt(
  settings: IpamSettings,
  order: SubnetOrder,
  earlier: Earlier,
): Pick<Intent, "look" | "looksAt"> {
  const { family, networkView, place } = order;
  if (place.kind === "explicit") {
    const placed = placedIn(place);
    // Where the plan itself makes one of them, what lies there is known only afterwards.
    if (!isUndecided(placed) || place.targets.some((target) => earlier.standsFor(target))) return {};
    return {
      looksAt: `that ${placed.text} lies in ${place.targets.map(({ text }) => text).join(", ")}`,
      look: (signal) => checkInsideOnGrid(settings, placed, { queried: "container", networkView, signal }),
    };
  }
  const networks = place.targets.flatMap((target) =>
    target.kind === "ref" && target.holds === "network" && !earlier.standsFor(target) ? [target] : [],
  );
  if (networks.length === 0) return {};
  return {
    looksAt: `that nothing is in use in ${networks.map(({ text }) => text).join(", ")}`,
    look: async (signal) => {
      for (const target of networks) await emptyNetwork(settings, { family, networkView, signal }, target);
    },
  };
}

type Gateway = NonNullable<SubnetOrder["gateway"]>;

/** The last address of a subnet that the grid chooses is known only once it has. */
function gatewayIntent(subnet: Intent, order: SubnetOrder, gateway: Gateway): Intent {
  const { name } = subnet;
  const { family, networkView, place } = order;
  const isLater = place.kind === "next" && gateway !== "first";
  return {
    name,
    kind: "subnet",
    known: subnet.known,
    needs: isLater ? [name] : [],
    pools: [],
    summary: `the gateway of ${name}: its ${isLater ? "last" : "first"} address`,
    ...(place.kind === "explicit" && {
      summary: `the gateway of ${name}: ${gatewayIn(place.block, gateway)}`,
    }),
    findIn: (found) => ({
      step: findGateway(family, (found as Subnet).cidr, networkView),
      read: (row) => ({ ...(found as Subnet), gateway: gatewayIp(row as GatewayRow) }),
    }),
    draft: (scene) => {
      const ip = () => {
        if (place.kind === "explicit") return gatewayIn(place.block, gateway);
        if (!isLater) return nextAvailableIp({ network: scene.refOf(name) as Ref<SubnetType> });
        const { cidr } = scene.resultOf(name) as Subnet;
        const block = parseBlock(cidr);
        return block === undefined ? cidr : gatewayIn(block, gateway);
      };
      const reserve = reserveGateway(family, ip(), networkView);
      return {
        steps: [reserve],
        main: undefined,
        read: ([row]) => ({ ...(scene.resultOf(name) as Subnet), gateway: gatewayIp(row as GatewayRow) }),
        undo: (_result, [row]) => step.delete((row as GatewayRow)._ref),
      };
    },
  };
}
