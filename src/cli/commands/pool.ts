/** `infoblox-ipam pool`: shows how full containers are, and what is free in them. */

import { resolve } from "node:path";
import { Command, Option } from "commander";
import { forecast } from "../../ipam/capacity/forecast.js";
import type { Forecast } from "../../ipam/capacity/results.js";
import type { MapBlock } from "../../ipam/map/map-results.js";
import type { Utilization } from "../../ipam/objects/results.js";
import { readTogether } from "../../wapi/read-together.js";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, type IpamCommandOptions, parseCount, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal, table } from "../output.js";
import { showing } from "../progress.js";

/** How full a pool is, and its free blocks. */
interface Pool extends Utilization {
  /** Blocks without a subnet, also in nested containers, the largest first. */
  readonly freeBlocks: readonly string[];
  /** How many subnets of the wanted size are left. A text, since an IPv6 count can exceed what a number holds. */
  readonly left?: string;
}

interface ShowOptions extends IpamCommandOptions {
  readonly prefixLength?: number;
}

interface ForecastOptions {
  readonly history: string;
  readonly within?: string;
  readonly networkView?: string;
  readonly json?: true;
}

const mostShown = 8;

const showExamples = `
Examples:
  $ infoblox-ipam pool show 10.0.0.0/16 10.1.0.0/16
  $ infoblox-ipam pool show 10.0.0.0/16 --prefix-length 24      how many /24s are left
  $ infoblox-ipam pool show 10.0.0.0/16 --json
`;

const forecastExamples = `
Sends nothing to a grid: it reads the inventories in the folder of --history (see inventory --out). The first to fill
comes first.

Examples:
  $ infoblox-ipam pool forecast --history inventories/
  $ infoblox-ipam pool forecast --history inventories/ --within 10.0.0.0/8 --json
`;

export function poolCommand(terminal: Terminal): Command {
  return new Command("pool")
    .description("Show the containers that subnets are taken from.")
    .addCommand(showCommand(terminal))
    .addCommand(forecastCommand(terminal))
    .addHelpText("after", showExamples + exitCodesHelp);
}

function showCommand(terminal: Terminal): Command {
  const command = new Command("show")
    .description("Show how full containers are, and which blocks are free in them.")
    .argument("<container...>", "containers or subnets, e.g. 10.0.0.0/16")
    .addOption(
      new Option("--prefix-length <bits>", "count the subnets of this size that are left").argParser(
        parseCount,
      ),
    )
    .addHelpText("after", connectionHelp + showExamples + exitCodesHelp);
  return addIpamOptions(command).action((containers: string[], options: ShowOptions) =>
    show(containers, options, terminal),
  );
}

function forecastCommand(terminal: Terminal): Command {
  return new Command("forecast")
    .description("Forecast how long containers, subnets and ranges last at their growth.")
    .requiredOption("--history <folder>", "folder of earlier inventories")
    .option("--within <cidr>", "only what lies in this block")
    .option("--network-view <name>", "only this network view")
    .option("--json", "print JSON, for programs")
    .addHelpText("after", forecastExamples + exitCodesHelp)
    .action(async (options: ForecastOptions) => {
      const { history, within, networkView } = options;
      const found = await forecast({ history: resolve(terminal.cwd, history), within, networkView });
      print(terminal, options, found, (shown) => forecastTable(shown));
    });
}

function forecastTable(found: readonly Forecast[]): string {
  const day = (time: string | undefined) => time?.slice(0, 10) ?? "";
  const rows = found.map(({ kind, place, percent, fullAt, earliest, latest, daysLeft }) => [
    kind,
    place,
    `${percent} %`,
    fullAt === undefined ? "never" : day(fullAt),
    daysLeft === undefined ? "" : String(Math.floor(daysLeft)),
    day(earliest),
    day(latest),
  ]);
  return table([["KIND", "PLACE", "USED", "FULL", "DAYS LEFT", "EARLIEST", "LATEST"], ...rows]);
}

async function show(containers: readonly string[], options: ShowOptions, terminal: Terminal): Promise<void> {
  const pools = await showing(terminal, options, (show) =>
    withIpam(options, terminal, ({ ipam, signal }) => {
      const reading = readTogether(performance, show(["object read", "objects read"]));
      return Promise.all(
        containers.map(async (container): Promise<Pool> => {
          const { prefixLength } = options;
          const [utilization, map, left] = await Promise.all([
            ipam.utilization(container, { signal }),
            ipam.map(container, { addresses: false, onRead: reading(), signal }),
            prefixLength && ipam.capacity.countFree(container, prefixLength, { signal }),
          ]);
          return {
            ...utilization,
            freeBlocks: largestFirst(map.blocks.flatMap(freeIn)),
            ...(prefixLength !== undefined && { left: String(left) }),
          };
        }),
      );
    }),
  );
  const { prefixLength } = options;
  const rows = pools.map(({ target, percent, subnets, freeBlocks, left = "" }) => [
    target,
    `${percent} %`,
    String(subnets),
    ...(prefixLength === undefined ? [] : [left]),
    shownBlocks(freeBlocks),
  ]);
  const size = prefixLength === undefined ? [] : [`/${prefixLength} LEFT`];
  const heading = ["POOL", "USED", "SUBNETS", ...size, "FREE BLOCKS"];
  print(terminal, options, pools, table([heading, ...rows]));
}

function freeIn(block: MapBlock): string[] {
  return block.kind === "subnet" ? [] : [...block.free, ...block.children.flatMap(freeIn)];
}

/** Blocks of one size stay in address order. */
function largestFirst(blocks: readonly string[]): string[] {
  const bits = (cidr: string) => Number(cidr.slice(cidr.indexOf("/") + 1));
  return [...blocks].sort((a, b) => bits(a) - bits(b));
}

function shownBlocks(blocks: readonly string[]): string {
  if (blocks.length === 0) return "none";
  const more = blocks.length - mostShown;
  return blocks.slice(0, mostShown).join(" ") + (more > 0 ? ` and ${more} more` : "");
}
