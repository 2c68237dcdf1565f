import { formatAddress } from "../../../cidr.js";
import { step } from "../../../wapi/step.js";
import { addressDraft, nextAddress, type WantedAddresses } from "../../addresses/address-drafts.js";
import { type AddressOrder, type AddressPlace, addressOrderNow } from "../../addresses/address-order.js";
import { spanOf } from "../../addresses/address-place.js";
import { addressPool } from "../../addresses/address-pool.js";
import { checkExplicit, explainedUse, onlyIfUnused } from "../../addresses/explicit-address.js";
import { explainedZone, viewOfHosts } from "../../dns/missing-zone.js";
import { addressDifferences } from "../../once/request-mismatch.js";
import type { Address, AddressType } from "../../results.js";
import {
  addressOfFixed4,
  addressOfFixed6,
  addressOfHost,
  type FixedRow4,
  type FixedRow6,
  fixedFields4,
  fixedFields6,
  type HostRow,
  hostFields,
} from "../../rows.js";
import type { IpamSettings } from "../../settings.js";
import { isUndecided } from "../../sources/inside.js";
import type { SourcePool } from "../../sources/source-choices.js";
import type { Earlier } from "../earlier.js";
import type { Intent, PlanStep, Scene } from "../intent.js";
import { deletion } from "./deletion.js";
import { byMark, type MarkLimits, type MarkWhere } from "./found.js";
import { inPlan, outsidePlan, sourcesText } from "./sources.js";

export function addressIntent(settings: IpamSettings, { name, request }: PlanStep, earlier: Earlier): Intent {
  const order = addressOrderNow(settings, outsidePlan(request, earlier, ["subnet", "range"]));
  const { place, networkView, kind } = order;
  const type = typeOf(order);
  return {
    name,
    kind: "address",
    known: {
      kind: "address",
      name,
      type,
      family: familyOf(place),
      networkView,
      addressKind: kind,
      dnsName: kind === "host" && order.dns ? order.name : undefined,
      ip: place.kind === "explicit" ? formatAddress(place.address) : undefined,
    },
    needs: [],
    pools: poolsOf(settings, order, earlier),
    summary: `a ${wordOf[kind]}${order.name === undefined ? "" : ` ${order.name}`}: ${summaryOf(place, earlier)}`,
    ...looks(settings, order, earlier),
    find: byMark(networkView, (where, limits) => search(type, where, limits), {
      read: (row) => found(type, row, settings.ownership.expiryAttribute),
    }),
    differences: (existing) => addressDifferences(order, existing as Address),
    draft: (scene) => {
      const draft = addressDraft(
        order,
        wantedOf(order, earlier, scene),
        networkView,
        scene.marks(order),
        settings.ownership.expiryAttribute,
      );
      const guards =
        place.kind === "explicit" && place.ifInUse === "fail" ? onlyIfUnused(place.address, networkView) : [];
      return {
        steps: [...guards, draft.step],
        main: draft.step,
        read: (results) => draft.read(results.at(-1)),
        undo: deletion,
      };
    },
  };
}

const wordOf = { host: "host", fixed: "fixed address", reservation: "reservation" } as const;

/** The object type that an address is made into. */
function typeOf({ kind, place }: AddressOrder): AddressType {
  if (kind === "host") return "record:host";
  return familyOf(place) === 4 ? "fixedaddress" : "ipv6fixedaddress";
}

/** Of a dual-stack host: IPv4, which comes first. */
function familyOf(place: AddressPlace): 4 | 6 {
  if (place.kind === "explicit") return place.address.family;
  return place.kind === "next" ? (place.targets[0]?.family ?? 4) : 4;
}

function poolsOf(
  settings: IpamSettings,
  { place, networkView }: AddressOrder,
  earlier: Earlier,
): SourcePool[] {
  const places = place.kind === "explicit" ? [] : place.kind === "dual" ? [place.ipv4, place.ipv6] : [place];
  return places.map((one) => inPlan(addressPool(settings, one, networkView), earlier));
}

function summaryOf(place: AddressPlace, earlier: Earlier): string {
  if (place.kind === "explicit") return formatAddress(place.address);
  const places = place.kind === "dual" ? [place.ipv4, place.ipv6] : [place];
  return `the next address of ${places.map((one) => sourcesText(one, earlier)).join(" and of ")}`;
}

function looks(
  settings: IpamSettings,
  order: AddressOrder,
  earlier: Earlier,
): Pick<Intent, "look" | "looksAt" | "explain"> {
  const { place, networkView } = order;
  const { name = "", aliases = [] } = order;
  const dnsView = viewOfHosts(order.dnsView, networkView);
  const explain: Intent["explain"] = async (error, signal) => {
    const other =
      place.kind === "explicit"
        ? await explainedUse(settings, { networkView, signal }, place.address, error)
        : error;
    return order.kind === "host" && order.dns
      ? explainedZone(settings, other, { names: [name, ...aliases], dnsView, signal })
      : other;
  };
  if (place.kind !== "explicit") return { explain };
  const ip = formatAddress(place.address);
  // Where the plan itself makes one of them, what lies there is known only afterwards.
  const targets = place.targets.some((target) => earlier.standsFor(target)) ? [] : place.targets;
  const isOpen = isUndecided({ field: "ip", text: ip, span: spanOf(place.address), targets });
  const looksAt = [
    ...(isOpen ? [`that ${ip} lies in ${targets.map(({ text }) => text).join(", ")}`] : []),
    ...(place.avoidRanges ? [`that ${ip} lies in no range`] : []),
  ];
  return {
    explain,
    ...(looksAt.length > 0 && {
      looksAt: looksAt.join(", and "),
      look: (signal) => checkExplicit(settings, { networkView, signal }, { ...place, targets }),
    }),
  };
}

function wantedOf({ place, networkView }: AddressOrder, earlier: Earlier, scene: Scene): WantedAddresses {
  const next = (pool: number) => {
    const { target, exclude } = earlier.grounded(scene.sourceOf(pool), scene.refOf);
    const value = nextAddress(target, exclude, networkView);
    return target.family === 4 ? { ipv4: value } : { ipv6: value };
  };
  if (place.kind === "next") return next(0);
  if (place.kind === "dual") return { ...next(0), ...next(1) };
  const ip = formatAddress(place.address);
  return place.address.family === 4 ? { ipv4: ip } : { ipv6: ip };
}

function search(type: AddressType, where: MarkWhere, limits: MarkLimits) {
  if (type === "record:host") return step.find(type, { where, fields: hostFields, ...limits });
  return type === "fixedaddress"
    ? step.find(type, { where, fields: fixedFields4, ...limits })
    : step.find(type, { where, fields: fixedFields6, ...limits });
}

function found(type: AddressType, row: unknown, expiry: string | undefined): Address {
  if (type === "record:host") return addressOfHost(row as HostRow, false, expiry);
  return type === "fixedaddress"
    ? addressOfFixed4(row as FixedRow4, false, expiry)
    : addressOfFixed6(row as FixedRow6, false, expiry);
}
