import { formatBlock } from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { step } from "../../../wapi/step.js";
import type { Creatable } from "../../../wapi/types.js";
import type { Container } from "../../results.js";
import { type ContainerRow, containerOf, subnetFields } from "../../rows.js";
import type { IpamSettings } from "../../settings.js";
import { type HolderType, holderType } from "../../sources/targets.js";
import { nextNetwork } from "../../subnets/subnet-drafts.js";
import { subnetOrderNow } from "../../subnets/subnet-order.js";
import { subnetPool } from "../../subnets/subnet-pool.js";
import { containerDifferences } from "../differences.js";
import type { Earlier } from "../earlier.js";
import type { Intent, PlanStep } from "../intent.js";
import { deletion } from "./deletion.js";
import { byMark } from "./found.js";
import { inPlan, outsidePlan } from "./sources.js";
import { lookAt, summaryOf } from "./subnet.js";

export function containerIntent(
  settings: IpamSettings,
  { name, request }: PlanStep,
  earlier: Earlier,
): Intent {
  const order = subnetOrderNow(settings, outsidePlan(request, earlier, ["container"]));
  if (order.gateway !== undefined) {
    throw invalid("gateway", "…", "a container has no addresses, and so no gateway", false);
  }
  if (order.expires !== undefined) {
    throw invalid("expiresAt", order.expires, "a container doesn't expire; its subnets can", undefined);
  }
  const { family, networkView, place } = order;
  const type = holderType("container", family);
  const block = place.kind === "explicit" ? place.block : undefined;
  return {
    name,
    kind: "container",
    known: { kind: "container", name, type, family, networkView, block },
    needs: [],
    pools: place.kind === "next" ? [inPlan(subnetPool(settings, place, networkView), earlier)] : [],
    summary: `a container: ${summaryOf(order, earlier)}`,
    ...lookAt(settings, order, earlier),
    find: byMark(
      networkView,
      (where, limits) => step.find(type, { where, fields: subnetFields, ...limits }),
      {
        read: (row) => containerOf(row as ContainerRow, false),
      },
    ),
    differences: (existing) => containerDifferences(order, existing as Container),
    draft: (scene) => {
      const network =
        place.kind === "explicit"
          ? formatBlock(place.block)
          : nextNetwork(earlier.grounded(scene.sourceOf(0), scene.refOf).target, place, networkView);
      const values = { ...order.fields, ...scene.marks(order), network, network_view: networkView };
      const create = step.create(type, values as Creatable<HolderType<"container">>, {
        fields: subnetFields,
      });
      return {
        steps: [create],
        main: create,
        read: ([row]) => containerOf(row as ContainerRow, true),
        undo: deletion,
      };
    },
  };
}
