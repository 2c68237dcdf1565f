import { recordOrder } from "../entries.js";
import { type AddressFact, described, factLine, ipOf, line, type Read, type Row, read } from "./read.js";
import { isWithin, matching, type Scope, searchesOfBoth } from "./scope.js";

const hostFields = [
  "name",
  "view",
  "configure_for_dns",
  "aliases",
  "ttl",
  "disable",
  "comment",
  "extattrs",
  "ipv4addrs.ipv4addr",
  "ipv4addrs.mac",
  "ipv4addrs.configure_for_dhcp",
  "ipv4addrs.network",
  "ipv6addrs.ipv6addr",
  "ipv6addrs.duid",
  "ipv6addrs.configure_for_dhcp",
  "ipv6addrs.network",
] as const;

/** The searches for hosts by IPv4 and by IPv6 addresses. A host that both find gives equal lines, one of which is dropped later. */
export function hostReads(scope: Scope): Read[] {
  return searchesOfBoth(scope).map((narrowing) =>
    hostRead(scope, narrowing && matching(`ipv${narrowing.family}addr`, narrowing)),
  );
}

export function hostRead(scope: Scope, where: object | undefined): Read {
  return read("record:host", { network_view: scope.networkView, ...where }, hostFields, (row, at) =>
    hostLines(scope, row, at),
  );
}

function hostLines(scope: Scope, row: Row, at: string): string[] {
  const { networkView } = scope;
  const isInDns = row["configure_for_dns"] !== false;
  const addresses: Row[] = [...(row["ipv4addrs"] ?? []), ...(row["ipv6addrs"] ?? [])];
  const common = {
    type: "record:host",
    name: row["name"],
    ...(isInDns && { dnsView: row["view"] }),
    ...(addresses.length > 1 && { addresses: addresses.map(ipOf).sort() }),
    ...(row["aliases"]?.length > 0 && { aliases: [...row["aliases"]].sort() }),
  };
  const rest = {
    ...(row["ttl"] !== undefined && { ttl: row["ttl"] }),
    ...(row["disable"] === true && { disabled: true }),
    ...described(row),
  };
  if (addresses.length === 0 && scope.blocks === undefined) {
    const record = { type: "HOST" as const, name: row["name"], dnsView: isInDns ? row["view"] : undefined };
    const order = recordOrder(networkView, record);
    return [line(order, { kind: "record", networkView, ...record, ...rest, readAt: at })];
  }
  return addresses.flatMap((one) => {
    const ip = ipOf(one);
    if (ip === undefined || !isWithin(scope, ip)) return [];
    const object = {
      ...common,
      ...(one["mac"] && { mac: one["mac"] }),
      ...(one["duid"] && { duid: one["duid"] }),
      dhcp: one["configure_for_dhcp"] === true,
      ...rest,
    };
    return [factLine(networkView, ip, { object, network: one["network"], at } as AddressFact)];
  });
}
