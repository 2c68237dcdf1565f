/** The grid's objects that drivers have taken. */

import type { WapiClient } from "infoblox-ipam";
import type { Interface } from "./engine.js";

/** Subnets, and addresses with the MACs of their clients. */
export async function heldIn(wapi: WapiClient): Promise<string[]> {
  const where = { network_view: "docker" };
  const networks = await wapi.find("network", { where, fields: ["network"] });
  const networks6 = await wapi.find("ipv6network", { where, fields: ["network"] });
  const fixed = await wapi.find("fixedaddress", { where, fields: ["ipv4addr", "mac", "match_client"] });
  const fixed6 = await wapi.find("ipv6fixedaddress", { where, fields: ["ipv6addr"] });
  const hosts = await wapi.find("record:host", { where, fields: ["name"] });
  return [
    ...[...networks, ...networks6].map(({ network }) => String(network)),
    ...fixed.map(({ ipv4addr, mac, match_client }) =>
      match_client === "RESERVED" ? `${ipv4addr} reserved` : `${ipv4addr} ${mac}`,
    ),
    ...fixed6.map(({ ipv6addr }) => String(ipv6addr)),
    ...hosts.map(({ name }) => String(name)),
  ];
}

/** A container in the grid's objects. */
export function rowOf({ ipv4, mac }: Interface): string {
  return `${ipv4.replace(/\/\d+$/, "")} ${mac}`;
}
