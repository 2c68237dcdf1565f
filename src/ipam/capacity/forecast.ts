import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Block,
  contains,
  hostSpan,
  overlaps,
  parseBlock,
  parseSpan,
  type Span,
  size,
} from "../../cidr.js";
import { invalid } from "../../errors.js";
import { titleOf } from "../inventory/entries.js";
import { fileError } from "../inventory/file-error.js";
import { entriesOf, type InventorySource } from "../inventory/files.js";
import type { ForecastOptions } from "./requests.js";
import type { Forecast } from "./results.js";
import { checkCapacityRequest } from "./schemas.js";

/** See `Capacity.forecast`. */
export async function forecast(given: unknown): Promise<Forecast[]> {
  const { history, within, networkView, signal } = await checkCapacityRequest("forecast", given);
  const bounds = within === undefined ? undefined : parseBlock(within);
  const series = new Map<string, Series>();
  for (const inventory of await inventoriesIn(history)) {
    await addSamples(series, inventory, { bounds, networkView, signal });
  }
  // In the order of texts, "never" comes after all times.
  const timeOf = ({ fullAt = "never" }: Forecast) => fullAt;
  return [...series.values()]
    .filter(({ samples }) => samples.length > 0)
    .map(forecastOf)
    .sort((one, other) => Number(timeOf(one) > timeOf(other)) - Number(timeOf(one) < timeOf(other)));
}

async function inventoriesIn(history: ForecastOptions["history"]): Promise<readonly InventorySource[]> {
  if (typeof history !== "string") return history;
  const files = await readdir(history).catch((error: unknown) => {
    throw fileError("history", history, "cannot be read", error);
  });
  const names = files.filter((name) => /\.(jsonl|ndjson)$/.test(name)).sort();
  if (names.length > 0) return names.map((name) => join(history, name));
  throw invalid("history", history, "holds no inventory in JSON Lines (.jsonl)", "inventories/");
}

interface Sample {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly used: number;
}

interface Series extends Pick<Forecast, "kind" | "networkView" | "place"> {
  /** Its size in the last inventory. */
  total: number;
  readonly samples: Sample[];
}

interface Limits extends Pick<ForecastOptions, "networkView" | "signal"> {
  readonly bounds: Block | undefined;
}

/** Adds one sample to the series of each container, subnet and range of an inventory. */
async function addSamples(
  series: Map<string, Series>,
  inventory: InventorySource,
  { bounds, networkView, signal }: Limits,
): Promise<void> {
  const now = new Map<string, { readonly series: Series; used: number }>();
  let open: { readonly networkView: string; readonly span: Span; readonly key: string }[] = [];
  let time: number | undefined;
  const count = (key: string, amount: number) => {
    const found = now.get(key);
    if (found !== undefined) found.used += amount;
  };
  for await (const entry of entriesOf(inventory)) {
    signal?.throwIfAborted();
    time ??= Date.parse(entry.readAt);
    const { kind, networkView: view } = entry;
    if (networkView !== undefined && view !== networkView) continue;
    if (kind === "address") {
      if (entry.subnet !== undefined) count(keyOf("subnet", view, entry.subnet), 1);
      if (entry.range !== undefined) count(keyOf("range", view, entry.range), 1);
    }
    if (kind !== "container" && kind !== "subnet" && kind !== "range") continue;
    const place = titleOf(entry);
    const block = kind === "range" ? undefined : parseBlock(place);
    const span = block ?? parseSpan(place);
    if (span === undefined) continue;
    open = open.filter((one) => one.networkView === view && overlaps(one.span, span));
    if (kind === "subnet") for (const { key } of open) count(key, Number(size(span)));
    if (bounds !== undefined && !contains(bounds, span)) continue;
    const key = keyOf(kind, view, place);
    const known = series.get(key) ?? { kind, networkView: view, place, total: 0, samples: [] };
    known.total = Number(size(kind === "subnet" && block !== undefined ? hostSpan(block) : span));
    series.set(key, known);
    now.set(key, { series: known, used: 0 });
    if (kind === "container") open.push({ networkView: view, span, key });
  }
  for (const { series: known, used } of now.values()) known.samples.push({ time: time ?? 0, used });
}

function keyOf(kind: Forecast["kind"], networkView: string, place: string): string {
  return JSON.stringify([kind, networkView, place]);
}

const day = 24 * 60 * 60 * 1000;

function forecastOf({ samples, total, ...pool }: Series): Forecast {
  const inOrder = samples.toSorted((one, other) => one.time - other.time);
  const [first, last] = [inOrder[0] as Sample, inOrder.at(-1) as Sample];
  const trend = trendOf(inOrder);
  const left = trend === undefined ? 0 : Math.max(0, total - trend.level);
  /** The time at which it is full if `perDay` more addresses are used each day. */
  const fullAt = (perDay: number | undefined): string | undefined => {
    if (last.used >= total) return new Date(last.time).toISOString();
    if (perDay === undefined || perDay <= 0) return undefined;
    const time = last.time + (left / perDay) * day;
    // A date after the year 9999 is of no use.
    return time < Date.UTC(10_000, 0) ? new Date(time).toISOString() : undefined;
  };
  const likely = fullAt(trend?.perDay);
  return {
    ...pool,
    total,
    used: last.used,
    percent: total === 0 ? 0 : Math.round((last.used * 10_000) / total) / 100,
    samples: inOrder.length,
    since: new Date(first.time).toISOString(),
    until: new Date(last.time).toISOString(),
    perDay: trend?.perDay,
    fullAt: likely,
    daysLeft: likely === undefined ? undefined : (Date.parse(likely) - last.time) / day,
    earliest: fullAt(trend?.fastest),
    latest: fullAt(trend?.slowest),
  };
}

interface Trend {
  /** The addresses in use at the time of the last sample according to the trend. */
  readonly level: number;
  readonly perDay: number;
  /** With `slowest` the 95 % interval of the pace. `undefined` for two samples: a line fits them exactly. */
  readonly fastest: number | undefined;
  readonly slowest: number | undefined;
}

/** The line of least squares; `undefined` if all samples have the same time. */
function trendOf(samples: readonly Sample[]): Trend | undefined {
  const last = samples.at(-1) as Sample;
  const points = samples.map(({ time, used }) => ({ x: (time - last.time) / day, y: used }));
  const count = points.length;
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) return undefined;
  const perDay = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const level = meanY - perDay * meanX;
  if (count < 3) return { level, perDay, fastest: undefined, slowest: undefined };
  const residual = points.reduce((sum, { x, y }) => sum + (y - level - perDay * x) ** 2, 0);
  const error = Math.sqrt(residual / (count - 2) / spread);
  const margin = studentAt95(count - 2) * error;
  return { level, perDay, fastest: perDay + margin, slowest: perDay - margin };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const students = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

/** Student's t for a two-sided interval of 95 %: from the table up to ten degrees of freedom, then by series expansion. */
function studentAt95(degrees: number): number {
  const known = students[degrees - 1];
  if (known !== undefined) return known;
  const z = 1.96;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}
