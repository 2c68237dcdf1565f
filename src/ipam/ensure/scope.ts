import { invalid } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import type { DesiredState } from "./description.js";
import type { Entry } from "./entry.js";
import type { Handles } from "./handles.js";

/** What holds for all entries of a description. */
export interface Scope {
  readonly settings: IpamSettings;
  readonly handles: Handles;
  /** What stands before the names of entries that the grid chooses. */
  readonly requestId: string | undefined;
}

/**
 * The request id of an entry that the grid chooses.
 *
 * @throws {InvalidRequestError} where it has no name to be found by
 */
export function idOfChosen({ requestId }: Scope, path: string, name: string | undefined): string {
  if (name === undefined) {
    throw invalid(
      `${path}.name`,
      name,
      "is needed with from: it is what the entry is found by again",
      "blue",
    );
  }
  return requestId === undefined ? name : `${requestId}/${name}`;
}

/**
 * Entries that the grid chooses are found again by their names, which other files may use for others.
 *
 * @throws {InvalidRequestError} where there are such, and the description has no name of its own
 */
export function refuseNameless({ name, requestId }: DesiredState, entries: readonly Entry[]): void {
  const chosen = entries.find((entry) => entry.chosen?.requestId !== undefined);
  if (chosen === undefined || (requestId ?? name) !== undefined) return;
  const { path, key } = chosen;
  const problem = `a description needs a name of its own for entries that the grid chooses, as ${path} ("${key}"): another file's "${key}" is another object`;
  const list = path.slice(0, path.indexOf("["));
  throw invalid("name", name, problem, { name: "site-paris", [list]: ["…"] });
}

/** A search for what a request id made. */
export function whereRequested({ settings }: Scope, id: string) {
  const { networkView, ownership } = settings;
  return { ...ownership.requested(id), network_view: networkView };
}

/** Searches for what else a request id may stand for: an object of another type or family. */
export function findsOfOthers(
  scope: Scope,
  id: string,
  types: readonly string[],
): Step<readonly unknown[]>[] {
  const where = whereRequested(scope, id);
  return types.map((type) => {
    const place = { fixedaddress: "ipv4addr", ipv6fixedaddress: "ipv6addr" }[type] ?? "network";
    const fields = [place, "network_view", "comment", "extattrs"] as unknown as readonly ["network"];
    return step.find(type as "network", { where, fields });
  });
}
