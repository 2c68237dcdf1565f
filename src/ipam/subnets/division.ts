import { addressBits, type Block, blockOf, blocksOf, firstOf, formatBlock, mergeSpans } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import type { Subnet } from "../objects/results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../objects/rows.js";
import { checkedBlock } from "../requests/syntax.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import type { SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { changeSubnet, touch } from "./subnet-change.js";
import { subnetToChange } from "./subnet-target.js";

/** What a batch gives of a search, which has no pages. */
const mostFound = 1000;

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
  const whole = step.find(type, {
    where: { network: subnet.cidr, network_view: subnet.networkView },
    fields: subnetFields,
    limit: 1,
  });
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
  const all = rows.length < mostFound ? rows : await wapi.find(type, { ...children, signal });
  return all.map((row) => subnetOf(row, true, settings.ownership.expiryAttribute)).sort(byAddress);
}

/** A subnet that has been split, with its parts. */
interface Divided extends Subnet {
  readonly rows?: readonly SubnetRow[];
}

/** A grid promises no order. */
function byAddress(one: Subnet, other: Subnet): number {
  return checkedBlock("subnet", one.cidr).first < checkedBlock("subnet", other.cidr).first ? -1 : 1;
}

/** See `Subnets.expand`. */
export async function expandSubnet(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("resize", request);
  const { prefixLength, reverseZones = false, signal } = options;
  const { subnet, block } = await subnetToChange(settings, target, options);
  checkLength(prefixLength, 1, block.prefixLength - 1, block);
  const parameters = { prefix: prefixLength, auto_create_reversezone: reverseZones };
  const call = (ref: Ref<"network">) => step.call(ref, "expand_network", parameters);
  return changed(settings, subnet, blockOf(firstOf(block), prefixLength), call, signal);
}

/** See `Subnets.join`. */
export async function joinSubnets(
  settings: IpamSettings,
  targets: readonly SubnetToChange[],
  request: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("change", request);
  if (!Array.isArray(targets) || targets.length < 2) {
    throw invalid("subnets", targets, "must be two or more", ["10.0.6.0/24", "10.0.7.0/24"]);
  }
  const found = [];
  for (const target of targets) found.push(await subnetToChange(settings, target, options));
  const [first] = found;
  const [whole, ...rest] = mergeSpans(found.map(({ block }) => block)).flatMap((span) => [...blocksOf(span)]);
  const same = found.every(({ block }) => block.family === first?.block.family);
  if (first === undefined || whole === undefined || rest.length > 0 || !same) {
    const problem = "don't make up one aligned block, which a subnet has to be";
    throw invalid(
      "subnets",
      found.map(({ subnet }) => subnet.cidr),
      problem,
      ["10.0.6.0/24", "10.0.7.0/24"],
    );
  }
  return expandSubnet(settings, first.subnet, {
    prefixLength: whole.prefixLength,
    force: options.force,
    signal: options.signal,
  });
}

/** See `Subnets.resize`. */
export async function resizeSubnet(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<Subnet> {
  const options = await checkSubnetRequest("resize", request);
  const { prefixLength, reverseZones = false, signal } = options;
  const { subnet, block } = await subnetToChange(settings, target, options);
  if (block.family === 6) {
    throw invalid("subnet", subnet.cidr, "WAPI can't resize IPv6 subnets; expand or split it", "10.0.7.0/24");
  }
  checkLength(prefixLength, 1, 32, block);
  const parameters = { prefix: prefixLength, auto_create_reversezone: reverseZones };
  const call = (ref: Ref<"network">) => step.call(ref, "resize", parameters);
  return changed(settings, subnet, blockOf(firstOf(block), prefixLength), call, signal);
}

/** Has the grid change a subnet, and reads what came of it, in one request: the reference changes with the CIDR. */
async function changed(
  settings: IpamSettings,
  subnet: Subnet,
  block: Block,
  call: (ref: Ref<"network">) => Step<unknown>,
  signal: AbortSignal | undefined,
): Promise<Subnet> {
  const { cidr, networkView, gateway } = subnet;
  const wanted = formatBlock(block);
  const at = (network: string) =>
    step.find(holderType("network", block.family), {
      where: { network, network_view: networkView },
      fields: subnetFields,
      limit: 1,
    });
  const result = (row: SubnetRow) => subnetOf(row, false, settings.ownership.expiryAttribute, gateway);
  const resized = await changeSubnet(settings, subnet, {
    read: async (signal) => {
      const [[after], [before]] = await settings.wapi.batch([at(wanted), at(cidr)], { signal });
      const row = after ?? before;
      return row && result(row);
    },
    compose: (_now, ref, extattrs) => ({
      steps: [...touch(ref, extattrs), call(ref as Ref<"network">).discard(), at(wanted)],
      read: (results) => result((results.at(-1) as SubnetRow[])[0] as SubnetRow),
    }),
    isDone: (now) => now.cidr === wanted,
    signal,
  });
  madeRoom(settings, cidr, wanted);
  return resized;
}

/** What was exhausted there may have something now: a subnet that grew, space around one that shrank, new parts. */
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
