/** Members of the grid that zones and name server groups name as their servers. */

import { memberNotFound } from "../answers.js";
import type { Grid } from "../grid.js";
import type { Draft, Json } from "../rules.js";
import { isObject } from "../values.js";

const fields = ["grid_primary", "grid_secondaries", "forwarding_servers", "stub_members"] as const;

/** Refuses members that the grid doesn't have, where that is assumed of it. */
export function requireDnsMembers(draft: Draft, grid: Grid): void {
  if (!grid.assumptions.unknownDnsMemberIsRefused) return;
  for (const name of fields.flatMap((field) => namesIn(draft.values[field]))) {
    if (grid.find("member", "host_name", name).length === 0) throw memberNotFound(name);
  }
}

function namesIn(servers: Json | undefined): string[] {
  if (!Array.isArray(servers)) return [];
  return servers.flatMap((server: Json) => (isObject(server) ? [String(server["name"])] : []));
}
