import { type Block, contains, type Family, formatBlock, parseAddress, parseBlock } from "../../cidr.js";
import { ConflictError, ifFound } from "../../errors.js";
import { isRef } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { hostChanges } from "../addresses/address-drafts.js";
import { slices } from "../engine/chunk-size.js";
import { compareAndDelete } from "../engine/delete.js";
import { batchWithAddresses } from "../engine/outside-networks.js";
import { addressType, findUsed, mostFound, type UsedRow, usedFields } from "../objects/in-use.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import {
  addressOfHost,
  type HostRow,
  hostAddresses,
  hostFields,
  type RangeRow,
  type SubnetRow,
  subnetFields,
} from "../objects/rows.js";
import { cidrInRef, holderType, networkViewInRef } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { findGateway, gatewayIp } from "./gateway.js";

/** A subnet as an earlier call has read it. */
export type EarlierSubnet = Pick<Subnet, "ref"> & Partial<Pick<Subnet, "comment" | "extattrs">>;

/** A subnet that a call names: by its reference, with the result if it is one, or by its CIDR. */
export type NamedSubnet =
  | {
      readonly kind: "ref";
      readonly ref: Ref<SubnetType>;
      readonly marks?: EarlierSubnet | undefined;
    }
  | { readonly kind: "cidr"; readonly block: Block };

export interface Contents {
  readonly row: SubnetRow;
  readonly used: readonly UsedRow[];
  /** The address that this library reserved for the gateway. */
  readonly gateway: string | undefined;
  /** Ranges of other owners, which the grid would delete with the subnet: `10.0.7.100-10.0.7.199 (range of network-team)`. */
  readonly othersRanges: readonly string[];
}

interface Look {
  readonly networkView: string;
  /** Whether to read all addresses in use, or only some. */
  readonly everything: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads a subnet and its contents in one request; `undefined` if the subnet does not exist.
 *
 * @throws {ConflictError} if the subnet was divided and is a container now
 */
export async function contentsOf(
  settings: IpamSettings,
  named: NamedSubnet,
  look: Look,
): Promise<Contents | undefined> {
  const { observed, clock } = settings;
  // After this wait, searches find gateways that were just reserved, which do not count as in use.
  if (observed.searchLag > 0) await clock.sleep(2 * observed.searchLag, look.signal);
  if (named.kind === "cidr") return contentsOfCidr(settings, named.block, look);
  const contents = await ifFound(contentsOfRef(settings, named.ref, look));
  // A divided subnet has another reference: looks for a container with the CIDR in the one that is not found.
  const block = contents === undefined ? parseBlock(cidrInRef(named.ref) ?? "") : undefined;
  const networkView = networkViewInRef(named.ref) ?? look.networkView;
  if (block !== undefined) await contentsOfCidr(settings, block, { ...look, networkView });
  return contents;
}

async function contentsOfRef(
  settings: IpamSettings,
  ref: Ref<SubnetType>,
  { everything, signal }: Look,
): Promise<Contents> {
  const family: Family = ref.startsWith("ipv6") ? 6 : 4;
  const net = step.get(ref, { fields: subnetFields });
  const [network, view] = [net.value("network"), net.value("network_view")];
  const [row, used, [gateway], ranges] = await settings.wapi.batch(
    [
      net,
      findUsed(family, network, view, everything),
      findGateway(family, network, view),
      findRangesIn(family, network, view),
    ],
    { signal },
  );
  return { row, used, gateway: gatewayIp(gateway), othersRanges: rangesOfOthers(settings, ranges) };
}

async function contentsOfCidr(
  settings: IpamSettings,
  block: Block,
  { networkView, everything, signal }: Look,
): Promise<Contents | undefined> {
  const { family } = block;
  const network = formatBlock(block);
  const where = { network, network_view: networkView };
  const [[[row], [container], [gateway], ranges = []], [used = []]] = await batchWithAddresses(
    settings.wapi,
    [
      step.find(holderType("network", family), { where, fields: subnetFields, limit: 1 }),
      step.find(holderType("container", family), { where, fields: ["network"], limit: 1 }),
      findGateway(family, network, networkView),
      findRangesIn(family, network, networkView),
    ],
    [findUsed(family, network, networkView, everything)],
    { signal },
  );
  if (container !== undefined) throw dividedError(network, networkView, container._ref);
  if (row === undefined) return undefined;
  return { row, used, gateway: gatewayIp(gateway), othersRanges: rangesOfOthers(settings, ranges) };
}

/** The search for the ranges of a subnet, which the grid deletes with it. */
export function findRangesIn(
  family: Family,
  network: string,
  networkView: string,
): Step<readonly RangeRow[]> {
  return step.find(holderType("range", family), {
    where: { network, network_view: networkView },
    fields: ["start_addr", "end_addr", "comment", "extattrs"],
    limit: mostFound,
  });
}

export function rangesOfOthers({ ownership }: IpamSettings, ranges: readonly RangeRow[]): string[] {
  return ranges.flatMap((range) => {
    const owner = ownership.owner === undefined ? undefined : ownership.ownerNamed(range);
    if (owner === undefined || owner === ownership.owner) return [];
    return [`${range.start_addr}-${range.end_addr} (range of ${owner})`];
  });
}

/** The code of the error about a container that is to be released as a subnet. Its `path` is the container's reference. */
export const containerCode = "ERR_INFOBLOX_IS_CONTAINER";

export function dividedError(network: string, networkView: string, ref: string): ConflictError {
  const message = `${network} is a container in network view "${networkView}"; nothing was released.`;
  return new ConflictError(message, {
    ...{ status: 0, code: containerCode, method: "DELETE", path: ref },
    hint: "A subnet becomes a container when it is divided. Release the subnets in it, then delete it by its reference.",
  });
}

/**
 * The steps that remove hosts from a subnet. Hosts with all their addresses in it are deleted; others keep their other addresses.
 */
export async function leavingHosts(
  settings: IpamSettings,
  row: SubnetRow,
  used: readonly UsedRow[],
  signal: AbortSignal | undefined,
): Promise<Step<unknown>[]> {
  const block = parseBlock(row.network ?? "");
  if (block === undefined) return [];
  const where = { network: row.network ?? "", network_view: row.network_view ?? "default", status: "USED" };
  const type = addressType(block.family);
  // A batch has no paging.
  const rows =
    used.length < mostFound ? used : await settings.wapi.find(type, { where, fields: usedFields, signal });
  const refs = new Set(
    rows.flatMap(({ objects = [] }) => objects).filter((ref) => isRef("record:host", ref)),
  );
  const steps: Step<unknown>[] = [];
  for (const some of slices([...refs])) {
    const hosts = await settings.wapi.batch(
      some.map((ref) => step.get(ref, { fields: hostFields })),
      { signal },
    );
    steps.push(...hosts.flatMap((host) => leaving(settings, host, block)));
  }
  return steps;
}

function leaving(settings: IpamSettings, host: HostRow, block: Block): readonly Step<unknown>[] {
  const ips = hostAddresses(host).map(({ ip }) => ip);
  const inside = ips.filter((ip) => {
    const address = parseAddress(ip);
    return address !== undefined && contains(block, address);
  });
  if (inside.length === ips.length)
    return compareAndDelete(settings, addressOfHost(host, false, settings.ownership.expiryAttribute));
  return [step.update(host._ref, hostChanges({ remove: inside }), { fields: ["name"] })];
}
