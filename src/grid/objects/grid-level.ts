/** The grid, its members, and who administers them: mainly the internal keys that make up their references. */

import type { Grid } from "../grid.js";
import type { Draft, Entity, Rules } from "../rules.js";
import { restartFunctions } from "./restart.js";

/** One object of its kind, or one per member: the key is a name of the grid's own with a number. */
function numbered(type: string, internal: string, nameField: string): Rules {
  return {
    type,
    internal,
    key: (_draft: Draft | Entity, grid: Grid, before?: Entity) =>
      before?.key ?? `${internal}$${grid.serial(internal)}`,
    name: ({ values }) => [String(values[nameField])],
  };
}

const adminGroupRules: Rules = {
  type: "admingroup",
  internal: "one.admin_group",
  key: ({ values }) => `one.admin_group$.${String(values["name"])}`,
};

const permissionRules: Rules = {
  ...numbered("permission", "one.permission", "permission"),
  name: ({ values }) => [String(values["role"] ?? values["group"]), String(values["permission"])],
};

export const gridLevelRules: readonly Rules[] = [
  { ...numbered("grid", "one.cluster", "name"), functions: restartFunctions },
  numbered("grid:dns", "dns.cluster_dns_properties", "_grid"),
  numbered("grid:dhcpproperties", "dns.cluster_dhcp_properties", "_grid"),
  numbered("grid:cloudapi", "one.vconnector_cluster", "_name"),
  { ...numbered("member", "one.virtual_node", "host_name"), functions: restartFunctions },
  numbered("member:dns", "dns.member_dns_properties", "host_name"),
  numbered("member:dhcpproperties", "dns.member_dhcp_properties", "host_name"),
  adminGroupRules,
  { type: "adminuser", internal: "one.admin" },
  { type: "adminrole", internal: "one.role" },
  permissionRules,
];
