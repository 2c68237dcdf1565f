import { formatBlock, type Span } from "../../cidr.js";
import { type NextAvailable, nextAvailableIp, nextAvailableNetwork } from "../../wapi/next-available.js";
import { type Step, step } from "../../wapi/step.js";
import type { Creatable } from "../../wapi/types.js";
import type { Marks } from "../ownership.js";
import type { Subnet, SubnetType } from "../results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../rows.js";
import { excludedSubnets } from "../sources/exclusions.js";
import { whereOf } from "../sources/source-query.js";
import { holderType, spanOfTarget, type Target } from "../sources/targets.js";
import { gatewayIn, gatewayIp, reserveGateway } from "./gateway.js";
import type { SubnetOrder } from "./subnet-order.js";

/** A subnet to be created, with its gateway where that can be reserved in the same request. */
export interface SubnetDraft {
  readonly type: SubnetType;
  readonly values: Creatable<SubnetType>;
  readonly step: Step<SubnetRow, SubnetType>;
  /** Reserves the gateway; `undefined` where none is wanted, or where its address follows from what the grid chooses. */
  readonly gateway: Step<unknown> | undefined;
  /** Reads what the steps gave. */
  readonly read: (row: unknown, gateway?: unknown) => Subnet;
}

/** What a request asks to be created. */
export function subnetDraft(
  order: SubnetOrder,
  network: string | NextAvailable<"network">,
  marks: Marks,
  expiry: string | undefined,
): SubnetDraft {
  const { family, networkView } = order;
  const type = holderType("network", family);
  const values = { ...order.fields, ...marks, network, network_view: networkView } as Creatable<SubnetType>;
  const net = step.create(type, values, { fields: subnetFields });
  return {
    type,
    values,
    step: net,
    gateway: gatewayStep(order, net),
    read: (row, gateway) =>
      subnetOf(row as SubnetRow, true, expiry, gatewayIp(gateway as { ipv4addr?: string })),
  };
}

/** Of a subnet that doesn't exist yet nothing but the reference is known, and that only to the grid. */
function gatewayStep(
  { family, networkView, gateway, place }: SubnetOrder,
  net: Step<SubnetRow, SubnetType>,
): Step<unknown> | undefined {
  if (gateway === undefined) return undefined;
  if (place.kind === "explicit") return reserveGateway(family, gatewayIn(place.block, gateway), networkView);
  return gateway === "first"
    ? reserveGateway(family, nextAvailableIp({ network: net.ref }), networkView)
    : undefined;
}

/** The size of what is taken, and what must not be. */
interface Wanted {
  readonly prefixLength: number;
  readonly exclude: readonly Span[];
}

/**
 * The next subnet of a source, which the grid chooses while it creates it. A CIDR is looked for among containers
 * only: as text alone, the grid would also take it for a subnet, and silently turn that into a container.
 */
export function nextNetwork(
  target: Target,
  { prefixLength, exclude }: Wanted,
  networkView: string,
): NextAvailable<"network"> {
  const common = { prefixLength, exclude: excludedSubnets(exclude, prefixLength, spanOfTarget(target)) };
  if (target.kind === "ref") {
    return target.holds === "network"
      ? nextAvailableNetwork({ ...common, network: target.ref })
      : nextAvailableNetwork({ ...common, container: target.ref });
  }
  const where =
    target.kind === "query"
      ? whereOf(target, networkView)
      : { network: cidrOf(target), network_view: networkView };
  return nextAvailableNetwork({ ...common, search: holderType("container", target.family), where });
}

/** The CIDR of a source as the grid writes it. */
export function cidrOf(target: Target): string {
  return target.kind === "block" ? formatBlock(target.block) : target.text;
}
