/**
 * File transfers: a function returns a token and a URL, the file travels by that URL, and another function ends the
 * transfer.
 */

import { randomBytes } from "node:crypto";
import type { Grid } from "../model/rules.js";
import type { JsonObject } from "../store/entity.js";
import { forbiddenPage, type GridAnswer, type GridRequest, strayPage } from "./pages.js";

interface Transfer {
  readonly direction: "UPLOAD" | "DOWNLOAD";
  readonly path: string;
  content: Buffer;
}

const transfersOf = (_grid: Grid): Map<string, Transfer> => new Map();

/** @returns the answer of the function that opens the transfer */
export function openTransfer(
  direction: Transfer["direction"],
  file: string,
  content: string,
  grid: Grid,
): JsonObject {
  const id = `req_id-${direction}-${randomBytes(8).toString("hex")}`;
  const path = `/http_direct_file_io/${id}/${encodeURIComponent(file)}`;
  const text = randomBytes(90).toString("base64");
  // Recorded tokens contain line ends, as Python's base64 writes them.
  const token = `${text.slice(0, 76)}\n${text.slice(76)}\n`;
  grid.derived(transfersOf).set(token, { direction, path, content: Buffer.from(content) });
  return { token, url: `${grid.origin}${path}` };
}

export function endTransfer(token: string, grid: Grid): void {
  grid.derived(transfersOf).delete(token);
}

/** Answers a request to the URL of a transfer; `undefined` for any other path. */
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
