import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shortenPauses } from "../../../short-pauses.js";
import { EngineApi } from "../../docker/engine-api.js";
import { type Session, type SessionOptions, session } from "../session.js";

shortenPauses();

let folder: string;
let grid: FakeGrid;
const started: Session[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-docker-"));
  grid = await FakeGrid.listen({ setup: false, password: "s3cr3t-of-the-grid" });
  await writeFile(join(folder, "ca.pem"), grid.ca ?? "");
});

afterEach(async () => {
  for (const { stop, exitCode } of started.splice(0)) {
    stop();
    await exitCode;
  }
  await grid.close();
  await rm(folder, { recursive: true, force: true });
});

const socket = () => join(folder, "infoblox.sock");

/** The names of the older driver, which are enough. */
function environment(): Record<string, string> {
  const { hostname, port } = new URL(grid.url);
  return {
    ...{ GRID_HOST: hostname, WAPI_PORT: port, WAPI_USERNAME: "admin", WAPI_PASSWORD: "s3cr3t-of-the-grid" },
    ...{ SSL_VERIFY: join(folder, "ca.pem"), WAPI_VERSION: "2.12" },
    ...{
      LOCAL_VIEW: "docker",
      LOCAL_NETWORK_CONTAINER: "10.1.0.0/24, 10.2.0.0/24",
      LOCAL_PREFIX_LENGTH: "25",
    },
    ...{ GLOBAL_VIEW: "swarm", GLOBAL_NETWORK_CONTAINER: "10.3.0.0/16" },
  };
}

async function start(args: readonly string[], options: SessionOptions = {}): Promise<Session> {
  const running = session(["docker", "--socket", socket(), ...args], options);
  started.push(running);
  await running.waitFor(/is listening on/);
  return running;
}

async function call(path: string, body: object = {}): Promise<Record<string, string>> {
  const answer = await new Promise<string>((done, failed) => {
    const sent = request({ socketPath: socket(), path, method: "POST" }, (response) => {
      text(response).then(done, failed);
    });
    sent.once("error", failed).end(JSON.stringify(body));
  });
  return JSON.parse(answer);
}

const requestPool = (space = "local/docker") => call("/IpamDriver.RequestPool", { AddressSpace: space });

async function failed(args: readonly string[], options: SessionOptions = {}): Promise<[number, string]> {
  const { exitCode, stderr } = session(["docker", "--socket", socket(), ...args], options);
  return [await exitCode, stderr()];
}

