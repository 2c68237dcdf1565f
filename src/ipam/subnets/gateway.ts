import {
  addressBits,
  type Block,
  contains,
  type Family,
  firstOf,
  formatAddress,
  formatBlock,
  hostSpan,
  type Address as Ip,
  lastOf,
} from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { NextAvailable } from "../../wapi/inline-call.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { gatewayComment, newReservationDuid } from "../objects/reservations.js";
import { checkedAddress } from "../requests/syntax.js";

/** The address of a gateway: the first or last address of the subnet, or a given one. */
export type GatewayPlace = "first" | "last" | (string & {});

/** The address of a gateway, and whether DHCP announces it. */
export interface GatewayRequest {
  readonly at: GatewayPlace;
  /** Whether an IPv4 subnet gets the option `routers` with the gateway. Default: `true`. */
  readonly dhcp?: boolean | undefined;
}

export type Gateway = "first" | "last" | Ip;

export interface GatewayRow {
  readonly _ref: Ref<"fixedaddress" | "ipv6fixedaddress">;
  readonly ipv4addr?: string;
  readonly ipv6addr?: string;
}

/** Whether DHCP announces the gateway of a subnet. Not for IPv6, where routers announce themselves. */
export function isRouter(
  family: Family,
  gateway: GatewayPlace | GatewayRequest | false | undefined,
): boolean {
  if (family === 6 || gateway === undefined || gateway === false) return false;
  return typeof gateway === "string" || gateway.dhcp !== false;
}

/** Parses the gateway of a request. @throws {InvalidRequestError} if the text is no address */
export function parseGateway(given: GatewayPlace | GatewayRequest | false | undefined): Gateway | undefined {
  if (given === undefined || given === false) return undefined;
  const text = typeof given === "string" ? given : given.at;
  if (text === "first" || text === "last") return text as "first" | "last";
  return checkedAddress("gateway", text);
}

/**
 * The address of a gateway in a subnet whose block is known.
 *
 * @throws {InvalidRequestError} if hosts of the subnet cannot have the address
 */
export function gatewayIn(block: Block, gateway: Gateway): string {
  checkRoom(block, gateway);
  const hosts = hostSpan(block);
  const address = gateway === "first" ? firstOf(hosts) : gateway === "last" ? lastOf(hosts) : gateway;
  if (contains(hosts, address)) return formatAddress(address);
  const problem = `no host address of ${formatBlock(block)}`;
  throw invalid("gateway", formatAddress(address), problem, formatAddress(firstOf(hosts)));
}

/**
 * Refuses a gateway for a subnet that has no room for it and another host.
 *
 * @throws {InvalidRequestError} for a /31, /32, /127 or /128
 */
export function checkRoom(
  { family, prefixLength }: Pick<Block, "family" | "prefixLength">,
  gateway: Gateway,
): void {
  if (prefixLength <= addressBits(family) - 2) return;
  const given = typeof gateway === "string" ? gateway : formatAddress(gateway);
  throw invalid("gateway", given, `a /${prefixLength} has no room for one`, false);
}

/** The step that reserves a given address, or the next available one. A gateway's comment is {@link gatewayComment}. */
export function reserve(
  family: Family,
  ip: string | NextAvailable<"ip">,
  networkView: string,
  comment: string,
): Step<GatewayRow> {
  const common = { network_view: networkView, comment };
  if (family === 4) {
    const values = { ...common, ipv4addr: ip, match_client: "RESERVED" } as const;
    return step.create("fixedaddress", values, { fields: ["ipv4addr"] });
  }
  const values = { ...common, ipv6addr: ip, duid: newReservationDuid() };
  return step.create("ipv6fixedaddress", values, { fields: ["ipv6addr"] });
}

/** The search for the reservation of a gateway. */
export function findGateway(
  family: Family,
  network: string,
  networkView: string,
  limits: { readonly limit: number } | { readonly failAbove: number } = { limit: 1 },
): Step<readonly GatewayRow[]> {
  const where = { network, network_view: networkView, comment: gatewayComment };
  const where4 = { ...where, match_client: "RESERVED" } as const;
  return family === 4
    ? step.find("fixedaddress", { where: where4, fields: ["ipv4addr"], ...limits })
    : step.find("ipv6fixedaddress", { where, fields: ["ipv6addr"], ...limits });
}

export function gatewayIp(row: Omit<GatewayRow, "_ref"> | undefined): string | undefined {
  return row?.ipv4addr ?? row?.ipv6addr;
}
