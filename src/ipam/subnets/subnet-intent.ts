import { formatBlock, parseBlock } from "../../cidr.js";
import { isInfobloxError, type RequestDifference } from "../../errors.js";
import { nextAvailableIp } from "../../wapi/next-available.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Creatable, Updatable } from "../../wapi/types.js";
import { backOff } from "../engine/backoff.js";
import { blockKind, containerKind, type Kind } from "../engine/kinds.js";
import { differing } from "../engine/request-mismatch.js";
import { gatewayComment } from "../objects/reservations.js";
import { type Container, type Subnet, type SubnetType, withSource } from "../objects/results.js";
import {
  type ContainerRow,
  containerOf,
  copyOf,
  type SubnetRow,
  subnetFields,
  subnetOf,
} from "../objects/rows.js";
import { dhcpFields, routerOption } from "../requests/dhcp-settings.js";
import { type HolderType, holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { SourcedIntent } from "../sources/source-choices.js";
import { bringDhcp } from "./dhcp-changes.js";
import { findGateway, type Gateway, type GatewayRow, gatewayIn, gatewayIp, reserve } from "./gateway.js";
import type { NamedNetwork } from "./relatives.js";
import { stillThere } from "./subnet-change.js";
import { type PlaceLooks, placeLooks } from "./subnet-look.js";
import type { SubnetOrder } from "./subnet-order.js";
import { nextNetwork, subnetPool } from "./subnet-pool.js";

/** The name and the identity of a subnet or container in a call. */
export interface SubnetNaming extends Pick<SourcedIntent, "name" | "requestId" | "sharedBy"> {
  /** Default: `"subnet"`. */
  readonly noun?: NamedNetwork["kind"];
  /** What the id may stand for. Default: any block. */
  readonly kind?: Kind;
  /** The looks before it is made. Default: those of a call that makes nothing else. */
  readonly looks?: PlaceLooks;
}

/** The intents of a subnet and of its gateway. They are separate, since one may exist without the other. */
export function subnetIntents(
  settings: IpamSettings,
  order: SubnetOrder,
  naming: SubnetNaming,
): readonly SourcedIntent[] {
  const told: ToldClients = { router: undefined };
  const subnet = subnetIntent(settings, order, naming, told);
  return order.gateway === undefined
    ? [subnet]
    : [subnet, gatewayIntent(settings, order, naming, order.gateway, told)];
}

/** The router that requests of this call have set as the option `routers`. */
interface ToldClients {
  router: string | undefined;
}

/** The intent of a subnet without its gateway, or of a container. */
export function subnetIntent(
  settings: IpamSettings,
  order: SubnetOrder,
  {
    name,
    requestId,
    sharedBy,
    noun = "subnet",
    kind = noun === "subnet" ? blockKind : containerKind,
    looks = placeLooks(settings, order, noun),
  }: SubnetNaming,
  told: ToldClients = { router: undefined },
): SourcedIntent {
  const { family, networkView, place, gateway } = order;
  const isKnown = order.isRouter && gateway !== undefined && place.kind === "explicit";
  const router = isKnown ? gatewayIn(place.block, gateway) : undefined;
  const type = holderType(noun === "subnet" ? "network" : "container", family);
  const { holds, guards, ...looking } = looks;
  return {
    ...{ name, requestId, sharedBy, noun },
    tracked: { kind, type, view: { network_view: networkView } },
    isChosen: place.kind === "next",
    pools: place.kind === "next" ? [subnetPool(settings, place, networkView)] : [],
    ...looking,
    differences: (existing) =>
      sharedBy === undefined ? blockDifferences(order, noun, existing as Subnet | Container) : [],
    compose: ({ sourceOf, marks }) => {
      const source = place.kind === "next" ? sourceOf(0).target : undefined;
      const network =
        place.kind === "explicit"
          ? formatBlock(place.block)
          : nextNetwork(sourceOf(0).target, place, networkView);
      const values = {
        ...dhcpFields(family, order.dhcp, router),
        ...order.fields,
        ...marks(order),
        ...{ network, network_view: networkView },
      } as Creatable<HolderType>;
      const create: Step<unknown> = step.create(type, values, { fields: subnetFields });
      const held = holds(source);
      return {
        steps: [...held, create, ...guards()],
        main: create,
        read: (answers) => {
          told.router = router;
          const row = answers[held.length] as SubnetRow & ContainerRow;
          const made =
            noun === "subnet"
              ? subnetOf(row, true, settings.ownership.expiryAttribute)
              : containerOf(row, true);
          return withSource<object>(made, source?.text);
        },
      };
    },
  };
}

/**
 * The differences between a subnet or container and the request with its id. Sources are not compared, since pools change over
 * time; nor are comment and attributes.
 */
function blockDifferences(
  { family, place }: SubnetOrder,
  kind: NamedNetwork["kind"],
  existing: Subnet | Container,
): RequestDifference[] {
  const isContainer = parseRef(existing.ref)?.type.endsWith("container") === true;
  return differing([
    ["kind", kind, isContainer ? "container" : "subnet"],
    ["family", family, existing.family],
    place.kind === "explicit"
      ? ["cidr", formatBlock(place.block), existing.cidr]
      : ["prefixLength", place.prefixLength, existing.prefixLength],
  ]);
}

/** Whether the gateway's address depends on the block that the grid chooses. Then it takes a second request. */
export function isGatewayLater({ place, gateway }: SubnetOrder): boolean {
  return place.kind === "next" && gateway !== undefined && gateway !== "first";
}

function gatewayIntent(
  settings: IpamSettings,
  order: SubnetOrder,
  { name }: SubnetNaming,
  gateway: Gateway,
  told: ToldClients,
): SourcedIntent {
  const { family, networkView, place } = order;
  return {
    ...{ name, noun: "subnet", pools: [] },
    findIn: (found) => ({
      step: findGateway(family, (found as Subnet).cidr, networkView),
      read: (row) => copyOf(found as Subnet, { gateway: gatewayIp(row as GatewayRow) }),
    }),
    ...(order.isRouter && {
      finish: async (result, signal) => {
        const subnet = result as Subnet;
        const { gateway: ip } = subnet;
        if (ip === undefined || ip === told.router) return subnet;
        // An adopted subnet may have the option already, or other options.
        if (subnet.created) await tellNewRouter(settings, order, subnet, ip, signal);
        else await bringDhcp(settings, subnet, { options: [routerOption(ip)] }, signal);
        return subnet;
      },
    }),
    compose: ({ refOf, resultOf, known }) => {
      const subnet = known(name) as Subnet | undefined;
      const block = place.kind === "explicit" ? place.block : parseBlock(subnet?.cidr ?? "");
      const isNext = place.kind === "next" && gateway === "first";
      const ip =
        isNext || block === undefined
          ? nextAvailableIp({ network: refOf(name) as Ref<SubnetType> })
          : gatewayIn(block, gateway);
      const reserved = reserve(family, ip, networkView, gatewayComment);
      // If the subnet is new and its gateway known, the same request sets the option `routers`.
      const isTold = order.isRouter && subnet?.created === true && place.kind === "next";
      const router = isTold && typeof ip === "string" ? ip : undefined;
      const changes = dhcpFields(family, order.dhcp, router) as Updatable<SubnetType>;
      const tell =
        router === undefined ? [] : [step.update(refOf(name) as Ref<SubnetType>, changes).discard()];
      // If two calls complete a subnet at once, the grid refuses the second. The guard of a new subnet covers its gateway.
      const guards =
        subnet === undefined
          ? []
          : [findGateway(family, subnet.cidr, networkView, { failAbove: 1 }).discard()];
      const before = subnet === undefined ? [] : ifStillThere(settings, subnet);
      const rowIn = (answers: readonly unknown[]) => answers[before.length] as GatewayRow;
      return {
        steps: [...before, reserved, ...guards, ...tell],
        main: undefined,
        read: (answers) => {
          if (router !== undefined) told.router = router;
          return copyOf(resultOf(name) as Subnet, { gateway: gatewayIp(rowIn(answers)) });
        },
        rollBack: (_result, answers) => step.delete(rowIn(answers)._ref),
      };
    },
  };
}

/** Steps that fail their request if this subnet is gone. None if searches lag, since they would not find the new subnet. */
function ifStillThere(settings: IpamSettings, subnet: Subnet): readonly Step<unknown>[] {
  return settings.observed.searchLag > 0 ? [] : stillThere(settings, subnet);
}

/**
 * Sets the option `routers` of a subnet that this call has made. Nobody else has changed its options yet, so they are written as a
 * whole. After a lost answer a look shows whether that was done.
 */
async function tellNewRouter(
  settings: IpamSettings,
  { family, dhcp }: SubnetOrder,
  subnet: Subnet,
  ip: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { wapi, clock } = settings;
  const { ref } = subnet;
  const { options, use_options } = dhcpFields(family, { ...dhcp, members: undefined }, ip);
  const changes = { options, use_options } as Updatable<"network">;
  for (let tries = 1; ; tries += 1) {
    try {
      const tell = step.update(ref as Ref<"network">, changes, { fields: ["network"] });
      await wapi.batch([...ifStillThere(settings, subnet), tell.discard()], { signal });
      return;
    } catch (error) {
      if (!isInfobloxError(error, "UncertainWriteError") || tries === mostTries) throw error;
      await backOff(clock, tries, signal);
      const row = await wapi.get(ref as Ref<"network">, { fields: ["options"], signal });
      if (row.options?.some(({ name, value }) => name === "routers" && value === ip)) return;
    }
  }
}

/** How often the change of a new subnet is sent when its answer is lost. */
const mostTries = 5;
