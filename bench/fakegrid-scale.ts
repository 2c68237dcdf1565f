/**
 * Compares a full FakeGrid (a million used addresses under a /8, in 20,000 networks) with a grid that has few of each:
 * medians of typical requests in one run, with the factor by which each grows; then memory for each object, and plain
 * reads per second over HTTP.
 *
 *   npx tsx --expose-gc --max-old-space-size=6144 bench/fakegrid-scale.ts [--short]
 *
 * The medians are measured without a socket, whose cost is the same for both grids and would hide the growth. A seed
 * fills both grids, so every object has passed the rules.
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { resolve } from "node:path";
import { Clock } from "../src/grid/controls/clock.js";
import { seedFreshGrid, seedGrid } from "../src/grid/controls/seed.js";
import { attributeRules } from "../src/grid/model/extattrs.js";
import { GridModel } from "../src/grid/model/grid.js";
import { objectRules } from "../src/grid/objects/registry.js";
import { handle } from "../src/grid/protocol/handle.js";
import type { GridReady } from "./grid-process.js";
import { sized } from "./short.js";

const addressesPerNetwork = 50;
const networksPerSite = 10;
const pageSize = 100;
const rounds = sized(101, 5);
const readsAtOnce = sized(2_000, 100);

/** A grid with a number of /24 networks in 10.0.0.0/8, ten for each site, and fifty reserved addresses in each. */
class FilledGrid {
  readonly networks: number;
  readonly grid = new GridModel({
    clock: new Clock(),
    rules: objectRules,
    attributes: attributeRules,
    version: "2.12",
  });

  constructor(networks: number) {
    this.networks = networks;
    this.grid.transaction(() => seedFreshGrid(this.grid));
    this.grid.transaction(() => seedGrid(this.grid, { containers: ["10.0.0.0/8"] }));
  }

  get addresses(): number {
    return this.networks * addressesPerNetwork;
  }

  fillNetworks(): void {
    const networks = Array.from({ length: this.networks }, (_, index) => ({
      network: `${prefix(index)}.0/24`,
      extattrs: { Site: `site ${Math.floor(index / networksPerSite)}` },
    }));
    this.grid.transaction(() => seedGrid(this.grid, { networks }));
  }

