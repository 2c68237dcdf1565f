/** The servers of zones, name server groups and NS records: members of the grid, and others by address. */

import { parseAddress } from "../../cidr.js";
import { invalidValue, memberNotFound } from "../model/answers.js";
import type { Draft, Grid } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Json, JsonObject } from "../store/entity.js";

const memberFields = ["grid_primary", "grid_secondaries", "forwarding_servers", "stub_members"] as const;

const addressFields = [
  "addresses",
  "delegate_to",
  "external_primaries",
  "external_secondaries",
  "external_servers",
  "forward_to",
  "stub_from",
] as const;

/** Refuses servers without a valid address, and unknown members if an assumption says so. */
export function checkServers({ values }: Draft, grid: Grid): void {
  for (const { address } of addressFields.flatMap((field) => serversIn(values[field]))) {
    if (!parseAddress(String(address))) throw invalidValue("address", address ?? "", "Invalid IP address");
  }
  if (!grid.assumptions.unknownDnsMemberIsRefused) return;
  for (const { name } of memberFields.flatMap((field) => serversIn(values[field]))) {
    if (grid.find("member", "host_name", String(name)).length === 0) throw memberNotFound(String(name));
  }
}

function serversIn(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
