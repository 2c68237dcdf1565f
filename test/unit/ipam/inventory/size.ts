/** Reads a plan of 10,000 subnets with 200,000 addresses, and prints what it took. A program, so that its heap holds nothing else. */

import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Ipam, WapiClient } from "infoblox-ipam";

const subnets = 10_000;
const addressesEach = 20;

/** Subnets with twenty addresses each, half hosts, half fixed addresses: rows are made when they are asked for. */
const rowsOf: Readonly<Record<string, { readonly count: number; readonly row: (index: number) => object }>> =
  {
    networkview: { count: 1, row: () => ({ _ref: "networkview/a:default/true", name: "default" }) },
    view: {
      count: 1,
      row: () => ({ _ref: "view/a:default/true", name: "default", network_view: "default" }),
    },
    network: {
      count: subnets,
      row: (index) => ({ _ref: `network/${index}`, network: cidrOf(index), utilization: 78 }),
    },
    fixedaddress: {
      count: (subnets * addressesEach) / 2,
      row: (index) => ({
        ...{ _ref: `fixedaddress/${index}`, ipv4addr: addressOf(2 * index), network: networkOf(2 * index) },
        ...{ mac: "02:00:00:00:00:01", match_client: "MAC_ADDRESS", comment: `fixed address ${index}` },
      }),
    },
    "record:host": {
      count: (subnets * addressesEach) / 2,
      row: (index) => {
        const [ipv4addr, network] = [addressOf(2 * index + 1), networkOf(2 * index + 1)];
        const address = {
          _ref: `record:host_ipv4addr/${index}`,
          ipv4addr,
          network,
          configure_for_dhcp: false,
        };
        const name = `host-${index}.example.com`;
        return { _ref: `record:host/${index}`, name, view: "default", ipv4addrs: [address] };
      },
    },
  };

function cidrOf(subnet: number): string {
  return `10.${subnet >> 8}.${subnet & 255}.0/24`;
}

/** In no order of address, as a grid lists them. */
function subnetOf(index: number): number {
  return (index * 7_919) % subnets;
}

function networkOf(index: number): string {
  return cidrOf(subnetOf(index));
}

function addressOf(index: number): string {
  return networkOf(index).replace("0/24", String(Math.floor(index / subnets) + 1));
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
let requests = 0;
let [peak, running, mostAtOnce] = [0, 0, 0];
const heap = () => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};
const before = heap();
const look = () => {
  peak = Math.max(peak, heap() - before);
};
const ipam = new Ipam(
  new WapiClient({
    ...{ url: "https://grid.example.com", username: "admin", password: "infoblox", wapiVersion: "2.12" },
    maxConcurrency: 4,
    transport: async (config) => {
      requests += 1;
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      await setImmediate();
      running -= 1;
      const { pathname, searchParams } = new URL(config.url ?? "");
      const { count, row } = rowsOf[pathname.split("/").at(-1) ?? ""] ?? { count: 0, row: () => ({}) };
      const from = Number(searchParams.get("_page_id"));
      const to = Math.min(count, from + Number(searchParams.get("_max_results")));
      const result = Array.from({ length: to - from }, (_, index) => row(from + index));
      const data = JSON.stringify({ result, ...(to < count && { next_page_id: String(to) }) });
      if (requests % 15 === 0) look();
      return { status: 200, statusText: "", headers: {}, data, config } as never;
    },
  }),
);
const found = { subnet: 0, address: 0 };
let outside = 0;
for await (const entry of ipam.inventory()) {
  if (entry.kind !== "subnet" && entry.kind !== "address") continue;
  found[entry.kind] += 1;
  if (entry.kind === "address" && entry.subnet === undefined) outside += 1;
  if (found.address % 20_000 === 1) look();
}
console.log(JSON.stringify({ ...found, outside, requests, peak, mostAtOnce }));
