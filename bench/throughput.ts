/**
 * Compares requests per second of WapiClient and plain axios with keep-alive, on the same FakeGrid in another process,
 * alternating in one run. The client should reach at least 85 % of plain axios.
 *
 *   npx tsx bench/throughput.ts [--check] [--short]
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { resolve } from "node:path";
import axios from "axios";
import { WapiClient } from "infoblox-ipam";
import type { GridReady } from "./grid-process.js";
import { sized } from "./short.js";

const target = 0.85;
const rounds = sized(9, 1);
const requests = sized(1_500, 100);
const atOnce = 10;

const child = fork(resolve(import.meta.dirname, "grid-process.ts"), { execArgv: ["--import", "tsx"] });
child.send({ port: 0, tls: false });
const [{ url, username, password }] = (await once(child, "message")) as [GridReady];

const wapi = new WapiClient({
  url,
  username,
  password,
  wapiVersion: "2.12",
  allowInsecureHttp: true,
  maxConcurrency: atOnce,
});
const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
// Like a careful user: one login, then the session's cookie.
const login = await axios.get(`${url}/wapi/v2.12/grid`, { auth: { username, password } });
const cookie = login.headers["set-cookie"]?.[0]?.split(";", 1)[0] ?? "";
const bare = axios.create({ baseURL: `${url}/wapi/v2.12`, headers: { cookie }, httpAgent: agent });

const network = await wapi.create("network", { network: "10.0.0.0/24" });
const contenders = {
  "bare axios": () =>
    bare.get(`/network?network=10.0.0.0/24&_return_fields=network,comment&_max_results=-1000`),
  WapiClient: () =>
    wapi.find("network", { where: { network: "10.0.0.0/24" }, fields: ["network", "comment"], limit: 10 }),
};
type Contender = keyof typeof contenders;

/** Requests per second, with `atOnce` of them under way. */
async function measure(send: () => Promise<unknown>): Promise<number> {
  let left = requests;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await send();
    }),
  );
  return (requests * 1000) / (performance.now() - started);
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const results: Record<Contender, number[]> = { "bare axios": [], WapiClient: [] };
const names = Object.keys(contenders) as Contender[];
for (const name of names) await measure(contenders[name]); // warm-up
for (let round = 0; round < rounds; round++) {
  // Each runs first in every other round.
  for (const name of round % 2 === 0 ? names : [...names].reverse()) {
    results[name].push(await measure(contenders[name]));
  }
}

for (const name of names) console.log(`${name.padEnd(12)} ${median(results[name]).toFixed(0)} requests/s`);
const ratio = median(results["bare axios"].map((speed, round) => (results.WapiClient[round] ?? 0) / speed));
console.log(`ratio        ${ratio.toFixed(2)} (target: at least ${target}), median of ${rounds} rounds`);
if (process.argv.includes("--check") && ratio < target) process.exitCode = 1;

await wapi.delete(network._ref);
await wapi.close();
agent.destroy();
child.send({});
