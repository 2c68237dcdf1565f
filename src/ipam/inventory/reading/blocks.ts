import { type Family, formatAddress, parseBlock } from "../../../cidr.js";
import { holderType } from "../../requests/targets.js";
import type { IpamSettings } from "../../settings/settings.js";
import { entryLine, type Read, type Row, read } from "./read.js";
import { matching, type Scope, searchesOf, touches } from "./scope.js";

const blockFields = ["network", "network_container", "comment", "extattrs"] as const;
const subnetFields = [...blockFields, "members", "vlans", "disable"] as const;

export function blockReads(settings: IpamSettings, scope: Scope): Read[] {
  const { networkView, families, parts } = scope;
  return families.flatMap((family) =>
    searchesOf(scope, [family]).flatMap((narrowing) => {
      const where = { network_view: networkView, ...matching("network", narrowing) };
      return [
        ...(parts.has("subnets") ? [subnetRead(settings, scope, family, where)] : []),
        ...(parts.has("containers") ? [containerRead(settings, scope, family, where)] : []),
      ];
    }),
  );
}

/** The reads of the subnets around blocks that are smaller than a subnet, since their addresses lie in these subnets. */
export function aroundReads(settings: IpamSettings, scope: Scope): Read[] {
  return (scope.blocks ?? [])
    .filter(({ family }) => scope.families.includes(family))
    .map((block) => {
      const where = {
        network_view: scope.networkView,
        contains_address: formatAddress({ family: block.family, value: block.first }),
      };
      return subnetRead(settings, scope, block.family, where);
    });
}

export function subnetRead(settings: IpamSettings, scope: Scope, family: Family, where: object): Read {
  const linesOf = (row: Row, at: string) => blockLines(settings, scope, "subnet", row, at);
  return family === 4
    ? read("network", where, [...subnetFields, "utilization"], linesOf)
    : read("ipv6network", where, subnetFields, linesOf);
}

export function containerRead(settings: IpamSettings, scope: Scope, family: Family, where: object): Read {
  return read(holderType("container", family), where, [...blockFields, "utilization"], (row, at) =>
    blockLines(settings, scope, "container", row, at),
  );
}

function blockLines(
  settings: IpamSettings,
  scope: Scope,
  kind: "container" | "subnet",
  row: Row,
  at: string,
): string[] {
  const { networkView } = scope;
  const block = parseBlock(row["network"] ?? "");
  if (block === undefined || !touches(scope, row["network"])) return [];
  const container = row["network_container"];
  const own = {
    kind,
    networkView,
    cidr: row["network"],
    family: block.family,
    ...(container !== undefined && container !== "/" && { container }),
    ...(row["utilization"] !== undefined && { percent: row["utilization"] / 10 }),
    ...(kind === "subnet" && {
      members: (row["members"] ?? []).map((one: Row) => one["name"] ?? one["ipv4addr"] ?? ""),
      vlans: (row["vlans"] ?? []).map(({ id, name }: Row) => ({ id, name })),
    }),
  };
  return [entryLine(own, row, at, settings.ownership)];
}
