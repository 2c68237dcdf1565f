import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { DriverServer } from "infoblox-ipam/docker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listen as listenServer } from "../../../src/docker/server.js";
import { shortenPauses } from "../../short-pauses.js";
import { type Drive, drive } from "./driving.js";

shortenPauses();

let folder: string;
let open: Drive;
const servers: DriverServer[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-docker-"));
  open = await drive();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await open[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function listen(...[options]: Parameters<Drive["driver"]["listen"]>): Promise<DriverServer> {
  const server = await open.driver.listen(options);
  servers.push(server);
  return server;
}

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: unknown;
}

/** A call as Docker makes it: to a socket, or to a port. */
function call(server: DriverServer, path: string, body = "", headers = {}, method = "POST"): Promise<Answer> {
  const url = new URL(server.address.replace("tcp:", "http:"));
  const place =
    url.protocol === "unix:" ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
  return new Promise((done, failed) => {
    const sent = request({ ...place, path, method, headers }, (response) => {
      text(response).then(
        (answer) =>
          done({
            status: response.statusCode,
            type: response.headers["content-type"],
            body: JSON.parse(answer),
          }),
        failed,
      );
    });
    sent.once("error", failed).end(body);
  });
}

const json = (value: unknown) => `${JSON.stringify(value)}\n`;

describe("the server", () => {
  it("answers every call of the protocol on a Unix socket", async () => {
    const server = await listen({ socket: join(folder, "infoblox.sock") });
    expect((await call(server, "/Plugin.Activate")).body).toEqual({ Implements: ["IpamDriver"] });
    expect((await call(server, "/IpamDriver.GetCapabilities")).body).toMatchObject({
      RequiresMACAddress: true,
    });
    expect((await call(server, "/IpamDriver.GetDefaultAddressSpaces")).body).toEqual({
      LocalDefaultAddressSpace: "local/docker",
      GlobalDefaultAddressSpace: "global/swarm",
    });
    // As the engine writes it: unset maps are null, unset texts empty.
    const asked = { AddressSpace: "local/docker", Pool: "", SubPool: "", Options: null, V6: false };
    const pool = (await call(server, "/IpamDriver.RequestPool", json(asked))).body as { PoolID: string };
    expect(pool).toMatchObject({ Pool: "10.1.0.0/24", Data: {} });
    const address = { PoolID: pool.PoolID, Address: "", Options: null };
    expect((await call(server, "/IpamDriver.RequestAddress", json(address))).body).toEqual({
      Address: "10.1.0.1/24",
      Data: {},
    });
    const release = { PoolID: pool.PoolID, Address: "10.1.0.1" };
    expect((await call(server, "/IpamDriver.ReleaseAddress", json(release))).body).toEqual({});
    expect((await call(server, "/IpamDriver.ReleasePool", json({ PoolID: pool.PoolID }))).body).toEqual({});
    expect(await open.holds()).toEqual([]);
  });

  it("answers in the version of the protocol that Docker accepts", async () => {
    const server = await listen({ port: 0 });
    const accept = "application/vnd.docker.plugins.v1.2+json";
    expect((await call(server, "/Plugin.Activate")).type).toBe("application/vnd.docker.plugins.v1.1+json");
    expect((await call(server, "/Plugin.Activate", "", { accept })).type).toBe(accept);
    expect((await call(server, "/Plugin.Activate", "", { accept: "text/html" })).type).toMatch(/v1\.1/);
  });

  it("tells the person at the docker command what is wrong", async () => {
    const server = await listen({ port: 0 });
    const asked = { AddressSpace: "local/docker", Pool: "10.1.2.3/24" };
    expect(await call(server, "/IpamDriver.RequestPool", json(asked))).toMatchObject({
      status: 400,
      body: { Err: '--subnet: must be a CIDR without host bits (got "10.1.2.3/24"; valid: "10.1.2.0/24")' },
    });
    open.grid.faults.always({ fail: "refuse" });
    const next = { AddressSpace: "local/docker" };
    expect(await call(server, "/IpamDriver.RequestPool", json(next))).toMatchObject({
      status: 500,
      body: { Err: expect.stringMatching(/connect|refused/i) },
    });
  });

  it.each([
    ["/IpamDriver.RequestPool", "{", /^body: is not JSON/],
    ["/IpamDriver.RequestPool", "[]", /^body: must be a JSON object/],
    ["/IpamDriver.RequestPool", "{}", /^AddressSpace: is needed/],
    ["/IpamDriver.RequestPool", json({ AddressSpace: "local/docker", Pool: 7 }), /^Pool: must be a text/],
    [
      "/IpamDriver.RequestPool",
      json({ AddressSpace: "local/docker", Options: { a: 1 } }),
      /^Options: must be/,
    ],
    ["/IpamDriver.RequestPool", json({ AddressSpace: "local/docker", Options: [] }), /^Options: must be/],
    ["/IpamDriver.ReleasePool", "{}", /^PoolID: is needed/],
    ["/IpamDriver.ReleaseAddress", json({ PoolID: "x" }), /^Address: is needed/],
    ["/IpamDriver.RequestAddress", json({ PoolID: "%/10.0.0.0/24?engine=a&id=b" }), /^PoolID: is not one of/],
  ])("refuses %s with %s", async (path, body, message) => {
    const answer = await call(await listen({ port: 0 }), path, body);
    expect(answer).toMatchObject({ status: 400, body: { Err: expect.stringMatching(message) } });
  });

  it("refuses other paths, other methods, web pages and endless bodies", async () => {
    const server = await listen({ port: 0 });
    expect(await call(server, "/VolumeDriver.Create")).toMatchObject({ status: 404 });
    expect(await call(server, "/constructor")).toMatchObject({ status: 404 });
    expect(await call(server, "/Plugin.Activate", "", {}, "GET")).toMatchObject({ status: 405 });
    const origin = "http://evil.example.com";
    expect(await call(server, "/Plugin.Activate", "", { origin })).toMatchObject({ status: 403 });
    const endless = json({ AddressSpace: "x".repeat(2 ** 20) });
    expect(await call(server, "/IpamDriver.RequestPool", endless)).toMatchObject({ status: 400 });
  });

  it("listens on the loopback interface only", async () => {
    expect((await listen({ port: 0 })).address).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/);
    await expect(listen({ port: 0, host: "0.0.0.0" as never })).rejects.toThrow(
      /^host: must be a loopback address/,
    );
  });

  it("finishes what is under way when it is closed, and takes its socket away", async () => {
    const socket = join(folder, "infoblox.sock");
    const server = await listen({ socket });
    await open.driver.prepare();
    const before = open.grid.requests.length;
    open.grid.faults.next({ on: "POST", delay: 100 });
    const asked = call(server, "/IpamDriver.RequestPool", json({ AddressSpace: "local/docker" }));
    // The call has arrived once the grid has been asked.
    while (open.grid.requests.length === before) await new Promise((done) => setImmediate(done));
    await server.close();
    expect(await asked).toMatchObject({ status: 200, body: { Pool: "10.1.0.0/24" } });
    await expect(stat(socket)).rejects.toThrow(/ENOENT/);
  });
});

