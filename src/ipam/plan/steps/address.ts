import { formatAddress, spanOf } from "../../../cidr.js";
import { addressIntent, addressTypeOf, firstFamilyOf, type OfCall } from "../../addresses/address-intent.js";
import { type AddressOrder, addressOrderNow } from "../../addresses/address-order.js";
import { namedAmong, type WantedAddress } from "../../addresses/wanted-address.js";
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
  const { wanted, networkView, kind } = order;
  const looksAt = looksAtOf(order, earlier);
  const ofCall: OfCall = {
    makesTarget: (target) => earlier.standsFor(target) !== undefined,
    makesSubnetOf: (address) => earlier.makesSubnetOf(address, networkView),
  };
  return {
    ...inPlan(addressIntent(settings, order, { name }, ofCall), earlier),
    known: {
      kind: "address",
      name,
      type: addressTypeOf(order),
      family: firstFamilyOf(wanted),
      networkView,
      addressKind: kind,
      dnsName: kind === "host" && order.dns ? order.name : undefined,
      addresses: wanted.map((one) => ({
        family: one.family,
        ip: one.kind === "explicit" ? formatAddress(one.address) : undefined,
      })),
    },
    needs: [],
    summary: `a ${wordOf[kind]}${order.name === undefined ? "" : ` ${order.name}`}: ${wanted.map((one) => summaryOf(one, earlier)).join(" and ")}`,
    ...(looksAt !== undefined && { looksAt }),
  };
}

const wordOf = { host: "host", fixed: "fixed address", reservation: "reservation" } as const;

function summaryOf(wanted: WantedAddress, earlier: Earlier): string {
  if (wanted.kind === "explicit") return formatAddress(wanted.address);
  return `the next address of ${sourcesText(wanted, earlier)}`;
}

function looksAtOf({ wanted }: AddressOrder, earlier: Earlier): string | undefined {
  const looks = namedAmong(wanted).flatMap(({ address, avoidRanges, ...place }) => {
    const ip = formatAddress(address);
    const targets = place.targets.some((target) => earlier.standsFor(target)) ? [] : place.targets;
    return [
      ...(isUndecided({ field: "ip", text: ip, span: spanOf(address), targets })
        ? [`that ${ip} lies in ${targets.map(({ text }) => text).join(", ")}`]
        : []),
      ...(avoidRanges ? [`that ${ip} lies in no range`] : []),
    ];
  });
  return looks.length === 0 ? undefined : looks.join(", and ");
}
