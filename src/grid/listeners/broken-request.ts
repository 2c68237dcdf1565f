/** The web server before WAPI answers requests that are not HTTP, or whose head is too long. */

import { type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { unreadablePage, urlTooLongPage } from "../protocol/pages.js";

/** Milliseconds for which the listener still reads the rest of a refused request. */
export const lingering = 1_000;

/**
 * Answers such requests, and then reads the rest. To close at once would break the connection while the caller writes,
 * and the caller would never see the answer.
 */
export function answerBrokenRequests(server: Server): void {
  const answered = new WeakSet<Duplex>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (answered.has(socket)) return;
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    answered.add(socket);
    const { status, headers, body } =
      error.code === "HPE_HEADER_OVERFLOW" ? urlTooLongPage() : unreadablePage();
    const all = { ...headers, "Content-Length": Buffer.byteLength(body), Connection: "close" };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join("")}\r\n${body}`);
    socket.resume();
    setTimeout(() => socket.destroy(), lingering).unref();
  });
}
