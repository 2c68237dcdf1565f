import { type Address, Ipam, type IpamOptions, type Subnet, type WapiClient } from "infoblox-ipam";
import type { Order } from "./orders.js";

/** What a customer was given. */
export interface Thing {
  readonly ref: string;
  readonly gateway?: string | undefined;
  /** As it was given. */
  readonly result: unknown;
}

/** A client of a grid, as far as the campaign wants to know. */
export interface Customer {
  take(order: Order): Promise<Thing[]>;
  release(thing: Thing): Promise<void>;
  releaseMany(things: readonly Thing[]): Promise<void>;
}

/** Whoever uses this library. */
export function careful(wapi: WapiClient, options: IpamOptions): Customer {
  const ipam = new Ipam(wapi, options);
  return {
    async take(order) {
      const results = await request(ipam, order);
      return results.map((result) => ({
        ref: result.ref,
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
  };
}

async function request(ipam: Ipam, order: Order): Promise<(Subnet | Address)[]> {
  switch (order.kind) {
    case "subnet":
      return [await ipam.requestSubnet(withoutKind(order))];
    case "subnets":
      return ipam.requestSubnets(withoutKind(order));
    case "address": {
      const { mac, duid, ...rest } = withoutKind(order);
      return [await ipam.requestAddress({ ...rest, ...(isIpv6(order.from) ? { duid } : { mac }) })];
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
