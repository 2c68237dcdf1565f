/** `infoblox-ipam inventory`: reads the whole address plan, compares it with an earlier one, and lists findings. */

import { once } from "node:events";
import { access, constants, mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { anonymizeInventory } from "../../ipam/inventory/anonymous.js";
import { compareInventories, type InventoryDifference } from "../../ipam/inventory/comparison.js";
import { type InventoryEntry, titleOf } from "../../ipam/inventory/entries.js";
import { inChunks, readInventory, writeInventory, writeWhole } from "../../ipam/inventory/files.js";
import { type Finding, findingsIn } from "../../ipam/inventory/findings.js";
import { importLine, importRows, importTables } from "../../ipam/inventory/formats/import-rows.js";
import { inventoryCsv } from "../../ipam/inventory/formats/inventory-csv.js";
import type { Inventory } from "../../ipam/inventory/inventory.js";
import {
  type ImportMapping,
  type InventoryOptions,
  type InventoryPart,
  inventoryParts,
} from "../../ipam/inventory/requests.js";
import { type Wanted, wantedOf } from "../../ipam/inventory/wanted.js";
import { printable } from "../../map/words.js";
import { connectionHelp } from "../connection.js";
import { reasonOf } from "../files.js";
import { addIpamOptions, collect, type IpamCommandOptions, parseOneOf, withIpam } from "../ipam.js";
import { EndedWith, exitCodes, exitCodesHelp, print, type Terminal, UsageError } from "../output.js";
import { showing } from "../progress.js";

type Format = "jsonl" | "csv" | "netbox" | "nautobot";

interface InventoryCommandOptions extends IpamCommandOptions {
  readonly format?: Format;
  readonly out?: string;
  readonly within?: readonly string[];
  readonly include?: readonly InventoryPart[];
  readonly ipv4?: true;
  readonly ipv6?: true;
  readonly column?: Readonly<Record<string, string>>;
  readonly since?: string;
  readonly detailedExitcode?: true;
  readonly findings?: true;
  readonly routedBy?: string;
  readonly cost?: true;
  readonly anonymize?: true;
}

const examples = `
Reads every network view unless --network-view names one. Without --out it writes to stdout. With --out it writes
inventory.jsonl, inventory.csv, or the tables of the import into that folder, each when it is complete.

Examples:
  $ infoblox-ipam inventory --out plan/                          plan/inventory.jsonl
  $ infoblox-ipam inventory --cost                               how many requests that will take
  $ infoblox-ipam inventory --format netbox --column tenant=Department --column role=Role --out netbox/
  $ infoblox-ipam inventory --since plan/inventory.jsonl --json | jq -c 'select(.change == "removed")'
  $ infoblox-ipam inventory --since plan/inventory.jsonl --out plan/      what changed, and the file renewed
  $ infoblox-ipam inventory --findings --routed-by VRF
  $ infoblox-ipam inventory --anonymize --out shared/            a plan to show to others
`;

export function inventoryCommand(terminal: Terminal): Command {
  const command = new Command("inventory")
    .description("Read the whole address plan, show what changed, or what needs attention.")
    .addOption(
      new Option("--format <format>", "the output format")
        .choices(["jsonl", "csv", "netbox", "nautobot"])
        .default("jsonl"),
    )
    .option("--out <folder>", "write files there")
    .option("--within <cidr>", "only what lies in this block; may be repeated", collect)
    .addOption(
      new Option("--include <part>", "only this part; may be repeated")
        .choices(inventoryParts)
        .argParser((text: string, before: readonly string[] | undefined) =>
          collect(parseOneOf(inventoryParts)(text), before),
        ),
    )
    .option("--ipv4", "IPv4 only")
    .option("--ipv6", "IPv6 only")
    .option(
      "--column <column=attribute>",
      "the attribute of a column: tenant, role, status, description, or one of your own",
      collectColumn,
    )
    .option(
      "--since <file>",
      "compare with an earlier inventory in JSON Lines, as far as the other options select it",
    )
    .option("--detailed-exitcode", "with --since: exit with 8 if something changed")
    .option("--findings", "show what needs attention; exit with 8 if there is something")
    .option(
      "--routed-by <attribute>",
      "with --findings: the attribute whose value network views or subnets with common routing share",
    )
    .option("--cost", "only estimate how many requests it takes")
    .option("--anonymize", "replace names and addresses with invented ones, in the same structure")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((options: InventoryCommandOptions) =>
    takeInventory(options, terminal),
  );
}

/** Collects `tenant=Department`, which may be repeated. */
function collectColumn(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, column = "", attribute = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (column === "") throw new InvalidArgumentError("a column is written COLUMN=ATTRIBUTE.");
  return { ...before, [column]: attribute };
}

async function takeInventory(options: InventoryCommandOptions, terminal: Terminal): Promise<void> {
  checkCombination(options);
  let differs = false;
  await showing(terminal, options, (show) =>
    withIpam(options, terminal, async ({ ipam, signal }) => {
      const onProgress = show(["object read", "objects read"]);
      const inventory = ipam.inventory({ ...readingOf(options), onProgress, signal });
      if (options.cost) {
        const cost = await inventory.cost();
        print(terminal, options, cost, `about ${cost.requests} requests for ${cost.objects} objects`);
      } else if (options.findings) {
        differs = await listFindings(inventory, options, terminal);
      } else if (options.since !== undefined) {
        const wanted = wantedOf(readingOf(options));
        const found = await listDifferences(inventory, { ...options, wanted }, terminal);
        differs = found && options.detailedExitcode === true;
      } else {
        await writeFormat(options.anonymize ? anonymizeInventory(inventory) : inventory, options, terminal);
      }
    }),
  );
  if (differs) throw new EndedWith(exitCodes.different);
}

function checkCombination({
  since,
  findings,
  cost,
  anonymize,
  ipv4,
  ipv6,
  format,
}: InventoryCommandOptions): void {
  const given = Object.entries({
    "--since": since,
    "--findings": findings,
    "--cost": cost,
    "--anonymize": anonymize,
  })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => flag);
  if (given.length > 1) throw new UsageError(`${given.join(" and ")} don't go together`);
  if (ipv4 && ipv6)
    throw new UsageError("--ipv4 and --ipv6 don't go together: without either, both are read");
  if (since !== undefined && format !== "jsonl") throw new UsageError("--since goes with --format jsonl");
}

