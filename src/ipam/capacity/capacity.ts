import { formatBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { IpamSettings } from "../settings/settings.js";
import { type ContainerSpace, containerSpace } from "./container-space.js";
import { forecast } from "./forecast.js";
import { countBySize, countFitting, type Free, fits, fitting, freeIn, percentOf } from "./free-space.js";
import { report } from "./report.js";
import type {
  CapacityOptions,
  ContainerTarget,
  ForecastOptions,
  FreeSpace,
  FreeSubnetsOptions,
  ReportedSubnet,
  ReportQuery,
} from "./requests.js";
import type { Forecast } from "./results.js";
import { checkCapacityRequest } from "./schemas.js";

/**
 * Free space: `ipam.capacity`. `Ipam.utilization` tells how full something is; this tells what still fits.
 *
 * Space is free if `requestSubnet` could take it: neither a subnet nor a container directly in the container holds it.
 * Free space inside a nested container belongs to that container.
 *
 * @example
 * const left = await ipam.capacity.countFree("10.0.0.0/8", 24);
 */
export class Capacity {
  readonly #settings: IpamSettings;

  /** Made by `Ipam`: see `ipam.capacity`. */
  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * Tells how much of a container is free, in which blocks, and how fragmented the free space is. Sends one request,
   * and a few more if a thousand subnets or containers lie directly in the container.
   *
   * WAPI: searches `network` and `networkcontainer` (or their IPv6 types) by `network_container`.
   *
   * @throws {NotFoundError} if there is no such container
   * @throws {ConflictError} if it is a subnet
   * @example
   * const { free, largest, sizes, fragmentation } = await ipam.capacity.freeSpace("10.0.0.0/16");
   */
  async freeSpace(container: ContainerTarget, options: CapacityOptions = {}): Promise<FreeSpace> {
    const checked = await checkCapacityRequest("freeSpace", options);
    const { space, free } = await this.#look(container, checked);
    const { total, blocks, largest, fragmentation } = free;
    return inJson({
      target: formatBlock(space.block),
      networkView: space.networkView,
      family: space.block.family,
      total,
      free: free.free,
      percentFree: percentOf(free.free, total),
      largest: largest && formatBlock(largest),
      blocks: blocks.map(formatBlock),
      sizes: Object.fromEntries(countBySize(blocks)),
      fragmentation,
    });
  }

  /**
   * Counts the subnets of a size that are free in a container: `requestSubnet` can still succeed this often. The count
   * is a `bigint`, since an IPv6 container can have more subnets than a number can hold. Sends the same requests as
   * {@link freeSpace}.
   *
   * @param prefixLength - `24` for /24
   * @throws {NotFoundError} if there is no such container
   * @throws {ConflictError} if it is a subnet
   * @throws {InvalidRequestError} if the container is smaller than such a subnet
   * @example
   * if ((await ipam.capacity.countFree("10.0.0.0/16", 24)) < 10n) console.warn("10.0.0.0/16 is nearly full");
   */
  async countFree(
    container: ContainerTarget,
    prefixLength: number,
    options: CapacityOptions = {},
  ): Promise<bigint> {
    const checked = await checkCapacityRequest("freeSubnets", { ...options, prefixLength });
    const { space, free } = await this.#look(container, checked);
    checkSize(space, prefixLength);
    return countFitting(free.blocks, prefixLength);
  }

  /**
   * Lists the subnets of a size that are free in a container, lowest first. Reserves nothing. Sends the same requests
   * as {@link freeSpace}.
   *
   * @throws {NotFoundError} if there is no such container
   * @throws {ConflictError} if it is a subnet
   * @throws {InvalidRequestError} if the container is smaller than such a subnet
   * @example
   * const next = await ipam.capacity.freeSubnets("10.0.0.0/16", { prefixLength: 24, limit: 5 });
   */
  async freeSubnets(container: ContainerTarget, options: FreeSubnetsOptions): Promise<string[]> {
    const checked = await checkCapacityRequest("freeSubnets", options);
    const { prefixLength, limit = 100 } = checked;
    const { space, free } = await this.#look(container, checked);
    checkSize(space, prefixLength);
    const found: string[] = [];
    for (const block of fitting(free.blocks, prefixLength)) {
      found.push(formatBlock(block));
      if (found.length === limit) break;
    }
    return found;
  }

  /**
   * Lists how full subnets are by the grid's own count, the fullest first. Sends one request for each thousand subnets.
   * The grid counts from time to time (`countedAt`); `Ipam.utilization` counts at the time of the call. IPv4 only: a
   * grid keeps no such figure for IPv6 subnets.
   *
   * WAPI: `utilization` of `network`.
   *
   * @throws {InvalidRequestError} if the query is wrong, or asks for IPv6
   * @example
   * for (const { cidr, percent } of await ipam.capacity.report({ within: "10.0.0.0/8", atLeast: 90 })) console.warn(cidr, percent);
   */
  async report(query: ReportQuery = {}): Promise<ReportedSubnet[]> {
    return report(this.#settings, query);
  }

  /**
   * Estimates when containers, subnets and ranges are full if each keeps its pace of growth. Reads inventories that
   * were written at different times. The first to be full comes first. Sends nothing.
   *
   * @throws {InvalidRequestError} if the request is wrong, the folder cannot be read, or it holds no inventory
   * @example
   * const [first] = await ipam.capacity.forecast({ history: "inventories/" });
   * if ((first?.daysLeft ?? Infinity) < 30) console.warn(first?.place, first?.earliest, first?.latest);
   */
  async forecast(options: ForecastOptions): Promise<Forecast[]> {
    return forecast(options);
  }

  async #look(
    container: ContainerTarget,
    { networkView = this.#settings.networkView, signal }: CapacityOptions,
  ): Promise<{ space: ContainerSpace; free: Free }> {
    const space = await containerSpace(this.#settings, container, { networkView, signal });
    return { space, free: freeIn(space.block, space.taken) };
  }
}

function checkSize({ block }: ContainerSpace, prefixLength: number): void {
  if (fits(block, prefixLength)) return;
  const problem = `no subnet of ${formatBlock(block)} has it`;
  throw invalid("prefixLength", prefixLength, problem, block.family === 4 ? 24 : 64);
}

/** Gives the result a `toJSON`: JSON has no `bigint`. A count that a number cannot hold becomes text. */
function inJson(space: FreeSpace): FreeSpace {
  const plain = (count: bigint) => (count <= Number.MAX_SAFE_INTEGER ? Number(count) : String(count));
  const toJSON = () => ({ ...space, total: plain(space.total), free: plain(space.free) });
  return Object.defineProperty(space, "toJSON", { value: toJSON, enumerable: false });
}
