/**
 * Creates a site with a subnet, its gateway, a host, a printer and DNS records: one plan, one request, all or nothing.
 *
 *   npx tsx examples/plan.ts                       on a grid in memory
 */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const grid = await FakeGrid.listen({ setup: true });
await using wapi = new WapiClient(grid.clientOptions);
grid.seed({ containers: ["10.0.0.0/8"], zones: ["example.com"] });
const ipam = new Ipam(wapi);

const plan = ipam
  .plan({ requestId: "example" })
  .container("site", { from: "10.0.0.0/8", prefixLength: 16 })
  .subnet("blue", { from: { container: "site" }, prefixLength: 24, gateway: "first" })
  .address("web", { from: { subnet: "blue" }, name: "web-1.example.com" })
  .address("printer", { from: { subnet: "blue" }, mac: "02:42:ac:11:00:02" })
  .record("www", { type: "CNAME", name: "www.example.com", canonical: { address: "web" } })
  .record("lp", { type: "A", name: "lp.example.com", ip: { address: "printer" } });

console.log(plan.preview().text);

const { site, blue, web, printer, www, lp } = await plan.apply();
console.log(`${site.cidr} holds ${blue.cidr}, gateway ${blue.gateway}`);
console.log(`${web.name} is ${web.ip}, ${www.name} is ${www.value}, ${lp.name} is ${printer.ip}`);

const again = await plan.apply();
console.log(`the same plan again gives the same: ${again.web.ip}, created: ${again.web.created}`);

try {
  await plan.address("db", { from: { subnet: "blue" }, name: "db.elsewhere.org" }).apply();
} catch (error) {
  if (!isInfobloxError(error)) throw error;
  console.log(`a step that fails: ${error.message}`);
}
await grid.close();
