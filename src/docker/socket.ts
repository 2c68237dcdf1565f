import { lstat, mkdir, unlink } from "node:fs/promises";
import { type AddressInfo, connect, type Server } from "node:net";
import { dirname } from "node:path";
import { InfobloxError, invalid } from "../errors.js";

/** Where a server listens. Other machines cannot reach it. */
export type ListenPlace =
  | {
      /** Path of a Unix socket, which only its owner can open. The driver replaces a stale one. */
      readonly socket: string;
    }
  | {
      /** A port of the loopback interface, which every program of this machine can reach. 0 takes any free port. */
      readonly port: number;
      /** Default `127.0.0.1`. */
      readonly host?: "127.0.0.1" | "::1" | undefined;
    };

/** Binds a server to its place. Returns the address: `unix:///run/…` or `tcp://127.0.0.1:…`. */
export async function bind(server: Server, place: ListenPlace): Promise<string> {
  if ("socket" in place) {
    await bindSocket(server, place.socket);
    return `unix://${place.socket}`;
  }
  const { port, host = "127.0.0.1" } = place;
  if (host !== "127.0.0.1" && host !== "::1") {
    throw invalid("host", host, "must be a loopback address, since callers need no login", "127.0.0.1");
  }
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, done);
  });
  const bound = server.address() as AddressInfo;
  return `tcp://${host === "::1" ? "[::1]" : host}:${bound.port}`;
}

/**
 * Binds a server to a Unix socket that only its owner can open: a caller of an IPAM driver could take every address.
 * Replaces a socket that a killed driver has left.
 *
 * @throws {InfobloxError} if another driver listens there
 * @throws {InvalidRequestError} if the path is not a socket
 */
async function bindSocket(server: Server, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await removeStale(path);
  // The umask sets the permissions as the socket is created. A later chmod would leave it open to all for a while.
  const mask = process.umask(0o177);
  try {
    await new Promise<void>((done, failed) => {
      server.once("error", failed);
      server.listen(path, done);
      process.umask(mask);
    });
  } finally {
    process.umask(mask);
  }
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw invalid("socket", path, "exists and is not a socket", "/run/docker/plugins/infoblox.sock");
  }
  if (await isServed(path)) {
    throw new InfobloxError(`Another driver is listening on ${path}.`, "ERR_INFOBLOX_DOCKER_LISTENING", {
      hint: "Stop that one first, or choose another name for this one.",
    });
  }
  await unlink(path);
}

function isServed(path: string): Promise<boolean> {
  return new Promise((told) => {
    const socket = connect(path);
    socket.once("error", () => told(false));
    socket.once("connect", () => {
      socket.destroy();
      told(true);
    });
  });
}