describe("the socket", () => {
  it("is for its owner only, from the first moment, and its folder is made", async () => {
    const socket = join(folder, "plugins", "infoblox.sock");
    await listen({ socket });
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
  });

  it("leaves the permissions of other files alone", async () => {
    await listen({ socket: join(folder, "infoblox.sock") });
    const file = join(folder, "other");
    await writeFile(file, "");
    expect((await stat(file)).mode & 0o044).toBe(0o044 & ~process.umask());
  });

  it("is replaced where the driver that made it was killed", async () => {
    const socket = join(folder, "infoblox.sock");
    await leaveStale(socket);
    const server = await listen({ socket });
    expect((await call(server, "/Plugin.Activate")).status).toBe(200);
  });

  it("is left alone where a driver listens on it", async () => {
    const socket = join(folder, "infoblox.sock");
    const first = await listen({ socket });
    await expect(open.driver.listen({ socket })).rejects.toThrow(/^Another driver is listening on/);
    expect((await call(first, "/Plugin.Activate")).status).toBe(200);
  });

  it("never replaces a file that is no socket", async () => {
    const socket = join(folder, "infoblox.sock");
    await writeFile(socket, "precious");
    await expect(open.driver.listen({ socket })).rejects.toThrow(/^socket: exists and is not a socket/);
  });
});

