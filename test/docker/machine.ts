/** Network namespaces, processes and mounts of a test, and their cleanup. */

import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const runFile = promisify(execFile);

/** Runs a program to its end. @throws Error with what it printed, where it fails */
export async function run(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await runFile(program, args, { timeout: 180_000, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** A folder, network namespaces and processes that are removed together at the end, whatever happened before. */
export class Machine {
  /** Short, since the path of a Unix socket may have 108 characters. */
  readonly folder = mkdtempSync(`/tmp/ipam-${process.pid}-`);
  readonly #namespaces: string[] = [];
  readonly #processes: ChildProcess[] = [];
  readonly #servers: Server[] = [];

  /** Another namespace, with nothing but a loopback interface. */
  async namespace(name: string): Promise<string> {
    const full = `ipam-${process.pid}-${name}`;
    await run("ip", "netns", "add", full);
    this.#namespaces.push(full);
    await run("ip", "-n", full, "link", "set", "lo", "up");
    return full;
  }

  /** Connects two namespaces. Returns the name of both ends. */
  async cable(one: string, other: string): Promise<string> {
    await run(
      "ip",
      "link",
      "add",
      "cable",
      "netns",
      one,
      "type",
      "veth",
      "peer",
      "name",
      "cable",
      "netns",
      other,
    );
    return "cable";
  }

  /** Makes a port of this machine's loopback the same port of a namespace's: through a Unix socket, which has no namespace. */
  async forward(namespace: string, port: number): Promise<void> {
    const path = join(this.folder, `${namespace}-${port}.sock`);
    const server = createServer((near) => {
      const far = connect(port, "127.0.0.1");
      near.pipe(far).pipe(near);
      for (const end of [near, far]) end.on("error", () => {});
    });
    this.#servers.push(server);
    await once(server.listen(path), "listening");
    const program = `
      const { connect, createServer } = require("node:net");
      createServer((near) => {
        const far = connect(${JSON.stringify(path)});
        near.pipe(far).pipe(near);
        for (const end of [near, far]) end.on("error", () => {});
      }).listen(${port}, "127.0.0.1", () => console.log("forwarding"));`;
    const args = [`--net=/run/netns/${namespace}`, process.execPath, "--eval", program];
    await this.start("nsenter", args).waitFor(/forwarding/);
  }

  start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#processes.push(child);
    return new Program(child);
  }

  /** Ends and removes all of it, by force if needed. */
  async close(): Promise<void> {
    for (const child of this.#processes.reverse()) await end(child);
    for (const server of this.#servers) server.close();
    removeAll(this.folder);
    for (const name of this.#namespaces) tryTo("ip", "netns", "delete", name);
  }

  /** Removes what killed runs have left. */
  static sweep(): void {
    const left = (folder: string) =>
      namesIn(folder).filter((name) => {
        const [, pid] = /^(?:infoblox-)?ipam-(\d+)-/.exec(name) ?? [];
        return pid !== undefined && !existsSync(`/proc/${pid}`);
      });
    for (const name of left("/tmp")) removeAll(join("/tmp", name));
    for (const name of left("/run/netns")) tryTo("ip", "netns", "delete", name);
    for (const name of left("/run/docker/plugins")) rmSync(join("/run/docker/plugins", name));
  }
}

/** A folder, with the processes that work in it and what is mounted there. */
export function removeAll(folder: string): void {
  for (const pid of processesOf(folder)) kill(pid);
  for (const mount of mountsUnder(folder)) tryTo("umount", "-l", mount);
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** A program that runs. */
export class Program {
  readonly child: ChildProcess;
  output = "";

  constructor(child: ChildProcess) {
    this.child = child;
    const note = (chunk: Buffer) => {
      this.output += chunk;
    };
    child.stdout?.on("data", note);
    child.stderr?.on("data", note);
  }

  /** Resolves once it has printed that. @throws Error with its output, where it ends before */
  async waitFor(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.output)) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`it ended: ${this.output}`);
      }
      await pause(20);
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    await ended;
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Asks it to end, and kills it after a while. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(late);
}

/** Processes that name the folder: an engine has started them and left them behind. */
function processesOf(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => read(join("/proc", name, "cmdline")).includes(folder))
    .map(Number);
}

/** The innermost first. */
function mountsUnder(folder: string): string[] {
  return read("/proc/self/mountinfo")
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function tryTo(program: string, ...args: readonly string[]): void {
  try {
    execFileSync(program, args, { stdio: "ignore" });
  } catch {
    // It is gone already.
  }
}
