/**
 * `npm run docker-plugin -- [DIRECTORY]`: builds the input of `docker plugin create NAME DIRECTORY` for a managed
 * plugin. It is a config.json and a rootfs with this machine's Node.js, its linked libraries, and the built package
 * with its dependencies at the versions of the lock file. Needs neither Docker nor a registry; Linux only.
 */

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { defaultSocket, dockerVariables } from "../src/cli/docker-config.js";

const root = resolve(import.meta.dirname, "..");
const folder = resolve(process.argv[2] ?? join(root, "build/docker-plugin"));
const rootfs = join(folder, "rootfs");

/** Paths in the plugin. */
const inside = { package: "/infoblox-ipam", config: "/etc/infoblox-ipam/docker.toml", state: "/state" };

if (process.platform !== "linux") throw new Error("A plugin of Docker's is built on Linux.");
if (!existsSync(join(root, "dist/esm/cli/main.js"))) throw new Error("Run npm run build first.");
rmSync(folder, { recursive: true, force: true });
mkdirSync(rootfs, { recursive: true });
addNode();
addPackage();
addSystemFiles();
writeFileSync(join(folder, "config.json"), `${JSON.stringify(config(), undefined, 2)}\n`);
console.log(`docker plugin create infoblox ${relative(process.cwd(), folder) || "."}`);

/** Adds Node.js and the libraries that the dynamic linker loads, each at the linker's path. */
function addNode(): void {
  add(process.execPath, "/bin/node");
  chmodSync(join(rootfs, "bin/node"), 0o755);
  const linked = execFileSync("ldd", [process.execPath], { encoding: "utf8" });
  const libraries = [...linked.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  for (const library of libraries) add(library);
  // Older versions of the C library load name resolution on first use.
  const beside = libraries.find((path) => basename(path).startsWith("libc.so"));
  for (const name of ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"]) {
    const path = join(dirname(beside ?? "/lib"), name);
    if (existsSync(path)) add(path);
  }
}

/** Adds what `npm install infoblox-ipam` would install, without documentation. */
function addPackage(): void {
  const production = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    cwd: root,
    encoding: "utf8",
  });
  const target = join(rootfs, inside.package);
  for (const path of [...production.trim().split("\n").slice(1), ...withDependencies("prom-client")]) {
    cpSync(path, join(target, relative(root, path)), { recursive: true, dereference: true });
  }
  for (const path of ["package.json", "LICENSE", "dist/esm"]) {
    cpSync(join(root, path), join(target, path), { recursive: true });
  }
}

/** An optional package and its dependencies. */
function withDependencies(name: string): string[] {
  const path = join(root, "node_modules", name);
  const { dependencies = {} } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return [path, ...Object.keys(dependencies).flatMap(withDependencies)];
}

/** Docker mounts the host's own /etc/hosts and /etc/resolv.conf. */
function addSystemFiles(): void {
  for (const path of [
    "run/docker/plugins",
    "tmp",
    "proc",
    "sys",
    "dev",
    "etc/infoblox-ipam",
    "etc/ssl",
    "state",
  ]) {
    mkdirSync(join(rootfs, path), { recursive: true });
  }
  writeFileSync(join(rootfs, "etc/nsswitch.conf"), "hosts: files dns\n");
  writeFileSync(join(rootfs, "etc/passwd"), "root:x:0:0:root:/:/bin/false\n");
}

function add(source: string, at = source): void {
  const target = join(rootfs, at);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}

/** See https://docs.docker.com/engine/extend/config/. */
function config() {
  // The plugin has one socket, one state directory, and mounts instead of paths.
  const fixed = {
    CONF_FILE_NAME: inside.config,
    INFOBLOX_DOCKER_IPVLAN_SOCKET: "false",
    INFOBLOX_DOCKER_STATE_DIR: inside.state,
  };
  const settable = dockerVariables().filter(
    (name) =>
      !(name in fixed) &&
      !["STATE_DIRECTORY", "INFOBLOX_DOCKER_SOCKET", "INFOBLOX_DOCKER_PORT"].includes(name),
  );
  const file = (Name: string, Destination: string, Description: string, readOnly = true) => ({
    ...{ Name, Description, Destination, Type: "bind" },
    // Empty, until somebody sets a file of the host.
    Source: "/dev/null",
    Options: ["bind", ...(readOnly ? ["ro"] : [])],
    Settable: ["source"],
  });
  return {
    Description: `Docker's IPAM driver for an Infoblox grid (infoblox-ipam ${manifest.version})`,
    Documentation: "https://www.npmjs.com/package/infoblox-ipam",
    Interface: { Types: ["docker.ipamdriver/1.0"], Socket: basename(defaultSocket) },
    Entrypoint: ["/bin/node", `${inside.package}/dist/esm/cli/main.js`, "docker"],
    WorkDir: "/",
    Network: { Type: "host" },
    Env: [
      ...Object.entries(fixed).map(([Name, Value]) => ({ Name, Value, Settable: null })),
      ...settable.map((Name) => ({ Name, Value: "", Settable: ["value"] })),
    ],
    Mounts: [
      file("config", inside.config, "The settings: a TOML file."),
      file("ca", "/etc/ssl/grid-ca.pem", "The CA of the grid, for INFOBLOX_SSL_VERIFY=/etc/ssl/grid-ca.pem."),
      file(
        "docker",
        "/run/docker.sock",
        "Docker's own socket, to compare its containers with the grid.",
        false,
      ),
    ],
    // Docker keeps it in an upgrade of the plugin.
    PropagatedMount: inside.state,
    Linux: { Capabilities: [], AllowAllDevices: false, Devices: null },
    IpcHost: false,
    PidHost: false,
  };
}
