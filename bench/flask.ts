/**
 * Compares requests per second of a plain read: FakeGrid and a minimal Flask mock (flask_mock.py), each in its own
 * process, over plain HTTP, alternating in one run. FakeGrid keeps connections; Flask's server closes each after an
 * answer. Requests are written to plain sockets, and still take this process longer than FakeGrid. So the processor
 * time of each server (on Linux) shows what it could do with its own core. Needs python3 with Flask; without it, says
 * so.
 *
 *   npx tsx bench/flask.ts [--check] [--short]
 */

import { type ChildProcess, fork, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { resolve } from "node:path";
import type { GridReady } from "./grid-process.js";
import { sized } from "./short.js";

const target = 10;
const rounds = sized(7, 1);
const secondsEach = sized(1, 0.2);
const atOnce = 8;
const read = "/wapi/v2.12/network?network=10.0.0.0/24";

if (spawnSync("python3", ["-c", "import flask"]).status !== 0) {
  console.log("python3 with Flask isn't installed: nothing to compare with");
  process.exit(0);
}

const grid = fork(resolve(import.meta.dirname, "grid-process.ts"), { execArgv: ["--import", "tsx"] });
grid.send({ tls: false, seed: { networks: ["10.0.0.0/24"] } });
const [{ url, username, password }] = (await once(grid, "message")) as [GridReady];
const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

const port = await freePort();
const mock: ChildProcess = spawn("python3", [resolve(import.meta.dirname, "flask_mock.py"), String(port)], {
  stdio: "ignore",
});
process.once("exit", () => {
  mock.kill();
  grid.kill();
});
const contenders = { FakeGrid: Number(new URL(url).port), Flask: port };
type Contender = keyof typeof contenders;
const names = Object.keys(contenders) as Contender[];
let request = requestWith("");

await untilListening(contenders.Flask);
// Like clients: one login, then the session's cookie, which the mock ignores.
const login = await open(contenders.FakeGrid);
request = requestWith(`Cookie: ${/^set-cookie: ([^;]*)/im.exec(await ask(login))?.[1]}\r\n`);
login.destroy();
const processes = { FakeGrid: grid, Flask: mock };
const results: Record<Contender, number[]> = { FakeGrid: [], Flask: [] };
const perCore: Record<Contender, number[]> = { FakeGrid: [], Flask: [] };
for (const name of names) await measure(contenders[name]); // warm-up
for (let round = 0; round < rounds; round++) {
  for (const name of round % 2 === 0 ? names : [...names].reverse()) {
    const before = processorSeconds(processes[name]);
    const { answers, speed } = await measure(contenders[name]);
    results[name].push(speed);
    perCore[name].push(answers / (processorSeconds(processes[name]) - before));
  }
}
for (const name of names) {
  const [seen, own] = [median(results[name]), median(perCore[name])].map((speed) => speed.toFixed(0));
  console.log(`${name.padEnd(10)} ${seen} requests/s, ${own} per second of its processor time`);
}
const seen = ratioOf(results);
const ratio = ratioOf(perCore);
console.log(
  `ratio      ${seen.toFixed(1)} as seen, ${ratio.toFixed(1)} by processor time (expected: at least ${target}); medians of ${rounds} rounds`,
);
if (process.argv.includes("--check") && ratio < target) process.exitCode = 1;

mock.kill();
grid.send({});

function requestWith(cookie: string): string {
  return `GET ${read} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n${cookie}\r\n`;
}

function ratioOf({ FakeGrid, Flask }: Record<Contender, number[]>): number {
  return median(FakeGrid.map((speed, round) => speed / (Flask[round] ?? Number.NaN)));
}

/** User and system time that a process took so far; ticks are hundredths on all usual systems. */
function processorSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Requests per second over `atOnce` connections. */
async function measure(to: number): Promise<{ readonly answers: number; readonly speed: number }> {
  const started = performance.now();
  const ends = started + secondsEach * 1000;
  const counts = await Promise.all(Array.from({ length: atOnce }, () => askUntil(ends, to)));
  const answers = counts.reduce((sum, count) => sum + count, 0);
  return { answers, speed: (answers * 1000) / (performance.now() - started) };
}

/** How many answers arrived, one after the other, over one connection if the server keeps it. */
async function askUntil(ends: number, to: number): Promise<number> {
  let socket = await open(to);
  let answers = 0;
  for (; performance.now() < ends; answers++) {
    const answer = await ask(socket);
    if (!answer.startsWith("HTTP/1.1 200")) throw new Error(answer);
    if (/^connection: close/im.test(answer)) {
      socket.destroy();
      socket = await open(to);
    }
  }
  socket.destroy();
  return answers;
}

function ask(socket: Socket): Promise<string> {
  return new Promise((settle, fail) => {
    let received = "";
    const receive = (chunk: string) => {
      received += chunk;
      if (!isWhole(received)) return;
      socket.off("data", receive).off("error", fail);
      settle(received);
    };
    socket.on("data", receive).once("error", fail);
    socket.write(request);
  });
}

function isWhole(answer: string): boolean {
  const body = answer.indexOf("\r\n\r\n") + 4;
  if (body < 4) return false;
  const length = /^content-length: *(\d+)/im.exec(answer)?.[1];
  return length === undefined ? answer.endsWith("0\r\n\r\n") : answer.length - body >= Number(length);
}

async function open(to: number): Promise<Socket> {
  const socket = connect(to, "127.0.0.1").setEncoding("latin1").setNoDelay();
  await once(socket, "connect");
  return socket;
}

async function untilListening(to: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      (await open(to)).destroy();
      return;
    } catch (error) {
      if (attempt === 300) throw error;
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
