/** `infoblox-ipam map`: draws a container or network view. */

import { extname, resolve } from "node:path";
import { Command, Option } from "commander";
import { type MapFormat, renderMap } from "../../map/render.js";
import { oneLine } from "../../redaction.js";
import { connectionHelp } from "../connection.js";
import { mustBeWritable, writeNamed } from "../files.js";
import { addIpamOptions, type IpamCommandOptions, parseCount, withIpam } from "../ipam.js";
import { exitCodesHelp, hasColour, print, type Terminal, UsageError } from "../output.js";
import { showing } from "../progress.js";

interface MapCommandOptions extends IpamCommandOptions {
  readonly out?: string;
  readonly addresses?: boolean;
  readonly ipv6?: true;
  readonly width?: number;
  readonly ascii?: true;
  readonly history?: string;
}

const examples = `
Without --out, draws the map in the terminal. Without a source, draws the whole network view.

Examples:
  $ infoblox-ipam map 10.0.0.0/16
  $ infoblox-ipam map 10.0.0.0/8 --out map.html         a page to look into: zoom, search, print
  $ infoblox-ipam map 10.0.7.0/24 --out map.svg
  $ infoblox-ipam map 10.0.0.0/16 10.1.0.0/16 --network-view lab
  $ infoblox-ipam map --ipv6 --json
`;

export function mapCommand(terminal: Terminal): Command {
  const command = new Command("map")
    .description("Draw what is used and free in containers, subnets or a network view.")
    .argument("[source...]", "containers or subnets, e.g. 10.0.0.0/16")
    .option("--out <file>", "write a picture: .html, .svg, .txt or .json")
    .option("--addresses", "read what uses each address (default: up to 64 subnets)")
    .option("--no-addresses", "do not read what uses each address")
    .option("--ipv6", "of a whole network view, draw the IPv6 part")
    .addOption(
      new Option("--width <number>", "width of the picture, in characters or pixels").argParser(parseCount),
    )
    .option("--ascii", "draw a text with ASCII characters only")
    .option("--history <folder>", "earlier inventories: show how long each block lasts at its growth")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((sources: string[], options: MapCommandOptions) =>
    drawMap(sources, options, terminal),
  );
}

async function drawMap(
  sources: readonly string[],
  options: MapCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const picture = options.out === undefined ? undefined : pictureOf(options.out, options);
  if (options.out !== undefined) await mustBeWritable("--out", options.out, terminal);
  const map = await showing(terminal, options, (show) =>
    withIpam(options, terminal, ({ ipam, networkView, signal }) =>
      ipam.map(sources.length > 0 ? sources : { networkView, family: options.ipv6 ? 6 : 4 }, {
        addresses: options.addresses,
        ...(options.history !== undefined && { history: resolve(terminal.cwd, options.history) }),
        onRead: show(["object read", "objects read"]),
        onProgress: show(["subnet read", "subnets read"]),
        signal,
      }),
    ),
  );
  if (options.out !== undefined) {
    const text =
      picture === "json" ? `${JSON.stringify(map, null, 1)}\n` : await renderMap(map, picture ?? screen);
    await writeNamed("--out", options.out, text, terminal);
    if (options.json) print(terminal, options, { out: options.out }, "");
    else terminal.stderr.write(`${oneLine(options.out)} is written\n`);
    return;
  }
  const width = options.width ?? terminal.stdout.columns;
  const colour = hasColour(terminal.stdout, terminal.env);
  const text = options.json ? "" : await renderMap(map, { ...screen, width, colour, ascii: options.ascii });
  print(terminal, options, map, text);
}

const screen = { format: "text" } as const;

/** The format that the name of a file asks for. */
function pictureOf(file: string, { width, ascii }: MapCommandOptions): MapFormat | "json" {
  switch (extname(file)) {
    case ".html":
    case ".htm":
      return { format: "html" };
    case ".svg":
      return { format: "svg", width };
    case ".txt":
      return { format: "text", width, ascii };
    case ".json":
      return "json";
    default:
      throw new UsageError(`--out: ${file} must end in .html, .svg, .txt or .json`);
  }
}
