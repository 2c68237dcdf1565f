import { type Address, Ipam, type IpamOptions, type Plan, type Subnet, type WapiClient } from "infoblox-ipam";
import type { Order, PlanOrder } from "./orders.js";

/** The result that a customer got. */
export interface Thing {
  readonly ref: string;
  /** Of a plan: the name of the step that created it. Of many: its index. */
  readonly part?: string | undefined;
  readonly gateway?: string | undefined;
  /** The result. */
  readonly result: unknown;
}

/** A client of a grid, as the campaign uses it. */
export interface Customer {
  take(order: Order): Promise<Thing[]>;
  release(thing: Thing): Promise<void>;
  releaseMany(things: readonly Thing[]): Promise<void>;
  /** All results of a plan. */
  releasePlan(things: readonly Thing[]): Promise<void>;
}

/** A customer that uses this library. */
export function careful(wapi: WapiClient, options: IpamOptions): Customer {
  const ipam = new Ipam(wapi, options);
  return {
    async take(order) {
      if (order.kind === "plan") return apply(ipam, order);
      const results = await request(ipam, order);
      const isMany = "count" in order;
      return results.map((result, place) => ({
        ref: result.ref,
        part: isMany ? String(place) : undefined,
        gateway: "gateway" in result ? result.gateway : undefined,
        result,
      }));
    },
    async release({ ref, result }) {
      if (isSubnet(ref)) await ipam.releaseSubnet(result as Subnet);
      else await ipam.releaseAddress(result as Address);
    },
    async releaseMany(things) {
      await ipam.releaseMany(things.map(({ result }) => result as Address));
    },
    async releasePlan(things) {
      const plan = ipam.plan();
      await things
        .toReversed()
        .reduce((steps, { part = "", result }) => steps.release(part, result as Address), plan as AnyPlan)
        .apply();
    },
  };
}

type AnyPlan = Plan<Record<string, "release">>;

async function apply(ipam: Ipam, order: PlanOrder): Promise<Thing[]> {
  const { comment, requestId, from, prefixLength, gateway, name } = order;
  const { net, host, alias } = await ipam
    .plan({ requestId })
    .subnet("net", { from, prefixLength, gateway, comment })
    .address("host", { from: { subnet: "net" }, name, comment })
    .record("alias", { type: "CNAME", name: `alias-of-${name}`, canonical: { address: "host" }, comment })
    .apply();
  return [
    { part: "net", ref: net.ref, gateway: net.gateway, result: net },
    { part: "host", ref: host.ref, result: host },
    { part: "alias", ref: alias.ref, result: alias },
  ];
}

async function request(ipam: Ipam, order: Exclude<Order, PlanOrder>): Promise<(Subnet | Address)[]> {
  switch (order.kind) {
    case "subnet":
      return [await ipam.requestSubnet(withoutKind(order))];
    case "subnets":
      return ipam.requestSubnets(withoutKind(order));
    case "address": {
      const { mac, duid, from, from6, ...rest } = withoutKind(order);
      if (from6 !== undefined) {
        const addresses = [{ from }, { from: from6 }, { from }];
        return [await ipam.requestAddress({ ...rest, addresses })];
      }
      const own = { from, ...(isIpv6(from) ? { duid } : { mac }) };
      return [await ipam.requestAddress({ ...rest, ...own })];
    }
    case "addresses": {
      const { prefix, ...rest } = withoutKind(order);
      const name = prefix === undefined ? undefined : (index: number) => `${prefix}-${index}.example.com`;
      return ipam.requestAddresses({ ...rest, name });
    }
  }
}

function withoutKind<O extends Order>({ kind: _, ...rest }: O): Omit<O, "kind"> {
  return rest;
}

export function isSubnet(ref: string): boolean {
  return /^(ipv6)?network\//.test(ref);
}

export function isIpv6(from: string): boolean {
  return from.includes(":");
}
