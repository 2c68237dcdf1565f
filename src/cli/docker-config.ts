/**
 * The settings of `infoblox-ipam docker`: from flags, else the environment, else a TOML or JSON file. The names of
 * variables and keys are those of the older Infoblox driver for Docker if it has the setting.
 */

import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type {
  AddressSpaceOptions,
  DriverListenOptions,
  IpamDriverOptions,
  ListenPlace,
} from "../docker/index.js";
import { urlOfHost } from "../transport/environment.js";
import type { WapiClientOptions } from "../wapi/options.js";
import { readPrivateFile } from "./data-file.js";
import { type Terminal, UsageError, warn } from "./output.js";

/**
 * Where a setting comes from: a key in a section of the file, and environment variables, of which the first that is set
 * counts.
 */
interface SettingSource {
  readonly section: "grid-config" | "ipam-config" | "docker-config";
  readonly key: string;
  readonly env: readonly string[];
}

const places = {
  url: { section: "grid-config", key: "url", env: [] },
  gridHost: { section: "grid-config", key: "grid-host", env: ["GRID_HOST"] },
  wapiPort: { section: "grid-config", key: "wapi-port", env: ["WAPI_PORT"] },
  user: { section: "grid-config", key: "wapi-username", env: ["INFOBLOX_USERNAME", "WAPI_USERNAME"] },
  password: { section: "grid-config", key: "wapi-password", env: ["INFOBLOX_PASSWORD", "WAPI_PASSWORD"] },
  wapiVersion: {
    section: "grid-config",
    key: "wapi-version",
    env: ["INFOBLOX_WAPI_VERSION", "WAPI_VERSION"],
  },
  sslVerify: { section: "grid-config", key: "ssl-verify", env: ["INFOBLOX_SSL_VERIFY", "SSL_VERIFY"] },
  timeout: { section: "grid-config", key: "http-request-timeout", env: ["HTTP_REQUEST_TIMEOUT"] },
  connections: { section: "grid-config", key: "http-pool-connections", env: ["HTTP_POOL_CONNECTIONS"] },
  localView: { section: "ipam-config", key: "local-view", env: ["LOCAL_VIEW"] },
  localNetworkContainer: {
    section: "ipam-config",
    key: "local-network-container",
    env: ["LOCAL_NETWORK_CONTAINER"],
  },
  localPrefixLength: { section: "ipam-config", key: "local-prefix-length", env: ["LOCAL_PREFIX_LENGTH"] },
  localIpv6PrefixLength: {
    section: "ipam-config",
    key: "local-ipv6-prefix-length",
    env: ["LOCAL_IPV6_PREFIX_LENGTH"],
  },
  globalView: { section: "ipam-config", key: "global-view", env: ["GLOBAL_VIEW"] },
  globalNetworkContainer: {
    section: "ipam-config",
    key: "global-network-container",
    env: ["GLOBAL_NETWORK_CONTAINER"],
  },
  globalPrefixLength: { section: "ipam-config", key: "global-prefix-length", env: ["GLOBAL_PREFIX_LENGTH"] },
  globalIpv6PrefixLength: {
    section: "ipam-config",
    key: "global-ipv6-prefix-length",
    env: ["GLOBAL_IPV6_PREFIX_LENGTH"],
  },
  socket: { section: "docker-config", key: "socket", env: ["INFOBLOX_DOCKER_SOCKET"] },
  port: { section: "docker-config", key: "port", env: ["INFOBLOX_DOCKER_PORT"] },
  engineId: { section: "docker-config", key: "engine-id", env: ["INFOBLOX_DOCKER_ENGINE_ID"] },
  cloudAttributes: {
    section: "docker-config",
    key: "cloud-attributes",
    env: ["INFOBLOX_DOCKER_CLOUD_ATTRIBUTES"],
  },
  hostName: { section: "docker-config", key: "host-name", env: ["INFOBLOX_DOCKER_HOST_NAME"] },
  hostDns: { section: "docker-config", key: "host-dns", env: ["INFOBLOX_DOCKER_HOST_DNS"] },
  dnsView: { section: "docker-config", key: "dns-view", env: ["INFOBLOX_DOCKER_DNS_VIEW"] },
  dockerSocket: { section: "docker-config", key: "docker-socket", env: ["INFOBLOX_DOCKER_DOCKER_SOCKET"] },
  statusPort: { section: "docker-config", key: "status-port", env: ["INFOBLOX_DOCKER_STATUS_PORT"] },
  statusSocket: { section: "docker-config", key: "status-socket", env: ["INFOBLOX_DOCKER_STATUS_SOCKET"] },
  logLevel: { section: "docker-config", key: "log-level", env: ["INFOBLOX_DOCKER_LOG_LEVEL"] },
  ipvlanSocket: { section: "docker-config", key: "ipvlan-socket", env: ["INFOBLOX_DOCKER_IPVLAN_SOCKET"] },
  macAddresses: { section: "docker-config", key: "mac-addresses", env: ["INFOBLOX_DOCKER_MAC_ADDRESSES"] },
  stateDir: {
    section: "docker-config",
    key: "state-dir",
    // systemd sets the second one for `StateDirectory=`.
    env: ["INFOBLOX_DOCKER_STATE_DIR", "STATE_DIRECTORY"],
  },
  createViews: { section: "docker-config", key: "create-views", env: ["INFOBLOX_DOCKER_CREATE_VIEWS"] },
  releaseShared: { section: "docker-config", key: "release-shared", env: ["INFOBLOX_DOCKER_RELEASE_SHARED"] },
} as const satisfies Readonly<Record<string, SettingSource>>;

