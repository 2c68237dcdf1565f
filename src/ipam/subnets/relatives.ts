/**
 * Reads the subnets and containers around a given block, and inside it. If a subnet is created inside another subnet or around
 * others, the grid turns the outer one into a container, without a warning and without a way back.
 */

import { type Block, contains, formatBlock, parseBlock } from "../../cidr.js";
import { ConflictError, isInfobloxError, SubnetInUseError } from "../../errors.js";
import { type Step, step } from "../../wapi/step.js";
import { slices } from "../engine/chunk-size.js";
import { isOutsideNetworks } from "../engine/outside-networks.js";
import { isUnfound } from "../engine/refusals.js";
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
  readonly members?: readonly { readonly name?: string; readonly ipv4addr?: string }[];
}

/**
 * The searches whose answers {@link relativesOf} reads. Only a subnet must not lie around others. The searches find all of these,
 * since the call may delete the first ones, and since the pattern also matches some IPv6 blocks nearby.
 */
function findRelatives({ kind, block, networkView }: NamedNetwork): readonly Step<readonly RelatedRow[]>[] {
  const find = (holds: "network" | "container", pattern: string, ...more: readonly "members"[]) =>
    step.find(holderType(holds, block.family) as "network", {
      where: { network: { matches: pattern }, network_view: networkView },
      fields: ["network", ...more],
      limit: mostFound,
    }) as Step<readonly RelatedRow[]>;
  const [around, inside] = [aroundPattern(block), insidePattern(block)];
  return [
    find("network", around, "members"),
    find("container", around),
    ...(kind === "subnet" ? [find("network", inside), find("container", inside)] : []),
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
    // Lagging searches do not find what their own request has made.
    let isHidden = false;
    const look = async (signal: AbortSignal | undefined, since?: unknown, looks = 1): Promise<void> => {
      const relatives = relativesOf(named, await this.#read(named, signal, since));
      refuseOthers(named, relatives);
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
        if (divided === undefined) return [];
        // The first block in a subnet turns it into a container. So only this one divides a subnet.
        const isInSame = (one: NamedNetwork) => {
          const other = this.#divided.get(one);
          return other?.cidr === divided.cidr && other.networkView === divided.networkView;
        };
        return this.#named.find(isInSame) === named ? staysUnused(this.#settings, divided) : [];
      },
      lookAgain: async (error, signal) => {
        // A conflict concerns the block itself, not its relatives.
        if (isInfobloxError(error, "ConflictError")) return false;
        const before = [parent, this.#divided.get(named)?.cidr];
        await look(signal, error);
        if (parent !== before[0] || this.#divided.get(named)?.cidr !== before[1]) return true;
        const isNew = isUnfound(error) && !isHidden;
        isHidden ||= isNew;
        return isNew;
      },
      guards: () => {
        const isLagging = this.#settings.observed.searchLag > 0;
        const isChosenAround = named.before?.made.includes(undefined) === true;
        if (parent === undefined || isLagging || isHidden || isChosenAround) return [];
        const { kind, block, networkView } = named;
        const where = { network: formatBlock(block), network_view: networkView, network_container: parent };
        const type = holderType(kind === "subnet" ? "network" : "container", block.family);
        return mustFind(step.find(type, { where, fields: [], limit: 1 }));
      },
    };
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
   * Steps after the create that fail its request, which undoes it, unless the new object is of the wanted kind and lies directly in the
   * block around it. There are none if searches lag, since they would
   * not find the new object, or if the grid chooses another block of the same call, which may be around this one.
   */
  readonly guards: () => readonly Step<unknown>[];
}

/** @throws {ConflictError} if its CIDR is that of an object of the other kind, or if it is a subnet around other blocks */
function refuseOthers({ kind, block, networkView }: NamedNetwork, relatives: Relatives): void {
  const cidr = formatBlock(block);
  const refusal = (problem: string, code: string, hint: string) =>
    new ConflictError(`${cidr} ${problem}; nothing was created.`, {
      ...{ status: 0, code, method: "GET", path: holderType("network", block.family), hint },
    });
  const where = `in network view "${networkView}"`;
  if (kind === "container") {
    if (!relatives.isSubnet) return;
    const hint =
      "A subnet becomes a container when a subnet is created in it. Choose another CIDR, or release the subnet.";
    throw refusal(`is a subnet ${where}`, "ERR_INFOBLOX_IS_SUBNET", hint);
  }
  if (relatives.isContainer) {
    const hint = "Name a subnet inside it, or take the next free one from it.";
    throw refusal(`is a container ${where}`, "ERR_INFOBLOX_IS_CONTAINER", hint);
  }
  const { inside } = relatives;
  if (inside.length === 0) return;
  const shown = inside.slice(0, 5).join(", ") + (inside.length > 5 ? ", …" : "");
  const hint = "A subnet around others would become a container. Choose a CIDR that overlaps no other.";
  throw refusal(`has other networks in it: ${shown}`, "ERR_INFOBLOX_AROUND_SUBNETS", hint);
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
  const members = (around.members ?? []).map(({ name, ipv4addr }) => `member ${name ?? ipv4addr ?? ""}`);
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

function isInside(block: Block, other: Block | undefined): boolean {
  return other !== undefined && other.prefixLength < block.prefixLength && contains(other, block);
}

function lengthOf(cidr: string): number {
  return parseBlock(cidr)?.prefixLength ?? 0;
}
