import { AmbiguousTargetError } from "../../errors.js";
import { slices } from "../engine/slices.js";
import type { IpamSettings } from "../settings/settings.js";
import type { Entry, Found, Row } from "./entry.js";

/** What the grid has of the entries: a hundred searches to a request. */
export async function look(
  { wapi, ownership }: IpamSettings,
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<Found[]> {
  const lists: (readonly Row[])[] = [];
  for (const some of slices(entries.flatMap(({ finds }) => finds))) {
    const found = await wapi.batch(some, { signal }).catch((error: unknown) => {
      throw ownership.explained(error);
    });
    lists.push(...(found as (readonly Row[])[]));
  }
  const results = lists.values();
  return entries.map((entry) => {
    const [rows = [], ...belongings] = entry.finds.map(() => results.next().value ?? []);
    return {
      entry,
      row: (entry.choose ?? theOnly(entry))(rows),
      belongings,
      surplus: entry.surplus?.(rows) ?? [],
    };
  });
}

function theOnly({ path, key }: Entry): (rows: readonly Row[]) => Row | undefined {
  return (rows) => {
    if (rows.length <= 1) return rows[0];
    const candidates = rows.map(({ _ref }) => _ref);
    throw new AmbiguousTargetError(
      `Several objects are what ${path} (${key}) describes: ${candidates.join(", ")}.`,
      {
        candidates,
        hint: "Delete those that aren't wanted, or leave the entry out. Nothing was changed.",
      },
    );
  };
}
