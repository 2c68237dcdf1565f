import { formatBlock } from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { step } from "../../../wapi/step.js";
import type { Creatable } from "../../../wapi/types.js";
import { containerKind } from "../../engine/kinds.js";
import type { Container } from "../../objects/results.js";
import { type ContainerRow, containerOf, subnetFields } from "../../objects/rows.js";
import { type HolderType, holderType } from "../../requests/targets.js";
import type { IpamSettings } from "../../settings/settings.js";
import { containerDifferences } from "../../subnets/subnet-differences.js";
import { nextNetwork } from "../../subnets/subnet-network.js";
import { subnetOrderNow } from "../../subnets/subnet-order.js";
import { subnetPool } from "../../subnets/subnet-pool.js";
import type { Earlier } from "../earlier.js";
import type { PlanIntent, PlanStep } from "../intent.js";
import { inPlan, outsidePlan } from "./sources.js";
import { looksInPlan, summaryOf } from "./subnet.js";

export function containerIntent(settings: IpamSettings, planned: PlanStep, earlier: Earlier): PlanIntent {
  const { name, request } = planned;
  const order = subnetOrderNow(settings, outsidePlan(request, earlier, ["container"]));
  if (order.gateway !== undefined) {
    throw invalid("gateway", "…", "a container has no addresses, so it has no gateway", false);
  }
  if (order.expires !== undefined) {
    throw invalid("expiresAt", order.expires, "a container cannot expire; its subnets can", undefined);
  }
  const { family, networkView, place } = order;
  const type = holderType("container", family);
  const block = place.kind === "explicit" ? place.block : undefined;
  const { holds, guards, ...looking } = looksInPlan(settings, planned, order, "container", earlier);
  return inPlan(
    {
      ...{ name, noun: "container", kind: "container", needs: [] },
      known: { kind: "container", name, type, family, networkView, block },
      tracked: { kind: containerKind, type, view: { network_view: networkView } },
      isChosen: place.kind === "next",
      pools: place.kind === "next" ? [subnetPool(settings, place, networkView)] : [],
      summary: `a container: ${summaryOf(order, earlier)}`,
      ...looking,
      differences: (existing) => containerDifferences(order, existing as Container),
      compose: ({ sourceOf, marks }) => {
        const network =
          place.kind === "explicit"
            ? formatBlock(place.block)
            : nextNetwork(sourceOf(0).target, place, networkView);
        const values = { ...order.fields, ...marks(order), network, network_view: networkView };
        const create = step.create(type, values as Creatable<HolderType<"container">>, {
          fields: subnetFields,
        });
        const held = holds(place.kind === "next" ? sourceOf(0).target : undefined);
        return {
          steps: [...held, create, ...guards()],
          main: create,
          read: (answers) => containerOf(answers[held.length] as ContainerRow, true),
        };
      },
    },
    earlier,
  );
}