/** A socket file that nobody listens on: of a process that is gone without closing it. */
async function leaveStale(path: string): Promise<void> {
  const { execFile } = await import("node:child_process");
  const script = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
  await new Promise((done) => execFile(process.execPath, ["-e", script], done));
  await chmod(path, 0o755);
  await new Promise<void>((done) => {
    connect(path).once("error", () => done());
  });
}

/** Sends bytes as they are, and gives all that comes back until the connection ends. */
function exchangeRaw(server: DriverServer, write: (socket: Socket) => void): Promise<string> {
  const { hostname, port } = new URL(server.address.replace("tcp:", "http:"));
  return new Promise((done) => {
    const socket = connect(Number(port), hostname);
    let said = "";
    socket.on("data", (chunk) => {
      said += chunk.toString();
    });
    socket.on("error", () => {});
    socket.on("close", () => done(said));
    socket.on("connect", () => write(socket));
  });
}

describe("a caller that means no good", () => {
  it("is refused when a body without a length has too many bytes, which are never kept", async () => {
    const server = await listen({ port: 0 });
    let sent = 0;
    const said = await exchangeRaw(server, (socket) => {
      socket.write("POST /IpamDriver.RequestPool HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      const chunk = Buffer.alloc(64 * 1024, "x");
      const more = () => {
        while (!socket.destroyed && sent < 200 * 1024 * 1024) {
          sent += chunk.length;
          socket.write(`${chunk.length.toString(16)}\r\n`);
          if (!socket.write(Buffer.concat([chunk, Buffer.from("\r\n")]))) return;
        }
      };
      socket.on("drain", more);
      more();
    });
    expect(said === "" || said.startsWith("HTTP/1.1 400")).toBe(true);
    expect(sent).toBeLessThan(50 * 1024 * 1024);
    expect((await call(server, "/Plugin.Activate")).status).toBe(200);
  });

  it.each([
    ["a list", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["below a field", `{"PoolID": "x", "Options": ${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`],
    [
      "below a field that nobody reads",
      `{"PoolID": "x", "More": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    ],
    ["broken", "[".repeat(500_000)],
  ])("is refused when the JSON nests deeply: %s", async (_, body) => {
    const server = await listen({ port: 0 });
    const { status, body: said } = await call(server, "/IpamDriver.ReleasePool", body);
    expect(status).toBe(400);
    expect(JSON.stringify(said).length).toBeLessThan(1_000);
  });

  it("is cut off when it sends nothing, half a head, half a body, or closes its half", async () => {
    const server = await listenServer(open.driver, { port: 0 }, silent, { head: 100, call: 300 });
    servers.push(server);
    const head = "POST /Plugin.Activate HTTP/1.1\r\nHost: x\r\n";
    const ends = [
      () => {},
      (socket: Socket) => socket.write("POST /Plu"),
      (socket: Socket) => socket.write(`${head}Content-Length: 100\r\n\r\n{`),
      (socket: Socket) => socket.end(`${head}Content-Length: 100\r\n\r\n{`),
    ];
    await Promise.all(ends.map((write) => exchangeRaw(server, write)));
  });
});

const silent = { info: () => {}, warn: () => {}, error: () => {} };
