import { AmbiguousTargetError } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { slices } from "../engine/chunk-size.js";
import type { IpamSettings } from "../settings/settings.js";
import type { Entry, Found, Row } from "./entry.js";

/** What the grid has of the entries: a hundred searches to a request. */
export async function look(
  settings: IpamSettings,
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<Found[]> {
  const answers = await searched(
    settings,
    entries.map(({ finds }) => finds),
    signal,
  );
  const found = entries.map((entry, index) => {
    const [rows = [], ...belongings] = answers[index] ?? [];
    return {
      entry,
      row: (entry.choose ?? theOnly(entry))(rows),
      belongings,
      surplus: entry.surplus?.(rows) ?? [],
    };
  });
  const inside = await searched(
    settings,
    found.map(({ entry, row }) => (row && entry.findsIn?.(row)) ?? []),
    signal,
  );
  return found.map((one, index) => ({ ...one, belongings: [...(inside[index] ?? []), ...one.belongings] }));
}

/** What lists of searches find, each as a list of answers. */
async function searched(
  { wapi, ownership }: IpamSettings,
  lists: readonly (readonly Step<readonly unknown[]>[])[],
  signal: AbortSignal | undefined,
): Promise<(readonly Row[])[][]> {
  const all: (readonly Row[])[] = [];
  for (const some of slices(lists.flat())) {
    const found = await wapi.batch(some, { signal }).catch((error: unknown) => {
      throw ownership.explained(error);
    });
    all.push(...(found as (readonly Row[])[]));
  }
  const answers = all.values();
  return lists.map((steps) => steps.map(() => answers.next().value ?? []));
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
