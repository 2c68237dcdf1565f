/** `infoblox-ipam docker`: runs Docker's remote IPAM driver as a service. */

import { execFile } from "node:child_process";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Argument, Command } from "commander";
import type {
  DriverListenOptions,
  DriverLogger,
  DriverServer,
  IpamDriver,
  ListenPlace,
} from "../../docker/index.js";
import { isInfobloxError } from "../../errors.js";
import { oneLine } from "../../redaction.js";
import {
  type DockerFlags,
  defaultDockerSocket,
  defaultSocket,
  type LogLevel,
  logLevels,
  readDockerConfig,
} from "../docker-config.js";
import { reasonOf } from "../files.js";
import { exitCodesHelp, type Output, paint, stopped, type Terminal, UsageError } from "../output.js";
import { addPasswordOptions, type PasswordOptions, readPassword } from "../password.js";
import { messageFor } from "../wording.js";

type DockerCommandOptions = DockerFlags & PasswordOptions & { readonly json?: true; readonly apply?: true };

const anHour = 3_600_000;

const examples = `
Missing options are read from the environment, else from the file: the grid from INFOBLOX_URL, INFOBLOX_USERNAME,
INFOBLOX_PASSWORD, INFOBLOX_WAPI_VERSION and INFOBLOX_SSL_VERIFY, or from GRID_HOST, WAPI_PORT, WAPI_USERNAME,
WAPI_PASSWORD, WAPI_VERSION and SSL_VERIFY; the address spaces from LOCAL_VIEW, LOCAL_NETWORK_CONTAINER,
LOCAL_PREFIX_LENGTH, GLOBAL_VIEW, GLOBAL_NETWORK_CONTAINER and GLOBAL_PREFIX_LENGTH.

With --json, the first line of JSON says where it listens, and one line follows for each call; warnings and errors go to
stderr in JSON, too.

Examples:
  $ infoblox-ipam docker --config /etc/infoblox-ipam/docker.toml
  $ infoblox-ipam docker --url https://grid.example.com --user docker --password-file /run/secrets/grid \\
      --local-view docker --local-network-container 10.1.0.0/16
  $ infoblox-ipam docker --port 0 --json
  $ infoblox-ipam docker reconcile --config /etc/infoblox-ipam/docker.toml --apply
  $ docker network create --ipam-driver infoblox my-network
`;

export function dockerCommand(terminal: Terminal): Command {
  const command = new Command("docker")
    .description("Run Docker's IPAM driver: networks and containers get their addresses from the grid.")
    .addArgument(
      new Argument(
        "[task]",
        "reconcile: compare the grid with Docker's networks and containers, and exit",
      ).choices(["reconcile"]),
    )
    .option("--config <file>", "TOML or JSON file of settings")
    .option("--socket <path>", `Unix socket for Docker to call (default: ${defaultSocket})`)
    .option(
      "--ipvlan-socket <path|false>",
      "second socket, for ipvlan networks; false: none (default: one beside the default socket)",
    )
    .option("--mac-addresses <boolean>", "false: do not ask for containers' MACs; ipvlan networks need that")
    .option("--port <number>", "a loopback port instead of the socket")
    .option("--engine-id <name>", "the engine's name on the grid (default: the host's name)")
    .option("--local-view <name>", "network view of bridge, macvlan and ipvlan networks (default: default)")
    .option("--local-network-container <cidrs>", "containers of their subnets, with commas between")
    .option("--local-prefix-length <bits>", "size of their IPv4 subnets (default: 24)")
    .option("--local-ipv6-prefix-length <bits>", "size of their IPv6 subnets (default: 64)")
    .option("--global-view <name>", "network view of overlay networks (default: default)")
    .option("--global-network-container <cidrs>", "containers of their subnets, with commas between")
    .option("--global-prefix-length <bits>", "size of their IPv4 subnets (default: 24)")
    .option("--global-ipv6-prefix-length <bits>", "size of their IPv6 subnets (default: 64)")
    .option("--host-name <template>", "create host records with such names, e.g. {mac}.docker.example.com")
    .option("--host-dns <boolean>", "false: host records without DNS")
    .option("--dns-view <name>", "DNS view of the host records")
    .option("--cloud-attributes <auto|always|never>", "whether to write cloud attributes")
    .option(
      "--state-dir <path>",
      "keeps failed releases and the time of a refused login there; else in memory",
    )
    .option(
      "--docker-socket <path>",
      `Docker's own socket, to compare its containers with the grid (default: ${defaultDockerSocket})`,
    )
    .option("--apply", "reconcile: release what two comparisons, ten minutes apart, show without a holder")
    .option(
      "--create-views <boolean>",
      "true: create a missing network view that --ipam-opt network-view names",
    )
    .option("--release-shared <boolean>", "true: the last engine to leave a shared subnet releases it")
    .option("--url <url>", "the grid, e.g. https://grid.example.com")
    .option("--user <name>", "user name")
    .option("--wapi-version <version>", "WAPI version to speak; left out, the newest that the grid has")
    .option("--ssl-verify <true|false|path>", "whether to check the certificate, or the path of a CA file")
    .option("--allow-insecure-http", "permit http://, which anybody on the network path can read")
    .option("--status-port <number>", "a port of the loopback interface for /health and /metrics")
    .option("--status-socket <path>", "a Unix socket for them instead")
    .option(`--log-level <${logLevels.join("|")}>`, "the least level that is printed (default: info)")
    .option("--debug", "as --log-level debug: also print each failed attempt of a request (also: DEBUG=1)")
    .option("--quiet", "as --log-level warn: no line per call")
    .option("--json", "print JSON, for programs: one value on each line")
    .addHelpText("after", examples + exitCodesHelp);
  return addPasswordOptions(command).action((task: "reconcile" | undefined, options: DockerCommandOptions) =>
    (task === undefined ? runDriver : reconcile)(options, terminal),
  );
}

