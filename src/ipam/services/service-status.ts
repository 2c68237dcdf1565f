import { TimeoutError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { Row } from "../../wapi/types.js";
import type { IpamSettings } from "../settings/settings.js";
import type { MemberServices, ServiceState, ServiceStatus } from "./requests.js";

/** States of a service that the grid still checks or restarts. */
const busy: ReadonlySet<ServiceState> = new Set(["REQUESTING", "RESTART_PENDING"]);

/**
 * Makes the grid check which services need a restart, and reads the result: one request, and one more for each time that it is not
 * done yet. Without the first step a grid shows the result of its last check.
 *
 * Guess: while the check runs, the grid reports `REQUESTING`.
 */
export async function currentStatus(
  settings: IpamSettings,
  { every, patience }: { readonly every: number; readonly patience: number },
): Promise<ServiceStatus> {
  let status = await look(settings, true);
  for (let waited = 0; states(status.members).some((state) => busy.has(state)); waited += every) {
    if (waited >= patience) throw tooLong(status, patience);
    await settings.clock.sleep(every);
    status = await look(settings, false);
  }
  return status;
}

/** Reads the status. @param anew - makes the grid check it first */
export async function look({ wapi }: IpamSettings, anew: boolean): Promise<ServiceStatus> {
  const read = step.find("restartservicestatus", { fields: ["member", "dns_status", "dhcp_status"] });
  if (!anew) return statusOf((await wapi.batch([read]))[0]);
  const grid = step.find("grid", { fields: ["name"], limit: 1 });
  const ask = step.call(grid.ref, "requestrestartservicestatus", { service_option: "ALL" });
  const [, , rows] = await wapi.batch([grid, ask, read]);
  return statusOf(rows);
}

type StatusRow = Row<"restartservicestatus", "member" | "dns_status" | "dhcp_status">;

function statusOf(rows: readonly StatusRow[]): ServiceStatus {
  const members = rows.map(({ member = "", dns_status: dns, dhcp_status: dhcp }) => ({ member, dns, dhcp }));
  return { pending: states(members).some((state) => state === "YES" || busy.has(state)), members };
}

function states(members: readonly MemberServices[]): ServiceState[] {
  return members.flatMap(({ dns, dhcp }) => [dns, dhcp]);
}

function tooLong({ members }: ServiceStatus, patience: number): TimeoutError {
  const shown = members.map(({ member, dns, dhcp }) => `${member} (DNS ${dns}, DHCP ${dhcp})`).join(", ");
  return new TimeoutError(`Services were still busy after ${patience} ms: ${shown}.`, {
    ...{ method: "GET", path: "restartservicestatus" },
    hint: "The grid continues. Look again with services.status(), or wait longer with the option patience.",
  });
}
