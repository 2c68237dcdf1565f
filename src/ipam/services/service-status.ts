import { TimeoutError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import type { MemberServices, ServiceState, ServiceStatus } from "./requests.js";

/** How long to wait, and how often to look. */
export interface Patience {
  readonly every: number;
  readonly patience: number;
}

/** States in which a grid is still finding out, or restarting. */
const busy: ReadonlySet<ServiceState> = new Set(["REQUESTING", "RESTART_PENDING"]);

/**
 * Has the grid look which services wait for a restart, and reads what it finds: one request, and one more for each
 * time that it isn't done yet. A grid shows what it found when it was last asked to look; so asking comes first.
 *
 * Guess: that a grid which is still looking says `REQUESTING` until it knows.
 */
export async function currentStatus(
  settings: IpamSettings,
  { every, patience }: Patience,
): Promise<ServiceStatus> {
  let status = await look(settings, true);
  for (let waited = 0; isBusy(status); waited += every) {
    if (waited >= patience) throw tooLong(status, patience);
    await settings.clock.sleep(every);
    status = await look(settings, false);
  }
  return status;
}

/** The status as it is shown; `anew`: after the grid has looked. */
export async function look({ wapi }: IpamSettings, anew: boolean): Promise<ServiceStatus> {
  const read = step.find("restartservicestatus", { fields: ["member", "dns_status", "dhcp_status"] });
  if (!anew) return statusOf((await wapi.batch([read]))[0]);
  const grid = step.find("grid", { fields: ["name"], limit: 1 });
  const ask = step.call(grid.ref, "requestrestartservicestatus", { service_option: "ALL" });
  const [, , rows] = await wapi.batch([grid, ask, read]);
  return statusOf(rows);
}

interface StatusRow {
  readonly member?: string;
  readonly dns_status: ServiceState;
  readonly dhcp_status: ServiceState;
}

function statusOf(rows: readonly StatusRow[]): ServiceStatus {
  const members = rows.map(
    ({ member = "", dns_status, dhcp_status }): MemberServices => ({
      member,
      dns: dns_status,
      dhcp: dhcp_status,
    }),
  );
  return { pending: states(members).some((state) => state === "YES" || busy.has(state)), members };
}

function isBusy({ members }: ServiceStatus): boolean {
  return states(members).some((state) => busy.has(state));
}

function states(members: readonly MemberServices[]): ServiceState[] {
  return members.flatMap(({ dns, dhcp }) => [dns, dhcp]);
}

function tooLong({ members }: ServiceStatus, patience: number): TimeoutError {
  const shown = members.map(({ member, dns, dhcp }) => `${member} (DNS ${dns}, DHCP ${dhcp})`).join(", ");
  return new TimeoutError(`Services were not done within ${patience} ms: ${shown}.`, {
    ...{ method: "GET", path: "restartservicestatus" },
    hint: "What was asked for goes on at the grid. Look again with services.status(), or have more patience.",
  });
}
