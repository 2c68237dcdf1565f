import { invalid } from "../../errors.js";
import type { IpamSettings } from "../settings.js";
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

/** A search for what a request id made. */
export function whereRequested({ settings }: Scope, id: string) {
  const { networkView, ownership } = settings;
  return { ...ownership.requested(id), network_view: networkView };
}
