/**
 * Reads the subnets and containers around a given block, and inside it. If a subnet is created inside another subnet or around
 * others, the grid turns the outer one into a container, without a warning and without a way back.
 */

import { type Block, contains, formatBlock, parseBlock } from "../../cidr.js";
import { ConflictError, isInfobloxError, SubnetInUseError } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import { slices } from "../engine/chunk-size.js";
import { isOutsideNetworks } from "../engine/outside-networks.js";
import { findUsed, inTheWay, mostFound } from "../objects/in-use.js";
import { mustFind } from "../objects/must-find.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { aroundPattern, insidePattern } from "./block-pattern.js";
import { type Divided, staysUnused } from "./recount.js";

/** How often the relatives are read again if the subnet around is gone before its addresses are read. */
const mostLooks = 5;

/** Whether a subnet may be created in another one, which the grid then turns into a container. */
export type InsideSubnet = "never" | "unused" | "always";

/** A subnet or container that a call names by its CIDR. */
export interface NamedNetwork {
  readonly kind: "subnet" | "container";
  readonly block: Block;
  readonly networkView: string;
  /** Default: `"unused"`. */
  readonly insideSubnet?: InsideSubnet | undefined;
  /** What the call does before it makes this one. */
  readonly before?: DoneBefore;
}

/** What a call does before it makes a subnet or container. */
export interface DoneBefore {
  /** The blocks of the subnets and containers that it makes; `undefined` for a block that the grid chooses. */
  readonly made: readonly (Block | undefined)[];
  /** Whether the call deletes an object before. */
  readonly deletes: (row: RelatedRow) => boolean;
}

interface Relatives {
  /** The CIDR of the smallest block around it, which it lies in once it is created. `"/"` is the top of the view. */
  readonly parent: string;
  /** The subnet around it. */
  readonly around: RelatedRow | undefined;
  /** Whether there is a container with the same CIDR. */
  readonly isContainer: boolean;
  /** Whether there is a subnet with the same CIDR. */
  readonly isSubnet: boolean;
  /** The subnets and containers in it. They are read for a subnet only. */
  readonly inside: readonly string[];
}

export interface RelatedRow {
  readonly _ref: string;
  readonly network?: string;
  readonly members?: readonly unknown[];
}

/**
 * The searches whose answers {@link relativesOf} reads. Only a subnet must not lie around others. The searches find all of these,
 * since the call may delete the first ones, and since the pattern also matches some IPv6 blocks nearby.
 */
function findRelatives({ kind, block, networkView }: NamedNetwork): readonly Step<readonly RelatedRow[]>[] {
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
    ...(kind === "subnet"
      ? [find(network, insidePattern(block), mostFound), find(container, insidePattern(block), mostFound)]
      : []),
  ];
}

function relativesOf({ block, before }: NamedNetwork, lists: readonly (readonly RelatedRow[])[]): Relatives {
  const own = formatBlock(block);
  const staying = lists.map((rows) => rows.filter((row) => before?.deletes(row) !== true));
  const [networks = [], containers = [], subnetsInside = [], containersInside = []] = staying;
  const isAround = (row: RelatedRow) => isInside(block, parseBlock(row.network ?? ""));
  const around = networks.find(isAround);
  const made = (before?.made ?? []).flatMap((other) =>
    other !== undefined && isInside(block, other) ? formatBlock(other) : [],
  );
  const parents = [around, ...containers.filter(isAround)].flatMap((row) => row?.network ?? []);
  return {
    parent: [...parents, ...made].sort((one, other) => lengthOf(other) - lengthOf(one))[0] ?? "/",
    around,
    isContainer: containers.some(({ network }) => network === own),
    isSubnet: networks.some(({ network }) => network === own),
    inside: [...subnetsInside, ...containersInside].flatMap(({ network = "" }) => {
      const other = parseBlock(network);
      return other !== undefined && network !== own && contains(block, other) ? network : [];
    }),
  };
}

/**
 * The subnets and containers that one call names. Their relatives are read for all of them at once. Then each is checked by itself,
 * and the request that makes it checks that nothing has changed meanwhile.
 */
export class NamedNetworks {
  readonly #settings: IpamSettings;
  readonly #named: NamedNetwork[] = [];
  /** The lists of rows for each named block. */
  #lists: ReadonlyMap<NamedNetwork, readonly (readonly RelatedRow[])[]> | undefined;
  #readSince: unknown;
  readonly #divided = new Map<NamedNetwork, Divided | undefined>();

  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /** Adds a named block. @returns the looks and guards for its intent */
  add(named: NamedNetwork): Placement {
    this.#named.push(named);
    let parent: string | undefined;
    const look = async (signal: AbortSignal | undefined, since?: unknown, looks = 1): Promise<void> => {
      const relatives = relativesOf(named, await this.#read(named, signal, since));
      if (named.kind === "subnet") refuseContainer(named, relatives);
      else refuseSubnet(named, relatives);
      try {
        this.#divided.set(named, await refuseDivision(this.#settings, named, relatives, signal));
      } catch (error) {
        // Another caller has released, divided or resized the subnet around it since it was read.
        if (!isOutsideNetworks(error) || looks === mostLooks) throw error;
        return look(signal, error, looks + 1);
      }
      parent = relatives.parent;
    };
    return {
      look: (signal) => look(signal),
      holds: () => {
        const divided = this.#divided.get(named);
        return divided === undefined || !this.#isFirstIn(divided, named)
          ? []
          : staysUnused(this.#settings, divided);
      },
      lookAgain: async (error, signal) => {
        // A conflict concerns the block itself, not its relatives.
        if (isInfobloxError(error, "ConflictError")) return false;
        const before = [parent, this.#divided.get(named)?.cidr];
        await look(signal, error);
        return parent !== before[0] || this.#divided.get(named)?.cidr !== before[1];
      },
      guards: () => {
        const isLagging = this.#settings.observed.searchLag > 0;
        const isChosenAround = named.before?.made.includes(undefined) === true;
        return parent === undefined || isLagging || isChosenAround ? [] : onlyDirectlyIn(named, parent);
      },
    };
  }

  /** The first block in a subnet turns it into a container. So only this one divides a subnet. */
  #isFirstIn({ cidr, networkView }: Divided, named: NamedNetwork): boolean {
    const first = this.#named.find((one) => {
      const divided = this.#divided.get(one);
      return divided?.cidr === cidr && divided.networkView === networkView;
    });
    return first === named;
  }