describe("infoblox-ipam docker", () => {
  it("serves Docker, configured by the environment of the older driver, and logs without secrets", async () => {
    const { stdout, stderr, waitFor } = await start([], { env: environment() });
    expect(await requestPool()).toMatchObject({ Pool: "10.1.0.0/25" });
    expect(await requestPool("global/swarm")).toMatchObject({ Pool: "10.3.0.0/24" });
    await waitFor(/RequestPool global\/swarm → 10\.3\.0\.0\/24/);
    expect(stdout()).toMatch(/^Docker's IPAM driver is listening on unix:\/\/.*infoblox\.sock$/m);
    expect(stdout()).toMatch(/^Use it: docker network create --ipam-driver infoblox NAME$/m);
    expect(stdout()).toMatch(/^\d\d:\d\d:\d\d RequestPool local\/docker → 10\.1\.0\.0\/25 \(\d+ ms\)$/m);
    expect(stdout() + stderr()).not.toContain("s3cr3t");
  });

  it("tells programs where it listens, and each call, as JSON on a line of its own", async () => {
    const running = session(["docker", "--socket", socket(), "--json"], { env: environment() });
    started.push(running);
    await running.waitFor(/"listening".*\n/);
    await requestPool();
    await running.waitFor(/RequestPool.*\n/);
    expect(
      running
        .stdout()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { event: "listening", address: `unix://${socket()}` },
      {
        ...{ event: "log", time: expect.any(String), level: "info" },
        message: expect.stringMatching(/^RequestPool local\/docker → 10\.1\.0\.0\/25 /),
      },
    ]);
  });

  it("refuses a port that is none, by its flag", async () => {
    const { exitCode, stderr } = session(["docker", "--port", "99999"], { env: environment() });
    expect(await exitCode).toBe(2);
    expect(stderr()).toMatch(/^error: --port: 99999: a port is a number from 0 to 65535/);
  });

  it("ends with exit code 0 when it is told to stop, and takes its socket away", async () => {
    const { stop, exitCode } = await start([], { env: environment() });
    stop();
    expect(await exitCode).toBe(0);
    await expect(stat(socket())).rejects.toThrow(/ENOENT/);
  });

  it.each(["toml", "json"])("reads a %s file, which the environment and flags outdo", async (kind) => {
    const file = join(folder, `docker.${kind}`);
    const { GRID_HOST, WAPI_PORT, SSL_VERIFY, WAPI_PASSWORD } = environment();
    await writeFile(
      file,
      kind === "toml"
        ? `[grid-config]
         grid-host = "${GRID_HOST}"
         wapi-port = ${WAPI_PORT}
         wapi-username = "admin"
         wapi-password = "${WAPI_PASSWORD}"
         ssl-verify = "${SSL_VERIFY}"
         [ipam-config]
         local-view = "docker"
         local-network-container = ["10.8.0.0/16", "10.9.0.0/16"] # a list, or a text with commas
         local-prefix-length = 26
         [docker-config]
         engine-id = "from-file"`
        : JSON.stringify({
            "grid-config": {
              ...{ "grid-host": GRID_HOST, "wapi-port": WAPI_PORT, "wapi-username": "admin" },
              ...{ "wapi-password": WAPI_PASSWORD, "ssl-verify": SSL_VERIFY },
            },
            "ipam-config": {
              ...{ "local-view": "docker", "local-network-container": "10.8.0.0/16,10.9.0.0/16" },
              ...{ "local-prefix-length": 26 },
            },
            "docker-config": { "engine-id": "from-file" },
          }),
    );
    await chmod(file, 0o600);
    const args = ["--config", file, "--local-prefix-length", "28"];
    const { stderr } = await start(args, {
      env: { LOCAL_PREFIX_LENGTH: "27", INFOBLOX_DOCKER_ENGINE_ID: "from-env" },
    });
    const { Pool, PoolID } = await requestPool();
    expect(Pool).toBe("10.8.0.0/28");
    expect(PoolID).toContain("engine=from-env");
    expect(stderr()).toBe("");
  });

  it("starts with the settings of the example", async () => {
    const file = resolve(import.meta.dirname, "../../../../examples/docker/docker.toml");
    const { LOCAL_VIEW: _, LOCAL_NETWORK_CONTAINER: __, LOCAL_PREFIX_LENGTH: ___, ...env } = environment();
    await start(["--config", file], { env });
    expect(await requestPool()).toMatchObject({ Pool: "10.1.0.0/24" });
  });

  it("warns of a password in a file that others can read", async () => {
    const file = join(folder, "docker.toml");
    await writeFile(file, '[grid-config]\nwapi-password = "s3cr3t-of-the-grid"\n');
    await chmod(file, 0o644);
    const { WAPI_PASSWORD: _, ...env } = environment();
    const { stderr } = await start(["--config", file], { env });
    expect(stderr()).toMatch(/^warning: .*holds a password, and other users can read it: chmod 600/);
    expect(await requestPool()).toMatchObject({ Pool: "10.1.0.0/25" });
  });

  it("takes the password from a file of its own", async () => {
    const file = join(folder, "password");
    await writeFile(file, "s3cr3t-of-the-grid\n");
    const { WAPI_PASSWORD: _, ...env } = environment();
    await start(["--password-file", file], { env });
    expect(await requestPool()).toMatchObject({ Pool: "10.1.0.0/25" });
  });

  it("can be silent but for what fails, and listen on a port", async () => {
    const running = session(["docker", "--port", "0", "--quiet"], { env: environment() });
    started.push(running);
    const [, port] = await running.waitFor(/tcp:\/\/127\.0\.0\.1:(\d+)/);
    const post = (body: object) =>
      fetch(`http://127.0.0.1:${port}/IpamDriver.RequestPool`, {
        method: "POST",
        body: JSON.stringify(body),
      });
    expect((await post({ AddressSpace: "local/docker" })).status).toBe(200);
    expect((await post({ AddressSpace: "local/docker", Pool: "10.1.2.3/24" })).status).toBe(400);
    expect(running.stdout()).not.toContain("RequestPool");
    expect(running.stdout()).toContain("/etc/docker/plugins/infoblox.spec");
    expect(running.stderr()).toMatch(
      /RequestPool local\/docker 10.1.2.3\/24 failed: --subnet: must be a CIDR/,
    );
  });

  it("goes on where the grid can't be reached yet", async () => {
    const port = Number(new URL(grid.url).port);
    await grid.close();
    const { stderr } = await start(["--ssl-verify", "false"], { env: environment() });
    while (!stderr().includes("The driver continues")) await new Promise((done) => setTimeout(done, 20));
    grid = await FakeGrid.listen({ setup: true, port, password: "s3cr3t-of-the-grid" });
    expect(await requestPool()).toMatchObject({ Pool: "10.1.0.0/25" });
  });

  it("stops before it listens where the grid refuses the password, after one login", async () => {
    const env = { ...environment(), WAPI_PASSWORD: "wrong-one" };
    const { exitCode, stdout, stderr } = session(["docker", "--socket", socket()], { env });
    expect(await exitCode).toBe(3);
    expect(stdout()).toBe("");
    expect(stderr().trim().split("\n")).toHaveLength(1);
    expect(stderr()).not.toContain("wrong-one");
    await expect(stat(socket())).rejects.toThrow(/ENOENT/);
    expect(grid.requests.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(2);
  });

  it("waits before it asks again where an earlier start with the same state directory was refused", async () => {
    const args = ["docker", "--socket", socket(), "--state-dir", join(folder, "state")];
    const wrong = session(args, { env: { ...environment(), WAPI_PASSWORD: "wrong-one" } });
    expect(await wrong.exitCode).toBe(3);
    const asked = grid.requests.length;
    const waiting = session(args, { env: environment() });
    started.push(waiting);
    const { stderr, stdout, stop, exitCode } = waiting;
    const told = /asks it again in \d+ s\. Correct the password, remove .*\.json and restart the driver\.\n/;
    await expect.poll(stderr, { timeout: 5000 }).toMatch(told);
    stop();
    expect(await exitCode).toBe(0);
    expect(stdout()).toBe("");
    expect(stderr().trim().split("\n")).toHaveLength(1);
    expect(grid.requests.length).toBe(asked);
  });

  it("has one line for a call that fails, and the words of the docker command in its answer", async () => {
    const { stderr } = await start([], { env: environment() });
    const Options = { "prefix-length": "abc" };
    const wrong = await call("/IpamDriver.RequestPool", { AddressSpace: "local/docker", Options });
    expect(wrong["Err"]).toMatch(/^--ipam-opt prefix-length: must be .*\(got "abc"/);
    grid.faults.always({ status: 503 });
    const away = await call("/IpamDriver.RequestPool", { AddressSpace: "local/docker" });
    expect(away["Err"]).toBeDefined();
    const lines = stderr().trim().split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/RequestPool local\/docker prefix-length=abc failed: --ipam-opt prefix-length/),
      expect.stringMatching(/RequestPool local\/docker failed: /),
    ]);
  });

  it.each([
    [["--log-level", "debug"], {}, true],
    [["--debug"], {}, true],
    [[], { DEBUG: "1" }, true],
    [[], { INFOBLOX_DOCKER_LOG_LEVEL: "error" }, false],
  ])("%o %o prints requests and calls: %s", async (args, env, isDebug) => {
    const { stderr, stdout } = await start(args, { env: { ...environment(), ...env } });
    await requestPool();
    expect(/POST .*request/.test(stdout())).toBe(isDebug);
    expect(stdout().includes("RequestPool")).toBe(isDebug);
    expect(stderr()).toBe("");
  });

  it("serves /health and /metrics on a port of the loopback interface", async () => {
    const { waitFor } = await start(["--status-port", "0"], { env: environment() });
    const [, url] = await waitFor(/served on (http:\/\/127\.0\.0\.1:\d+)/);
    await requestPool();
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "ok" });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('call="RequestPool",outcome="done"} 1');
  });

  it("reconcile tells what Docker does not show, and how to release a subnet of a swarm by hand", async () => {
    const options = { env: environment() };
    const { stop, exitCode } = await start([], options);
    const pools = [await requestPool(), await requestPool("global/swarm")];
    expect(pools.map(({ Pool }) => Pool)).toEqual(["10.1.0.0/25", "10.3.0.0/24"]);
    await call("/IpamDriver.RequestAddress", { PoolID: pools[1]?.["PoolID"] });
    stop();
    await exitCode;
    const api = await EngineApi.start(folder);
    const args = ["docker", "reconcile", "--docker-socket", api.socket];
    const told = async () => {
      const { exitCode, stdout } = session(args, options);
      expect(await exitCode).toBe(0);
      return stdout().trim().split("\n");
    };
    const release = "subnet release 10.3.0.0/24 --network-view swarm --cascade";
    expect(await told()).toEqual([
      "3 objects of this engine on the grid were compared with Docker.",
      expect.stringMatching(/^no holder: subnet 10\.1\.0\.0\/25 in docker/),
      expect.stringMatching(/^no holder: global-subnet 10\.3\.0\.0\/24 in swarm/),
      "Nothing was released: --apply does.",
      "A global-subnet is never released here. Where no manager of the swarm shows a network on it:",
      `  infoblox-ipam ${release}`,
    ]);
    const { env } = options;
    const connection = {
      ...{
        INFOBLOX_URL: grid.url,
        INFOBLOX_USERNAME: "admin",
        INFOBLOX_PASSWORD: env["WAPI_PASSWORD"] ?? "",
      },
      INFOBLOX_SSL_VERIFY: env["SSL_VERIFY"] ?? "",
    };
    expect(await session(release.split(" "), { env: connection }).exitCode).toBe(0);
    expect((await told()).join()).not.toContain("10.3.0.0/24");
    await api.close();
  });

  it("tells systemd when Docker can use it", async () => {
    const told = join(folder, "told");
    const script = `#!/bin/sh\necho "$@" > ${told}\n`;
    await writeFile(join(folder, "systemd-notify"), script, { mode: 0o755 });
    const PATH = `${folder}:${process.env["PATH"]}`;
    await start([], { env: { ...environment(), PATH, NOTIFY_SOCKET: "/run/systemd/notify" } });
    await expect.poll(() => readFile(told, "utf8").catch(() => "")).toBe("--ready\n");
  });

  it("reads the file that CONF_FILE_NAME names", async () => {
    const file = join(folder, "older.toml");
    await writeFile(file, '[ipam-config]\nlocal-view = "older"\nlocal-network-container = "10.6.0.0/16"\n');
    const { LOCAL_VIEW: _, LOCAL_NETWORK_CONTAINER: __, ...env } = environment();
    await start([], { env: { ...env, CONF_FILE_NAME: file } });
    expect(await requestPool("local/older")).toMatchObject({ Pool: "10.6.0.0/25" });
  });

  it.each([
    [["--port", "70000000"], {}, /^error: --port: must be a whole number/],
    [[], { LOCAL_PREFIX_LENGTH: "big" }, /^error: LOCAL_PREFIX_LENGTH: must be a whole number \(got "big"\)/],
    [["--port", "1"], {}, /^error: --port and --socket: only one of them/],
    [["--cloud-attributes", "some"], {}, /^error: --cloud-attributes: must be auto, always, never/],
    [["--release-shared", "perhaps"], {}, /^error: --release-shared: must be true or false/],
    [
      ["--ssl-verify", "/no/such/file"],
      {},
      /^error: --ssl-verify: \/no\/such\/file is neither true, false nor/,
    ],
    [["--local-network-container", "10.0.0.1/8"], {}, /^error: local.containers\[0\]: must be a CIDR/],
    [["--config", "/no/such.toml"], {}, /^error: can't read \/no\/such.toml: there is no such file/],
  ])("%o %o is refused with exit code 2", async (args, env, message) => {
    const [code, told] = await failed(args, { env: { ...environment(), ...env } });
    expect([code, told]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each([
    ["docker.toml", 'grid-host = "x"', /"grid-host" must be in a section/],
    ["docker.toml", '[ipam-config]\nlocal-veiw = "x"', /\[ipam-config\] has no "local-veiw"/],
    [
      "docker.toml",
      '[grid-config]\nwapi-password = "s3cr3t-of-the-grid',
      /docker\.toml: it is not TOML \(line 2\)$/m,
    ],
    [
      "docker.json",
      '{ "grid-config": { "wapi-password": "s3cr3t-of-the-grid" ',
      /docker\.json: it is not JSON\b.*$/m,
    ],
    ["docker.json", '"s3cr3t-of-the-grid"', /docker\.json must have sections/],
    ["docker.conf", '[ipam-config]\nlocal-veiw = "x"', /\[ipam-config\] has no "local-veiw"/],
  ])("tells where %s is wrong, and quotes no secret", async (name, content, message) => {
    const file = join(folder, name);
    await writeFile(file, content);
    const [code, told] = await failed(["--config", file], { env: environment() });
    expect([code, told]).toEqual([2, expect.stringMatching(message)]);
    expect(told).not.toContain("s3cr3t");
  });
});
