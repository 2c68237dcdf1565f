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

/** Where a gateway is to be: the first or last address, or one that is named. */
export type GatewayPlace = "first" | "last" | (string & {});

/** The same, and whether DHCP tells clients of it: IPv4 subnets then have the option `routers`, unless this is `false`. */
export interface GatewayRequest {
  readonly at: GatewayPlace;
  readonly dhcp?: boolean | undefined;
}

/** What a request wants for the gateway: an address of the subnet, or none. */
export type Gateway = "first" | "last" | Ip;

/** A gateway's reservation, as asked for. */
export interface GatewayRow {
  readonly _ref: Ref<"fixedaddress" | "ipv6fixedaddress">;
  readonly ipv4addr?: string;
  readonly ipv6addr?: string;
}

/** Whether clients of a subnet are told of its gateway: IPv6 clients hear of routers otherwise than by DHCP. */
export function isRouter(
  family: Family,
  gateway: GatewayPlace | GatewayRequest | false | undefined,
): boolean {
  if (family === 6 || gateway === undefined || gateway === false) return false;
  return typeof gateway === "string" || gateway.dhcp !== false;
}

/** The gateway that a request means. @throws {InvalidRequestError} where the text is no address */
export function parseGateway(given: GatewayPlace | GatewayRequest | false | undefined): Gateway | undefined {
  if (given === undefined || given === false) return undefined;
  const text = typeof given === "string" ? given : given.at;
  if (text === "first" || text === "last") return text as "first" | "last";
  return checkedAddress("gateway", text);
}

/**
 * The address of a gateway in a subnet that is known.
 *
 * @throws {InvalidRequestError} where hosts of the subnet can't have it
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
 * A gateway needs an address, and somebody else to be a gateway for: a /31, /32, /127 or /128 has none.
 *
 * @throws {InvalidRequestError}
 */
export function checkRoom(
  { family, prefixLength }: Pick<Block, "family" | "prefixLength">,
  gateway: Gateway,
): void {
  if (prefixLength <= addressBits(family) - 2) return;
  const given = typeof gateway === "string" ? gateway : formatAddress(gateway);
  throw invalid("gateway", given, `a /${prefixLength} has no room for one`, false);
}

/** Reserves the gateway: an address, or the next available one. */
export function reserveGateway(
  family: Family,
  ip: string | NextAvailable<"ip">,
  networkView: string,
): Step<GatewayRow> {
  const common = { network_view: networkView, comment: gatewayComment };
  return family === 4
    ? step.create(
        "fixedaddress",
        { ...common, ipv4addr: ip, match_client: "RESERVED" },
        { fields: ["ipv4addr"] },
      )
    : step.create(
        "ipv6fixedaddress",
        { ...common, ipv6addr: ip, duid: newReservationDuid() },
        { fields: ["ipv6addr"] },
      );
}

/** Finds the reservation that {@link reserveGateway} made. */
export function findGateway(
  family: Family,
  network: string,
  networkView: string,
  limits: { readonly limit: number } | { readonly failAbove: number } = { limit: 1 },
): Step<readonly GatewayRow[]> {
  const where = { network, network_view: networkView, comment: gatewayComment };
  return family === 4
    ? step.find("fixedaddress", {
        where: { ...where, match_client: "RESERVED" },
        fields: ["ipv4addr"],
        ...limits,
      })
    : step.find("ipv6fixedaddress", { where, fields: ["ipv6addr"], ...limits });
}

/** The address of a gateway's row. */
export function gatewayIp(row: Omit<GatewayRow, "_ref"> | undefined): string | undefined {
  return row?.ipv4addr ?? row?.ipv6addr;
}
