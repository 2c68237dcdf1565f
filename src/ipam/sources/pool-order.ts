import {
  type Block,
  firstOf,
  formatAddress,
  formatBlock,
  hostSpan,
  lastOf,
  parseBlock,
  type Span,
  size,
} from "../../cidr.js";
import { type Step, step } from "../../wapi/step.js";
import type { Row } from "../../wapi/types.js";
import { batchWithAddresses } from "../engine/outside-networks.js";
import { addressType, mostFound } from "../objects/in-use.js";
import type { PoolStrategy } from "../requests/sources.js";
import type { Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { matchesOf, type Searched } from "./source-query.js";
import { blocksIn, findChildren } from "./space.js";

/** How many addresses a source has, and how many of these are in use. */
interface Figure {
  readonly total: bigint;
  readonly used: bigint;
  /** Set if the grid counted some time ago: the block, and the time in milliseconds, if it is known. */
  readonly counted?: { readonly block: Block; readonly at: number | undefined };
}

/** Searches that measure a source, and the function that reads their answers. */
interface Measuring {
  readonly steps: readonly Step<readonly FigureRow[]>[];
  readonly read: (answers: readonly (readonly FigureRow[])[]) => Figure | undefined;
}

type Counted = Row<"network", "network" | "utilization" | "utilization_update">;
type FigureRow = Partial<Omit<Counted & Row<"ipv4address", "ip_address">, "_ref">>;

/**
 * The sources in the order of a strategy, with each query replaced by its matches. It costs one request per query, and one for
 * the figures of all sources, if the strategy needs them.
 */
export async function inOrderOf(
  settings: IpamSettings,
  strategy: PoolStrategy,
  targets: readonly Target[],
  searched: Searched,
): Promise<readonly Target[]> {
  const order = await orderingOf(settings, strategy, targets, searched);
  return order();
}

/** The same for several choices in a row: each counts what the choices before it take. */
export async function orderingOf(
  settings: IpamSettings,
  strategy: PoolStrategy,
  targets: readonly Target[],
  searched: Searched,
): Promise<() => readonly Target[]> {
  if (strategy === "first") return () => targets;
  const found = await withMatches(settings, targets, searched);
  if (found.length < 2) return () => found;
  if (strategy === "round-robin") {
    const { queried, networkView } = searched;
    const key = JSON.stringify([queried, networkView, ...targets.map(({ text }) => text)]);
    return () => {
      const turn = settings.pools.turn(key, found.length);
      return [...found.slice(turn), ...found.slice(0, turn)];
    };
  }
  const figures = await figuresOf(settings, found, searched);
  const isBetter = strategy === "most-free" ? hasMoreFree : isLessUsed;
  // Includes what this `Ipam` has taken since the grid counted.
  const current = (figure: Figure | undefined) => {
    if (figure?.counted === undefined) return figure;
    const { block, at } = figure.counted;
    return { ...figure, used: figure.used + settings.pools.uncounted(block, at) };
  };
  return () => sorted(found, figures.map(current), isBetter);
}

async function withMatches(
  settings: IpamSettings,
  targets: readonly Target[],
  searched: Searched,
): Promise<Target[]> {
  const matches = targets.map(async (target) => {
    const found = target.kind === "query" ? await matchesOf(settings, target, searched) : [];
    // A query without matches stays in the list, so that the call throws the error for it.
    return found.length > 0 ? found : [target];
  });
  return (await Promise.all(matches)).flat();
}

async function figuresOf(
  { wapi }: IpamSettings,
  targets: readonly Target[],
  searched: Searched,
): Promise<(Figure | undefined)[]> {
  const measuring = targets.map((target) => measuringOf(target, searched));
  const steps = measuring.flatMap((one) => one?.steps ?? []);
  if (steps.length === 0) return [];
  const [, answers] = await batchWithAddresses(wapi, [], steps, { signal: searched.signal });
  let next = 0;
  return measuring.map((one) => {
    if (one === undefined) return undefined;
    const own = answers.slice(next, next + one.steps.length);
    next += one.steps.length;
    return one.read(own);
  });
}

/** How a source is measured; `undefined` if its addresses are not known. */
function measuringOf(target: Target, searched: Searched): Measuring | undefined {
  if (target.kind === "range") {
    const [gte, lte] = [firstOf(target.span), lastOf(target.span)].map(formatAddress);
    return countingUsed(target.span, { ip_address: { gte, lte } }, searched);
  }
  const block = parseBlock(target.text);
  if (block === undefined) return undefined;
  if (block.family === 4) return reading(block, searched);
  return searched.queried === "network"
    ? countingUsed(block, { network: formatBlock(block) }, searched)
    : countingTaken(block, searched);
}

/** For IPv4: reads the figure that the grid keeps. */
function reading(block: Block, { queried, networkView }: Searched): Measuring {
  const options = { where: { network: formatBlock(block), network_view: networkView }, limit: 1 } as const;
  const find: Step<readonly FigureRow[]> =
    queried === "network"
      ? step.find("network", { ...options, fields: ["network", "utilization", "utilization_update"] })
      : step.find("networkcontainer", { ...options, fields: ["network", "utilization"] });
  return {
    steps: [find],
    read: ([rows = []]) => {
      const total = size(queried === "network" ? hostSpan(block) : block);
      const [row] = rows;
      if (row === undefined) return undefined;
      const at = row.utilization_update === undefined ? undefined : row.utilization_update * 1000;
      return { total, used: (total * BigInt(row.utilization ?? 0)) / 1000n, counted: { block, at } };
    },
  };
}

/** For ranges and IPv6 subnets, which have no figure on the grid: counts used addresses, up to the most that a batch can return. */
function countingUsed(span: Span, criteria: object, { networkView }: Searched): Measuring {
  const where = { ...criteria, network_view: networkView, status: "USED" } as const;
  const find = step.find(addressType(span.family), { where, fields: ["ip_address"], limit: mostFound });
  return { steps: [find], read: ([rows = []]) => ({ total: size(span), used: BigInt(rows.length) }) };
}

/** For IPv6 containers: adds up the sizes of the blocks directly in it. */
function countingTaken(block: Block, { networkView }: Searched): Measuring {
  return {
    steps: findChildren(block.family, formatBlock(block), networkView),
    read: (answers) => {
      const used = blocksIn(answers.flat()).reduce((sum, one) => sum + size(one), 0n);
      return { total: size(block), used };
    },
  };
}

type IsBetter = (one: Figure, other: Figure) => boolean;

const hasMoreFree: IsBetter = (one, other) => one.total - one.used > other.total - other.used;

const isLessUsed: IsBetter = (one, other) => one.used * other.total < other.used * one.total;

/** Sorts by figure. Sources without a figure come last; equal ones keep their order. */
function sorted(
  targets: readonly Target[],
  figures: readonly (Figure | undefined)[],
  isBetter: IsBetter,
): Target[] {
  const compare = (one: Figure | undefined, other: Figure | undefined) => {
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined);
    return Number(isBetter(other, one)) - Number(isBetter(one, other));
  };
  return targets
    .map((target, index) => ({ target, figure: figures[index] }))
    .sort((one, other) => compare(one.figure, other.figure))
    .map(({ target }) => target);
}
