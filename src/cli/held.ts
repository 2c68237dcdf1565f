/** Formats what an owner holds, for people. */

import type { Held } from "../ipam/upkeep/held.js";
import { byAddress } from "./order.js";
import { table } from "./output.js";

/** A held object with a note about it. */
export interface Noted {
  readonly held: Held;
  readonly note: string;
}

export function heldTable(notes: readonly Noted[]): string {
  const rows = byAddress(notes, ({ held }) => held.place).map(
    ({ held: { kind, place, name = "", requestId = "" }, note }) => [kind, place, name, requestId, note],
  );
  return table([["KIND", "PLACE", "NAME", "REQUEST ID", "NOTE"], ...rows]);
}
