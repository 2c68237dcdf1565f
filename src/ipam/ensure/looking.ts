import { AmbiguousTargetError } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { slices } from "../engine/chunk-size.js";
import type { IpamSettings } from "../settings/settings.js";
import type { Entry, Found, Row } from "./entry.js";

/** How the description is compared with the grid. */
export interface Looking {
  readonly signal?: AbortSignal | undefined;
  /** The end of the message of an error: what the call has done before. */
  readonly end: string;
}

/** Searches for the objects of the entries, with a hundred searches in one request. */
export async function look(
  settings: IpamSettings,
  entries: readonly Entry[],
  { signal, end }: Looking,
): Promise<Found[]> {
  const finds = entries.map((entry) => entry.finds);
  const answers = await searched(settings, finds, signal);
  const found = entries.map((entry, index) => {
    const [rows = [], ...belongings] = answers[index] ?? [];
    const row = entry.choose === undefined ? theOnly(entry, rows, end) : entry.choose(rows);
    return { entry, row, belongings, surplus: entry.surplus?.(rows) ?? [] };
  });
  const findsIn = found.map(({ entry, row }) => (row && entry.findsIn?.(row)) ?? []);
  const inside = await searched(settings, findsIn, signal);
  return found.map((one, index) => ({ ...one, belongings: [...(inside[index] ?? []), ...one.belongings] }));
}

/** Sends lists of searches. @returns a list of answers for each */
async function searched(
  settings: IpamSettings,
  lists: readonly (readonly Step<readonly unknown[]>[])[],
  signal: AbortSignal | undefined,
): Promise<(readonly Row[])[][]> {
  const answers = (await searchAll(settings, lists.flat(), signal)).values();
  return lists.map((steps) => steps.map(() => (answers.next().value ?? []) as readonly Row[]));
}

/** Sends any number of searches, a hundred in one request. */
export async function searchAll<Found>(
  { wapi, ownership }: IpamSettings,
  searches: readonly Step<readonly Found[]>[],
  signal: AbortSignal | undefined,
): Promise<(readonly Found[])[]> {
  const all: (readonly Found[])[] = [];
  for (const some of slices(searches)) {
    const found = await wapi.batch(some, { signal }).catch((error: unknown) => {
      throw ownership.explained(error);
    });
    all.push(...found);
  }
  return all;
}

function theOnly({ path, key }: Entry, rows: readonly Row[], end: string): Row | undefined {
  if (rows.length <= 1) return rows[0];
  const candidates = rows.map(({ _ref }) => _ref);
  const message = `Several objects match ${path} (${key}): ${candidates.join(", ")}. ${end}`;
  const hint = "Delete the objects that you do not want, or leave the entry out.";
  throw new AmbiguousTargetError(message, { candidates, hint });
}
