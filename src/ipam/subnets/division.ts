import {
  addressBits,
  type Block,
  blockOf,
  blocksOf,
  contains,
  type Family,
  firstOf,
  formatBlock,
  mergeSpans,
} from "../../cidr.js";
import { invalid, NotFoundError } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { backOff } from "../engine/backoff.js";
import { identityOf } from "../engine/delete.js";
import { mostFound } from "../objects/in-use.js";
import type { Subnet } from "../objects/results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../objects/rows.js";
import { checkedBlock } from "../requests/syntax.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { insidePattern } from "./block-pattern.js";
import type { ResizeOptions, SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { changeSubnet, stillThere, touch } from "./subnet-change.js";
import { subnetToChange } from "./subnet-target.js";

/** How often a call looks for what its request has made. */
const mostLooks = 5;
/** The most subnets that one call joins. Each takes two steps of its request. */
const mostJoined = 100;

/** See `Subnets.split`. */
export async function splitSubnet(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<Subnet[]> {
  const options = await checkSubnetRequest("split", request);
  const { prefixLength, used = false, keepSettings = false, reverseZones = false, signal } = options;
  const { subnet, block } = await subnetToChange(settings, target, options);
  checkLength(prefixLength, block.prefixLength + 1, addressBits(block.family), block);
  const parameters = {
    prefix: prefixLength,
    add_all_subnetworks: !used,
    inherit_attributes: keepSettings,
    auto_create_reversezone: reverseZones,
  };
  const { wapi } = settings;
  const children = {
    where: { network_container: subnet.cidr, network_view: subnet.networkView },
    fields: subnetFields,
  } as const;
  const type = holderType("network", block.family);
  const parts = step.find(type, { ...children, limit: mostFound });
  const whole = subnetAt(block.family, subnet.cidr, subnet.networkView);
  const { rows = [] } = await changeSubnet<Divided>(settings, subnet, {
    read: async (signal) => {
      const [[row], found] = await wapi.batch([whole, parts], { signal });
      if (row === undefined) return { ...subnet, rows: found };
      return subnetOf(row, false, settings.ownership.expiryAttribute, subnet.gateway);
    },
    compose: (_now, ref, extattrs) => ({
      steps: [
        ...touch(ref, extattrs),
        step.call(ref as Ref<"network">, "split_network", parameters).discard(),
        parts,
      ],
      read: (results) => ({ ...subnet, rows: results.at(-1) as readonly SubnetRow[] }),
    }),
    isDone: ({ rows }) => rows !== undefined,
    signal,
  });
  madeRoom(settings, subnet.cidr);
  const find = () => wapi.find(type, { ...children, signal });
  // An unused subnet has no used parts.
  const mayBeNone = used && settings.observed.searchLag === 0;
  const isShown = (rows.length > 0 || mayBeNone) && rows.length < mostFound;
  const all = isShown ? rows : await shown(settings, subnet.cidr, find, { mayBeEmpty: used, signal });
  const found = all.map((row) => subnetOf(row, true, settings.ownership.expiryAttribute));
  // A grid returns the parts in no fixed order.
  const firstIn = ({ cidr }: Subnet) => checkedBlock("subnet", cidr).first;
  return found.sort((one, other) => (firstIn(one) < firstIn(other) ? -1 : 1));
}

interface Divided extends Subnet {
  readonly rows?: readonly SubnetRow[];
}

/** See `Subnets.expand`. */
export async function expandSubnet(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
  parts?: readonly Subnet[],
): Promise<Subnet> {
  const options = await checkSubnetRequest("resize", request);
  const { prefixLength } = options;
  const { subnet, block } = await subnetToChange(settings, target, options);
  checkLength(prefixLength, 1, block.prefixLength - 1, block);
  const wanted = blockOf(firstOf(block), prefixLength);
  const isFree = parts === undefined && (options.force || settings.ownership.owner === undefined);
  const joined = isFree ? undefined : joinedIn(settings, subnet, wanted, options.force, parts);
  return changed(settings, subnet, wanted, "expand_network", options, joined);
}

/** See `Subnets.join`. */
export async function joinSubnets(
  settings: IpamSettings,
  targets: readonly SubnetToChange[],
  request: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("change", request);
  const example = ["10.0.6.0/24", "10.0.7.0/24"];
  if (!Array.isArray(targets) || targets.length < 2)
    throw invalid("subnets", targets, "must be two or more subnets", example);
  const found = [];
  for (const target of targets) found.push(await subnetToChange(settings, target, options));
  const [first] = found;
  const [whole, ...rest] = mergeSpans(found.map(({ block }) => block)).flatMap((span) => [...blocksOf(span)]);
  const same = found.every(({ block }) => block.family === first?.block.family);
  const parts = found.map(({ subnet }) => subnet);
  if (first === undefined || whole === undefined || rest.length > 0 || !same) {
    const cidrs = parts.map(({ cidr }) => cidr);
    throw invalid("subnets", cidrs, "do not form one aligned block, as a subnet has to", example);
  }
  const { force, signal } = options;
  return expandSubnet(settings, first.subnet, { prefixLength: whole.prefixLength, force, signal }, parts);
}

/** See `Subnets.resize`. */
export async function resizeSubnet(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("resize", request);
  const { prefixLength } = options;
  const { subnet, block } = await subnetToChange(settings, target, options);
  if (block.family === 6) {
    const problem = "WAPI cannot resize IPv6 subnets; expand or split it";
    throw invalid("subnet", subnet.cidr, problem, "10.0.7.0/24");
  }
  checkLength(prefixLength, 1, 32, block);
  return changed(settings, subnet, blockOf(firstOf(block), prefixLength), "resize", options);
}

function subnetAt(family: Family, network: string, network_view: string): Step<readonly SubnetRow[]> {
  const where = { network, network_view };
  return step.find(holderType("network", family), { where, fields: subnetFields, limit: 1 });
}

/** Changes the size of a subnet, and reads it by its new CIDR in the same request, since its reference changes. */
async function changed(
  settings: IpamSettings,
  subnet: Subnet,
  block: Block,
  name: "expand_network" | "resize",
  { reverseZones = false, signal }: Pick<ResizeOptions, "reverseZones" | "signal">,
  joined?: ReturnType<typeof joinedIn>,
): Promise<Subnet> {
  const { cidr, networkView, gateway } = subnet;
  const wanted = formatBlock(block);
  const parameters = { prefix: block.prefixLength, auto_create_reversezone: reverseZones };
  const at = (network: string) => subnetAt(block.family, network, networkView);
  const result = (row: SubnetRow) => subnetOf(row, false, settings.ownership.expiryAttribute, gateway);
  const read = async (signal: AbortSignal | undefined) => {
    const [[after], [before]] = await settings.wapi.batch([at(wanted), at(cidr)], { signal });
    const row = after ?? before;
    return row && result(row);
  };
  const resized = await changeSubnet(settings, subnet, {
    read,
    compose: (_now, ref, extattrs) => ({
      steps: [
        ...(joined?.guards() ?? []),
        ...touch(ref, extattrs),
        step.call(ref as Ref<"network">, name, parameters).discard(),
        at(wanted),
      ],
      read: (results) => {
        const [row] = results.at(-1) as readonly SubnetRow[];
        return row === undefined ? subnet : result(row);
      },
    }),
    isDone: (now) => now.cidr === wanted,
    ...(joined !== undefined && { look: joined.look, lookAgain: joined.lookAgain, recounts: true }),
    signal,
  });
  madeRoom(settings, cidr, wanted);
  if (resized.cidr === wanted) return resized;
  const find = async () => [await read(signal)].filter((one) => one?.cidr === wanted);
  const [now = resized] = await shown(settings, wanted, find, { signal });
  return now;
}

/** Finds what a request has made if its own search did not, since the grid's searches lag behind its writes. */
async function shown<T>(
  { clock, observed }: IpamSettings,
  cidr: string,
  find: () => Promise<readonly T[]>,
  { mayBeEmpty = false, signal }: { readonly mayBeEmpty?: boolean; readonly signal: AbortSignal | undefined },
): Promise<readonly T[]> {
  for (let looks = 1; looks <= mostLooks; looks += 1) {
    const found = await find();
    if (found.length > 0) return found;
    if (observed.searchLag > 0) await clock.sleep(2 * observed.searchLag, signal);
    else await backOff(clock, looks, signal);
  }
  if (mayBeEmpty) return [];
  throw new NotFoundError(`The change to ${cidr} was done, but the grid's searches do not show it yet.`, {
    ...{ status: 0, code: "ERR_INFOBLOX_NOT_FOUND", method: "GET", path: "network" },
    hint: "Search for it in a moment.",
  });
}

/**
 * The subnets that a growing subnet absorbs. A grid joins them without a check of their owners, so a look does it.
 *
 * @param block - the block of the subnet after it has grown
 * @param parts - the subnets that fill the block; left out, they are searched
 */
function joinedIn(
  settings: IpamSettings,
  subnet: Subnet,
  block: Block,
  force: boolean | undefined,
  parts: readonly Subnet[] | undefined,
) {
  const { wapi, ownership } = settings;
  const type = holderType("network", block.family);
  const inside = {
    where: { network: { matches: insidePattern(block) }, network_view: subnet.networkView },
    fields: subnetFields,
  } as const;
  // All subnets in the block, including the growing one.
  let found = parts ?? [];
  // Whether they fill the block, so that no other subnet can be added to it.
  let areAll = parts !== undefined;
  const others = () =>
    found.filter(({ cidr }) => cidr !== subnet.cidr && contains(block, checkedBlock("subnet", cidr)));
  const identities = () => JSON.stringify(found.map((one) => identityOf(settings, one)));
  const search = async (signal: AbortSignal | undefined) => {
    const rows = await wapi.find(type, { ...inside, signal });
    areAll = false;
    found = rows.map((row) => subnetOf(row, false, ownership.expiryAttribute));
    for (const one of others()) if (!force) ownership.refuseForeign(one, one.cidr);
    const count = others().length;
    if (count <= mostJoined) return;
    const problem = `would join ${count} subnets, but one call joins ${mostJoined} at most`;
    throw invalid("prefixLength", block.prefixLength, problem, subnet.prefixLength - 1);
  };
  return {
    /** @throws {OwnershipError} if one of them has another owner, without `force` */
    look: async (signal: AbortSignal | undefined) => {
      if (!areAll) await search(signal);
    },
    /** Whether the subnets have changed since the request was composed. */
    lookAgain: async (_error: unknown, signal: AbortSignal | undefined) => {
      const before = identities();
      await search(signal);
      return identities() !== before;
    },
    /** Steps that fail the request if one of the subnets was replaced, or another one was added. */
    guards: (): Step<unknown>[] => {
      const most = step.find(type, { ...inside, fields: [], failAbove: found.length });
      return [...(areAll ? [] : [most.discard()]), ...others().flatMap((one) => stillThere(settings, one))];
    },
  };
}

/** Notes that exhausted sources in these places may have room again: a subnet has grown, shrunk or been split. */
function madeRoom({ pools }: IpamSettings, ...places: readonly string[]): void {
  pools.released(places);
  pools.gained("network");
  pools.gained("container");
}

function checkLength(prefixLength: number, least: number, most: number, block: Block): void {
  if (prefixLength >= least && prefixLength <= most) return;
  const problem = `must be ${least} to ${most} for ${formatBlock(block)}`;
  throw invalid("prefixLength", prefixLength, problem, Math.min(Math.max(prefixLength, least), most));
}
