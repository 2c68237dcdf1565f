import {
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
import type { NextAvailable } from "../../wapi/next-available.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { gatewayComment, newReservationDuid } from "../addresses/reservations.js";
import { checkedAddress } from "../syntax.js";

/** What a request wants for the gateway: an address of the subnet, or none. */
export type Gateway = "first" | "last" | Ip;

/** A gateway's reservation, as asked for. */
export interface GatewayRow {
  readonly _ref: Ref<"fixedaddress" | "ipv6fixedaddress">;
  readonly ipv4addr?: string;
  readonly ipv6addr?: string;
}

/** The gateway that a request means. @throws {InvalidRequestError} where the text is no address */
export function parseGateway(text: string | false | undefined): Gateway | undefined {
  if (text === undefined || text === false) return undefined;
  if (text === "first" || text === "last") return text;
  return checkedAddress("gateway", text);
}

/**
 * The address of a gateway in a subnet that is known.
 *
 * @throws {InvalidRequestError} where hosts of the subnet can't have it
 */
export function gatewayIn(block: Block, gateway: Gateway): string {
  const hosts = hostSpan(block);
  const address = gateway === "first" ? firstOf(hosts) : gateway === "last" ? lastOf(hosts) : gateway;
  if (contains(hosts, address)) return formatAddress(address);
  const problem = `no host address of ${formatBlock(block)}`;
  throw invalid("gateway", formatAddress(address), problem, formatAddress(firstOf(hosts)));
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