function readingOf(options: InventoryCommandOptions): InventoryOptions {
  const { networkView, within, include, ipv4, ipv6 } = options;
  return {
    ...(networkView !== undefined && { networkViews: networkView }),
    ...(within !== undefined && { within }),
    ...(include !== undefined && { include }),
    ...((ipv4 || ipv6) && { families: [ipv4 ? 4 : 6] as const }),
  };
}

type Entries = AsyncIterable<InventoryEntry>;

async function writeFormat(
  entries: Entries,
  options: InventoryCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const { format = "jsonl", out, column = {} } = options;
  const folder = out === undefined ? undefined : await folderAt(out, terminal);
  const files: string[] = [];
  if (format === "jsonl" || format === "csv") {
    const texts =
      format === "jsonl" ? linesOf(entries) : inventoryCsv(entries, { attributes: Object.values(column) });
    if (folder === undefined) return writeOut(texts, terminal);
    files.push(join(folder, `inventory.${format}`));
    await writeWhole(files[0] as string, texts);
  } else {
    const tables = importTables(format, mappingOf(column));
    if (folder === undefined) throw new UsageError(`--format ${format} needs --out, a folder for its tables`);
    files.push(...(await writeTables(entries, format, { tables, folder, mapping: mappingOf(column) })));
  }
  if (options.json) print(terminal, options, { out: files }, "");
  else for (const file of files) terminal.stderr.write(`${file} is written\n`);
}

/** Reads the plan once, into JSON Lines, and creates each table from these. */
async function writeTables(
  entries: Entries,
  format: "netbox" | "nautobot",
  {
    tables,
    folder,
    mapping,
  }: {
    readonly tables: Readonly<Record<string, readonly string[]>>;
    readonly folder: string;
    readonly mapping: ImportMapping;
  },
): Promise<string[]> {
  const whole = join(folder, "inventory.jsonl");
  await writeInventory(whole, entries);
  const files: string[] = [whole];
  for (const [table, columns] of Object.entries(tables)) {
    const file = join(folder, `${table}.csv`);
    await writeWhole(file, tableOf(whole, format, { table, columns, mapping }));
    files.push(file);
  }
  return files;
}