async function runDriver(options: DockerCommandOptions, terminal: Terminal): Promise<void> {
  const { config, driver, ipam: client, logger } = await open(options, terminal);
  await using _ipam = client;
  const prepared = prepare(driver, logger, terminal);
  // A wrong password ends the command before Docker finds the driver. An unreachable grid does not keep Docker waiting.
  await Promise.race([prepared, pause(longestWait, undefined, { ref: false })]);
  if (terminal.stop.aborted) return;
  await using _status = config.status && (await listenForStatus(driver, config.status, logger));
  await using _listening = await listenOn(driver, config.listen, (address) =>
    terminal.stdout.write(
      options.json ? `${JSON.stringify({ event: "listening", address })}\n` : greeting(address),
    ),
  );
  notifySystemd(terminal, logger);
  const report = () => void reportLeftovers(driver, logger, terminal.stop);
  const hourly = setInterval(report, anHour).unref();
  report();
  try {
    await Promise.race([Promise.all([prepared, stopped(terminal.stop)]), stopped(terminal.stop)]);
  } finally {
    clearInterval(hourly);
  }
}

/** Logs what has no holder in Docker, and releases nothing. Skips an engine that does not run yet. */
async function reportLeftovers(driver: IpamDriver, logger: DriverLogger, signal: AbortSignal): Promise<void> {
  const found = await driver.reconcile({ signal }).catch(() => undefined);
  if (found === undefined || found.leftovers.length === 0) return;
  const shown = found.leftovers.slice(0, 5).map(({ what }) => what);
  const more = found.leftovers.length > 5 ? ", …" : "";
  logger.warn(
    `${found.leftovers.length} objects on the grid have no holder in Docker: ${shown.join(", ")}${more}. See infoblox-ipam docker reconcile.`,
  );
}