  fillAddresses(): void {
    for (let index = 0; index < this.networks; index++) {
      const fixedAddresses = Array.from({ length: addressesPerNetwork }, (_, last) => ({
        address: `${prefix(index)}.${last + 1}`,
      }));
      this.grid.transaction(() => seedGrid(this.grid, { fixedAddresses }));
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape
  ask(method: "GET" | "POST", target: string, body?: object): any {
    const request = {
      method,
      url: `/wapi/v2.12/${target}`,
      headers: { "content-type": "application/json" },
      body: Buffer.from(body ? JSON.stringify(body) : ""),
      address: "127.0.0.1",
    };
    const answer = handle(request, this.grid, { user: "admin", logout: () => undefined });
    if (answer.status !== 200) throw new Error(`${method} ${target}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body.toString());
  }
}

/** The prefix `10.a.b` of the network with this number. */
function prefix(index: number): string {
  return `10.${index >> 8}.${index & 255}`;
}

/** The measured requests. Each is prepared once for each grid, and then repeated. */
const questions: Readonly<Record<string, (full: FilledGrid) => () => void>> = {
  "next address": (full) => {
    const middle = prefix(full.networks >> 1);
    const [{ _ref: ref }] = full.ask("GET", `network?network=${middle}.0/24`);
    return () => {
      const { ips } = full.ask("POST", `${ref}?_function=next_available_ip`, { num: 1 });
      expect(ips, [`${middle}.${addressesPerNetwork + 1}`]);
    };
  },
  "next network": (full) => {
    const [{ _ref: ref }] = full.ask("GET", "networkcontainer?network=10.0.0.0/8");
    return () => {
      const { networks } = full.ask("POST", `${ref}?_function=next_available_network`, { cidr: 24 });
      expect(networks, [`${prefix(full.networks)}.0/24`]);
    };
  },
  contains_address: (full) => {
    const middle = prefix(full.networks >> 1);
    return () =>
      expect(full.ask("GET", `network?contains_address=${middle}.77`)[0].network, `${middle}.0/24`);
  },
  "search by attribute": (full) => {
    const site = Math.floor(full.networks / networksPerSite / 2);
    return () => expect(full.ask("GET", `network?*Site=site%20${site}`).length, networksPerSite);
  },
  "one address by its value": (full) => {
    const address = `${prefix(full.networks >> 1)}.7`;
    return () => expect(full.ask("GET", `fixedaddress?ipv4addr=${address}`).length, 1);
  },
  "first page": (full) => () => expect(full.ask("GET", firstPage).result.length, pageSize),
  "deep page": (full) => {
    // A page after nine tenths of the rows, requested repeatedly: a client may repeat a lost page.
    let { next_page_id: page } = full.ask("GET", firstPage);
    for (let depth = 2; depth < (full.addresses / pageSize) * 0.9; depth++) {
      ({ next_page_id: page } = full.ask("GET", `fixedaddress?_return_as_object=1&_page_id=${page}`));
    }
    return () => {
      const answer = full.ask("GET", `fixedaddress?_return_as_object=1&_page_id=${page}`);
      expect(answer.result.length, pageSize);
    };
  },
};

const firstPage = `fixedaddress?_paging=1&_return_as_object=1&_max_results=${pageSize}`;

function expect(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${JSON.stringify(actual)} where ${JSON.stringify(expected)} was to be`);
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0;
}

/** The median of many runs in milliseconds. The first, which may build an index, does not count. */
function measure(ask: () => void): number {
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    ask();
    return performance.now() - started;
  });
  return median(times.slice(1));
}

function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

/** GETs per second of one network from a grid in another process. */
async function readsPerSecond(): Promise<number> {
  const child = fork(resolve(import.meta.dirname, "grid-process.ts"), { execArgv: ["--import", "tsx"] });
  child.send({ port: 0, tls: false, seed: { networks: ["10.0.0.0/24"] } });
  const [{ url, username, password }] = (await once(child, "message")) as [GridReady];
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  const read = () =>
    new Promise<void>((done, failed) => {
      const options = { agent, auth: `${username}:${password}` };
      get(`${url}/wapi/v2.12/network?network=10.0.0.0/24`, options, (answer) => {
        answer.resume().once("end", done);
      }).once("error", failed);
    });
  const run = async (count: number) => {
    let left = count;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        while (left-- > 0) await read();
      }),
    );
    return (count * 1000) / (performance.now() - started);
  };
  await run(readsAtOnce);
  const speeds: number[] = [];
  for (let round = 0; round < 5; round++) speeds.push(await run(readsAtOnce));
  agent.destroy();
  child.send({});
  return median(speeds);
}

const few = new FilledGrid(10);
few.fillNetworks();
few.fillAddresses();
const many = new FilledGrid(sized(20_000, 40));

const before = heapBytes();
many.fillNetworks();
const withNetworks = heapBytes();
const started = performance.now();
many.fillAddresses();
const seconds = (performance.now() - started) / 1000;
const withAddresses = heapBytes();
console.log(`filled with ${many.addresses} addresses in ${seconds.toFixed(0)} s\n`);

const size = ({ networks, addresses }: FilledGrid) =>
  `${networks.toLocaleString("en")} networks, ${addresses.toLocaleString("en")} addresses`;
console.log(`| median, ms | ${size(few)} | ${size(many)} | growth |\n| --- | ---: | ---: | ---: |`);
for (const [name, prepare] of Object.entries(questions)) {
  const [small, large] = [prepare(few), prepare(many)];
  measure(small); // warm-up
  const [quick, slow] = [measure(small), measure(large)];
  console.log(`| ${name} | ${quick.toFixed(3)} | ${slow.toFixed(3)} | × ${(slow / quick).toFixed(1)} |`);
}

console.log(`\nmemory per network: ${((withNetworks - before) / many.networks).toFixed(0)} bytes`);
console.log(
  `memory per reserved address: ${((withAddresses - withNetworks) / many.addresses).toFixed(0)} bytes`,
);
console.log(`plain reads over HTTP: ${(await readsPerSecond()).toFixed(0)} per second`);
