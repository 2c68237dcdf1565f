/**
 * Files in and out: a function hands out a token and a URL, the file travels by that URL, another function ends it.
 *
 * Exports hold what FakeGrid knows. Imports are taken in and kept, but acting on them isn't modelled, and says so.
 */

import { randomBytes } from "node:crypto";
import { notFound, notModelled, protocolError, unknownObjectType } from "../answers.js";
import type { Grid } from "../grid.js";
import { forbiddenPage, type GridAnswer, type GridRequest, strayPage } from "../pages.js";
import type { Json, JsonObject, Rules } from "../rules.js";
import { schemaAt } from "../versions.js";
import { standardSelection, viewObject } from "../view.js";

interface Transfer {
  readonly direction: "UPLOAD" | "DOWNLOAD";
  readonly path: string;
  content: Buffer;
}

const transfersOf = (_grid: Grid): Map<string, Transfer> => new Map();

export const fileopRules: Rules = {
  type: "fileop",
  searchingFunctions: ["csv_export"],
  typeFunctions: {
    uploadinit: ({ filename = "import_file" }, grid) => open("UPLOAD", String(filename), "", grid),
    csv_export: exportCsv,
    getgriddata: (_parameters, grid) => open("DOWNLOAD", "database.bak", backup(grid), grid),
    getmemberdata: (_parameters, grid) => open("DOWNLOAD", "member.data", backup(grid), grid),
    get_log_files: (_parameters, grid) =>
      open("DOWNLOAD", "log.txt", `${grid.user} [fakegrid]: no log is kept\n`, grid),
    downloadcomplete({ token }, grid) {
      grid.derived(transfersOf).delete(String(token));
      return {};
    },
    setdiscoverycsv({ network_view: view = "default" }, grid) {
      if (!grid.find("networkview", "name", String(view))[0])
        throw protocolError(`Invalid network view '${String(view)}'.`);
      throw notModelled("discovery data set by setdiscoverycsv of fileop");
    },
  },
};

function open(direction: Transfer["direction"], file: string, content: string, grid: Grid): JsonObject {
  const id = `req_id-${direction}-${randomBytes(8).toString("hex")}`;
  const path = `/http_direct_file_io/${id}/${encodeURIComponent(file)}`;
  const text = randomBytes(90).toString("base64");
  // Tokens were seen with line ends inside, as Python's base64 writes them.
  const token = `${text.slice(0, 76)}\n${text.slice(76)}\n`;
  grid.derived(transfersOf).set(token, { direction, path, content: Buffer.from(content) });
  return { token, url: `${grid.origin}${path}` };
}

/** What a search by the other arguments finds, a line each. */
function exportCsv(parameters: JsonObject, grid: Grid): Json {
  const { _object, _separator = "COMMA", _filename, _fileprefix, _gzipfile, ...search } = parameters;
  if (_gzipfile === true) throw notModelled("_gzipfile of csv_export");
  const type = String(_object);
  const schema = schemaAt(type, grid.version);
  if (!schema) throw unknownObjectType(type);
  if (schema.restrictions.includes("csv")) throw protocolError(`${type} objects do not support CSV export.`);
  const rows = grid.search(type, search);
  if (rows.length === 0) throw notFound("The CSV search did not match any objects");
  const selection = standardSelection(type, grid.version);
  const columns = [...selection.keys()];
  const kind = type.replace(":", "");
  const separator = separators[String(_separator)] ?? ",";
  const lines = rows.map((row) => {
    const shown = viewObject(row, selection, grid.readContext());
    return [kind, ...columns.map((column) => cell(shown[column], separator))].join(separator);
  });
  const header = [`header-${kind}`, ...columns].join(separator);
  // Guess: what a name or prefix of the caller's own does to the file's name.
  const file = String(_filename ?? `${String(_fileprefix ?? "")}${type.replace(":", "_")}s.csv`);
  return open("DOWNLOAD", file, `${[header, ...lines].join("\n")}\n`, grid);
}

const separators: Readonly<Record<string, string>> = { COMMA: ",", SEMICOLON: ";", SPACE: " ", TAB: "\t" };

function cell(value: Json | undefined, separator: string): string {
  if (value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const needsQuotes = text.includes(separator) || /["\n]/.test(text);
  return needsQuotes ? `"${text.replaceAll('"', '""')}"` : text;
}

function backup(grid: Grid): string {
  return [...grid.store.snapshot().entities].map((entity) => JSON.stringify(entity)).join("\n");
}

/** The file's own request, to the URL that a function gave; `undefined` for any other path. */
export function downloadOrUpload(request: GridRequest, grid: Grid): GridAnswer | undefined {
  if (!request.url.startsWith("/http_direct_file_io/")) return undefined;
  const [path = ""] = request.url.split("?");
  const transfer = [...grid.derived(transfersOf).values()].find((one) => one.path === path);
  if (!transfer) return strayPage(404, path);
  if (transfer.direction === "UPLOAD" && request.method === "POST") {
    transfer.content = request.body;
    return { status: 200, headers: { "Content-Type": "text/html" }, body: "" };
  }
  const forced = request.headers["content-type"]?.startsWith("application/force-download");
  if (transfer.direction !== "DOWNLOAD" || request.method !== "GET" || !forced) return forbiddenPage(path);
  return { status: 200, headers: { "Content-Type": "application/octet-stream" }, body: transfer.content };
}