/** See `IpamDriver.reconcile`. */
async function reconcile(options: DockerCommandOptions, terminal: Terminal): Promise<void> {
  const { driver, ipam: client } = await open(options, terminal);
  await using _ipam = client;
  const { stdout } = terminal;
  const found = await driver.reconcile({ apply: options.apply, signal: terminal.stop });
  if (options.json) {
    stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  stdout.write(`${found.compared} objects of this engine on the grid were compared with Docker.\n`);
  for (const { kind, what, networkView, comment } of found.leftovers) {
    stdout.write(`no holder: ${kind} ${what} in ${networkView}${comment ? ` (${comment})` : ""}\n`);
  }
  for (const { kind, what } of found.released) stdout.write(`released: ${kind} ${what}\n`);
  const global = found.leftovers.filter(({ kind }) => kind === "global-subnet");
  if (found.leftovers.length > global.length && !options.apply)
    stdout.write("Nothing was released: --apply does.\n");
  if (global.length > 0)
    stdout.write(
      "A global-subnet is never released here. Where no manager of the swarm shows a network on it:\n",
    );
  for (const { what, networkView } of global)
    stdout.write(`  infoblox-ipam subnet release ${what} --network-view ${networkView} --cascade\n`);
}

async function open(options: DockerCommandOptions, terminal: Terminal) {
  const config = await readDockerConfig(
    withoutPassword(options),
    await readPassword(options, terminal),
    terminal,
  );
  // Loaded here, so that the help of other commands need not wait for it.
  const [{ createIpamDriver }, { Ipam }] = await Promise.all([
    import("../../docker/index.js"),
    import("../../ipam/ipam.js"),
  ]);
  const logger = loggerOf(terminal, config.logLevel, options);
  // A failed call has a line of its own. Requests and attempts show only on the debug level.
  const isDebug = config.logLevel === "debug";
  const note = (message: string) => isDebug && logger.info(message);
  const ipam = new Ipam({ ...config.client, logger: { debug: note, info: note, warn: note, error: note } });
  try {
    return { config, ipam, logger, driver: createIpamDriver({ ...config.driver, ipam, logger }) };
  } catch (error) {
    await ipam.close();
    throw error;
  }
}

/** Milliseconds that the first check of the grid may keep the driver from listening. */
const longestWait = 5000;

async function listenForStatus(
  driver: IpamDriver,
  place: ListenPlace,
  logger: DriverLogger,
): Promise<DriverServer> {
  const server = await driver.listenForStatus(place).catch((error: NodeJS.ErrnoException) => {
    throw explained(error, place, "status-");
  });
  logger.info(`/health and /metrics are served on ${server.address.replace("tcp://", "http://")}`);
  return server;
}

/** Tells systemd that Docker can use the driver, in a unit with `Type=notify`. */
function notifySystemd({ env }: Terminal, logger: DriverLogger): void {
  if (!env["NOTIFY_SOCKET"]) return;
  execFile("systemd-notify", ["--ready"], { env }, (error) => {
    if (error !== null) logger.warn(`systemd-notify --ready: ${oneLine(error.message)}`);
  });
}

/** Starts all listeners, which close together. */
async function listenOn(
  driver: IpamDriver,
  places: readonly DriverListenOptions[],
  tell: (address: string) => void,
): Promise<AsyncDisposable> {
  const servers: DriverServer[] = [];
  const close = async () => void (await Promise.all(servers.map((server) => server.close())));
  try {
    for (const place of places) {
      const server = await driver.listen(place).catch((error: NodeJS.ErrnoException) => {
        throw explained(error, place);
      });
      servers.push(server);
      tell(server.address);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { [Symbol.asyncDispose]: close };
}

/** Explains why the driver can't listen. */
function explained(error: NodeJS.ErrnoException, listen: ListenPlace, prefix = ""): unknown {
  if (error.syscall === undefined && error.code !== "ERR_SOCKET_BAD_PORT") return error;
  const place =
    "socket" in listen ? `--${prefix}socket: ${listen.socket}` : `--${prefix}port: ${listen.port}`;
  if (error.code === "EADDRINUSE") return new Error(`${place}: another program listens there`);
  if (error.code === "ERR_SOCKET_BAD_PORT")
    return new UsageError(`${place}: a port is a number from 0 to 65535`);
  return new Error(`${place}: can't listen there: ${reasonOf(error)}`);
}

/** Reports early what is wrong. A grid that is unreachable now may be reachable when Docker asks. */
async function prepare(driver: IpamDriver, logger: DriverLogger, terminal: Terminal): Promise<void> {
  try {
    await driver.prepare({ signal: terminal.stop });
  } catch (error) {
    if (terminal.stop.aborted) return;
    if (!isInfobloxError(error, "ConnectionError")) throw error;
    logger.warn(
      `${messageFor(error, undefined)} The driver continues, and asks again for the first network.`,
    );
  }
}

function greeting(address: string): string {
  const socket = address.startsWith("unix://") ? basename(address, ".sock") : undefined;
  const use =
    socket === undefined
      ? `Write ${address} into /etc/docker/plugins/infoblox.spec, for Docker to find it.`
      : `Use it: docker network create --ipam-driver ${socket} NAME`;
  return `Docker's IPAM driver is listening on ${address}\n${use}\n\n`;
}

/** `12:03:04 RequestPool local/docker → 10.1.0.0/24 (34 ms)`, or the same as JSON. */
function loggerOf(
  { stdout, stderr, env }: Terminal,
  logLevel: LogLevel,
  { json }: Pick<DockerCommandOptions, "json">,
): DriverLogger {
  const shows = (level: LogLevel) => logLevels.indexOf(level) >= logLevels.indexOf(logLevel);
  const line = (output: Output, level: keyof typeof colours, message: string) => {
    const now = new Date();
    if (json) {
      const entry = { event: "log", time: now.toISOString(), level, message };
      output.write(`${JSON.stringify(entry)}\n`);
      return;
    }
    const time = paint(output, env, "grey", now.toTimeString().slice(0, 8));
    const colour = colours[level];
    output.write(`${time} ${colour ? paint(output, env, colour, oneLine(message)) : oneLine(message)}\n`);
  };
  return {
    info: (message) => shows("info") && line(stdout, "info", message),
    warn: (message) => shows("warn") && line(stderr, "warn", message),
    error: (message) => line(stderr, "error", message),
  };
}

const colours = { info: undefined, warn: "yellow", error: "red" } as const;

/** Removes the password flag, which is read elsewhere, with a warning. */
function withoutPassword({ password: _, ...flags }: DockerCommandOptions): DockerFlags {
  return flags;
}
