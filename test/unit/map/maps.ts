/** Maps without a grid, the same on every run. */

import { type Block, blockOf, formatAddress, formatBlock, parseBlock } from "../../../src/cidr.js";
import type { AddressMap, MapAddress, MapAddressKind, MapSubnet } from "../../../src/ipam/map/map-results.js";
import { growTree, type MapRows } from "../../../src/ipam/map/map-tree.js";

/** Numbers from 0 to 1 that look random and are always the same. */
function* numbers(seed = 7): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

export function mapOf(title: string, rows: Partial<MapRows>): AddressMap {
  const blocks = growTree({ containers: [], subnets: [], ranges: [], ...rows }, undefined);
  return {
    title,
    networkView: "default",
    family: title.includes(":") ? 6 : 4,
    readAt: "2026-01-31T09:30:00.000Z",
    blocks,
  };
}

/** A /16 of a company, with a container in it: what an operator would look at first. */
export const office: AddressMap = mapOf("10.20.0.0/16", {
  containers: [
    { network: "10.20.0.0/16", comment: "Paris", extattrs: { Site: "Paris" } },
    { network: "10.20.64.0/18", comment: "Data centre" },
  ],
  subnets: [
    { network: "10.20.0.0/24", comment: "Reception", utilization: 120, extattrs: { VLAN: 10 } },
    { network: "10.20.1.0/24", comment: "Offices, first floor", utilization: 655 },
    { network: "10.20.2.0/24", comment: "Offices, second floor", utilization: 470 },
    { network: "10.20.3.0/24", utilization: 0 },
    { network: "10.20.4.0/23", comment: "Guests", utilization: 931 },
    { network: "10.20.8.0/22", comment: "Wireless", utilization: 810 },
    { network: "10.20.32.0/20", comment: "Telephones", utilization: 335 },
    { network: "10.20.64.0/24", comment: "Web", utilization: 502 },
    { network: "10.20.65.0/24", comment: "Databases", utilization: 205 },
    { network: "10.20.66.0/23", comment: "Backup", utilization: 77 },
    { network: "10.20.80.0/20", comment: "Kubernetes", utilization: 990 },
    { network: "10.20.255.0/25", comment: "Links", utilization: 18 },
  ],
});

/** Containers in containers that begin at the same address, where there is no room for every heading. */
export const nested: AddressMap = mapOf("10.0.0.0/8", {
  containers: [
    { network: "10.0.0.0/8", comment: "All of it" },
    { network: "10.0.0.0/10", comment: "Europe" },
    { network: "10.0.0.0/11", comment: "France" },
    { network: "10.0.0.0/12", comment: "Paris" },
    { network: "10.64.0.0/11", comment: "Asia" },
    { network: "10.128.0.0/13", comment: "Africa" },
  ],
  subnets: Array.from({ length: 60 }, (_, index) => ({
    network: `10.${index * 3}.0.0/16`,
    comment: `net ${index}`,
    utilization: (index * 37) % 1000,
  })),
});

const kinds: readonly MapAddressKind[] = [
  "host",
  "host",
  "fixed",
  "reservation",
  "lease",
  "record",
  "discovered",
];

/** A /24 with every kind of address. */
export const subnet: AddressMap = withAddresses(
  mapOf("10.20.1.0/24", {
    subnets: [{ network: "10.20.1.0/24", comment: "Offices, first floor" }],
    ranges: [{ start_addr: "10.20.1.100", end_addr: "10.20.1.179", comment: "clients" }],
  }),
);

function withAddresses(map: AddressMap): AddressMap {
  const [block] = map.blocks as readonly [MapSubnet];
  const { first, last } = parseBlock(block.cidr) as Block;
  const next = numbers();
  const addresses: MapAddress[] = [];
  for (let value = first; value <= last; value += 1n) {
    const isOwn = value === first || value === last;
    const kind = isOwn ? "own" : kinds[Math.floor(next.next().value * kinds.length)];
    if (kind === undefined || (!isOwn && next.next().value > 0.45)) continue;
    const offset = Number(value - first);
    addresses.push({
      ip: formatAddress({ family: 4, value }),
      kind,
      names: kind === "host" ? [`host-${offset}.example.com`] : [],
      client:
        kind === "fixed" || kind === "lease"
          ? `02:42:ac:11:00:${offset.toString(16).padStart(2, "0")}`
          : undefined,
      conflict: offset === 77,
    });
  }
  return { ...map, blocks: [{ ...block, percent: (addresses.length / 254) * 100, addresses }] };
}

/** IPv6: some /64 of a /32, here and there. */
export const six: AddressMap = mapOf("2001:db8::/32", {
  containers: [
    { network: "2001:db8::/32", comment: "All sites" },
    { network: "2001:db8:a::/48", comment: "Paris" },
    { network: "2001:db8:b000::/48", comment: "Rome" },
  ],
  subnets: [
    ...Array.from({ length: 14 }, (_, index) => ({
      network: `2001:db8:a:${index === 0 ? ":" : `${index.toString(16)}::`}/64`,
      comment: `floor ${index}`,
    })),
    { network: "2001:db8:a:ff00::/64", comment: "loopbacks" },
    { network: "2001:db8:b000::/64", comment: "servers" },
    { network: "2001:db8:b000:1::/64", comment: "clients" },
    { network: "2001:db8:b000:40::/60", comment: "Kubernetes" },
  ],
});

/** A /8 with that many subnets in containers of /16: as large as they come. */
export function eight(count = 20_000): AddressMap {
  const next = numbers();
  const rows: { network: string; comment: string; utilization: number }[] = [];
  const containers = [{ network: "10.0.0.0/8", comment: "All of it" }];
  const chosen = new Set<number>();
  for (let second = 0; second < 256; second += 1) {
    if (second % 3 !== 2) containers.push({ network: `10.${second}.0.0/16`, comment: `Site ${second}` });
  }
  while (chosen.size < count) {
    const second = Math.floor(256 * next.next().value ** 1.6);
    const third = Math.floor(256 * next.next().value);
    chosen.add(second * 256 + third);
  }
  for (const slot of [...chosen].sort((a, b) => a - b)) {
    const block = blockOf({ family: 4, value: BigInt(0x0a00_0000 + slot * 256) }, 24);
    const utilization = Math.floor(1000 * next.next().value ** 1.5);
    rows.push({ network: formatBlock(block), comment: `net-${slot}`, utilization });
  }
  return mapOf("10.0.0.0/8", { containers, subnets: rows });
}

/** Names that try to get out of where they are written. */
export const hostile: AddressMap = mapOf("10.0.0.0/16", {
  containers: [{ network: "10.0.0.0/16", comment: `</script><script>alert("out")</script>` }],
  subnets: [
    {
      network: "10.0.0.0/17",
      comment: `<img src=x onerror='alert("out")'>`,
      extattrs: { 'Si"te': "<b>&amp;</b>" },
    },
    {
      network: "10.0.128.0/18",
      comment: `"><svg onload=alert(1)>]]> --> \u0000\u001b[31m\ud800 \u2028 {{x}}`,
    },
  ],
});
