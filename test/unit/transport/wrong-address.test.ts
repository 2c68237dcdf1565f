import dns from "node:dns";
import { createServer, type Server } from "node:net";
import { ConnectionError, isInfobloxError, WapiClient } from "infoblox-ipam";
import { afterEach, expect, it, vi } from "vitest";
import { explain } from "../../../src/errors.js";
import { session } from "../cli/session.js";
import { makeAuthority, makeServerCertificate } from "./certificates.js";
import { json, ScriptedServer } from "./scripted-server.js";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  vi.restoreAllMocks();
});

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
  expect(String(error)).toMatch(/can't connect to .* doesn't speak TLS: is it the HTTPS port\?/);
  expect(String(error)).not.toMatch(/SSL routines|\\n|openssl/);
  expect(count()).toBe(1);
});

/** What the client and the command line say of an address: the former's error, the latter's only line. */
async function toldOf(url: string, tls: { ca: string } | undefined): Promise<{ error: Error; line: string }> {
  const wapi = new WapiClient({
    ...{ url, username: "robot", password: "correct horse", wapiVersion: "2.12" },
    ...(tls && { tls }),
  });
  const error = await wapi.find("network").catch((reason: unknown) => reason);
  if (!isInfobloxError(error, "ConnectionError")) throw error;
  const { exitCode, stderr } = session(["subnet", "find", "--url", url, "--user", "robot"], {
    env: { INFOBLOX_PASSWORD: "correct horse" },
  });
  expect(await exitCode).toBe(3);
  expect(stderr().trimEnd().split("\n")).toHaveLength(1);
  return { error, line: stderr().trimEnd() };
}

it("Of a name that isn't one, it is told in one line with the next step", async () => {
  const lookup = vi.spyOn(dns, "lookup").mockImplementation(((...args: readonly unknown[]) => {
    const done = args.at(-1) as (error: Error) => void;
    const reason = "getaddrinfo ENOTFOUND gird.example.com";
    setImmediate(done, Object.assign(new Error(reason), { code: "ENOTFOUND", syscall: "getaddrinfo" }));
  }) as typeof dns.lookup);
  const { error, line } = await toldOf("https://gird.example.com", undefined);
  for (const text of [`error: ${explain(error)}`, line])
    expect(text).toMatch(
      /^error: .*can't connect to https:\/\/gird\.example\.com \(getaddrinfo ENOTFOUND gird\.example\.com\)\. The name could not be resolved: check it, and the DNS of this machine\.$/,
    );
  expect(lookup).toHaveBeenCalled();
});

it("Of a certificate for another name, it is told in one line with the next step", async () => {
  const authority = await makeAuthority();
  const certificate = await makeServerCertificate(authority, "grid.example.com", { ip: false });
  await using other = await ScriptedServer.listen([json([])], certificate);
  const { error } = await toldOf(other.url.replace("127.0.0.1", "localhost"), { ca: authority.cert });
  expect(explain(error)).toMatch(
    /can't connect to https:\/\/localhost:\d+ \(.*DNS:grid\.example\.com.*\)\. The grid's certificate is for another name: use that name in the address, or set tls\.servername to it\.$/,
  );
  expect(other.arrived).toEqual([]);
});
