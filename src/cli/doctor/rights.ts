/** Checks what this user may read and write. Only reads can be tried without a change. */

import { isInfobloxError } from "../../errors.js";
import type { WapiClient } from "../../wapi/client.js";
import type { Session } from "../ipam.js";
import { type Finding, unreadable } from "./finding.js";

/** What the commands read. */
const readTypes = ["network", "networkcontainer", "record:host", "fixedaddress", "range"];

export async function lookAtRights(session: Session): Promise<Finding[]> {
  return Promise.all([
    lookAtNetworkView(session),
    ...readTypes.map((type) => lookAtReading(session, type)),
    lookAtWriting(session),
  ]);
}

async function lookAtNetworkView({ wapi, networkView, signal }: Session): Promise<Finding> {
  const check = "network view";
  try {
    const views = await wapi.find("networkview", { fields: ["name"], signal });
    const names = views.map(({ name = "" }) => name);
    if (names.includes(networkView)) return { check, state: "ok", message: networkView };
    return {
      check,
      state: "failed",
      message: `there is no network view "${networkView}" that this user can see`,
      advice:
        names.length > 0
          ? `Name one of: ${names.join(", ")}.`
          : "Give the user's group the right to see one.",
    };
  } catch (error) {
    return unreadable(check, error);
  }
}

async function lookAtReading({ wapi, signal }: Session, type: string): Promise<Finding> {
  const check = `read ${type}`;
  try {
    await wapi.request({ path: type, query: { _max_results: 1, _paging: 1, _return_as_object: 1 }, signal });
    return { check, state: "ok", message: "permitted" };
  } catch (error) {
    return unreadable(check, error);
  }
}

/** Checks write permissions by the roles of the user's group, if the grid shows them. */
async function lookAtWriting({ wapi, signal }: Session): Promise<Finding> {
  const check = "permissions";
  const unseen = (who: string): Finding => ({
    check,
    state: "unknown",
    message: `${who} may not see its own permissions`,
    advice: "Ask a superuser whether its group may write networks, hosts and fixed addresses.",
  });
  try {
    const [profile] = await wapi.find("userprofile", { fields: ["name", "admin_group"], signal });
    if (!profile?.admin_group) return unseen("this user");
    const who = `"${profile.name}" of group "${profile.admin_group}"`;
    const rights = await rightsOf(wapi, profile.admin_group, signal);
    if (rights === undefined) return unseen(who);
    if (rights === "all") return { check, state: "ok", message: `${who} is a superuser` };
    const writable = new Set(rights.flatMap(({ permission, of }) => (permission === "WRITE" ? of : [])));
    if (writable.size > 0) {
      return { check, state: "ok", message: `${who} may change ${[...writable].join(", ")}` };
    }
    return {
      check,
      state: "warning",
      message: `${who} may change nothing: requests, releases and apply are refused`,
      advice: `Give the group write permission for networks, hosts and fixed addresses, if it is to write.`,
    };
  } catch (error) {
    if (isInfobloxError(error, "AbortedError")) throw error;
    return unseen("this user");
  }
}

interface Right {
  readonly permission: string;
  /** `NETWORK`, or the object that it is about. */
  readonly of: string;
}

/**
 * The permissions of a group and its roles; `undefined` if the user may not see them: some grids show them only to
 * superusers.
 */
async function rightsOf(
  wapi: WapiClient,
  name: string,
  signal: AbortSignal,
): Promise<readonly Right[] | "all" | undefined> {
  const [group] = await wapi.find("admingroup", {
    where: { name },
    fields: ["superuser", "roles"],
    signal,
  });
  if (group === undefined) return undefined;
  if (group.superuser) return "all";
  const fields = ["permission", "resource_type", "object"] as const;
  const found = await Promise.all([
    wapi.find("permission", { where: { group: name }, fields, signal }),
    ...(group.roles ?? []).map((role) => wapi.find("permission", { where: { role }, fields, signal })),
  ]);
  return found.flat().map(({ permission, resource_type, object }) => ({
    permission: permission ?? "",
    of: resource_type ?? object ?? "objects",
  }));
}
