/**
 * The functions that upload and download files.
 *
 * Exports hold what FakeGrid knows. Imports are accepted and kept, but importing is not modelled: FakeGrid says so.
 */

import { notFound, notModelled, protocolError, unknownObjectType } from "../model/answers.js";
import type { Grid, Rules } from "../model/rules.js";
import { schemaAt } from "../model/versions.js";
import { standardSelection, viewObject } from "../model/view.js";
import { endTransfer, openTransfer } from "../protocol/file-transfers.js";
import type { Json, JsonObject } from "../store/entity.js";

export const fileopRules: Rules = {
  type: "fileop",
  searchingFunctions: ["csv_export"],
  typeFunctions: {
    uploadinit: ({ filename = "import_file" }, grid) => openTransfer("UPLOAD", String(filename), "", grid),
    csv_export: exportCsv,
    getgriddata: (_parameters, grid) => openTransfer("DOWNLOAD", "database.bak", backup(grid), grid),
    getmemberdata: (_parameters, grid) => openTransfer("DOWNLOAD", "member.data", backup(grid), grid),
    get_log_files: (_parameters, grid) =>
      openTransfer("DOWNLOAD", "log.txt", `${grid.user} [fakegrid]: no log is kept\n`, grid),
    downloadcomplete({ token }, grid) {
      endTransfer(String(token), grid);
      return {};
    },
    setdiscoverycsv({ network_view: view = "default" }, grid) {
      if (!grid.find("networkview", "name", String(view))[0])
        throw protocolError(`Invalid network view '${String(view)}'.`);
      throw notModelled("discovery data set by setdiscoverycsv of fileop");
    },
  },
};

/** Exports the objects that a search by the other arguments finds, one on each line. */
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
  // Guess export-file-name (open; cannot): what a name or prefix of the caller's own does to the file's name.
  const file = String(_filename ?? `${String(_fileprefix ?? "")}${type.replace(":", "_")}s.csv`);
  return openTransfer("DOWNLOAD", file, `${[header, ...lines].join("\n")}\n`, grid);
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
