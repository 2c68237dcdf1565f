import { formatBlock } from "../../../cidr.js";
import { rangeIntent, rangeOrder, type SubnetOfRange, subnetNamed } from "../../ranges/range-intent.js";
import type { PlacedRange } from "../../ranges/requests.js";
import { checkRangeRequest } from "../../ranges/schemas.js";
import type { IpamSettings } from "../../settings/settings.js";
import type { Earlier } from "../earlier.js";
import type { PlanIntent, PlanStep } from "../intent.js";

export function rangePlanIntent(
  settings: IpamSettings,
  { name, request }: PlanStep,
  earlier: Earlier,
): PlanIntent {
  const fields: PlacedRange = checkRangeRequest.now("range", request);
  const subnet = subnetAround(fields.in, earlier);
  const order = rangeOrder(settings, fields, subnet);
  const { type, family, networkView, span } = order;
  const place = subnet?.madeBy ?? (subnet?.block && formatBlock(subnet.block));
  return {
    ...rangeIntent(order, { name }),
    known: { kind: "range", name, type, family, networkView },
    needs: span === undefined && subnet?.madeBy !== undefined ? [subnet.madeBy] : [],
    summary: `a DHCP range: ${fields.first} to ${fields.last}${place === undefined ? "" : ` of ${place}`}`,
  };
}

function subnetAround(around: unknown, earlier: Earlier): SubnetOfRange | undefined {
  if (typeof around !== "object" || around === null || !("subnet" in around)) return subnetNamed(around);
  const { name, block, family = 4, networkView } = earlier.step("subnet", around.subnet, "in");
  return { madeBy: name, block, family, networkView };
}
