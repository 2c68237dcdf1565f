import { type Block, formatBlock, parseBlock } from "../../../cidr.js";
import { type Step, step } from "../../../wapi/step.js";
import { type ContainerRow, containerOf, type SubnetRow, subnetFields, subnetOf } from "../../rows.js";
import { holderType } from "../../sources/targets.js";
import { findGateway, type GatewayRow, gatewayIn, gatewayIp, parseGateway } from "../../subnets/gateway.js";
import { checkedBlock } from "../../syntax.js";
import { comparedDescription, fieldsOf } from "../comparing.js";
import type { DesiredContainer, DesiredSubnet } from "../description.js";
import type { Compared, Entry, Row } from "../entry.js";
import { placeOf } from "../replacing.js";
import { findsOfOthers, idOfChosen, type Scope, whereRequested } from "../scope.js";

/** A container or subnet that is named by its CIDR, or that the grid chooses. */
export function blockEntry(
  scope: Scope,
  kind: "container" | "subnet",
  desired: DesiredSubnet,
  path: string,
): Entry {
  const { name, cidr, gateway, from, strategy, prefixLength } = desired;
  const { settings, handles } = scope;
  const block = cidr === undefined ? undefined : checkedBlock(`${path}.cidr`, cidr);
  const id = block === undefined ? idOfChosen(scope, path, name) : undefined;
  const family = block?.family ?? handles.familyOf(from, `${path}.from`);
  const type = holderType(kind === "container" ? "container" : "network", family);
  const where =
    block === undefined
      ? whereRequested(scope, id ?? "")
      : { network: formatBlock(block), network_view: settings.networkView };
  const { comment, extattrs, fields } = desired;
  return {
    kind,
    path,
    key: cidr ?? name ?? "",
    create: [
      {
        kind,
        name: path,
        requestId: id,
        request: {
          ...{ cidr, prefixLength, strategy, comment, fields, gateway },
          extattrs: withoutNulls(extattrs),
          from: handles.source(from, `${path}.from`),
        },
      },
    ],
    finds: [
      step.find(type, {
        where,
        fields: [...subnetFields, ...fieldsOf(type, desired)] as unknown as typeof subnetFields,
      }),
      ...(gateway === undefined || block === undefined
        ? []
        : [findGateway(family, formatBlock(block), settings.networkView) as Step<readonly unknown[]>]),
      ...(id === undefined
        ? []
        : findsOfOthers(
            scope,
            id,
            blockTypes.filter((one) => one !== type),
          )),
    ],
    ...(id !== undefined && {
      chosen: {
        requestId: id,
        sources: [{ from: handles.source(from, `${path}.from`), field: `${path}.from` }],
        placesOf: (row: Row) => [placeOf(row) ?? []].flat(),
      },
    }),
    read: (row, [gateways]) =>
      kind === "container"
        ? containerOf(row as unknown as ContainerRow, false)
        : subnetOf(
            row as unknown as SubnetRow,
            false,
            settings.ownership.expiryAttribute,
            gatewayIp(gateways?.[0] as GatewayRow | undefined),
          ),
    compared: [
      ...comparedDescription(type, desired, settings.ownership),
      ...(gateway === undefined || block === undefined ? [] : [comparedGateway(gateway, block)]),
      ...(id === undefined || prefixLength === undefined ? [] : [comparedLength(prefixLength)]),
    ],
  };
}

const blockTypes = ["network", "ipv6network", "networkcontainer", "ipv6networkcontainer"];

/** The grid chose its size once: another takes another object. */
function comparedLength(wanted: number): Compared {
  return {
    field: "prefixLength",
    wanted,
    actual: ({ row }) => parseBlock(String(row["network"] ?? ""))?.prefixLength,
    correct: () => ({ kind: "replace" }),
  };
}

/** An attribute that shouldn't be there isn't made. */
export function withoutNulls(extattrs: DesiredContainer["extattrs"]): object | undefined {
  if (extattrs === undefined) return undefined;
  return Object.fromEntries(Object.entries(extattrs).filter(([, value]) => value !== null));
}

/** Where a gateway is missing, it is reserved as it is for a new subnet; one that is elsewhere moves. */
function comparedGateway(wanted: string, block: Block): Compared {
  const gateway = parseGateway(wanted);
  const ip = gateway === undefined ? undefined : gatewayIn(block, gateway);
  const rowOf = (belongings: readonly (readonly Row[])[]) => belongings[0]?.[0] as GatewayRow | undefined;
  return {
    field: "gateway",
    wanted,
    actual: ({ belongings }) => gatewayIp(rowOf(belongings)),
    isSame: (actual) => (wanted === "first" ? actual !== undefined : actual === ip),
    correct: ({ belongings }) => {
      const row = rowOf(belongings);
      if (row === undefined) return { kind: "complete" };
      const field = block.family === 4 ? "ipv4addr" : "ipv6addr";
      return { kind: "other", ref: row._ref, changes: { fields: { [field]: ip } } };
    },
  };
}

/** The block of an entry, as far as it is known: larger ones are made first. */
export function lengthOf({ cidr, prefixLength = 128 }: DesiredContainer): number {
  return parseBlock(cidr ?? "")?.prefixLength ?? prefixLength;
}
