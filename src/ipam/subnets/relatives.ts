/**
 * What a subnet that is named has around it and in it on the grid. A grid makes a container of a subnet in which another
 * is created, and of a subnet that is created around others: both rearrange the address plan for good, and silently.
 */

import { type Block, contains, formatBlock, parseBlock } from "../../cidr.js";
import { ConflictError, SubnetInUseError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import { type Step, step } from "../../wapi/step.js";
import { findUsed, inTheWay, mostFound } from "../objects/in-use.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { aroundPattern, insidePattern } from "./block-pattern.js";

/** Whether a subnet may lie in another one, which the grid then makes a container of. */
export type InsideSubnet = "never" | "unused" | "always";

/** A subnet that is named, and where. */
export interface NamedSubnet {
  readonly block: Block;
  readonly networkView: string;
  /** `"unused"` unless said otherwise. */
  readonly insideSubnet?: InsideSubnet | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Relatives {
  /** The smallest container or subnet around it: where it lies once it is created; `"/"` at the top of the view. */
  readonly parent: string;
  /** The subnet around it. */
  readonly around: RelatedRow | undefined;
  /** Whether a container has the same block. */
  readonly isContainer: boolean;
  /** Whether a subnet has. */
  readonly isSubnet: boolean;
  /** Some of the subnets and containers in it. */
  readonly inside: readonly string[];
}

interface RelatedRow {
  readonly _ref: string;
  readonly network?: string;
  readonly members?: readonly unknown[];
}

type RelativesSteps = readonly [
  Step<readonly RelatedRow[]>,
  Step<readonly RelatedRow[]>,
  Step<readonly RelatedRow[]>,
  Step<readonly RelatedRow[]>,
];

/** Enough to tell that there are some, and to name them. */
const fewFound = 20;

/** The searches whose answers {@link relativesOf} reads: for one request, also together with others. */
export function findRelatives({ block, networkView }: NamedSubnet): RelativesSteps {
  const [network, container] = [holderType("network", block.family), holderType("container", block.family)];
  const find = (type: typeof network | typeof container, pattern: string, limit: number, members = false) =>
    step.find(type as "network", {
      where: { network: { matches: pattern }, network_view: networkView },
      fields: members ? ["network", "members"] : ["network"],
      limit,
    }) as Step<readonly RelatedRow[]>;
  return [
    find(network, aroundPattern(block), mostFound, true),
    find(container, aroundPattern(block), mostFound),
    find(network, insidePattern(block), fewFound),
    find(container, insidePattern(block), fewFound),
  ];
}

export function relativesOf(
  block: Block,
  [networks, containers, subnetsInside, containersInside]: readonly (readonly RelatedRow[])[],
): Relatives {
  const own = formatBlock(block);
  const isAround = (row: RelatedRow) => isOutside(block, row);
  const around = networks?.find(isAround);
  const parents = [around, ...(containers ?? []).filter(isAround)].flatMap((row) => row?.network ?? []);
  return {
    parent: parents.sort((one, other) => lengthOf(other) - lengthOf(one))[0] ?? "/",
    around,
    isContainer: containers?.some(({ network }) => network === own) === true,
    isSubnet: networks?.some(({ network }) => network === own) === true,
    inside: [...(subnetsInside ?? []), ...(containersInside ?? [])].flatMap(({ network = "" }) => {
      const other = parseBlock(network);
      return other !== undefined && network !== own && contains(block, other) ? network : [];
    }),
  };
}

/**
 * Reads the relatives of a subnet that is to be created, in one request; two where it lies in a subnet.
 *
 * @returns where it lies once it is created, for {@link onlyDirectlyIn}
 * @throws {SubnetInUseError} where it lies in a subnet that it must not divide
 * @throws {ConflictError} where other subnets lie in it, or where it is a container
 */
export async function checkRelatives(settings: IpamSettings, named: NamedSubnet): Promise<string> {
  const rows = await settings.wapi.batch(findRelatives(named), { signal: named.signal });
  const relatives = relativesOf(named.block, rows);
  refuseContainer(named, relatives);
  await refuseDivision(settings, named, relatives);
  return relatives.parent;
}

/** @throws {ConflictError} where the grid would make a container of it, or has one of that block */
export function refuseContainer(
  { block, networkView }: NamedSubnet,
  { isContainer, inside }: Relatives,
): void {
  const cidr = formatBlock(block);
  const details = { status: 0, method: "GET", path: holderType("network", block.family) } as const;
  if (isContainer) {
    throw new ConflictError(`${cidr} is a container in network view "${networkView}"; nothing was created.`, {
      ...{ ...details, code: "ERR_INFOBLOX_IS_CONTAINER" },
      hint: "Name a subnet inside it, or take the next free one from it.",
    });
  }
  if (inside.length === 0) return;
  const shown = inside.slice(0, 5).join(", ") + (inside.length > 5 ? ", …" : "");
  throw new ConflictError(`${cidr} has other networks in it: ${shown}; nothing was created.`, {
    ...{ ...details, code: "ERR_INFOBLOX_AROUND_SUBNETS" },
    hint: "A subnet around others would become a container. Name a subnet that overlaps none.",
  });
}

/** @throws {ConflictError} where a container is to be created that is a subnet already */
export function refuseSubnet({ block, networkView }: NamedSubnet, { isSubnet }: Relatives): void {
  if (!isSubnet) return;
  const message = `${formatBlock(block)} is a subnet in network view "${networkView}"; nothing was created.`;
  throw new ConflictError(message, {
    ...{
      status: 0,
      code: "ERR_INFOBLOX_IS_SUBNET",
      method: "GET",
      path: holderType("network", block.family),
    },
    hint: "A subnet becomes a container when a subnet is created in it. Name another block, or release the subnet.",
  });
}

export async function refuseDivision(
  { wapi }: IpamSettings,
  { block, networkView, insideSubnet = "unused", signal }: NamedSubnet,
  { around }: Relatives,
): Promise<void> {
  if (around?.network === undefined || insideSubnet === "always") return;
  const subnet = around.network;
  const members = (around.members ?? []).map((member) => `member ${nameOf(member)}`);
  const used = async () => {
    const [rows] = await wapi.batch([findUsed(block.family, subnet, networkView)], { signal });
    return inTheWay(rows, undefined);
  };
  const inUse = insideSubnet === "never" ? [] : [...members, ...(await used())];
  if (insideSubnet === "unused" && inUse.length === 0) return;
  const what = inUse.length === 0 ? "" : ` that is in use: ${inUse.join(", ")}`;
  const message = `${formatBlock(block)} lies in the subnet ${subnet}${what}; nothing was created.`;
  throw new SubnetInUseError(message, {
    ...{ subnet, inUse },
    hint: "A subnet inside it would turn it into a container. Name a subnet elsewhere.",
  });
}

/**
 * Steps for the request that creates a subnet, behind the create: they fail it, and so undo it, unless the new subnet is
 * a subnet, and lies directly where its relatives said. A search that finds nothing has no reference to hand on.
 */
export function onlyDirectlyIn({ block, networkView }: NamedSubnet, parent: string): readonly RawStep[] {
  const placed = "subnet_placed_as_read";
  return [
    {
      method: "GET",
      object: holderType("network", block.family),
      data: { network: formatBlock(block), network_view: networkView, network_container: parent },
      assign_state: { [placed]: "_ref" },
      discard: true,
    },
    // Guess: a grid might assign nothing and go on. Using what was to be assigned then fails.
    { method: "GET", object: `##STATE:${placed}:##`, enable_substitution: true, discard: true },
  ];
}

function isOutside(block: Block, { network = "" }: RelatedRow): boolean {
  const other = parseBlock(network);
  return other !== undefined && other.prefixLength < block.prefixLength && contains(other, block);
}

function lengthOf(cidr: string): number {
  return parseBlock(cidr)?.prefixLength ?? 0;
}

function nameOf(member: unknown): string {
  const { name, ipv4addr } = Object(member) as { name?: string; ipv4addr?: string };
  return name ?? ipv4addr ?? "";
}
