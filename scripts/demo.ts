/**
 * `npm run demo [CONTAINER]`: takes subnets, addresses and host records out of a grid, draws them, gives them back.
 *
 * Runs on a FakeGrid of its own; with INFOBLOX_URL set on that grid, within the container that is named by the
 * argument or INFOBLOX_CONTAINER. Whatever happens, nothing that it took stays taken.
 */

import { Ipam, isInfobloxError, type ResponseEvent, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { formatBlock, overlaps, parseBlock, subnets } from "../src/cidr.js";
import { type AddressKind, drawMap, type MapRow } from "./address-map.js";

const colour = process.stdout.isTTY === true && !process.env["NO_COLOR"];
const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
const faint = (text: string) => (colour ? `\u001b[90m${text}\u001b[0m` : text);

/** What gives back the things taken so far, in the order in which they were taken. */
const undo: (() => Promise<unknown>)[] = [];
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => interrupted.abort(new Error(`stopped by ${name}`)));
}
const { signal } = interrupted;

const started = Date.now();
try {
  await main();
} catch (error) {
  process.exitCode = 1;
  console.error(isInfobloxError(error) ? `\n${error.name}: ${error.message}` : error);
} finally {
  for (const giveBack of undo.reverse()) {
    await giveBack().catch((error: unknown) => {
      process.exitCode = 1;
      console.error("could not give back:", error instanceof Error ? error.message : error);
    });
  }
}
if (process.exitCode === undefined) {
  console.log(`\nDone in ${((Date.now() - started) / 1000).toFixed(1)} s; the grid is as it was.`);
}

async function main(): Promise<void> {
  const { wapi, container } = await connect();
  const ipam = new Ipam(wapi);

  step(`Two /26 subnets, the next free ones of ${container}: one request each`);
  const blue = await takeSubnet(ipam, container, "blue");
  const green = await takeSubnet(ipam, container, "green");

  step("A host record, a fixed address and a reservation, each at the next free address");
  const web = await ipam.requestAddress({ from: blue, name: "web-1.demo.example", dns: false, signal });
  say(`${web.name} is ${web.ip} (${web.kind})`);
  const printer = await ipam.requestAddress({ from: blue, mac: "02:42:ac:11:00:02", signal });
  say(`02:42:ac:11:00:02 gets ${printer.ip} (${printer.kind})`);
  const spare = await ipam.requestAddress({ from: blue, comment: "kept for later", signal });
  say(`${spare.ip} is kept for later (${spare.kind})`);

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

  step("Forty addresses at once");
  const many = await ipam.requestAddresses({ from: green, count: 40, signal });
  say(`${many[0]?.ip} to ${many.at(-1)?.ip}`);

  step(`Who is ${web.ip}?`);
  const found = await ipam.lookup(web.ip, { signal });
  say(`${found.status}, ${found.names.join(", ")}, in ${found.subnet?.cidr}`);

  step("A subnet that can't be had is an error that says why");
  await ipam.releaseSubnet(blue, { signal }).then(
    () => say("released, although it was in use?"),
    (error: unknown) => {
      if (!isInfobloxError(error)) throw error;
      say(`${error.name}: ${error.message}`);
    },
  );

  step("The address map");
  console.log(drawMap(await mapOf(wapi, container, [blue, green]), colour));

  step("And back");
  for (const address of [web, printer, spare]) {
    const { released } = await ipam.releaseAddress(address, { signal });
    say(`${address.ip} released: ${released}`);
  }
  for (const subnet of [blue, green]) {
    const { released } = await ipam.releaseSubnet(subnet, { cascade: true, signal });
    say(`${subnet.cidr} released: ${released}`);
  }
}

/** The user's grid, or one in memory with a container to take from. */
async function connect(): Promise<{ wapi: WapiClient; container: string }> {
  const named = process.argv[2] ?? process.env["INFOBLOX_CONTAINER"];
  if (process.env["INFOBLOX_URL"]) {
    if (!named) throw new Error("Name the container to work in: npm run demo -- 10.20.0.0/16");
    const wapi = new WapiClient({ onResponse: showAnswer });
    undo.push(() => wapi.close());
    return { wapi, container: named };
  }
  const container = named ?? "10.20.0.0/24";
  const grid = await FakeGrid.listen({ port: 0, tls: true });
  undo.push(() => grid.close());
  step(`A grid in memory, listening on ${grid.url}`);
  const wapi = new WapiClient({ ...grid.clientOptions, onResponse: showAnswer });
  undo.push(() => wapi.close());
  await wapi.create("networkcontainer", { network: container });
  return { wapi, container };
}

async function takeSubnet(ipam: Ipam, container: string, comment: string): Promise<Subnet> {
  const subnet = await ipam.requestSubnet({
    from: container,
    prefixLength: 26,
    gateway: "first",
    comment: `infoblox-ipam demo: ${comment}`,
    signal,
  });
  undo.push(() => ipam.releaseSubnet(subnet, { cascade: true }));
  say(`${comment} is ${subnet.cidr}, gateway ${subnet.gateway}`);
  return subnet;
}

/** The container in rows of /26, as far as a screen goes: our subnets by address, the rest by what it is. */
async function mapOf(wapi: WapiClient, container: string, ours: readonly Subnet[]): Promise<MapRow[]> {
  const whole = parseBlock(container);
  if (!whole) return [];
  const networks = await wapi.find("network", {
    where: { network_container: container },
    fields: ["network"],
    signal,
  });
  const assigned = networks
    .map(({ network = "" }) => parseBlock(network))
    .filter((block) => block !== undefined);
  const rows: MapRow[] = [];
  for (const block of subnets(whole, 26)) {
    if (rows.length === 16) break;
    const cidr = formatBlock(block);
    const other = assigned.some((network) => overlaps(network, block)) ? "other" : "unassigned";
    rows.push({
      first: cidr,
      addresses: ours.some((subnet) => subnet.cidr === cidr)
        ? await addressesOf(wapi, cidr)
        : Array<AddressKind>(64).fill(other),
    });
  }
  return rows;
}

async function addressesOf(wapi: WapiClient, network: string): Promise<AddressKind[]> {
  const rows = await wapi.find("ipv4address", {
    where: { network },
    fields: ["ip_address", "types", "status"],
    signal,
  });
  return rows.map(kindOf);
}

function kindOf({ status, types = [] }: { status?: string; types?: readonly string[] }): AddressKind {
  if (types.includes("NETWORK") || types.includes("BROADCAST")) return "edge";
  if (types.includes("HOST")) return "host";
  if (types.includes("RESERVATION") || types.includes("RESERVED")) return "reserved";
  if (types.includes("FA")) return "fixed";
  return status === "USED" ? "reserved" : "free";
}

function step(title: string): void {
  console.log(`\n${bold(title)}`);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

function showAnswer({ method, path, status, failure, durationMs }: ResponseEvent): void {
  console.log(
    faint(`    ${method} ${decodeURIComponent(path)} → ${status ?? failure}, ${Math.round(durationMs)} ms`),
  );
}
