import http from "node:http";
import https, { type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { vi } from "vitest";

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly socket: Socket;
}

/** What the server does with a request. */
export type Reply = (response: http.ServerResponse, request: Arrived) => void;

/** A real web server on a free port of this machine that follows the test's script and records requests. */
export class ScriptedServer implements AsyncDisposable {
  readonly arrived: Arrived[] = [];
  /** Connections opened so far. */
  connections = 0;
  readonly #server: http.Server;
  #script: (request: Arrived, index: number) => Reply;

  private constructor(server: http.Server, script: (request: Arrived, index: number) => Reply) {
    this.#server = server;
    this.#script = script;
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("error", () => {});
      request.on("end", () => {
        const { method = "", url = "", headers, socket } = request;
        const arrived = { method, url, headers, socket, body: Buffer.concat(chunks).toString() };
        this.arrived.push(arrived);
        this.#script(arrived, this.arrived.length - 1)(response, arrived);
      });
    });
    server.on("connection", () => {
      this.connections += 1;
    });
  }

  /** @param replies - replies in order, of which the last is repeated; or a function of the request */
  static async listen(
    replies: readonly Reply[] | ((request: Arrived, index: number) => Reply),
    tls?: ServerOptions,
    port = 0,
  ): Promise<ScriptedServer> {
    const server = tls ? https.createServer(tls) : http.createServer();
    server.on("tlsClientError", () => {});
    server.keepAliveTimeout = 60_000;
    const script =
      typeof replies === "function"
        ? replies
        : (_: Arrived, index: number) => replies[Math.min(index, replies.length - 1)] ?? json([]);
    const scripted = new ScriptedServer(server, script);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#server instanceof https.Server ? "https" : "http"}://127.0.0.1:${this.port}`;
  }

  /** How each request authenticated: `basic`, `cookie` or `nobody`. */
  get identities(): string[] {
    return this.arrived.map(({ headers }) =>
      headers.authorization ? "basic" : headers.cookie ? "cookie" : "nobody",
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** An answer as a grid gives it. */
export function json(data: unknown, status = 200, headers: http.OutgoingHttpHeaders = {}): Reply {
  return raw(JSON.stringify(data), status, { "content-type": "application/json", ...headers });
}

export function page(html: string, status: number, headers: http.OutgoingHttpHeaders = {}): Reply {
  return raw(html, status, { "content-type": "text/html; charset=iso-8859-1", ...headers });
}

export function raw(body: string, status: number, headers: http.OutgoingHttpHeaders = {}): Reply {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** The grid's error envelope, laid out as it lays it out. */
export function refusal(text: string, code = "Client.Ibap.Proto", status = 400): Reply {
  const body = `{ "Error": "AdmConProtoError: ${text}", \n  "code": "${code}", \n  "text": ${JSON.stringify(text)}\n}`;
  return raw(body, status, { "content-type": "application/json" });
}

/** Closes the connection without an answer. */
export const reset: Reply = (_response, { socket }) => {
  socket.destroy();
};

/** Never answers. Where a test has put timers on a clock of its own, the caller's time runs out at once. */
export const silence: Reply = () => {
  if (vi.isFakeTimers()) vi.advanceTimersToNextTimer();
};

/** Announces more bytes than it sends, and closes the connection. */
export const cutOff: Reply = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('[{"_ref": "network/', () => response.destroy());
};

let sessions = 0;

/** Answers, and opens a session. */
export function withCookie(reply: Reply, seconds = 600): Reply {
  sessions += 1;
  const cookie = `ibapauth="group=admin-group,ctime=1700000000,timeout=${seconds},user=admin,SiG${sessions}+/="`;
  return (response, request) => {
    response.setHeader("set-cookie", `${cookie}; httponly; Path=/; secure`);
    reply(response, request);
  };
}

export const unauthorized: Reply = page(
  "<html><head><title>401 Authorization Required</title></head><body><h1>Authorization Required</h1></body></html>",
  401,
  { "www-authenticate": 'Basic realm="grid"' },
);
