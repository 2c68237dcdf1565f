/** Shows which promise holds on this grid. */

import { readBehavior } from "../../ipam/profile/profile.js";
import type { Session } from "../ipam.js";
import { type Finding, unreadable } from "./finding.js";
import { promiseText } from "./probe.js";

/** Shows the profile that the grid keeps or the client was given; else says that none is known. */
export async function lookAtPromise({ wapi, profile }: Session): Promise<Finding> {
  const check = "promise";
  try {
    const behavior = await readBehavior(wapi, profile);
    const message = promiseText(behavior);
    if (behavior.known) return { check, state: "ok", message };
    const advice =
      "Find out with infoblox-ipam doctor --probe, and keep the profile on the grid: infoblox-ipam setup --profile FILE.";
    return { check, state: "unknown", message, advice };
  } catch (error) {
    return unreadable(check, error);
  }
}
