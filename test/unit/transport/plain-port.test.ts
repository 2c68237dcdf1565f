import { createServer, type Server } from "node:net";
import { ConnectionError, WapiClient } from "infoblox-ipam";
import { afterEach, expect, it } from "vitest";

let server: Server | undefined;
afterEach(() => server?.close());

/** A port that answers TLS with the first bytes that it is given. */
async function answering(text: string): Promise<{ readonly url: string; readonly count: () => number }> {
  let count = 0;
  server = createServer((socket) => {
    count += 1;
    socket.on("error", () => {});
    socket.once("data", () => socket.end(text));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { url: `https://127.0.0.1:${port}`, count: () => count };
}

it.each([
  ["HTTP", "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"],
  ["SSH", "SSH-2.0-OpenSSH_9.6\r\n"],
])("TLS spoken to a port of %s is tried once, and told in plain words", async (_, text) => {
  const { url, count } = await answering(text);
  const wapi = new WapiClient({ url, username: "robot", password: "correct horse", wapiVersion: "2.12" });
  const error = await wapi.find("network").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectionError);
  expect((error as Error).message).toMatch(/can't connect to .* doesn't speak TLS: is it the HTTPS port\?/);
  expect((error as Error).message).not.toMatch(/SSL routines|\\n|openssl/);
  expect(count()).toBe(1);
});
