import type { Abortable } from "../requests/requests.js";

/** The services of a grid that wait for a restart. */
export type ServiceName = "DNS" | "DHCP" | "DHCPV4" | "DHCPV6";

export interface ServiceOptions extends Abortable {
  /** How often to look again while the grid is busy, in milliseconds: 1,000 unless said otherwise. */
  readonly every?: number | undefined;
  /** How long to wait for the grid, in milliseconds: five minutes unless said otherwise. */
  readonly patience?: number | undefined;
}

/** What to restart. */
export interface RestartOptions extends ServiceOptions {
  /** Left out: all. */
  readonly services?: readonly ServiceName[] | undefined;
  /** Host names of members. Left out: all. */
  readonly members?: readonly string[] | undefined;
  /** Restart what needs none, too. */
  readonly force?: boolean | undefined;
  /** `false`: don't wait until the services are up again. */
  readonly wait?: boolean | undefined;
}

/** The grid's word: `YES` needs a restart, `NO` doesn't; `DISABLED`, `OFFLINE`, `RESTART_PENDING` … */
export type ServiceState =
  | "CONFIG_ERROR"
  | "DISABLED"
  | "NO"
  | "NO_PERMISSION"
  | "NO_REQUEST"
  | "OFFLINE"
  | "REQUESTING"
  | "RESTART_PENDING"
  | "YES";

/** How services stand. */
export interface ServiceStatus {
  /** Whether a service of a member waits for a restart, or is being restarted. */
  readonly pending: boolean;
  readonly members: readonly MemberServices[];
}

export interface MemberServices {
  /** Host name. */
  readonly member: string;
  readonly dns: ServiceState;
  readonly dhcp: ServiceState;
}
