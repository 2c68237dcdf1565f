/**
 * Creates a rack of twenty machines (a subnet with its gateway, hosts, an alias for each) as a plan, as a description
 * with `ensure`, and one by one. Compares requests, bytes and time, with 20 ms to the grid and back.
 *
 *   npx tsx bench/plans.ts [--check] [--short]
 */

import { Ipam, type Plan, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { sized } from "./short.js";

const machines = Array.from({ length: sized(20, 3) }, (_, index) => `web-${index}`);
const source = { from: "10.0.0.0/8", prefixLength: 24, gateway: "first" } as const;
const nameOf = (machine: string) => `${machine}.example.com`;
const aliasOf = (machine: string) => `alias-of-${machine}.example.com`;

async function onePlan(ipam: Ipam): Promise<void> {
  let plan: Plan = ipam.plan();
  plan = plan.subnet("rack", source);
  for (const machine of machines) {
    plan = plan
      .address(machine, { from: { subnet: "rack" }, name: nameOf(machine) })
      .record(`alias of ${machine}`, {
        type: "CNAME",
        name: aliasOf(machine),
        canonical: { address: machine },
      });
  }
  await plan.apply();
}

async function oneDescription(ipam: Ipam): Promise<void> {
  await ipam.ensure({
    name: "bench",
    subnets: [{ name: "rack", ...source }],
    hosts: machines.map((machine) => ({ name: nameOf(machine), from: { subnet: "rack" } })),
    records: machines.map((machine) => ({
      type: "CNAME",
      name: aliasOf(machine),
      canonical: nameOf(machine),
    })),
  });
}

async function oneByOne(ipam: Ipam, wapi: WapiClient): Promise<void> {
  const rack = await ipam.requestSubnet(source);
  for (const machine of machines) {
    await ipam.requestAddress({ from: rack, name: nameOf(machine) });
    await wapi.create("record:cname", { name: aliasOf(machine), canonical: nameOf(machine) });
  }
}

interface Cost {
  readonly requests: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

async function costOf(work: (ipam: Ipam, wapi: WapiClient) => Promise<void>): Promise<Cost> {
  const grid = await FakeGrid.listen({ setup: true, tls: false });
  grid.seed({ containers: ["10.0.0.0/8"], zones: ["example.com"] });
  let [requests, bytes] = [0, 0];
  await using wapi = new WapiClient({
    ...grid.clientOptions,
    onResponse: (event) => {
      requests += 1;
      bytes += event.bodyBytes + event.bytes;
    },
  });
  await wapi.find("network");
  grid.faults.always({ delay: 20 });
  [requests, bytes] = [0, 0];
  const started = performance.now();
  await work(new Ipam(wapi), wapi);
  const milliseconds = performance.now() - started;
  grid.faults.clear();
  await wapi.close();
  await grid.close();
  return { requests, bytes, milliseconds };
}

const ways = { "one by one": oneByOne, "a plan": onePlan, "a description": oneDescription };
await costOf(oneByOne); // warm-up
const costs: Record<string, Cost> = {};
for (const [name, work] of Object.entries(ways)) {
  const cost = await costOf(work);
  costs[name] = cost;
  const { requests, bytes, milliseconds } = cost;
  console.log(
    `${name.padEnd(14)} ${String(requests).padStart(3)} requests  ${String(bytes).padStart(6)} bytes of bodies  ${milliseconds.toFixed(0).padStart(5)} ms`,
  );
}
const plan = costs["a plan"]?.requests;
if (process.argv.includes("--check") && plan !== 1) process.exitCode = 1;
