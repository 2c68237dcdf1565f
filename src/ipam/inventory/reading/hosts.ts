import { type AddressFact, described, entryLine, factLine, ipOf, type Read, type Row, read } from "./read.js";
import { isWithin, matching, type Scope, searchesOf } from "./scope.js";

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
  return searchesOf(scope, scope.families).map((narrowing) =>
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
  if (addresses.length === 0 && scope.blocks === undefined) {
    const dnsView = isInDns ? row["view"] : undefined;
    return [entryLine({ kind: "record", networkView, type: "HOST", name: row["name"], dnsView }, row, at)];
  }
  return addresses.flatMap((one) => {
    const ip = ipOf(one);
    if (ip === undefined || !isWithin(scope, ip)) return [];
    const object = {
      ...common,
      ...(one["mac"] && { mac: one["mac"] }),
      ...(one["duid"] && { duid: one["duid"] }),
      dhcp: one["configure_for_dhcp"] === true,
      ...described(row),
    };
    return [factLine(networkView, ip, { object, network: one["network"], at } as AddressFact)];
  });
}
