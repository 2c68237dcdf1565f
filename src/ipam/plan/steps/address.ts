import { formatAddress } from "../../../cidr.js";
import { addressIntent, addressTypeOf, firstFamilyOf } from "../../addresses/address-intent.js";
import { type AddressOrder, type AddressPlace, addressOrderNow } from "../../addresses/address-order.js";
import { spanOf } from "../../addresses/address-place.js";
import type { IpamSettings } from "../../settings/settings.js";
import { isUndecided } from "../../sources/inside.js";
import type { Earlier } from "../earlier.js";
import type { PlanIntent, PlanStep } from "../intent.js";
import { inPlan, outsidePlan, sourcesText } from "./sources.js";

export function addressPlanIntent(
  settings: IpamSettings,
  { name, request }: PlanStep,
  earlier: Earlier,
): PlanIntent {
  const order = addressOrderNow(settings, outsidePlan(request, earlier, ["subnet", "range"]));
  const { place, networkView, kind } = order;
  const looksAt = looksAtOf(order, earlier);
  return {
    ...inPlan(
      addressIntent(settings, order, { name }, (target) => earlier.standsFor(target) !== undefined),
      earlier,
    ),
    kind: "address",
    known: {
      kind: "address",
      name,
      type: addressTypeOf(order),
      family: firstFamilyOf(place),
      networkView,
      addressKind: kind,
      dnsName: kind === "host" && order.dns ? order.name : undefined,
      ip: place.kind === "explicit" ? formatAddress(place.address) : undefined,
    },
    needs: [],
    summary: `a ${wordOf[kind]}${order.name === undefined ? "" : ` ${order.name}`}: ${summaryOf(place, earlier)}`,
    ...(looksAt !== undefined && { looksAt }),
  };
}

const wordOf = { host: "host", fixed: "fixed address", reservation: "reservation" } as const;

function summaryOf(place: AddressPlace, earlier: Earlier): string {
  if (place.kind === "explicit") return formatAddress(place.address);
  const places = place.kind === "dual" ? [place.ipv4, place.ipv6] : [place];
  return `the next address of ${places.map((one) => sourcesText(one, earlier)).join(" and of ")}`;
}

function looksAtOf({ place }: AddressOrder, earlier: Earlier): string | undefined {
  if (place.kind !== "explicit") return undefined;
  const ip = formatAddress(place.address);
  const targets = place.targets.some((target) => earlier.standsFor(target)) ? [] : place.targets;
  const looks = [
    ...(isUndecided({ field: "ip", text: ip, span: spanOf(place.address), targets })
      ? [`that ${ip} lies in ${targets.map(({ text }) => text).join(", ")}`]
      : []),
    ...(place.avoidRanges ? [`that ${ip} lies in no range`] : []),
  ];
  return looks.length === 0 ? undefined : looks.join(", and ");
}
