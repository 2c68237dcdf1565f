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
import { batchWithAddresses } from "../engine/outside-networks.js";
import { addressType, mostFound } from "../objects/in-use.js";
import type { PoolStrategy } from "../requests/sources.js";
import type { Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { matchesOf, type Searched } from "./source-query.js";

/** How much of a source there is, and how much of that is in use: addresses. */
interface Figure {
  readonly total: bigint;
  readonly used: bigint;
  /** Of a figure that the grid has counted some time ago: where, and when, as far as it says so. */
  readonly counted?: { readonly block: Block; readonly at: number | undefined };
}

/** A question to the grid, and how its answer is read. */
interface Measuring {
  readonly steps: readonly Step<readonly Row[]>[];
  readonly read: (answers: readonly (readonly Row[])[]) => Figure | undefined;
}

interface Row {
  readonly network?: string;
  readonly utilization?: number;
  readonly utilization_update?: number;
  readonly ip_address?: string;
}

/**
 * The sources in the order of a strategy, with what queries find in their places. One request for each query; and one
 * for how full all of them are, where that matters.
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

/** The same for several that choose one after the other: each sees what those before it take. */
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
  return () =>
    sorted(
      found,
      figures.map((figure) => figure && withOwn(settings, figure)),
      isBetter,
    );
}

/** With what was taken since the grid counted. */
function withOwn({ pools }: IpamSettings, figure: Figure): Figure {
  if (figure.counted === undefined) return figure;
  return { ...figure, used: figure.used + pools.uncounted(figure.counted.block, figure.counted.at) };
}

async function withMatches(
  settings: IpamSettings,
  targets: readonly Target[],
  searched: Searched,
): Promise<Target[]> {
  const matches = targets.map(async (target) => {
    const found = target.kind === "query" ? await matchesOf(settings, target, searched) : [];
    // A query that finds nothing stays what it is, for the error that says so.
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

/** How a source is measured; `undefined` where it says nothing of its addresses. */
function measuringOf(target: Target, searched: Searched): Measuring | undefined {
  if (target.kind === "range") return countingIn(target.span, searched);
  const block = parseBlock(target.text);
  if (block === undefined) return undefined;
  if (block.family === 4) return reading(block, searched);
  return searched.queried === "network" ? countingUsed(block, searched) : countingTaken(block, searched);
}

/** IPv4: the figure that the grid has itself. */
function reading(block: Block, { queried, networkView }: Searched): Measuring {
  const options = { where: { network: formatBlock(block), network_view: networkView }, limit: 1 } as const;
  const find: Step<readonly Row[]> =
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

/** A grid has no figure for what is in use of an IPv6 subnet: counted are as many addresses as a batch can give. */
function countingUsed(block: Block, { networkView }: Searched): Measuring {
  const where = { network: formatBlock(block), network_view: networkView, status: "USED" } as const;
  const find = step.find("ipv6address", { where, fields: ["ip_address"], limit: mostFound });
  return { steps: [find], read: ([rows = []]) => ({ total: size(block), used: BigInt(rows.length) }) };
}

/** Of an IPv6 container: the sizes of what stands directly in it. */
function countingTaken(block: Block, { networkView }: Searched): Measuring {
  const options = {
    where: { network_container: formatBlock(block), network_view: networkView },
    fields: ["network"],
    limit: mostFound,
  } as const;
  return {
    steps: [step.find("ipv6network", options), step.find("ipv6networkcontainer", options)],
    read: (answers) => {
      const inside = answers.flat().flatMap(({ network }) => parseBlock(network ?? "") ?? []);
      return { total: size(block), used: inside.reduce((sum, one) => sum + size(one), 0n) };
    },
  };
}

function countingIn(span: Span, { networkView }: Searched): Measuring {
  const ip_address = { gte: formatAddress(firstOf(span)), lte: formatAddress(lastOf(span)) };
  const find = step.find(addressType(span.family), {
    where: { ip_address, network_view: networkView, status: "USED" },
    fields: ["ip_address"],
    limit: mostFound,
  });
  return { steps: [find], read: ([rows = []]) => ({ total: size(span), used: BigInt(rows.length) }) };
}

type IsBetter = (one: Figure, other: Figure) => boolean;

const hasMoreFree: IsBetter = (one, other) => one.total - one.used > other.total - other.used;

const isLessUsed: IsBetter = (one, other) => one.used * other.total < other.used * one.total;

/** Those that nothing is known of come last; equals in the order in which they stand. */
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
