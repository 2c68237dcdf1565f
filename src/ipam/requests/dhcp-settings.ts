import type { Family } from "../../cidr.js";
import { type NewDhcpOption, type WireOption, wireOption } from "./dhcp-options.js";

/** The DHCP settings of a new object for its clients. */
export interface NewDhcp {
  /** Its own options, in addition to those that it inherits. */
  readonly options?: readonly NewDhcpOption[] | undefined;
  /** The lease time in seconds. */
  readonly leaseTime?: number | undefined;
}

/** The DHCP settings of a new subnet. */
export interface NewSubnetDhcp extends NewDhcp {
  /** The grid members that serve it, by host name. */
  readonly members?: readonly string[] | undefined;
}

/** The option `routers`, which tells clients their gateway. */
export function routerOption(ip: string): NewDhcpOption {
  return { name: "routers", num: 3, value: ip, vendorClass: "DHCP" };
}

export function newOptions(family: Family, { options = [], leaseTime }: NewDhcp): WireOption[] {
  const lease = { name: "dhcp-lease-time", num: 51, value: String(leaseTime), vendorClass: "DHCP" };
  const all = leaseTime === undefined || family === 6 ? options : [...options, lease];
  return all.flatMap((option) => wireOption(option) ?? []);
}

/**
 * The DHCP settings as WAPI fields. The lease time is an option for IPv4, and a field for IPv6.
 *
 * @param router - the gateway's address, for the option `routers`
 */
export function dhcpFields(
  family: Family,
  dhcp: NewSubnetDhcp = {},
  router?: string | undefined,
): Readonly<Record<string, unknown>> {
  const { members, leaseTime } = dhcp;
  const own = router === undefined ? [] : newOptions(family, { options: [routerOption(router)] });
  const options = [...newOptions(family, dhcp), ...own];
  return {
    ...(members !== undefined && {
      members: members.map((name) => ({ _struct: "dhcpmember" as const, name })),
    }),
    ...(options.length > 0 && { options, use_options: true }),
    ...(family === 6 && leaseTime !== undefined && { valid_lifetime: leaseTime, use_valid_lifetime: true }),
  };
}
