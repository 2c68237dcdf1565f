import { lstat, mkdir, unlink } from "node:fs/promises";
import { type AddressInfo, connect, type Server } from "node:net";
import { dirname } from "node:path";
import { InfobloxError, invalid } from "../errors.js";

/** Where a server listens, out of reach for other machines. */
export type ListenPlace =
  | {
      /** Path of a Unix socket, which only its owner can open. A stale one is replaced. */
      readonly socket: string;
    }
  | {
      /** A port of the loopback interface, which every program of this machine can reach; 0 takes any free one. */
      readonly port: number;
      /** `127.0.0.1` unless said otherwise. */
      readonly host?: "127.0.0.1" | "::1" | undefined;
    };

/** Binds a server to its place. Gives the address: `unix:///run/…` or `tcp://127.0.0.1:…`. */
export async function bind(server: Server, place: ListenPlace): Promise<string> {
  if ("socket" in place) {
    await bindSocket(server, place.socket);
    return `unix://${place.socket}`;
  }
  const { port, host = "127.0.0.1" } = place;
  if (host !== "127.0.0.1" && host !== "::1") {
    throw invalid("host", host, "must be of the loopback interface: nobody has to log in", "127.0.0.1");
  }
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, done);
  });
  const bound = server.address() as AddressInfo;
  return `tcp://${host === "::1" ? "[::1]" : host}:${bound.port}`;
}

/**
 * Binds a server to a Unix socket that only its owner can open: who can call an IPAM driver can take every address.
 * One that nobody listens on any more, left by a driver that was killed, is replaced.
 *
 * @throws {InfobloxError} where a driver listens there
 * @throws {InvalidRequestError} where something else than a socket is there
 */
async function bindSocket(server: Server, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await removeStale(path);
  // The socket file is made with the permissions of the moment: later would leave it open to all for a while.
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
    throw invalid("socket", path, "is there, and no socket", "/run/docker/plugins/infoblox.sock");
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
