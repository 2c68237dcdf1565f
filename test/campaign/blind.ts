import {
  isInfobloxError,
  nextAvailableIp,
  nextAvailableNetwork,
  type Ref,
  type WapiClient,
} from "infoblox-ipam";
import type { Chance } from "./chance.js";
import { type Customer, isIpv6, type Thing } from "./customers.js";
import type { AddressOrder, Order, PlanOrder, SubnetOrder } from "./orders.js";

type Single = Pick<SubnetOrder, "kind" | "comment" | "from" | "prefixLength"> | AddressOrder;

/** How often a failed request is sent again. */
const mostTries = 10;

/**
 * A client as it is often written: it repeats failed requests until they succeed. Half of the time it asks what is next
 * and then creates that; otherwise it lets the grid choose. It ignores request ids.
 */
export function blind(wapi: WapiClient, chance: Chance, sleep: (ms: number) => Promise<void>): Customer {
  async function stubborn<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (tries === mostTries) throw error;
        await sleep(100 * 2 ** tries * chance.draw());
      }
    }
  }
  const asksFirst = () => chance.isBelow(0.5);
  const take = async (order: Single): Promise<Thing> => {
    const result = await stubborn(() =>
      order.kind === "subnet" ? subnet(wapi, order, asksFirst()) : address(wapi, order, asksFirst()),
    );
    return { ref: result._ref, result };
  };
  const remove = ({ ref }: Thing) =>
    stubborn(() => wapi.delete(ref as Ref<"network">)).catch((error: unknown) => {
      if (!isInfobloxError(error, "NotFoundError")) throw error;
    });
  const planned = async ({ name, prefixLength, from, comment }: PlanOrder): Promise<Thing[]> => {
    const net = await take({ kind: "subnet", comment, from, prefixLength });
    const network = /:([\d.]+\/\d+)\//.exec(net.ref)?.[1] ?? "";
    const host = await take({ kind: "address", comment, from: network, name });
    const alias = await stubborn(() =>
      wapi.create("record:cname", { name: `alias-of-${name}`, canonical: name, comment }),
    );
    return [
      { ...net, part: "net" },
      { ...host, part: "host" },
      { ref: alias._ref, part: "alias", result: alias },
    ];
  };
  return {
    async take(order) {
      if (order.kind === "plan") return planned(order);
      const things: Thing[] = [];
      for (const single of singlesOf(order)) things.push(await take(single));
      return things;
    },
    release: async (thing) => void (await remove(thing)),
    async releaseMany(things) {
      for (const thing of things) await remove(thing);
    },
    async releasePlan(things) {
      for (const thing of things.toReversed()) await remove(thing);
    },
  };
}

/** It takes many objects one by one. */
function singlesOf(order: Exclude<Order, PlanOrder>): Single[] {
  if (order.kind === "subnet" || order.kind === "address") return [order];
  const { comment, from, count } = order;
  return Array.from({ length: count }, (_, index) => {
    if (order.kind === "subnets") return { ...order, kind: "subnet" };
    const name = order.prefix === undefined ? undefined : `${order.prefix}-${index}.example.com`;
    return { kind: "address", comment, from, name };
  });
}

async function subnet(
  wapi: WapiClient,
  { from, comment, prefixLength }: Pick<SubnetOrder, "comment" | "from" | "prefixLength">,
  asksFirst: boolean,
): Promise<{ readonly _ref: Ref }> {
  const container = await foundContainer(wapi, from);
  const type = isIpv6(from) ? "ipv6network" : "network";
  if (!asksFirst)
    return wapi.create(type, { network: nextAvailableNetwork({ container, prefixLength }), comment });
  const { networks } = await wapi.call(container, "next_available_network", { cidr: prefixLength, num: 1 });
  return wapi.create(type, { network: networks[0] ?? "", comment });
}

async function foundContainer(wapi: WapiClient, network: string) {
  const where = { network };
  const row = isIpv6(network)
    ? await wapi.findOne("ipv6networkcontainer", { where })
    : await wapi.findOne("networkcontainer", { where });
  return (row?._ref ?? "") as Ref<"networkcontainer">;
}

async function address(
  wapi: WapiClient,
  { from, from6, comment, name, mac, duid, ip: wanted }: AddressOrder,
  asksFirst: boolean,
): Promise<{ readonly _ref: Ref }> {
  const next = async (network: string) =>
    asksFirst ? await nextIp(wapi, network) : nextAvailableIp({ network });
  const ip = wanted ?? (await next(from));
  if (name !== undefined && from6 !== undefined) {
    const ipv6addrs = [{ ipv6addr: await next(from6) }];
    return wapi.create("record:host", { name, comment, ipv4addrs: [{ ipv4addr: ip }], ipv6addrs });
  }
  if (isIpv6(from)) {
    const own = { comment, ...(duid !== undefined && { duid }) };
    return name === undefined
      ? wapi.create("ipv6fixedaddress", { ...own, duid: duid ?? serialDuid(comment), ipv6addr: ip })
      : wapi.create("record:host", { name, comment, ipv6addrs: [{ ipv6addr: ip }] });
  }
  if (name !== undefined) return wapi.create("record:host", { name, comment, ipv4addrs: [{ ipv4addr: ip }] });
  return mac === undefined
    ? wapi.create("fixedaddress", { ipv4addr: ip, comment, match_client: "RESERVED" })
    : wapi.create("fixedaddress", { ipv4addr: ip, comment, mac });
}

async function nextIp(wapi: WapiClient, network: string): Promise<string> {
  const where = { network };
  const row = isIpv6(network)
    ? await wapi.findOne("ipv6network", { where })
    : await wapi.findOne("network", { where });
  const { ips } = await wapi.call((row?._ref ?? "") as Ref<"network">, "next_available_ip", { num: 1 });
  return ips[0] ?? "";
}

function serialDuid(comment: string): string {
  const digits = comment.replace(/\D/g, "").padStart(8, "0");
  return `00:03:00:01:04:00:${digits.replace(/(..)(?!$)/g, "$1:")}`;
}
