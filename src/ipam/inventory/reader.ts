import { parseBlock } from "../../cidr.js";
import { defaultPageSize } from "../../wapi/list-options.js";
import { type ReadProgress, Stopwatch } from "../../wapi/progress.js";
import type { IpamSettings } from "../settings/settings.js";
import { nameLine } from "./aliases.js";
import { type AddressFact, knownFields, type Read, type Row } from "./reading/read.js";
import type { InventoryOptions } from "./requests.js";
import { keyed, type SortedLines } from "./sorted-lines.js";

/** Reads pages into lines, and counts requests and rows. */
export class Reader {
  /** The names that point to addresses. `undefined` if there are no CNAMEs that may lead to them. */
  names: SortedLines | undefined;
  requests = 0;
  /** The number of IPv4 addresses in use, estimated from the subnets' utilization. */
  used = 0;
  subnets = 0;
  /** The number of rows of a full page. */
  pageSize = defaultPageSize;
  readonly #settings: IpamSettings;
  readonly #options: InventoryOptions;
  readonly #stopwatch: Stopwatch;
  readonly #controller = new AbortController();
  readonly #signal: AbortSignal;
  #done = 0;
  #openSubnetReads = 0;

  constructor(settings: IpamSettings, options: InventoryOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#stopwatch = new Stopwatch(settings.clock);
    this.#signal = options.signal
      ? AbortSignal.any([options.signal, this.#controller.signal])
      : this.#controller.signal;
  }

  /**
   * Adds the lines of all rows of these reads. All reads start at once; the client's queue limits them. The first failure stops all of
   * them, and is thrown when all have ended.
   *
   * @returns the number of rows
   */
  async all(reads: readonly Read[], lines: SortedLines): Promise<number> {
    let count = 0;
    let failure: { readonly error: unknown } | undefined;
    await Promise.all(
      reads.map(async (one) => {
        try {
          await this.each(one, async (rows, at) => {
            count += rows.length;
            const found = rows.flatMap((row) => one.linesOf(row, at));
            await lines.add(found);
            await this.names?.add(found.flatMap(namesIn));
          });
        } catch (error) {
          failure ??= { error };
          this.#controller.abort(error);
        }
      }),
    );
    if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
    return count;
  }

  /** Calls `use` with the rows of each page of a read. */
  async each(one: Read, use: (rows: readonly Row[], at: string) => Promise<void> | void): Promise<void> {
    const isSubnets = one.type === "network";
    if (isSubnets) this.#openSubnetReads += 1;
    const pages = this.#settings.wapi
      .iterate(one.type as "network", {
        where: one.where,
        fields: knownFields(one, this.#settings.wapi) as readonly "network"[],
        signal: this.#signal,
      })
      .pages();
    let before = 0;
    for await (const rows of pages as AsyncIterable<readonly Row[]>) {
      this.requests += 1;
      if (before > 0) this.pageSize = before;
      before = rows.length;
      if (isSubnets) this.#measure(rows);
      await use(rows, new Date(this.#settings.clock.wallTime()).toISOString());
      this.#done += rows.length;
      this.#options.onProgress?.(this.#progress());
    }
    if (isSubnets) this.#openSubnetReads -= 1;
  }

  #measure(rows: readonly Row[]): void {
    this.subnets += rows.length;
    for (const row of rows) {
      const block = parseBlock(row["network"] ?? "");
      if (block !== undefined && row["utilization"] !== undefined) {
        this.used += (2 ** (32 - block.prefixLength) * row["utilization"]) / 1000;
      }
    }
  }

  #progress(): ReadProgress {
    if (this.subnets === 0 || this.#openSubnetReads > 0) return this.#stopwatch.soFar(this.#done);
    const total = Math.max(this.#done, Math.round(this.subnets + this.used));
    return this.#stopwatch.of(this.#done, total);
  }
}

/** The lines of the names that point to the address of a fact's line. */
function namesIn(text: string): string[] {
  const { key, value } = keyed(text);
  const { object } = JSON.parse(value) as Partial<AddressFact>;
  const { type, name, dnsView, aliases = [] } = object ?? {};
  if (name === undefined || dnsView === undefined) return [];
  if (type !== "record:host" && type !== "record:a" && type !== "record:aaaa") return [];
  // Without the digit of the object.
  return [name, ...aliases].map((one) => nameLine(dnsView, one, key.slice(0, -1)));
}
