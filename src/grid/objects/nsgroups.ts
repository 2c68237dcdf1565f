/** Name server groups of every kind. Guess group-keys (analogy; cannot): the grid's inner names but for the first. */

import type { Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { checkServers } from "./dns-servers.js";

const internals = {
  nsgroup: "dns.ns_group",
  "nsgroup:delegation": "dns.delegation_ns_group",
  "nsgroup:forwardingmember": "dns.forwarding_member_ns_group",
  "nsgroup:forwardstubserver": "dns.forward_stub_server_ns_group",
  "nsgroup:stubmember": "dns.stub_member_ns_group",
} as const;

export const nameServerGroupRules: readonly Rules[] = Object.entries(internals).map(([type, internal]) => ({
  type,
  internal,
  beforeCreate: checkServers,
  beforeUpdate: (draft, _before, grid) => checkServers(draft, grid),
  afterCreate: (group, _draft, grid) => keepOneDefault(group, grid),
  afterUpdate: (group, _before, _draft, grid) => keepOneDefault(group, grid),
  read: { is_multimaster: hasSeveralPrimaries },
}));

function hasSeveralPrimaries({ values }: Entity): boolean {
  return Array.isArray(values["grid_primary"]) && values["grid_primary"].length > 1;
}

/** The grid has one default group: a new one replaces it. */
function keepOneDefault({ type, id, values }: Entity, grid: Grid): void {
  if (values["is_grid_default"] !== true) return;
  for (const other of [...grid.all(type)]) {
    if (other.id !== id && other.values["is_grid_default"] === true)
      grid.update(other, { is_grid_default: false });
  }
}