async function* tableOf(
  inventory: string,
  format: "netbox" | "nautobot",
  {
    table,
    columns,
    mapping,
  }: { readonly table: string; readonly columns: readonly string[]; readonly mapping: ImportMapping },
) {
  const heading = Object.fromEntries(columns.map((column) => [column, column]));
  yield importLine({ table, row: heading }, columns);
  for await (const row of importRows(inventory, format, mapping)) {
    if (row.table === table) yield importLine(row, columns);
  }
}

/** The import's own columns, and custom fields for all others. */
function mappingOf(column: Readonly<Record<string, string>>): ImportMapping {
  const { tenant, role, status, description, ...customFields } = column;
  return { tenant, role, status, description, customFields };
}

/** @param wanted - the part of the earlier inventory to compare: the file may hold more */
async function listDifferences(
  inventory: Inventory,
  options: InventoryCommandOptions & { readonly wanted: Wanted },
  terminal: Terminal,
): Promise<boolean> {
  const { since = "", out, wanted } = options;
  const file = resolve(terminal.cwd, since);
  // Checked before the grid is read, which may take minutes.
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw new UsageError(`--since: can't read ${since}: ${reasonOf(error)}`);
  });
  const before = filtered(readInventory(file), wanted);
  let now: AsyncIterable<InventoryEntry> | string = inventory;
  let renewed: string | undefined;
  if (out !== undefined) {
    renewed = join(await folderAt(out, terminal), "inventory.jsonl");
    // Written to another file first: the file to replace may be the one to compare with.
    now = `${renewed}.next`;
  }
  let differs = false;
  try {
    if (renewed !== undefined) await writeInventory(`${renewed}.next`, inventory);
    for await (const one of compareInventories(before, now)) {
      differs = true;
      await put(terminal, options.json ? `${JSON.stringify(one)}\n` : `${differenceText(one)}\n`);
    }
    if (renewed !== undefined) await rename(`${renewed}.next`, renewed);
  } finally {
    if (renewed !== undefined) await rm(`${renewed}.next`, { force: true });
  }
  if (!differs && !options.json) terminal.stderr.write("nothing changed\n");
  return differs;
}

async function* filtered(entries: Entries, wanted: Wanted) {
  for await (const entry of entries) if (wanted(entry)) yield entry;
}

/** `+ subnet 10.0.7.0/24`, `- address 10.0.7.5`, `~ address 10.0.7.6 comment: "a" → "b"` */
function differenceText(difference: InventoryDifference): string {
  const { entry } = difference;
  const name = `${entry.kind} ${printable(titleOf(entry))} (${printable(entry.networkView)})`;
  if (difference.change === "added") return `+ ${name}`;
  if (difference.change === "removed") return `- ${name}`;
  const fields = difference.fields.map(
    ({ field, before, after }) =>
      `${field}: ${JSON.stringify(before) ?? "-"} → ${JSON.stringify(after) ?? "-"}`,
  );
  return `~ ${name} ${printable(fields.join(", "))}`;
}

async function listFindings(
  inventory: Inventory,
  options: InventoryCommandOptions,
  terminal: Terminal,
): Promise<boolean> {
  const { routedBy } = options;
  let found = false;
  for await (const finding of findingsIn(inventory, routedBy === undefined ? {} : { routedBy })) {
    found = true;
    await put(terminal, options.json ? `${JSON.stringify(finding)}\n` : `${findingText(finding)}\n`);
  }
  if (!found && !options.json) terminal.stderr.write("no findings\n");
  return found;
}

function findingText({ kind, text }: Finding): string {
  return `${kind}: ${printable(text)}`;
}

async function folderAt(out: string, { cwd }: Terminal): Promise<string> {
  const folder = resolve(cwd, out);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`--out: can't make ${out}: ${reasonOf(error)}`);
  });
  return folder;
}

async function* linesOf(entries: Entries) {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

async function writeOut(texts: AsyncIterable<string>, terminal: Terminal): Promise<void> {
  for await (const chunk of inChunks(texts)) await put(terminal, chunk);
}

/** Waits if the reader of a pipe is slower than the grid. */
async function put({ stdout, stop }: Terminal, text: string): Promise<void> {
  const isFull = stdout.write(text) === false;
  if (isFull && "once" in stdout)
    await once(stdout as unknown as NodeJS.EventEmitter, "drain", { signal: stop });
}
