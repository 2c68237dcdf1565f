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
 * How much room there is: `ipam.capacity`. `Ipam.utilization` says how full something is; this, what still fits.
 *
 * What counts is what `requestSubnet` could take: space that neither a subnet nor a container directly in the
 * container has. Free space inside a nested container is that container's own.
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
   * What is free in a container: how much, in which blocks, and how scattered. One request; a few
   * more where a thousand subnets or containers stand directly in it.
   *
   * WAPI: searches `network` and `networkcontainer` (IPv6 forms alike) by `network_container`.
   *
   * @throws {NotFoundError} where there is no such container
   * @throws {ConflictError} where it is a subnet
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
   * How many subnets of a size are left in a container: so many times `requestSubnet` can still succeed. A `bigint`,
   * since an IPv6 container can have more than a number can hold. Costs as {@link freeSpace}.
   *
   * @param prefixLength - `24` for /24
   * @throws {NotFoundError} where there is no such container
   * @throws {ConflictError} where it is a subnet
   * @throws {InvalidRequestError} where the container is smaller than that
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
   * The subnets of a size that are left in a container, lowest first. Reserves nothing. Costs as {@link freeSpace}.
   *
   * @throws {NotFoundError} where there is no such container
   * @throws {ConflictError} where it is a subnet
   * @throws {InvalidRequestError} where the container is smaller than that
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
   * How full subnets are by the grid's own count, the fullest first: one request for each thousand subnets, and no
   * counting. The grid counts now and then (`countedAt`); `Ipam.utilization` counts when it is asked. IPv4 only: a
   * grid keeps no such figure of IPv6 subnets.
   *
   * WAPI: `utilization` of `network`.
   *
   * @throws {InvalidRequestError} where the query is wrong, or asks for IPv6
   * @example
   * for (const { cidr, percent } of await ipam.capacity.report({ within: "10.0.0.0/8", atLeast: 90 })) console.warn(cidr, percent);
   */
  async report(query: ReportQuery = {}): Promise<ReportedSubnet[]> {
    return report(this.#settings, query);
  }

  /**
   * How long containers, subnets and ranges last at their own pace, from inventories that were kept over time: what is
   * full first comes first. Sends nothing.
   *
   * @throws {InvalidRequestError} where the request is wrong, or the folder holds no inventory
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

/** JSON has no integers of any size: there, those that a number can't hold are texts. */
function inJson(space: FreeSpace): FreeSpace {
  const plain = (count: bigint) => (count <= Number.MAX_SAFE_INTEGER ? Number(count) : String(count));
  const toJSON = () => ({ ...space, total: plain(space.total), free: plain(space.free) });
  return Object.defineProperty(space, "toJSON", { value: toJSON, enumerable: false });
}
