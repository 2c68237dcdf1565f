/** The listener with a socket: HTTPS or plain HTTP on a port. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Delivery } from "../controls/traffic.js";
import { protocolError } from "../model/answers.js";
import type { GridAnswer, GridRequest } from "../protocol/pages.js";
import { answerRefusal } from "../protocol/wire.js";
import { answerBrokenRequests, lingering } from "./broken-request.js";
import type { GridCertificate } from "./certificate.js";

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** `undefined`: plain HTTP. */
  readonly certificate: GridCertificate | undefined;
  readonly exchange: Exchange;
  readonly patience?: DoorPatience;
}

/** How long a caller may take, in milliseconds: for the head of a request, for all of it, and without any traffic. */
export interface DoorPatience {
  readonly head: number;
  readonly request: number;
  readonly idle: number;
}

/** Long enough for uploads, and for answers that a fault delays. */
const usualPatience: DoorPatience = { head: 10_000, request: 120_000, idle: 300_000 };

/** Handles one request. */
export type Exchange = (request: GridRequest) => Promise<Delivery>;

type Sockets = ReadonlyMap<string, Socket>;

export interface Listener {
  readonly port: number;
  /** Stops listening and breaks open connections. */
  close(): Promise<void>;
}

/**
 * Bodies beyond this are refused. Guess body-limit (open; cannot): a grid has a limit too, but nobody has published
 * it; imports are uploads.
 */
const mostBodyBytes = 64 * 1024 * 1024;

export async function openListener({
  host,
  port,
  certificate,
  exchange,
  patience = usualPatience,
}: ListenerOptions): Promise<Listener> {
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    void serve(request, response, exchange, sockets);
  const limits = {
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: Math.min(1_000, patience.head),
    handshakeTimeout: patience.head,
  };
  const server = certificate
    ? createSecureServer({ ...limits, cert: certificate.cert, key: certificate.key }, onRequest)
    : createServer(limits, onRequest);
  server.timeout = patience.idle;
  // A grid keeps connections open for long.
  server.keepAliveTimeout = patience.idle;
  const sockets = socketsOf(server);
  answerBrokenRequests(server);
  await listen(server, host, port);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/**
 * The open TCP sockets by the caller's address. Behind TLS, a request has another socket object, which can't be reset.
 */
function socketsOf(server: Server): Sockets {
  const sockets = new Map<string, Socket>();
  // A connection may break at any moment, also without a request that would handle the error. Behind TLS a reset
  // cancels writes.
  const ignore = () => undefined;
  server.on("secureConnection", (socket: Socket) => socket.on("error", ignore));
  server.on("connection", (socket: Socket) => {
    const caller = callerOf(socket);
    sockets.set(caller, socket);
    socket.once("close", () => sockets.delete(caller));
  });
  return sockets;
}

function callerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Connections that have carried a request, and those that a fault has made half-open. */
const carried = new WeakSet<Socket>();
const dead = new WeakSet<Socket>();

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
  sockets: Sockets,
): Promise<void> {
  try {
    const body = await readBody(request);
    if (!body) {
      refuseBody(request, response);
      return;
    }
    const reused = carried.has(request.socket);
    carried.add(request.socket);
    if (dead.has(request.socket)) return;
    const delivery = await exchange({ ...gridRequest(request, body), reused });
    if (delivery.kind === "half-open") dead.add(request.socket);
    deliver(delivery, response, () => sockets.get(callerOf(request.socket))?.resetAndDestroy());
  } catch {
    // The caller disconnected before the request was complete.
    request.destroy();
  }
}

/**
 * Answers, and then reads the rest. To close at once would break the connection while the caller writes, and the caller
 * would never see the answer.
 */
function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = answerRefusal(protocolError("Request body too large"));
  response.shouldKeepAlive = false;
  response.writeHead(status, { ...headers, ...lengthOf(status, body) });
  response.write(body);
  const end = () => void response.end();
  request.once("end", end).resume();
  setTimeout(end, lingering).unref();
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

function deliver(delivery: Delivery, response: ServerResponse, reset: () => void): void {
  switch (delivery.kind) {
    case "answer":
      send(response, delivery.answer);
      return;
    case "truncated":
      sendPart(response, delivery.answer, delivery.bytes);
      return;
    case "refuse":
    case "reset":
      reset();
      return;
    case "half-open":
    case "hang":
      // The caller's own time limit ends it, or the close of the listener.
      return;
  }
}

function send(response: ServerResponse, { status, headers, body }: GridAnswer): void {
  response.writeHead(status, { ...headers, ...lengthOf(status, body) });
  response.end(body);
}

/** Only refusals have a `Content-Length`: successful answers are sent in chunks. */
function lengthOf(status: number, body: string | Buffer): { "Content-Length"?: number } {
  return status < 400 ? {} : { "Content-Length": Buffer.byteLength(body) };
}

function sendPart(response: ServerResponse, { status, headers, body }: GridAnswer, part: number): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, ...lengthOf(status, body) });
  response.flushHeaders();
  response.write(bytes.subarray(0, part), () => response.destroy());
}

/** The body, or `undefined` if it is larger than {@link mostBodyBytes}. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (!announcesBody(request)) return nothing;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection must stay open when the loop ends early: the refusal is still to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const nothing = Buffer.alloc(0);

/** Whether the request has a body. Most requests are reads without one, and need not wait for its end. */
function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
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
