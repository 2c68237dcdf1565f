/**
 * Draws the map of a container in the terminal. With a file name, it also writes a page or a picture.
 *
 *   npx tsx examples/address-map.ts [map.html]                       on a grid in memory
 *   INFOBLOX_URL=… INFOBLOX_CONTAINER=10.20.0.0/16 npx tsx …         on yours
 */

import { writeFile } from "node:fs/promises";
import { Ipam, renderMap, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);
const container = process.env["INFOBLOX_CONTAINER"] ?? "10.20.0.0/16";
grid?.seed({
  containers: [container],
  networks: [
    { network: "10.20.0.0/24", comment: "reception" },
    { network: "10.20.4.0/22", comment: "wireless" },
  ],
  ranges: [{ start: "10.20.4.0", end: "10.20.5.255" }],
  hosts: [{ name: "web.example.com", addresses: ["10.20.0.5"], dns: false }],
});

const map = await new Ipam(wapi).map(container);
const colour = process.stdout.isTTY === true;
console.log(await renderMap(map, { format: "text", width: process.stdout.columns, colour }));

const file = process.argv[2];
if (file !== undefined) {
  await writeFile(file, await renderMap(map, { format: file.endsWith(".svg") ? "svg" : "html" }));
  console.log(`${file} is written`);
}
await grid?.close();
