/** `infoblox-ipam pool`: how full containers are, and what is free in them. */

import { Command } from "commander";
import type { MapBlock } from "../../ipam/map/map-results.js";
import type { Utilization } from "../../ipam/objects/results.js";
import { readTogether } from "../../wapi/read-together.js";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, type IpamCommandOptions, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal, table } from "../output.js";
import { showing } from "../progress.js";

/** How full a pool is, and its free blocks. */
interface Pool extends Utilization {
  /** Blocks that no subnet takes, in containers below it, too; the largest first. */
  readonly freeBlocks: readonly string[];
}

const mostShown = 8;

const showExamples = `
Examples:
  $ infoblox-ipam pool show 10.0.0.0/16 10.1.0.0/16
  $ infoblox-ipam pool show 10.0.0.0/16 --json
`;

export function poolCommand(terminal: Terminal): Command {
  return new Command("pool")
    .description("Show what subnets are taken from.")
    .addCommand(showCommand(terminal))
    .addHelpText("after", showExamples + exitCodesHelp);
}

function showCommand(terminal: Terminal): Command {
  const command = new Command("show")
    .description("Show how full containers are, and which blocks are free in them.")
    .argument("<container...>", "containers or subnets, e.g. 10.0.0.0/16")
    .addHelpText("after", connectionHelp + showExamples + exitCodesHelp);
  return addIpamOptions(command).action((containers: string[], options: IpamCommandOptions) =>
    show(containers, options, terminal),
  );
}

async function show(
  containers: readonly string[],
  options: IpamCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const pools = await showing(terminal, options, (show) =>
    withIpam(options, terminal, ({ ipam, signal }) => {
      const reading = readTogether(performance, show(["object read", "objects read"]));
      return Promise.all(
        containers.map(async (container): Promise<Pool> => {
          const [utilization, map] = await Promise.all([
            ipam.utilization(container, { signal }),
            ipam.map(container, { addresses: false, onRead: reading(), signal }),
          ]);
          return { ...utilization, freeBlocks: largestFirst(map.blocks.flatMap(freeIn)) };
        }),
      );
    }),
  );
  const rows = pools.map(({ target, percent, subnets, freeBlocks }) => [
    target,
    `${percent} %`,
    String(subnets),
    shownBlocks(freeBlocks),
  ]);
  print(terminal, options, pools, table([["POOL", "USED", "SUBNETS", "FREE BLOCKS"], ...rows]));
}

function freeIn(block: MapBlock): string[] {
  return block.kind === "subnet" ? [] : [...block.free, ...block.children.flatMap(freeIn)];
}

/** Those of one size stay in the order of addresses. */
function largestFirst(blocks: readonly string[]): string[] {
  const bits = (cidr: string) => Number(cidr.slice(cidr.indexOf("/") + 1));
  return [...blocks].sort((a, b) => bits(a) - bits(b));
}

function shownBlocks(blocks: readonly string[]): string {
  if (blocks.length === 0) return "none";
  const more = blocks.length - mostShown;
  return blocks.slice(0, mostShown).join(" ") + (more > 0 ? ` and ${more} more` : "");
}
