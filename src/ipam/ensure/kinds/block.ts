import { type Block, formatBlock, parseBlock } from "../../../cidr.js";
import type { Step } from "../../../wapi/step.js";
import { blockKind } from "../../engine/kinds.js";
import { type ContainerRow, containerOf, type SubnetRow, subnetOf } from "../../objects/rows.js";
import { routersIn } from "../../requests/dhcp-options.js";
import type { NewSubnetDhcp } from "../../requests/dhcp-settings.js";
import { checkedBlock } from "../../requests/syntax.js";
import { holderType } from "../../requests/targets.js";
import {
  findGateway,
  type GatewayPlace,
  type GatewayRequest,
  type GatewayRow,
  gatewayIn,
  gatewayIp,
  isRouter as isRouterOf,
  parseGateway,
} from "../../subnets/gateway.js";
import { comparedDescription, fieldsOf, object } from "../comparing.js";
import type { DesiredContainer, DesiredSubnet } from "../description.js";
import { comparedDhcp, describedOptions, dhcpFieldsRead, optionFields } from "../dhcp.js";
import type { Compared, Entry, FoundWithRow, Row } from "../entry.js";
import { chosenBy, findsOf, idOfChosen, type Scope } from "../scope.js";

/** The entry of a container or subnet: by its CIDR, or chosen by the grid. */
export function blockEntry(
  scope: Scope,
  kind: "container" | "subnet",
  desired: DesiredSubnet,
  path: string,
): Entry {
  const { name, cidr, from, strategy, prefixLength, dhcp } = desired;
  const gateway = desired.gateway === false ? undefined : desired.gateway;
  const { settings, handles } = scope;
  const block = cidr === undefined ? undefined : checkedBlock(`${path}.cidr`, cidr);
  const id = block === undefined ? idOfChosen(scope, path, name) : undefined;
  const family = block?.family ?? handles.familyOf(from, `${path}.from`);
  const type = holderType(kind === "container" ? "container" : "network", family);
  const { comment, extattrs, fields } = desired;
  const isRouter = isRouterOf(family, gateway) && fields?.["options"] === undefined;
  const network = block && formatBlock(block);
  const more = [
    ...fieldsOf(type, desired),
    ...(isRouter ? ["options", "use_options"] : []),
    ...(dhcp === undefined ? [] : dhcpFieldsRead(family, dhcp)),
  ];
  const gatewayOf = (network: string) =>
    findGateway(family, network, settings.networkView) as Step<readonly unknown[]>;
  return {
    kind,
    path,
    key: cidr ?? name ?? "",
    create: {
      kind,
      name: path,
      requestId: id,
      request: {
        ...{ cidr, prefixLength, strategy, comment, fields, gateway, dhcp },
        extattrs: withoutNulls(extattrs),
        from: handles.source(from, `${path}.from`),
      },
    },
    finds: [
      ...findsOf(scope, { type, id, place: { network }, types: blockKind.types, more }),
      ...(gateway === undefined || network === undefined ? [] : [gatewayOf(network)]),
    ],
    findsIn:
      gateway === undefined || network !== undefined
        ? undefined
        : (row) => [gatewayOf(String(row["network"]))],
    ...chosenBy(scope, id, from, path),
    read: (row, belongings) => {
      if (kind === "container") return containerOf(row as unknown as ContainerRow, false);
      const { expiryAttribute } = settings.ownership;
      return subnetOf(row as unknown as SubnetRow, false, expiryAttribute, reservedGateway(belongings));
    },
    compared: [
      ...comparedDescription(type, desired, settings.ownership),
      ...(gateway === undefined ? [] : [comparedGateway(gateway, isRouter, dhcp)]),
      ...(dhcp === undefined
        ? []
        : comparedDhcp(dhcp, family, isRouter && gateway !== undefined ? rightRouter(gateway) : undefined)),
      ...(id === undefined || prefixLength === undefined ? [] : [comparedLength(prefixLength)]),
    ],
  };
}

/** The comparison of the size of a block that the grid chose. */
function comparedLength(wanted: number): Compared {
  return {
    field: "prefixLength",
    wanted,
    actual: ({ row }) => parseBlock(String(row["network"] ?? ""))?.prefixLength,
    isFixed: true,
    correct: () => [],
  };
}

/** The attributes to create, without those that the description sets to `null`. */
export function withoutNulls(extattrs: DesiredContainer["extattrs"]): object | undefined {
  if (extattrs === undefined) return undefined;
  return Object.fromEntries(Object.entries(extattrs).filter(([, value]) => value !== null));
}

/**
 * The comparison of the gateway. A missing one is reserved as for a new subnet; one at another address is moved.
 *
 * @param isRouter - whether DHCP announces it
 */
function comparedGateway(
  gateway: GatewayPlace | GatewayRequest,
  isRouter: boolean,
  dhcp: NewSubnetDhcp | undefined,
): Compared {
  const wanted = placeOfGateway(gateway);
  return {
    field: "gateway",
    wanted,
    actual: ({ row, belongings }) => {
      const actual = reservedGateway(belongings);
      const isUntold =
        isRouter && actual !== undefined && actual === describedIp(gateway, row) && routersIn(row) !== actual;
      return isUntold ? `${actual}, which DHCP does not announce` : actual;
    },
    isSame: (_, { row, belongings }) => {
      const actual = reservedGateway(belongings);
      const isThere = wanted === "first" ? actual !== undefined : actual === describedIp(gateway, row);
      return isThere && (!isRouter || routersIn(row) === actual);
    },
    correct: ({ row, belongings }) => {
      const reserved = belongings[0]?.[0] as GatewayRow | undefined;
      if (reserved === undefined) return { kind: "complete" };
      const actual = gatewayIp(reserved);
      const right = wanted === "first" ? actual : describedIp(gateway, row);
      const family = blockOf(row)?.family ?? 4;
      const field = family === 4 ? "ipv4addr" : "ipv6addr";
      return [
        ...(actual === right
          ? []
          : [{ kind: "other", ref: reserved._ref, changes: { fields: { [field]: right } } } as const]),
        ...(isRouter && right !== undefined && routersIn(row) !== right
          ? [object({ fields: optionFields(row, right, describedOptions(dhcp, family, row)) })]
          : []),
      ];
    },
  };
}

function reservedGateway(belongings: readonly (readonly Row[])[]): string | undefined {
  return gatewayIp(belongings[0]?.[0] as GatewayRow | undefined);
}

/** The described address of the gateway in the block of a row. */
function describedIp(gateway: GatewayPlace | GatewayRequest, row: Row): string | undefined {
  const [place, block] = [parseGateway(gateway), blockOf(row)];
  return place === undefined || block === undefined ? undefined : gatewayIn(block, place);
}

function blockOf(row: Row): Block | undefined {
  return parseBlock(String(row["network"] ?? ""));
}

function placeOfGateway(gateway: GatewayPlace | GatewayRequest): GatewayPlace {
  return typeof gateway === "string" ? gateway : gateway.at;
}

/** The wanted value of the option `routers`. */
function rightRouter(gateway: GatewayPlace | GatewayRequest) {
  return ({ row, belongings }: FoundWithRow): string | undefined => {
    if (placeOfGateway(gateway) !== "first") return describedIp(gateway, row as Row);
    return reservedGateway(belongings) ?? routersIn(row);
  };
}

/** The prefix length of an entry, for the order of creates: larger blocks are made first. */
export function lengthOf({ cidr, prefixLength = 128 }: DesiredContainer): number {
  return parseBlock(cidr ?? "")?.prefixLength ?? prefixLength;
}
