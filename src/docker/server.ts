import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { invalid, isInfobloxError } from "../errors.js";
import { oneLine, redact } from "../redaction.js";
import { calls, type IpamCalls } from "./messages.js";
import type { DriverLogger } from "./settings.js";
import { bind, type ListenPlace } from "./socket.js";
import { takesBody, UndeliveredAnswers } from "./undelivered-answers.js";
import { messageFor } from "./wording.js";

/** Where Docker reaches the driver. */
export type DriverListenOptions = {
  /**
   * Whether Docker sends the MAC addresses of containers. Default `true`: the grid shows them. Set `false` for ipvlan
   * networks, whose interfaces refuse a MAC of their own: listen a second time, under another name.
   */
  readonly macAddresses?: boolean | undefined;
} & ListenPlace;

/** A driver that Docker can reach. */
export interface DriverServer extends AsyncDisposable {
  /** The address to write into a `.spec` file of Docker's plugin directory: `unix:///run/…` or `tcp://127.0.0.1:…`. */
  readonly address: string;
  /** Accepts no more calls, finishes those under way, and removes the socket. */
  close(): Promise<void>;
}

/** The media type of answers to a request that names none. */
const pluginType = "application/vnd.docker.plugins.v1.1+json";
const longestBody = 1 << 20;
/** Docker's own calls nest two deep. */
const deepestBody = 32;

/** How long a caller may take to send the head of a call, and the whole call, in milliseconds. */
export interface ServerPatience {
  readonly head: number;
  readonly call: number;
}

const usualPatience: ServerPatience = { head: 10_000, call: 30_000 };

/** See `IpamDriver.listen`. */
export async function listen(
  driver: IpamCalls,
  options: DriverListenOptions,
  logger: DriverLogger,
  patience: ServerPatience = usualPatience,
): Promise<DriverServer> {
  const { macAddresses = true } = options;
  const undelivered = new UndeliveredAnswers(driver, logger);
  const limits = {
    headersTimeout: patience.head,
    requestTimeout: patience.call,
    connectionsCheckingInterval: Math.min(1_000, patience.head),
    // Docker repeats a call without its body if the connection fails. So the server never closes an idle connection of
    // Docker's.
    keepAliveTimeout: 0,
  };
  const server = createServer(limits, (request, response) => {
    // Docker keeps its connections open. A connection that got its last answer would keep the server waiting.
    if (!server.listening) response.setHeader("connection", "close");
    const { socket } = request;
    // This limits how long a caller takes to send and to read, not how long the grid takes.
    socket.setTimeout(patience.call);
    request.once("end", () => socket.setTimeout(0));
    response.once("prefinish", () => socket.setTimeout(patience.call));
    response.once("finish", () => socket.setTimeout(0));
    answer({ driver, macAddresses, undelivered }, request, response).catch((error: unknown) =>
      logger.error(`server: ${oneLine(redact(String(error)))}`),
    );
  });
  server.on("connection", (socket) => {
    // Ends a connection that sends nothing, or reads no answer.
    socket.setTimeout(patience.call, () => socket.destroy());
  });
  const address = await bind(server, options);
  const close = async () => {
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeIdleConnections();
    });
    await undelivered.close();
  };
  return { address, close, [Symbol.asyncDispose]: close };
}

interface Listener {
  readonly driver: IpamCalls;
  readonly macAddresses: boolean;
  readonly undelivered: UndeliveredAnswers;
}

async function answer(
  { driver, macAddresses, undelivered }: Listener,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = /^application\/vnd\.docker\.plugins\.v[\d.]+\+json$/.exec(request.headers.accept ?? "")?.[0];
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": type ?? pluginType });
    response.end(`${JSON.stringify(body)}\n`);
  };
  const call = Object.hasOwn(calls, request.url ?? "") ? calls[request.url ?? ""] : undefined;
  if (call === undefined)
    return send(404, { Err: `This is an IPAM driver, and has no ${redact(request.url ?? "")}` });
  if (request.method !== "POST") return send(405, { Err: "Docker's plugin calls are POSTs" });
  // A web page in a browser can reach a port of its machine. Docker sends no `Origin` header.
  if (request.headers.origin !== undefined) return send(403, { Err: "Not for web pages" });
  const path = request.url ?? "";
  try {
    const body = await readBody(request, response);
    const work =
      body === undefined && takesBody(path)
        ? undelivered.repeated(path)
        : Promise.resolve(call(driver, body ?? {}, { macAddresses }));
    undelivered.watch(path, body, work, response);
    send(200, await work);
  } catch (error) {
    send(isInfobloxError(error, "InvalidRequestError") ? 400 : 500, { Err: messageFor(error) });
  }
}

/** Reads a call's body. Docker sends none with calls that have no parameters, and with calls that it repeats. */
async function readBody(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes === undefined) {
    // The rest of the body is not read: the connection ends with the answer.
    response.shouldKeepAlive = false;
    response.once("finish", () => request.destroy());
    throw invalid("body", `more than ${longestBody} bytes`, "is too long", "at most 1 MiB");
  }
  const text = bytes.toString("utf8").trim();
  if (text === "") return undefined;
  const body = parseJson(text);
  if (isDeeper(body, deepestBody)) throw invalid("body", "deep JSON", "nests too deeply", "{}");
  return body;
}

/** The bytes, or `undefined` if there are too many. Counts what arrives, and does not trust the announced length. */
async function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("body", `${text.length} characters`, "is not JSON", "{}");
  }
}

/** Goes through the value level by level, without recursion, which a deep value could exhaust. */
function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
}
