/** What is no HTTP request, or one with too long a head, is answered by the web server before WAPI. */

import { type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { unreadablePage, urlTooLongPage } from "../protocol/pages.js";

/** How long the listener takes in the rest of a refused request, in milliseconds. */
export const lingering = 1_000;

/**
 * Answers such requests, and then takes in what still comes: to close at once would break the connection while the caller
 * writes, who would learn nothing of the answer.
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
