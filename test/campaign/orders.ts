import type { Chance } from "./chance.js";

/** A customer's order. Each has its own comment, which identifies the objects that were created for it. */
export type Order = SubnetOrder | AddressOrder | SubnetsOrder | AddressesOrder | PlanOrder;

interface Ordered {
  readonly comment: string;
  readonly from: string;
  readonly requestId?: string | undefined;
}

export interface SubnetOrder extends Ordered {
  readonly kind: "subnet";
  readonly prefixLength: number;
  readonly gateway: "first" | "last" | undefined;
}

export interface AddressOrder extends Ordered {
  readonly kind: "address";
  readonly name?: string | undefined;
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  /** This address and no other. */
  readonly ip?: string | undefined;
  /** For a host with an address of each family: the source of the IPv6 address. */
  readonly from6?: string | undefined;
}

export interface SubnetsOrder extends Ordered {
  readonly kind: "subnets";
  readonly prefixLength: number;
  readonly count: number;
  readonly allOrNothing: boolean;
}

export interface AddressesOrder extends Ordered {
  readonly kind: "addresses";
  readonly count: number;
  readonly allOrNothing: boolean;
  /** The beginning of the names of hosts. */
  readonly prefix?: string | undefined;
}

/** A subnet, a host in it, and an alias of the host. */
export interface PlanOrder extends Ordered {
  readonly kind: "plan";
  readonly prefixLength: number;
  readonly gateway: "first" | "last" | undefined;
  readonly name: string;
}

/** The grid's first objects: enough room for most orders, too little for some. */
export const gridSeed = {
  containers: ["10.0.0.0/8", "172.16.0.0/24", "2001:db8::/32"],
  networks: ["192.168.0.0/20", "192.168.64.0/26", "192.168.128.0/24", "2001:db9::/64"],
  zones: ["example.com"],
};

/** The request id of an order, if it has one. */
export function requestIdOf(comment: string): string {
  return `id-${comment}`;
}

/** A unique order. */
export function newOrder(chance: Chance, number: number, hasId: boolean): Order {
  const comment = `order-${number}`;
  const common = { comment, ...(hasId && { requestId: requestIdOf(comment) }) };
  const draw = chance.draw();
  if (draw < 0.24) return { kind: "subnet", ...common, ...block(chance), gateway: gateway(chance) };
  if (draw < 0.34) return plan(chance, common, number);
  if (draw < 0.4) return { kind: "address", ...common, ...place(chance), ...holder(chance, number) };
  if (draw < 0.46) {
    const both = { from: "192.168.0.0/20", from6: "2001:db9::/64" };
    return { kind: "address", ...common, ...both, name: `host-${number}.example.com` };
  }
  if (draw < 0.75) {
    return { kind: "address", ...common, from: network(chance), ...holder(chance, number) };
  }
  const many = { count: 1 + chance.index(12), allOrNothing: chance.isBelow(0.3) };
  if (draw < 0.83) return { kind: "subnets", ...common, ...block(chance), ...many };
  const prefix = chance.isBelow(0.4) ? `worker-${number}` : undefined;
  return { kind: "addresses", ...common, from: network(chance), ...many, prefix };
}

function block(chance: Chance): { readonly from: string; readonly prefixLength: number } {
  const draw = chance.draw();
  if (draw < 0.6) return { from: "10.0.0.0/8", prefixLength: 24 + chance.index(4) };
  return draw < 0.65
    ? { from: "172.16.0.0/24", prefixLength: 28 }
    : { from: "2001:db8::/32", prefixLength: 64 };
}

function network(chance: Chance): string {
  const draw = chance.draw();
  if (draw < 0.7) return "192.168.0.0/20";
  return draw < 0.75 ? "192.168.64.0/26" : "2001:db9::/64";
}

function plan(
  chance: Chance,
  common: Omit<PlanOrder, "kind" | "from" | "prefixLength" | "gateway" | "name">,
  number: number,
): PlanOrder {
  const size = chance.isBelow(0.9)
    ? { from: "10.0.0.0/8", prefixLength: 24 + chance.index(4) }
    : { from: "172.16.0.0/24", prefixLength: 28 };
  return {
    kind: "plan",
    ...common,
    ...size,
    gateway: gateway(chance),
    name: `planned-${number}.example.com`,
  };
}

/** One of few addresses, so that sometimes it is taken already. */
function place(chance: Chance): Pick<AddressOrder, "from" | "ip"> {
  return { from: "192.168.128.0/24", ip: `192.168.128.${1 + chance.index(200)}` };
}

function gateway(chance: Chance): "first" | "last" | undefined {
  return chance.pick(["first", "last", undefined, undefined]);
}

function holder(chance: Chance, number: number): Pick<AddressOrder, "name" | "mac" | "duid"> {
  const draw = chance.draw();
  if (draw < 0.4) return { name: `host-${number}.example.com` };
  if (draw > 0.6) return {};
  const octets = [number >> 16, number >> 8, number].map((part) =>
    (part & 255).toString(16).padStart(2, "0"),
  );
  const serial = octets.join(":");
  return { mac: `02:00:00:${serial}`, duid: `00:03:00:01:02:00:00:${serial}` };
}
