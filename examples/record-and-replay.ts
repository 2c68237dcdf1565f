/** Record what a program asks of a grid, then run it again without one: for tests and bug reports. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ipam, recordTo, replayFrom } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

/** The program: takes a subnet, and an address in it. */
async function deploy(ipam: Ipam): Promise<string> {
  const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, comment: "blue" });
  const { ip } = await ipam.requestAddress({ from: subnet, name: "web-1.example.com", dns: false });
  return `${subnet.cidr} ${ip}`;
}

const folder = await mkdtemp(join(tmpdir(), "record-and-replay-"));
const cassette = join(folder, "deploy.json");

const grid = await FakeGrid.listen({ seed: { containers: ["10.0.0.0/16"] } });
const recording = new Ipam({ ...grid.clientOptions, ...recordTo(cassette) });
console.log("recorded:", await deploy(recording));
await recording.close();
await grid.close();

const replaying = new Ipam({ wapiVersion: grid.clientOptions.wapiVersion, ...replayFrom(cassette) });
console.log("replayed:", await deploy(replaying));
await replaying.close();

console.log((await readFile(cassette, "utf8")).slice(0, 300), "…");
await rm(folder, { recursive: true });