export type DockerSetting = keyof typeof places;

/** All environment variables that the command reads. A managed plugin declares them: Docker sets no others. */
export function dockerVariables(): readonly string[] {
  const ofClient = ["INFOBLOX_URL", "INFOBLOX_ALLOW_INSECURE_HTTP", "DEBUG"];
  return [...ofClient, ...Object.values<SettingSource>(places).flatMap(({ env }) => env)];
}

/** Flags as the parser gives them. */
export type DockerFlags = { readonly [Name in DockerSetting]?: string } & {
  readonly config?: string;
  readonly allowInsecureHttp?: true;
  readonly debug?: true;
  readonly quiet?: true;
};

/** Log levels. The driver prints lines of its level and of those after it. */
export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** All settings of the command, checked. */
export interface DockerConfig {
  readonly client: WapiClientOptions;
  readonly driver: Omit<IpamDriverOptions, "ipam" | "logger">;
  /** The first is the main listener. */
  readonly listen: readonly [DriverListenOptions, ...DriverListenOptions[]];
  /** Where `/health` and `/metrics` are served. */
  readonly status: ListenPlace | undefined;
  readonly logLevel: LogLevel;
}

/** Docker's own. */
export const defaultDockerSocket = "/run/docker.sock";
export const defaultSocket = "/run/docker/plugins/infoblox.sock";
/** The second default socket, for ipvlan networks, whose interfaces refuse a MAC. */
export const defaultIpvlanSocket = "/run/docker/plugins/infoblox-ipvlan.sock";

/** @throws {UsageError} that names the flag, variable or key at fault */
export async function readDockerConfig(
  flags: DockerFlags,
  password: string | undefined,
  terminal: Terminal,
): Promise<DockerConfig> {
  // The older driver's variable.
  const path = flags.config ?? (terminal.env["CONF_FILE_NAME"] || undefined);
  const file = path === undefined ? {} : await readFile(path, terminal);
  const settings = new Settings(flags, terminal.env, file, path ?? "");
  return {
    client: {
      ...connection(settings),
      password: password ?? settings.text("password"),
      allowInsecureHttp: flags.allowInsecureHttp,
    },
    driver: {
      local: space(settings, "local"),
      global: space(settings, "global"),
      engineId: settings.text("engineId"),
      cloudAttributes: settings.oneOf("cloudAttributes", ["auto", "always", "never"]),
      hostName: settings.text("hostName"),
      hostDns: settings.flag("hostDns"),
      dnsView: settings.text("dnsView"),
      releaseShared: settings.flag("releaseShared"),
      createViews: settings.flag("createViews"),
      stateDirectory: settings.text("stateDir"),
      dockerSocket: settings.text("dockerSocket") ?? defaultDockerSocket,
    },
    listen: listeners(settings),
    status: statusPlace(settings),
    logLevel: logLevel(settings, flags, terminal),
  };
}

