/**
 * Searches by field and by extensible attribute, and reads more objects than a grid returns in one answer.
 *
 *   npx tsx examples/search-and-paging.ts
 */

import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = process.env["INFOBLOX_URL"] ? undefined : await FakeGrid.listen();
await using wapi = new WapiClient(grid?.clientOptions);

grid?.seed({
  networks: Array.from({ length: 2_500 }, (_, n) => ({
    network: `10.${Math.floor(n / 256)}.${n % 256}.0/24`,
    comment: n % 2 === 0 ? "prod" : "test",
    extattrs: { Site: n % 3 === 0 ? "Paris" : "Rome" },
  })),
});

const inParis = await wapi.find("network", {
  where: { comment: { matches: "^PROD", ignoreCase: true }, extattrs: { Site: "Paris" } },
  fields: ["network", "extattrs"],
  limit: 3,
});
for (const network of inParis) console.log(network.network, network.extattrs?.["Site"]);

let count = 0;
for await (const _network of wapi.iterate("network", { fields: ["network"], pageSize: 1000 })) count++;
console.log(`${count} networks, paged as they were read`);

const view = await wapi.findOne("networkview", { where: { name: "no such view" } });
console.log(`a view that isn't there: ${view}`);
await grid?.close();
