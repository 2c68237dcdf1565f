import { formatBlock, parseBlock } from "../../cidr.js";
import { isInfobloxError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import { nextAvailableIp } from "../../wapi/next-available.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Creatable } from "../../wapi/types.js";
import { blockKind, type Kind } from "../engine/kinds.js";
import type { Subnet, SubnetType } from "../results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import type { SourcedIntent } from "../sources/source-choices.js";
import { holderType } from "../sources/targets.js";
import {
  findGateway,
  type Gateway,
  type GatewayRow,
  gatewayIn,
  gatewayIp,
  reserveGateway,
} from "./gateway.js";
import { checkRelatives, type NamedSubnet, onlyDirectlyIn } from "./relatives.js";
import { subnetDifferences } from "./subnet-differences.js";
import { lookBeforeSubnet } from "./subnet-look.js";
import { nextNetwork } from "./subnet-network.js";
import type { ExplicitSubnet, SubnetOrder } from "./subnet-order.js";
import { subnetPool } from "./subnet-pool.js";

/** How a subnet is called among others, and found again. */
export interface SubnetNaming extends Pick<SourcedIntent, "name" | "requestId" | "sharedBy"> {
  /** What an id stands for; left out, any block or address. */
  readonly kind?: Kind;
  /** Whether the call makes nothing else: then what a named subnet has around it and in it is looked at first. */
  readonly isAlone?: boolean;
}

/** A subnet, and its gateway as an intent of its own: one may be there when the other isn't. */
export function subnetIntents(
  settings: IpamSettings,
  order: SubnetOrder,
  naming: SubnetNaming,
): readonly SourcedIntent[] {
  const subnet = subnetIntent(settings, order, naming);
  return order.gateway === undefined ? [subnet] : [subnet, gatewayIntent(order, naming, order.gateway)];
}

/** A subnet without a gateway. */
export function subnetIntent(
  settings: IpamSettings,
  order: SubnetOrder,
  { name, requestId, sharedBy, kind = blockKind, isAlone = false }: SubnetNaming,
): SourcedIntent {
  const { family, networkView, place } = order;
  const type = holderType("network", family);
  const relatives = isAlone && place.kind === "explicit" ? new Relations(settings, order, place) : undefined;
  const look = lookBeforeSubnet(settings, order);
  return {
    ...{ name, requestId, sharedBy, noun: "subnet" },
    tracked: { kind, type, view: { network_view: networkView } },
    isChosen: place.kind === "next",
    pools: place.kind === "next" ? [subnetPool(settings, place, networkView)] : [],
    ...(relatives === undefined
      ? { look }
      : {
          look: async (signal) => {
            await look?.(signal);
            await relatives.look(signal);
          },
          lookComesFirst: look === undefined,
          lookAgain: (error, signal) => relatives.haveChanged(error, signal),
        }),
    differences: (existing) => (sharedBy === undefined ? subnetDifferences(order, existing as Subnet) : []),
    compose: ({ sourceOf, marks }) => {
      const network =
        place.kind === "explicit"
          ? formatBlock(place.block)
          : nextNetwork(sourceOf(0).target, place, networkView);
      const values = { ...order.fields, ...marks(order), network, network_view: networkView };
      const create: Step<SubnetRow> = step.create(type, values as Creatable<SubnetType>, {
        fields: subnetFields,
      });
      return {
        steps: [create, ...(relatives?.guards() ?? [])],
        main: create,
        read: ([row]) => ({
          ...subnetOf(row as SubnetRow, true, settings.ownership.expiryAttribute),
          ...(place.kind === "next" && { source: sourceOf(0).target.text }),
        }),
      };
    },
  };
}

/**
 * What a named subnet has around it and in it: see `relatives.ts`. The creating request checks that it comes to lie where
 * the look said.
 */
class Relations {
  readonly #settings: IpamSettings;
  readonly #named: NamedSubnet;
  #parent = "/";

  constructor(settings: IpamSettings, { networkView }: SubnetOrder, { block, insideSubnet }: ExplicitSubnet) {
    this.#settings = settings;
    this.#named = { block, insideSubnet, networkView };
  }

  async look(signal: AbortSignal | undefined): Promise<void> {
    this.#parent = await checkRelatives(this.#settings, { ...this.#named, signal });
  }

  /** Where searches lag, they would not find the new subnet. */
  guards(): readonly RawStep[] {
    return this.#settings.observed.searchLag > 0 ? [] : onlyDirectlyIn(this.#named, this.#parent);
  }

  /** Whether a refusal comes of another network around it than was read. A conflict is about the subnet itself. */
  async haveChanged(error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    if (isInfobloxError(error, "ConflictError")) return false;
    const before = this.#parent;
    await this.look(signal);
    return this.#parent !== before;
  }
}

/** Whether the gateway's address follows from the address that the grid chooses: then it takes a second request. */
export function isGatewayLater({ place, gateway }: SubnetOrder): boolean {
  return place.kind === "next" && gateway !== undefined && gateway !== "first";
}

function gatewayIntent(order: SubnetOrder, { name }: SubnetNaming, gateway: Gateway): SourcedIntent {
  const { family, networkView, place } = order;
  return {
    ...{ name, noun: "subnet", pools: [] },
    findIn: (found) => ({
      step: findGateway(family, (found as Subnet).cidr, networkView),
      read: (row) => ({ ...(found as Subnet), gateway: gatewayIp(row as GatewayRow) }),
    }),
    compose: ({ refOf, resultOf, known }) => {
      const subnet = known(name) as Subnet | undefined;
      const block = place.kind === "explicit" ? place.block : parseBlock(subnet?.cidr ?? "");
      const isNext = place.kind === "next" && gateway === "first";
      const ip =
        isNext || block === undefined
          ? nextAvailableIp({ network: refOf(name) as Ref<SubnetType> })
          : gatewayIn(block, gateway);
      const reserve = reserveGateway(family, ip, networkView);
      // Of two that complete a subnet at once, the second is refused. A new subnet's own guard covers its gateway.
      const guards =
        subnet === undefined
          ? []
          : [findGateway(family, subnet.cidr, networkView, { failAbove: 1 }).discard()];
      return {
        steps: [reserve, ...guards],
        main: undefined,
        read: ([row]) => ({ ...(resultOf(name) as Subnet), gateway: gatewayIp(row as GatewayRow) }),
        rollBack: (_result, [row]) => step.delete((row as GatewayRow)._ref),
      };
    },
  };
}
