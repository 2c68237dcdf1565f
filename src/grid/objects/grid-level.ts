/** The grid itself and its properties by service: one object each, which can only be read and changed. */

import type { Rules } from "../rules.js";
import { gridRestartFunctions, restartStatus } from "./service-restart.js";

/** One object, whose key is a name of the grid's own with the number 0, and which is called as the grid is. */
function propertiesOf(type: string, internal: string, own: Partial<Rules> = {}): Rules {
  return {
    type,
    internal,
    key: () => `${internal}$0`,
    name: (_properties, grid) => [String(grid.first("grid").values["name"])],
    ...own,
  };
}

/** Guess: nothing is held back that would have to be published. */
const done = () => ({});

export const gridLevelRules: readonly Rules[] = [
  propertiesOf("grid", "one.cluster", {
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
