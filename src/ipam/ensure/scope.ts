import { invalid } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { search } from "../engine/kinds.js";
import type { IpamSettings } from "../settings/settings.js";
import type { DesiredState } from "./description.js";
import type { Entry, Row } from "./entry.js";
import type { Handles } from "./handles.js";

/** The context of all entries of a description. */
export interface Scope {
  readonly settings: IpamSettings;
  readonly handles: Handles;
  /** The beginning of the request ids of entries that the grid chooses. */
  readonly requestId: string | undefined;
}

/**
 * The request id of an entry whose block or address the grid chooses.
 *
 * @throws {InvalidRequestError} if the entry has no name
 */
export function idOfChosen({ requestId }: Scope, path: string, name: string | undefined): string {
  if (name === undefined) {
    throw invalid(`${path}.name`, name, "is needed with from, to find the object again", "blue");
  }
  return requestId === undefined ? name : `${requestId}/${name}`;
}

/**
 * Refuses a description without a name that has entries which the grid chooses: another description may use the same names.
 *
 * @throws {InvalidRequestError} if there is such an entry, and the description has no name
 */
export function refuseNameless({ name, requestId }: DesiredState, entries: readonly Entry[]): void {
  const chosen = entries.find((entry) => entry.chosen?.requestId !== undefined);
  if (chosen === undefined || (requestId ?? name) !== undefined) return;
  const { path, key } = chosen;
  const problem = `a description needs a name if the grid chooses an entry, such as ${path} ("${key}"): another description may have another "${key}"`;
  const list = path.slice(0, path.indexOf("["));
  throw invalid("name", name, problem, { name: "site-paris", [list]: ["…"] });
}

/** How an entry that the grid chooses is found; nothing for any other entry. */
export function chosenBy(
  { handles }: Scope,
  requestId: string | undefined,
  from: unknown,
  path: string,
): Pick<Entry, "chosen"> {
  if (requestId === undefined) return {};
  const sources = [{ from: handles.source(from, `${path}.from`), field: `${path}.from` }];
  return { chosen: { requestId, sources, placesOf: (row) => [placeOf(row) ?? []].flat() } };
}

/** The address or block of a row; `undefined` for a host, which has several. */
export function placeOf(row: Row): string | undefined {
  const place = row["ipv4addr"] ?? row["ipv6addr"] ?? row["network"];
  return typeof place === "string" ? place : undefined;
}

interface Finding {
  readonly type: string;
  /** The request id of an entry that the grid chooses. */
  readonly id: string | undefined;
  /** The criteria for an entry whose place is described. */
  readonly place: object;
  /** The types of the objects that the id may stand for. */
  readonly types: readonly string[];
  readonly more: readonly string[];
}

/** The searches for an entry, and for objects of other types or of the other family that its request id may stand for. */
export function findsOf(
  { settings: { networkView, ownership } }: Scope,
  { type, id, place, types, more }: Finding,
): Step<readonly unknown[]>[] {
  const criteria = id === undefined ? place : ownership.requested(id);
  const where = { ...criteria, network_view: networkView };
  const others = id === undefined ? [] : types.filter((one) => one !== type);
  return [search(type, where, { more }), ...others.map((one) => search(one, where))];
}