  /** @param since - the refusal after which the relatives have to be read again */
  async #read(
    named: NamedNetwork,
    signal: AbortSignal | undefined,
    since: unknown,
  ): Promise<readonly (readonly RelatedRow[])[]> {
    if (since !== this.#readSince) this.#lists = undefined;
    if (this.#lists === undefined) {
      const searches = this.#named.flatMap((one) => findRelatives(one).map((search) => ({ one, search })));
      const lists = new Map<NamedNetwork, (readonly RelatedRow[])[]>();
      for (const some of slices(searches)) {
        const found = await this.#settings.wapi.batch(
          some.map(({ search }) => search),
          { signal },
        );
        for (const [index, { one }] of some.entries())
          lists.set(one, [...(lists.get(one) ?? []), found[index] ?? []]);
      }
      this.#lists = lists;
      this.#readSince = since;
    }
    return this.#lists.get(named) ?? [];
  }
}

export interface Placement {
  /**
   * @throws {SubnetInUseError} if it lies in a subnet that it must not divide
   * @throws {ConflictError} if its CIDR is that of an object of the other kind, or if it is a subnet around other blocks
   */
  readonly look: (signal: AbortSignal | undefined) => Promise<void>;
  /** Whether the block around it has changed since it was read. */
  readonly lookAgain: (error: unknown, signal: AbortSignal | undefined) => Promise<boolean>;
  /** Steps before the create. They fail its request if somebody has come to use the subnet that it divides. */
  readonly holds: () => readonly Step<unknown>[];
  /**
   * Steps after the create that fail its request if the block around it has changed. There are none if searches lag, since they would
   * not find the new object, or if the grid chooses another block of the same call, which may be around this one.
   */
  readonly guards: () => readonly Step<unknown>[];
}

/** @throws {ConflictError} if a container has the CIDR, or if the grid would turn the subnet into a container */
function refuseContainer({ block, networkView }: NamedNetwork, { isContainer, inside }: Relatives): void {
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
    hint: "A subnet around others would become a container. Choose a CIDR that overlaps no other.",
  });
}

/** @throws {ConflictError} if a container is requested and a subnet has the CIDR */
function refuseSubnet({ block, networkView }: NamedNetwork, { isSubnet }: Relatives): void {
  if (!isSubnet) return;
  const message = `${formatBlock(block)} is a subnet in network view "${networkView}"; nothing was created.`;
  const path = holderType("network", block.family);
  throw new ConflictError(message, {
    ...{ status: 0, code: "ERR_INFOBLOX_IS_SUBNET", method: "GET", path },
    hint: "A subnet becomes a container when a subnet is created in it. Choose another CIDR, or release the subnet.",
  });
}

/** @returns the subnet that the new block divides, if the request has to check that it is still unused */
async function refuseDivision(
  { wapi }: IpamSettings,
  { block, networkView, insideSubnet = "unused" }: NamedNetwork,
  { around }: Relatives,
  signal: AbortSignal | undefined,
): Promise<Divided | undefined> {
  if (around?.network === undefined || insideSubnet === "always") return undefined;
  const { family } = block;
  const subnet = around.network;
  const members = (around.members ?? []).map((member) => `member ${nameOf(member)}`);
  const used = async () => (await wapi.batch([findUsed(family, subnet, networkView)], { signal }))[0];
  const rows = insideSubnet === "never" ? [] : await used();
  const inUse = insideSubnet === "never" ? [] : [...members, ...inTheWay(rows, undefined)];
  if (insideSubnet === "unused" && inUse.length === 0)
    return { family, cidr: subnet, networkView, used: rows.length };
  const what = inUse.length === 0 ? "" : ` that is in use: ${inUse.join(", ")}`;
  const message = `${formatBlock(block)} lies in the subnet ${subnet}${what}; nothing was created.`;
  throw new SubnetInUseError(message, {
    ...{ subnet, inUse },
    hint: "A subnet inside it would turn it into a container. Choose a CIDR elsewhere.",
  });
}

/**
 * Steps after the create of a subnet or container. They fail the request, which undoes it, unless the new object is of the wanted
 * kind and lies directly in `parent`.
 */
function onlyDirectlyIn(
  { kind, block, networkView }: NamedNetwork,
  parent: string,
): readonly Step<unknown>[] {
  const where = { network: formatBlock(block), network_view: networkView, network_container: parent };
  const type = holderType(kind === "subnet" ? "network" : "container", block.family);
  return mustFind(step.find(type, { where, fields: [], limit: 1 }));
}

function isInside(block: Block, other: Block | undefined): boolean {
  return other !== undefined && other.prefixLength < block.prefixLength && contains(other, block);
}

function lengthOf(cidr: string): number {
  return parseBlock(cidr)?.prefixLength ?? 0;
}

function nameOf(member: unknown): string {
  const { name, ipv4addr } = Object(member) as { name?: string; ipv4addr?: string };
  return name ?? ipv4addr ?? "";
}
