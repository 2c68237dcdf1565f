/** A real Docker Engine in a network namespace of its own. */

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kill, type Machine, type Program, pause, removeAll, run } from "./machine.js";

export const image = "busybox-of-the-test";

export class Engine {
  /** Path of its own socket. */
  readonly socket: string;
  readonly namespace: string;
  readonly #begin: () => Program;
  #program: Program;

  private constructor(socket: string, namespace: string, begin: () => Program) {
    this.socket = socket;
    this.namespace = namespace;
    this.#begin = begin;
    this.#program = begin();
  }

  /** Starts an engine that has an image with busybox in it. */
  static async start(machine: Machine, name: string): Promise<Engine> {
    const namespace = await machine.namespace(name);
    const folder = join(machine.folder, name);
    const socket = `${folder}.sock`;
    // Without this machine's own settings.
    writeFileSync(`${folder}.json`, "{}");
    // Not `ip netns exec`, which hides the mounts of the control groups.
    const args = [
      `--net=/run/netns/${namespace}`,
      "dockerd",
      ...["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec")],
      ...["--host", `unix://${socket}`, "--pidfile", `${folder}.pid`, "--config-file", `${folder}.json`],
      ...["--containerd-namespace", namespace, "--containerd-plugins-namespace", `${namespace}-plugins`],
      ...["--storage-driver", "vfs", "--bridge", "none", "--iptables=false", "--ip6tables=false"],
      ...["--log-level", "warn"],
    ];
    const engine = new Engine(socket, namespace, () => machine.start("nsenter", args));
    await engine.#ready();
    await engine.#importImage(join(machine.folder, `${name}-image`));
    return engine;
  }

  /** Runs a docker command. @throws Error with what it printed to stderr */
  async docker(...args: readonly string[]): Promise<string> {
    return (await run("docker", "--host", `unix://${this.socket}`, ...args)).trim();
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    await this.#program.end(signal);
  }

  /** Kills engine and containers at once, like a power failure. */
  async crash(): Promise<void> {
    const ids = (await this.docker("ps", "--quiet")).split("\n").filter(Boolean);
    const pids = await this.docker("inspect", "--format", "{{.State.Pid}}", ...ids);
    await this.#program.end("SIGKILL");
    for (const pid of pids.split("\n")) kill(Number(pid));
    // A machine that starts does not have these.
    const folder = this.socket.replace(/\.sock$/, "");
    removeAll(join(folder, "exec"));
    rmSync(`${folder}.pid`, { force: true });
  }

  /** Starts it again; resolves when it has restored its containers. */
  async startAgain(): Promise<void> {
    this.#program = this.#begin();
    await this.#ready();
  }

  /** The error output of a docker command that must fail. */
  async refusal(...args: readonly string[]): Promise<string> {
    return this.docker(...args).then(
      (printed) => Promise.reject(new Error(`docker ${args.join(" ")} succeeded: ${printed}`)),
      (error: { stderr?: string }) => String(error.stderr),
    );
  }

  /** Starts an idle container, and returns the addresses that it sees itself. */
  async container(name: string, ...args: readonly string[]): Promise<Interface> {
    await this.docker("run", "--detach", "--name", name, ...args, image, "sleep", "1000");
    return this.interfaceOf(name);
  }

  async interfaceOf(name: string): Promise<Interface> {
    const printed = await this.docker("exec", name, "ip", "addr", "show", "dev", "eth0");
    return {
      mac: /link\/ether (\S+)/.exec(printed)?.[1] ?? "",
      ipv4: /inet (\S+)/.exec(printed)?.[1] ?? "",
      ipv6: /inet6 (\S+) scope global/.exec(printed)?.[1],
    };
  }

  /** A dummy interface of the host, with an address. */
  async addressFor(name: string, cidr: string): Promise<void> {
    const ip = (...args: readonly string[]) => run("ip", "-n", this.namespace, ...args);
    await ip("link", "add", name, "type", "veth", "peer", "name", `${name}-end`);
    await ip("addr", "add", cidr, "dev", name);
    await ip("link", "set", name, "up");
  }

  /** The containers of a service, when it has this many. */
  async tasksOf(service: string, count: number): Promise<string[]> {
    for (;;) {
      const filter = `label=com.docker.swarm.service.name=${service}`;
      const ids = (await this.docker("ps", "--quiet", "--filter", filter)).split("\n").filter(Boolean);
      if (ids.length === count) return ids;
      await pause(200);
    }
  }

  async remove(...names: readonly string[]): Promise<void> {
    await this.docker("rm", "--force", ...names);
  }

  /** Removes all containers and networks that are left. */
  async clean(): Promise<void> {
    const containers = await this.docker("ps", "--all", "--quiet");
    if (containers !== "") await this.remove(...containers.split("\n"));
    await this.docker("network", "prune", "--force");
  }

  async #ready(): Promise<void> {
    for (;;) {
      const { exitCode } = this.#program.child;
      if (exitCode !== null) throw new Error(`the engine ended: ${this.#program.output}`);
      const version = await this.docker("version", "--format", "{{.Server.Version}}").catch(() => "");
      if (version !== "") return;
      await pause(100);
    }
  }

  /** An image without a registry: a static busybox, with a name for each of its programs that the tests use. */
  async #importImage(folder: string): Promise<void> {
    mkdirSync(join(folder, "bin"), { recursive: true });
    const busybox = (await run("sh", "-c", "command -v busybox")).trim();
    await run("cp", "-L", busybox, join(folder, "bin/busybox"));
    for (const name of ["sh", "sleep", "ip", "ping"]) symlinkSync("busybox", join(folder, "bin", name));
    const archive = `${folder}.tar`;
    await run("tar", "-C", folder, "-cf", archive, ".");
    await this.docker("import", archive, image);
  }
}

/** A container's description of its only interface. */
export interface Interface {
  readonly mac: string;
  /** With prefix length: `"10.1.0.2/24"`. */
  readonly ipv4: string;
  readonly ipv6: string | undefined;
}
