/**
 * `npm run demo [CONTAINER]`: takes subnets, addresses and host records from a grid, draws them, and releases them.
 *
 * Runs on its own FakeGrid. If INFOBLOX_URL is set, it runs on that grid, within the container of the argument or
 * INFOBLOX_CONTAINER (in the network view INFOBLOX_NETWORK_VIEW). It releases everything, even after an error.
 */

import { Ipam, isInfobloxError, type ResponseEvent, renderMap, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const colour = process.stdout.isTTY === true && !process.env["NO_COLOR"];
const networkView = process.env["INFOBLOX_NETWORK_VIEW"] ?? "default";

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());
const { signal } = interrupted;

const started = Date.now();
try {
  await demo();
  console.log(`\nDone in ${((Date.now() - started) / 1000).toFixed(1)} s; the grid is as it was.`);
} catch (error) {
  process.exitCode = 1;
  console.error(isInfobloxError(error) ? `\n${error.name}: ${error.message}` : error);
}

async function demo(): Promise<void> {
  const named = process.argv[2] ?? process.env["INFOBLOX_CONTAINER"];
  if (process.env["INFOBLOX_URL"]) {
    if (!named) throw new Error("Name the container to work in: npm run demo -- 10.20.0.0/16");
    await using wapi = new WapiClient({ onResponse: showAnswer });
    await takeAndGiveBack(wapi, named);
    return;
  }
  const container = named ?? "10.20.0.0/24";
  await using grid = await FakeGrid.listen({ setup: true, seed: { containers: [container] } });
  step(`A grid in memory, listening on ${grid.url}`);
  await using wapi = new WapiClient({ ...grid.clientOptions, onResponse: showAnswer });
  await takeAndGiveBack(wapi, container);
}

async function takeAndGiveBack(wapi: WapiClient, container: string): Promise<void> {
  const ipam = new Ipam(wapi, { networkView });
  const taken: Subnet[] = [];
  try {
    step(`Two /26 subnets, the next free ones of ${container}: one request each`);
    const blue = await takeSubnet(ipam, container, "blue", taken);
    const green = await takeSubnet(ipam, container, "green", taken);
    await takeAddresses(ipam, wapi, blue, green);

    step("The address map");
    const map = await ipam.map(container, { signal });
    console.log(await renderMap(map, { format: "text", width: process.stdout.columns, colour }));
  } finally {
    step("And back: each subnet with all that is in it");
    await giveBack(ipam, taken);
  }
}

/**
 * Releases the subnets without the signal, so that it works after Ctrl-C. If one can't be released, it still releases
 * the others.
 */
async function giveBack(ipam: Ipam, taken: readonly Subnet[]): Promise<void> {
  const failures: unknown[] = [];
  for (const subnet of taken) {
    try {
      const { released } = await ipam.releaseSubnet(subnet, { cascade: true });
      say(`${subnet.cidr} released: ${released}`);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "Not everything could be released");
}

async function takeSubnet(ipam: Ipam, from: string, name: string, taken: Subnet[]): Promise<Subnet> {
  const comment = `infoblox-ipam demo: ${name}`;
  const subnet = await ipam.requestSubnet({ from, prefixLength: 26, gateway: "first", comment, signal });
  taken.push(subnet);
  say(`${name} is ${subnet.cidr}, gateway ${subnet.gateway}`);
  return subnet;
}

async function takeAddresses(ipam: Ipam, wapi: WapiClient, blue: Subnet, green: Subnet): Promise<void> {
  step("A host record, a fixed address and a reservation, each at the next free address");
  const web = await ipam.requestAddress({ from: blue, name: "web-1.demo.example", dns: false, signal });
  say(`${web.name} is ${web.ip} (${web.kind})`);
  const printer = await ipam.requestAddress({ from: blue, mac: "02:42:ac:11:00:02", signal });
  say(`02:42:ac:11:00:02 gets ${printer.ip} (${printer.kind})`);
  const spare = await ipam.requestAddress({ from: blue, comment: "kept for later", signal });
  say(`${spare.ip} is kept for later (${spare.kind})`);

  if (await keepsRequestIds(wapi)) {
    step("The same request id gives the same address, whatever failed in between");
    const request = {
      from: green,
      name: "db-1.demo.example",
      dns: false,
      requestId: `demo/${started}`,
      signal,
    };
    const first = await ipam.requestAddress(request);
    const again = await ipam.requestAddress(request);
    say(`first ${first.ip} (created: ${first.created}), then ${again.ip} (created: ${again.created})`);
  }

  step("Forty addresses at once");
  const many = await ipam.requestAddresses({ from: green, count: 40, signal });
  say(`${many[0]?.ip} to ${many.at(-1)?.ip}`);

  step(`Who has ${web.ip}?`);
  const found = await ipam.lookup(web.ip, { signal });
  say(`${found.status}, ${found.names.join(", ")}, in ${found.subnet?.cidr}`);

  step("What can't be done is an error that says why");
  await ipam.releaseSubnet(blue, { signal }).catch((error: unknown) => {
    if (!isInfobloxError(error, "SubnetInUseError")) throw error;
    say(`${error.name}: ${error.message}`);
  });

  step("An address given back is free for the next one");
  const { released } = await ipam.releaseAddress(spare, { signal });
  say(`${spare.ip} released: ${released}`);
}

/** Whether the grid defines the attribute of request ids. The demo must not leave a definition on your grid. */
async function keepsRequestIds(wapi: WapiClient): Promise<boolean> {
  const where = { name: "Request ID" };
  return (await wapi.findOne("extensibleattributedef", { where, signal })) !== undefined;
}

function step(title: string): void {
  console.log(`\n${colour ? `\u001b[1m${title}\u001b[0m` : title}`);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

/** Prints an answer, with references shortened to their readable part. */
function showAnswer({ method, path, status, failure, durationMs }: ResponseEvent): void {
  const readable = decodeURIComponent(path).replace(/\/\w{12,}:/, "/…:");
  const line = `    ${method} ${readable} → ${status ?? failure}, ${Math.round(durationMs)} ms`;
  console.log(colour ? `\u001b[90m${line}\u001b[0m` : line);
}
