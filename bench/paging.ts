/**
 * Measures memory while a client reads 200,000 objects in pages: it must not grow with their number. A FakeGrid in
 * another process serves the pages, so that only the client's memory counts.
 *
 *   npx tsx --expose-gc bench/paging.ts [--check] [--short]
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { step, WapiClient } from "infoblox-ipam";
import type { GridReady } from "./grid-process.js";
import { sized } from "./short.js";

const total = sized(200_000, 2_000);
/** The number of objects between two measurements. */
const stride = total / 10;
const perBatch = 1_000;

const child = fork(resolve(import.meta.dirname, "grid-process.ts"), { execArgv: ["--import", "tsx"] });
child.send({ port: 0, tls: false });
const [{ url, username, password }] = (await once(child, "message")) as [GridReady];
const wapi = new WapiClient({ url, username, password, wapiVersion: "2.12", allowInsecureHttp: true });

console.log(`filling the grid with ${total.toLocaleString("en")} networks …`);
const filling = performance.now();
for (let first = 0; first < total; first += perBatch) {
  await wapi.batch(
    Array.from({ length: perBatch }, (_, i) =>
      step.create("network", { network: subnetAt(first + i), comment: `network number ${first + i}` }),
    ),
  );
}
console.log(`filled in ${((performance.now() - filling) / 1000).toFixed(1)} s`);

const heap: number[] = [];
let count = 0;
const started = performance.now();
for await (const { network } of wapi.iterate("network", { fields: ["network", "comment"] })) {
  if (network === "") throw new Error("a network without an address");
  if (++count % stride === 0) heap.push(heapInUse());
}
const seconds = (performance.now() - started) / 1000;

console.log(`${count.toLocaleString("en")} objects in ${seconds.toFixed(1)} s`);
heap.forEach((megabytes, i) => {
  console.log(`after ${((i + 1) * stride).toLocaleString("en").padStart(7)}: ${megabytes.toFixed(1)} MB`);
});
const growth = (heap.at(-1) ?? 0) - (heap[1] ?? 0);
console.log(`growth from ${(2 * stride).toLocaleString("en")} objects on: ${growth.toFixed(1)} MB`);
if (process.argv.includes("--check") && (count !== total || growth > 5)) process.exitCode = 1;

await wapi.close();
child.send({});

/** The n-th /28 of 10.0.0.0/8. */
function subnetAt(n: number): string {
  const address = n * 16;
  return `10.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}/28`;
}

function heapInUse(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