function statusPlace(settings: Settings): ListenPlace | undefined {
  const socket = settings.text("statusSocket");
  const port = settings.number("statusPort");
  if (socket !== undefined && port !== undefined) {
    throw new UsageError(
      `${settings.nameOf("statusPort")} and ${settings.nameOf("statusSocket")}: only one of them`,
    );
  }
  if (socket !== undefined) return { socket };
  return port === undefined ? undefined : { port };
}

/** Other programs than the older driver use `DEBUG`, too: only a plain yes counts. */
function logLevel(settings: Settings, flags: DockerFlags, { env }: Terminal): LogLevel {
  if (flags.debug) return "debug";
  if (flags.quiet) return "warn";
  const isDebug = /^(1|true|yes|on)$/i.test(env["DEBUG"] ?? "");
  return settings.oneOf("logLevel", logLevels) ?? (isDebug ? "debug" : "info");
}

/**
 * The main listener and, beside a socket, a second one for ipvlan networks. The second is the default if the first is
 * the default socket.
 */
function listeners(settings: Settings): DockerConfig["listen"] {
  const first = place(settings);
  const macAddresses = settings.flag("macAddresses") ?? true;
  if (!macAddresses || !("socket" in first)) return [{ ...first, macAddresses }];
  const usual = first.socket === defaultSocket ? defaultIpvlanSocket : "";
  const socket = settings.text("ipvlanSocket") ?? usual;
  if (socket === first.socket) {
    throw new UsageError(`${settings.nameOf("ipvlanSocket")}: must be another socket than ${first.socket}`);
  }
  return socket === "" || socket === "false" ? [first] : [first, { socket, macAddresses: false }];
}

function place(settings: Settings): DriverListenOptions {
  const socket = settings.text("socket");
  const port = settings.number("port");
  if (socket !== undefined && port !== undefined) {
    throw new UsageError(`${settings.nameOf("port")} and ${settings.nameOf("socket")}: only one of them`);
  }
  return port === undefined ? { socket: socket ?? defaultSocket } : { port };
}

function connection(settings: Settings): WapiClientOptions {
  const timeout = settings.number("timeout");
  return {
    url: settings.flagText("url") ?? (settings.hasOwnUrl() ? undefined : olderUrl(settings)),
    username: settings.text("user"),
    wapiVersion: settings.text("wapiVersion"),
    timeout: timeout === undefined ? undefined : timeout * 1000,
    maxConcurrency: settings.number("connections"),
    tls: verification(settings),
  };
}

/** The URL from the older driver's host and port, or `url` in the file. */
function olderUrl(settings: Settings): string | undefined {
  const url = settings.text("url");
  if (url !== undefined) return url;
  const host = settings.text("gridHost");
  return host === undefined ? undefined : urlOfHost(host, settings.number("wapiPort"));
}

function verification(settings: Settings): WapiClientOptions["tls"] {
  const text = settings.text("sslVerify");
  if (text === undefined) return undefined;
  const verify = booleans[text.toLowerCase()];
  if (verify !== undefined) return { rejectUnauthorized: verify };
  try {
    return { ca: readFileSync(text, "utf8") };
  } catch {
    throw new UsageError(
      `${settings.nameOf("sslVerify")}: ${text} is neither true, false nor a readable CA file`,
    );
  }
}

function space(settings: Settings, scope: "local" | "global"): AddressSpaceOptions {
  const containers = settings.text(`${scope}NetworkContainer`);
  return {
    networkView: settings.text(`${scope}View`),
    containers: containers?.split(",").flatMap((cidr) => cidr.trim() || []),
    prefixLength: settings.number(`${scope}PrefixLength`),
    ipv6PrefixLength: settings.number(`${scope}Ipv6PrefixLength`),
  };
}

