/** The door with a socket: HTTPS or plain HTTP on a port. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { protocolError } from "../answers.js";
import type { GridAnswer, GridRequest } from "../pages.js";
import type { Delivery } from "../traffic.js";
import { answerRefusal } from "../wire.js";
import type { GridCertificate } from "./certificate.js";

export interface DoorOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly certificate: GridCertificate | undefined;
  readonly exchange: Exchange;
}

/** What becomes of one request. */
export type Exchange = (request: GridRequest) => Promise<Delivery>;

export interface Door {
  readonly port: number;
  /** Stops listening and breaks what is open. */
  close(): Promise<void>;
}

/** Bodies beyond this are refused. Guess: a grid has a limit too, but nobody has published it; imports are uploads. */
const mostBodyBytes = 256 * 1024 * 1024;

export async function openDoor({ host, port, certificate, exchange }: DoorOptions): Promise<Door> {
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void serve(request, response, exchange);
  const server = certificate
    ? createSecureServer({ cert: certificate.cert, key: certificate.key }, onRequest)
    : createServer(onRequest);
  await listen(server, host, port);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function serve(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
  try {
    const body = await readBody(request);
    if (!body) {
      send(response, answerRefusal(protocolError("Request body too large")), request.method);
      return;
    }
    deliver(await exchange(gridRequest(request, body)), request, response);
  } catch {
    // The caller went away, or the emulator has a bug that must not take the process along.
    request.destroy();
  }
}

function gridRequest(request: IncomingMessage, body: Buffer): GridRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : value,
    ]),
  );
  const address = (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
  return { method: request.method ?? "GET", url: request.url ?? "/", headers, body, address };
}

function deliver(delivery: Delivery, request: IncomingMessage, response: ServerResponse): void {
  switch (delivery.kind) {
    case "answer":
      send(response, delivery.answer, request.method);
      return;
    case "truncated":
      sendHalf(response, delivery.answer);
      return;
    case "refuse":
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "hang":
      // The caller's own time limit ends it, or the door's closing.
      return;
  }
}

function send(
  response: ServerResponse,
  { status, headers, body }: GridAnswer,
  method: string | undefined,
): void {
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(method === "HEAD" ? undefined : body);
}

function sendHalf(response: ServerResponse, { status, headers, body }: GridAnswer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "Content-Length": bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

/** The body, or `undefined` when it is larger than {@link mostBodyBytes}. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      done();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
