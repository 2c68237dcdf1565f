/** Checks whether the node that answers accepts writes. */

import type { Session } from "../ipam.js";
import { addressOf } from "./connection.js";
import type { Finding } from "./finding.js";

/**
 * Looks for the node in the list of members. A node without an API has failed an earlier check. A candidate with
 * read-only access to the API answers reads as the master does, so only the list shows it.
 */
export async function lookAtMaster({ wapi, signal }: Session): Promise<Finding> {
  const check = "master";
  const host = new URL(addressOf(wapi)).hostname.replace(/^\[|\]$/g, "").toLowerCase();
  // Without rights to read members, or with a version without the field, the user learns it from the first write.
  const candidates = await wapi
    .find("member", {
      where: { enable_ro_api_access: true },
      fields: ["host_name", "vip_setting"],
      signal,
    })
    .catch(() => []);
  const candidate = candidates.find(
    // Guess: a candidate that has become the master keeps the setting.
    ({ host_name, vip_setting }) => host_name?.toLowerCase() === host || vip_setting?.address === host,
  );
  if (candidate === undefined) return { check, state: "ok", message: "this node serves WAPI" };
  return {
    check,
    state: "warning",
    message: `this is ${candidate.host_name}, a candidate with read-only access to the API: it refuses writes unless it has become the master`,
    advice: "Use the grid master's address for writes.",
  };
}
