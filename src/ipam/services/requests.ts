import type { Abortable } from "../requests/requests.js";

/** A service of a grid that can be restarted. */
export type ServiceName = "DNS" | "DHCP" | "DHCPV4" | "DHCPV6";

/** Options of `Services.status`. */
export interface ServiceOptions extends Abortable {
  /** Milliseconds between two looks while the grid is busy. Default: 1,000. */
  readonly every?: number | undefined;
  /** Milliseconds to wait for the grid at most. Default: 300,000 (five minutes). */
  readonly patience?: number | undefined;
}

/** Options of `Services.restart`. */
export interface RestartOptions extends ServiceOptions {
  /** Default: all services. */
  readonly services?: readonly ServiceName[] | undefined;
  /** Host names of members. Default: all members. */
  readonly members?: readonly string[] | undefined;
  /** Also restart services that do not need it. Default: `false`. */
  readonly force?: boolean | undefined;
  /** Whether to wait until the services are up again. Default: `true`. */
  readonly wait?: boolean | undefined;
}

/** The state that the grid reports: `YES` needs a restart, `NO` does not; `DISABLED`, `OFFLINE`, `RESTART_PENDING` … */
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

/** The states of the services of all members. */
export interface ServiceStatus {
  /** Whether a service of a member waits for a restart, or is being restarted. */
  readonly pending: boolean;
  readonly members: readonly MemberServices[];
}

/** The states of one member's services. */
export interface MemberServices {
  /** The host name of the member. */
  readonly member: string;
  readonly dns: ServiceState;
  readonly dhcp: ServiceState;
}
