import type { Family } from "../../cidr.js";
import { type WireOption, wireOption } from "./dhcp-options.js";

/** A DHCP option, by its name or its number. */
export interface NewDhcpOption {
  readonly name?: string | undefined;
  readonly num?: number | undefined;
  readonly value: string;
  /** `"DHCP"` unless said otherwise; IPv6: `"DHCPv6"`. */
  readonly vendorClass?: string | undefined;
}

/** What DHCP tells the clients of something new. */
export interface NewDhcp {
  /** Options of its own, beside those that it inherits. */
  readonly options?: readonly NewDhcpOption[] | undefined;
  /** Seconds for which an address is leased. */
  readonly leaseTime?: number | undefined;
}

/** What DHCP does for a new subnet. */
export interface NewSubnetDhcp extends NewDhcp {
  /** Grid members that serve it, by host name. */
  readonly members?: readonly string[] | undefined;
}

/** The router of a subnet's clients, as an option. */
export function routerOption(ip: string): NewDhcpOption & { readonly value: string } {
  return { name: "routers", num: 3, value: ip, vendorClass: "DHCP" };
}

/** The options that something new is to have. */
export function newOptions(family: Family, { options = [], leaseTime }: NewDhcp): WireOption[] {
  const lease = leaseTime === undefined || family === 6 ? [] : [leaseOption(leaseTime)];
  return [...options, ...lease].flatMap((option) => wireOption(option) ?? []);
}

function leaseOption(seconds: number): NewDhcpOption {
  return { name: "dhcp-lease-time", num: 51, value: String(seconds), vendorClass: "DHCP" };
}

/**
 * The same as fields of the grid. A lease time is an option of IPv4, and a field of its own for IPv6.
 *
 * @param router - the address of the gateway that clients are told
 */
export function dhcpFields(
  family: Family,
  dhcp: NewSubnetDhcp = {},
  router?: string | undefined,
): Readonly<Record<string, unknown>> {
  const { members, leaseTime } = dhcp;
  const router4 = router === undefined ? [] : [wireOption(routerOption(router)) ?? []].flat();
  const options = [...newOptions(family, dhcp), ...router4];
  return {
    ...(members !== undefined && {
      members: members.map((name) => ({ _struct: "dhcpmember" as const, name })),
    }),
    ...(options.length > 0 && { options, use_options: true }),
    ...(family === 6 && leaseTime !== undefined && { valid_lifetime: leaseTime, use_valid_lifetime: true }),
  };
}
