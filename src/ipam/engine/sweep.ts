import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import { slices } from "./chunk-size.js";
import { changedAt, deletedAt, hasPlaces, overAt, placesView } from "./places.js";

/** No request arrives later than this, in milliseconds. */
const longestLateness = 24 * 60 * 60 * 1000;
/** How many places one request looks at. */
const atOnce = 50;

interface PlaceRow {
  readonly _ref: Ref<"ipv6network">;
  readonly comment?: string;
  readonly extattrs?: ExtensibleAttributes;
}

/**
 * Deletes the places of ids whose objects were all deleted longer ago than a request can be late, and the marks of the
 * deletions, changes and given-up places of that time.
 *
 * @returns how many networks were deleted; 0 on a grid without places
 */
export async function sweepPlaces(settings: IpamSettings, signal: AbortSignal | undefined): Promise<number> {
  if (!hasPlaces(settings)) return 0;
  const { wapi, clock } = settings;
  const until = clock.wallTime() - longestLateness;
  const deleted: PlaceRow[] = [];
  const changed: PlaceRow[] = [];
  const where = { network_view: placesView, comment: { matches: `^(${deletedAt}|${changedAt}|${overAt})` } };
  for await (const mark of wapi.iterate("ipv6network", { where, fields: ["comment", "extattrs"], signal })) {
    const row = mark as unknown as PlaceRow;
    const [, kind = "", time = ""] = /^(\w+ )(.*)$/.exec(row.comment ?? "") ?? [];
    if (Date.parse(time) < until) (kind === deletedAt ? deleted : changed).push(row);
  }
  const over = new Set(deleted.flatMap((mark) => settings.ownership.tokenOf(mark) ?? []));
  let swept = await deleteAll(settings, changed, signal);
  for (const some of slices([...over], atOnce))
    swept += await deleteAll(settings, await overPlaces(settings, some, over, signal), signal);
  return swept;
}

async function deleteAll(
  { wapi }: IpamSettings,
  rows: readonly PlaceRow[],
  signal: AbortSignal | undefined,
): Promise<number> {
  for (const some of slices(rows))
    await wapi.batch(
      some.map(({ _ref }) => step.delete(_ref).discard()),
      { signal },
    );
  return rows.length;
}

/** The places and marks of these tokens, except those of ids for which an object exists. */
async function overPlaces(
  { wapi, ownership }: IpamSettings,
  tokens: readonly string[],
  over: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<PlaceRow[]> {
  const find = (where: object) =>
    step.find("ipv6network", {
      where: { ...where, network_view: placesView },
      fields: ["comment", "extattrs"],
    }) as unknown as Step<readonly PlaceRow[]>;
  const [rows = []] = await wapi.batch([find(ownership.tokened(tokens) ?? {})], { signal });
  const ids = [...new Set(rows.flatMap((row) => ownership.requestIdOf(row) ?? []))];
  const [all = []] =
    ids.length === 0 ? [] : await wapi.batch([find(ownership.requested(...ids))], { signal });
  const isOver = (row: PlaceRow) => over.has(ownership.tokenOf(row) ?? "");
  const standing = new Set(all.filter((row) => !isOver(row)).map((row) => ownership.requestIdOf(row)));
  const tokensStanding = new Set(
    all.filter((row) => standing.has(ownership.requestIdOf(row))).map((row) => ownership.tokenOf(row)),
  );
  return rows.filter((row) => !tokensStanding.has(ownership.tokenOf(row)));
}