const booleans: Readonly<Record<string, boolean>> = {
  ...{ true: true, yes: true, on: true, "1": true },
  ...{ false: false, no: false, off: false, "0": false },
};

type Values = Readonly<Record<string, string>>;

/** Reads settings from flags, environment and file, and knows their names there. */
class Settings {
  readonly #flags: DockerFlags;
  readonly #env: Terminal["env"];
  readonly #file: Values;
  readonly #path: string;

  constructor(flags: DockerFlags, env: Terminal["env"], file: Values, path: string) {
    this.#flags = flags;
    this.#env = env;
    this.#file = file;
    this.#path = path;
  }

  text(name: DockerSetting): string | undefined {
    return this.#found(name)?.text;
  }

  flagText(name: DockerSetting): string | undefined {
    return this.#flags[name];
  }

  /** Whether the environment names the grid by the variables that `WapiClient` itself reads. */
  hasOwnUrl(): boolean {
    return ["INFOBLOX_URL", "INFOBLOX_SERVER", "INFOBLOX_HOST"].some((name) => this.#env[name]?.trim());
  }

  number(name: DockerSetting): number | undefined {
    const text = this.text(name);
    if (text === undefined || /^\d{1,6}$/.test(text)) return text === undefined ? undefined : Number(text);
    throw new UsageError(`${this.nameOf(name)}: must be a whole number (got "${text}")`);
  }

  flag(name: DockerSetting): boolean | undefined {
    const text = this.text(name);
    const value = text === undefined ? undefined : booleans[text.toLowerCase()];
    if (text === undefined || value !== undefined) return value;
    throw new UsageError(`${this.nameOf(name)}: must be true or false (got "${text}")`);
  }

  oneOf<const T extends string>(name: DockerSetting, values: readonly T[]): T | undefined {
    const text = this.text(name);
    const value = values.find((one) => one === text);
    if (text === undefined || value !== undefined) return value;
    throw new UsageError(`${this.nameOf(name)}: must be ${values.join(", ")} (got "${text}")`);
  }

  /** The setting's name where it was given: `--port`, `WAPI_PORT`, `wapi-port in driver.toml`. */
  nameOf(name: DockerSetting): string {
    return this.#found(name)?.as ?? flagOf(name);
  }

  #found(name: DockerSetting): { readonly text: string; readonly as: string } | undefined {
    const flag = this.#flags[name];
    if (flag !== undefined) return { text: flag, as: flagOf(name) };
    const { section, key, env }: SettingSource = places[name];
    for (const variable of env) {
      // A password may begin or end with a blank.
      const text = name === "password" ? this.#env[variable] : this.#env[variable]?.trim();
      if (text) return { text, as: variable };
    }
    const text = this.#file[`${section}.${key}`];
    return text === undefined ? undefined : { text, as: `${key} in ${this.#path}` };
  }
}

function flagOf(name: DockerSetting): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The file's values by `section.key`, as texts; lists with commas between. */
async function readFile(path: string, terminal: Terminal): Promise<Values> {
  const { content } = await readPrivateFile(path, terminal, ".toml");
  if (typeof content !== "object" || content === null) {
    throw new UsageError(`${path} must have sections such as [grid-config]`);
  }
  const values: Record<string, string> = {};
  for (const [section, keys] of Object.entries(content)) {
    if (typeof keys !== "object" || keys === null) {
      throw new UsageError(`${path}: "${section}" must be in a section such as [grid-config]`);
    }
    for (const [key, value] of Object.entries(keys)) {
      const isKnown = Object.values<SettingSource>(places).some(
        (one) => one.section === section && one.key === key,
      );
      if (!isKnown) throw new UsageError(`${path}: [${section}] has no "${key}"`);
      values[`${section}.${key}`] = textOf(value);
    }
  }
  if ("grid-config.wapi-password" in values && (statSync(resolve(terminal.cwd, path)).mode & 0o077) !== 0) {
    warn(terminal, `${path} holds a password, and other users can read it: chmod 600 ${path}`);
  }
  return values;
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}
