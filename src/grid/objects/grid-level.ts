/** The grid itself and its properties for each service: single objects, which can only be read and updated. */

import { invalidValue } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Json } from "../store/entity.js";
import { gridRestartFunctions, restartStatus } from "./service-restart.js";

/** Rules of a single object. Its key is an internal name with the number 0, and its name is the grid's. */
function propertiesOf(type: string, internal: string, own: Partial<Rules> = {}): Rules {
  return {
    type,
    internal,
    key: () => `${internal}$0`,
    name: (_properties, grid) => [String(grid.first("grid").values["name"])],
    ...own,
  };
}

/** Guess nothing-to-publish (open; cannot): nothing is held back that would have to be published. */
const done = () => ({});

export const gridLevelRules: readonly Rules[] = [
  propertiesOf("grid", "one.cluster", {
    defaults: { security_setting: { session_timeout: 600 } },
    beforeUpdate: checkSessionTimeout,
    functions: { ...gridRestartFunctions, publish_changes: done, empty_recycle_bin: done },
    read: { restart_status: restartStatus, service_status: () => "WORKING" },
  }),
  propertiesOf("grid:dns", "dns.cluster_dns_properties"),
  propertiesOf("grid:dhcpproperties", "dns.cluster_dhcp_properties", {
    read: { grid: (_properties, { grid }) => grid.first("grid").values["name"] },
  }),
  propertiesOf("grid:cloudapi", "one.vconnector_cluster", { name: () => ["grid"] }),
  propertiesOf("grid:cloudapi:cloudstatistics", "one.cloud_statistics", { name: () => ["grid"] }),
];

/** Seconds until an unused session ends, by the grid's own setting. */
export function sessionTimeoutOf(grid: Grid): number {
  return Number(timeoutIn(grid.read(grid.first("grid"), "security_setting")));
}

function timeoutIn(setting: Json | undefined): Json | undefined {
  return isObject(setting) ? setting["session_timeout"] : undefined;
}

function checkSessionTimeout({ values }: Draft): void {
  const timeout = timeoutIn(values["security_setting"]);
  if (typeof timeout !== "number" || (timeout >= 60 && timeout <= 31_536_000)) return;
  throw invalidValue("session_timeout", timeout, "Invalid value, must be between 60 and 31536000");
}
