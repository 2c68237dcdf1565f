import {
  type Block,
  contains,
  overlaps,
  parseAddress,
  parseBlock,
  parseSpan,
  type Span,
} from "../../cidr.js";
import {
  ConflictError,
  InvalidRequestError,
  isInfobloxError,
  NotFoundError,
  refusalDetails,
} from "../../errors.js";
import { step } from "../../wapi/step.js";
import { problemOfAddress } from "../addresses/explicit-address.js";
import { ownName } from "../objects/records.js";
import type { RowOf } from "../objects/rows.js";
import type { PlanIntent, PlanStep } from "../plan/intent.js";
import { canonicalName } from "../requests/dns-name.js";
import { holderType, spanOfTarget, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import {
  absentOptional,
  candidates,
  notFound,
  nothingLeft,
  nounOf,
  type PoolRefusal,
  unfitted,
} from "../sources/pool.js";
import type { SourcePool } from "../sources/source-choices.js";
import { missingZone, viewOfHosts } from "../zones/missing-zone.js";
import { findZones, zonesAround } from "../zones/zones.js";
import { searchAll } from "./looking.js";
import type { Surplus } from "./pruning.js";
import { checkNames, type NamedRequest } from "./taken-names.js";

/** What `ensure` would do. */
interface ToDo {
  readonly steps: readonly PlanStep[];
  readonly intents: readonly PlanIntent[];
  readonly surplus: readonly Surplus[];
  readonly signal: AbortSignal | undefined;
}

/** The steps that create or change objects. */
interface Coming extends ToDo {
  /** The references of the objects that are deleted first. */
  readonly going: readonly string[];
  /** The blocks that these steps make. */
  readonly blocks: readonly Block[];
}

/**
 * Checks for a dry run what the grid must have: attributes, zones, sources with room, subnets around addresses. Objects that the
 * steps themselves make count as existing.
 *
 * @throws {InvalidRequestError} if an attribute is not defined, or does not accept the value
 * @throws {NotFoundError} if a zone, a source or the subnet of an address does not exist
 * @throws {ConflictError} if an address is in use, or a name is taken
 * @throws {PoolExhaustedError} if no source has room
 */
export async function checkPrerequisites(settings: IpamSettings, toDo: ToDo): Promise<void> {
  const { signal } = toDo;
  const steps = toDo.steps.filter(({ isThere = false }) => !isThere);
  const blocks = steps.flatMap(({ kind, request }) => {
    const { cidr } = request as { readonly cidr?: string };
    const block = kind === "subnet" || kind === "container" ? parseBlock(cidr ?? "") : undefined;
    return block ?? [];
  });
  const going = toDo.surplus.map(({ row }) => row._ref);
  const coming: Coming = { ...toDo, steps, blocks, going };
  await checkAttributes(settings, coming);
  await checkZones(settings, coming);
  await checkNames(settings, coming);
  const names = new Set(steps.map(({ name }) => name));
  const intents = toDo.intents.filter(({ name }) => names.has(name));
  for (const intent of intents) if (intent.needs.length === 0) await intent.look?.(signal);
  await checkSources(settings, intents, coming);
  await checkAddresses(settings, intents, coming);
  await checkRanges(settings, coming);
}

type Definition = RowOf<"extensibleattributedef", "type" | "flags" | "list_values">;

async function checkAttributes(settings: IpamSettings, { steps, signal }: Coming): Promise<void> {
  const { ownership } = settings;
  const used = steps.flatMap(({ name, request, requestId }) => {
    const { extattrs = {} } = request as { readonly extattrs?: Readonly<Record<string, unknown>> };
    const given = Object.entries(extattrs).filter(([, value]) => value !== undefined && value !== null);
    const marks = Object.entries(ownership.marksOf({ requestId }).extattrs ?? {});
    return [...given, ...marks].map(([attribute, value]) => ({
      attribute,
      value,
      field: `${name.replace(/\.changes(\.\d+)?$/, "")}.extattrs.${attribute}`,
    }));
  });
  const names = [...new Set(used.map(({ attribute }) => attribute))];
  const fields = ["name", "type", "flags", "list_values"] as const;
  const searches = names.map((name) => step.find("extensibleattributedef", { where: { name }, fields }));
  const found = await searchAll<Definition>(settings, searches, signal);
  const definitions = new Map(names.map((name, index) => [name, found[index]?.[0]]));
  for (const { attribute, value, field } of used) {
    const problem = attributeProblem(attribute, value, definitions.get(attribute));
    if (problem === undefined) continue;
    // For the library's own attributes there is a better error.
    const error = new InvalidRequestError(`${field}: ${problem}.`, { field, value });
    throw ownership.attributes.includes(attribute) ? ownership.undefinedError(attribute, error) : error;
  }
}

function attributeProblem(
  name: string,
  value: unknown,
  definition: Definition | undefined,
): string | undefined {
  if (definition === undefined)
    return `the grid has no definition of the extensible attribute "${name}"; names are case-sensitive`;
  const { type, flags = "", list_values } = definition;
  if (Array.isArray(value) && value.length > 1 && !flags.includes("V"))
    return `the extensible attribute "${name}" takes one value`;
  const known = list_values?.map((one) => one.value);
  const stray = [value].flat().find((one) => type === "ENUM" && !known?.includes(String(one)));
  if (stray === undefined) return undefined;
  return `the extensible attribute "${name}" takes no ${JSON.stringify(stray)}, but ${known?.join(", ")}`;
}

/** Checks that there is a zone for each name. For a PTR record that is its reverse name. */
async function checkZones(settings: IpamSettings, { steps, signal }: Coming): Promise<void> {
  const names = steps.flatMap(({ kind, request }) => {
    const named = request as NamedRequest;
    const { as, name, dns } = named;
    if (kind === "address") return as === "host" && dns !== false && name !== undefined ? [name] : [];
    return kind === "record" && name !== undefined ? [ownName({ ...named, name }) ?? name] : [];
  });
  const zones = [...new Set(names.flatMap(zonesOf))];
  const dnsView = viewOfHosts(settings.dnsView, settings.networkView);
  const found = await searchAll(settings, findZones(zones, dnsView), signal);
  const known = new Set(zones.filter((_, index) => found[index]?.length));
  const lost = names.find((name) => !zonesOf(name).some((zone) => known.has(zone)));
  if (lost !== undefined) throw missingZone(lost, dnsView);
}

/** The zones that may contain a name. A grid may also keep a reverse zone by its name. */
function zonesOf(name: string): string[] {
  const labels = canonicalName(name).split(".");
  return [...zonesAround(name), ...labels.map((_, index) => labels.slice(index).join("."))];
}

/** Checks that each source has room. Equal sources are asked once. */
async function checkSources(
  settings: IpamSettings,
  intents: readonly PlanIntent[],
  coming: Coming,
): Promise<void> {
  const asked = new Set<string>();
  for (const { pools } of intents) {
    for (const pool of pools) {
      const { wanted, queried, networkView, targets } = pool;
      const key = JSON.stringify([wanted, queried, networkView, ...targets.map(({ text }) => text)]);
      if (asked.has(key)) continue;
      asked.add(key);
      await checkPool(settings, pool, coming);
    }
  }
}

async function checkPool(settings: IpamSettings, pool: SourcePool, coming: Coming): Promise<void> {
  const { surplus, signal } = coming;
  const tried: PoolRefusal[] = [];
  for await (const target of candidates(settings, pool.targets, { ...pool, signal })) {
    if (isOfCall(target, coming)) return;
    const absent = await absentOptional(settings, target, { ...pool, signal });
    if (absent === undefined && (await hasRoom(pool, target, signal))) return;
    tried.push(absent ?? { source: target.text, reason: "nothing is free", hint: undefined });
  }
  // The deletions may make room.
  if (surplus.length > 0) return;
  const sources = pool.targets.map(({ text }) => text);
  throw nothingLeft(`No ${pool.wanted} is free in ${sources.join(", ")}.`, tried, pool);
}

/** Whether the description itself makes the source, or an object that its query may find. */
function isOfCall(target: Target, { blocks, steps }: Coming): boolean {
  const span = spanOfTarget(target);
  if (target.kind !== "query") return span !== undefined && isIn(blocks, span);
  return steps.some(({ kind, request }) => {
    const { extattrs, comment } = request as { readonly extattrs?: object; readonly comment?: string };
    if (kind !== "subnet" && kind !== "container" && kind !== "change") return false;
    return target.query.extattrs === undefined ? comment === target.query.comment : extattrs !== undefined;
  });
}

function isIn(blocks: readonly Block[], span: Span): boolean {
  return blocks.some((block) => contains(block, span));
}

async function hasRoom(pool: SourcePool, target: Target, signal: AbortSignal | undefined): Promise<boolean> {
  const source = { target, exclude: pool.exclude };
  const noun = nounOf(pool);
  const missing = notFound(`${noun} ${target.text}`, pool.networkView);
  // A peek accepts a subnet in the place of a container even if it is in use.
  const isCidr = noun === "container" && target.kind === "block";
  try {
    return await pool.hasRoom(isCidr ? await pool.instead(source, missing, signal) : source, signal);
  } catch (error) {
    if (!isInfobloxError(error, "NotFoundError")) throw error;
    if (target.kind === "query") throw unfitted(target, noun, pool.networkView);
    const other = await pool.instead(source, missing, signal);
    if (other === source) throw missing;
    return pool.hasRoom(other, signal);
  }
}

async function checkAddresses(
  settings: IpamSettings,
  intents: readonly PlanIntent[],
  { blocks, going, signal }: Coming,
): Promise<void> {
  const freed = new Set<string>();
  for (const { known } of intents) {
    const { addresses = [], networkView = settings.networkView } = known;
    for (const ip of known.freed ?? []) freed.add(ip);
    const needed = addresses.filter(({ ip = "" }) => !freed.has(ip));
    for (const address of needed.flatMap(({ ip = "" }) => parseAddress(ip) ?? [])) {
      if (isIn(blocks, { family: address.family, first: address.value, last: address.value })) continue;
      const problem = await problemOfAddress(settings, { networkView, signal }, address, going);
      if (problem !== undefined) throw problem;
    }
  }
}

async function checkRanges(
  { wapi, networkView }: IpamSettings,
  { steps, blocks, going, signal }: Coming,
): Promise<void> {
  for (const { kind, request } of steps) {
    const { first, last } = request as { readonly first?: string; readonly last?: string };
    const span = kind === "range" ? parseSpan(`${first}-${last}`) : undefined;
    if (span === undefined || isIn(blocks, span)) continue;
    const where = { network_view: networkView, contains_address: String(first) };
    const search = { where, fields: ["network"], limit: 1, signal } as const;
    const [around] = await wapi.find(holderType("network", span.family), search);
    if (around === undefined)
      throw new NotFoundError(`${first}-${last} lies in no subnet of network view "${networkView}".`, {
        ...refusalDetails(),
        hint: "A range needs a subnet around it. Describe that, too.",
      });
    const others = await wapi.find(holderType("range", span.family), {
      where: { network: around.network ?? "", network_view: networkView },
      fields: ["start_addr", "end_addr"],
      signal,
    });
    for (const { _ref, start_addr, end_addr } of others) {
      const other = `${start_addr}-${end_addr}`;
      const otherSpan = parseSpan(other);
      if (otherSpan === undefined || going.includes(_ref) || !overlaps(span, otherSpan)) continue;
      throw new ConflictError(`${first}-${last} overlaps the range ${other}; nothing was created.`, {
        ...{ status: 0, code: "ERR_INFOBLOX_RANGE_OVERLAPS", method: "GET", path: "range" },
        hint: "An address can lie in one range only. Describe the existing range, or leave out its addresses.",
      });
    }
  }
}
