/** Every command once: its arguments, what it prints, its JSON, and an error with its exit code. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";

export interface Row {
  readonly path: string;
  readonly args: readonly string[];
  readonly prints: string | RegExp;
  /** The arguments of a second run, if it needs others. */
  readonly jsonArgs?: readonly string[];
  readonly json: unknown;
  readonly wrong: readonly string[];
  readonly code: number;
  /** The name of the error. */
  readonly error: string;
}

const owner = ["--owner", "ci"];
const blue = ["--from", "10.0.0.0/16", "--prefix-length", "24", "--request-id", "blue"];

/** One after the other, on one grid. */
export const rows: readonly Row[] = [
  {
    path: "setup",
    ...{ args: owner, prints: /^Request ID: defined\n/, json: { created: [], existing: expect.anything() } },

    ...{ wrong: ["--user", "nobody"], code: 3, error: "AuthenticationError" },
  },
  {
    path: "subnet request",
    ...{ args: blue, prints: "10.0.1.0/24\n", json: { cidr: "10.0.1.0/24", created: false } },
    ...{ wrong: ["--from", "10.9.0.0/16", "--prefix-length", "24"], code: 4, error: "NotFoundError" },
  },
  {
    path: "subnet find",
    ...{ args: ["--within", "10.0.0.0/16"], prints: /^SUBNET .*\n10\.0\.0\.0\/24.*\n10\.0\.1\.0\/24/ },
    json: [{ cidr: "10.0.0.0/24" }, { cidr: "10.0.1.0/24" }],
    ...{ wrong: ["--within", "nowhere"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "subnet show",
    ...{ args: ["10.0.1.0/24"], prints: /10\.0\.1\.0\/24\n/, json: { utilization: { used: 0 } } },
    ...{ wrong: ["10.9.0.0/24"], code: 4, error: "NotFoundError" },
  },
  {
    path: "address request",
    ...{ args: ["--ip", "10.0.1.7"], prints: "10.0.1.7\n" },
    ...{ jsonArgs: ["--ip", "10.0.1.8"], json: { ip: "10.0.1.8", kind: "reservation" } },
    ...{ wrong: ["--ip", "10.0.1.7"], code: 6, error: "ConflictError" },
  },
  {
    path: "address lookup",
    ...{ args: ["10.0.1.7"], prints: /^status +in use$/m, json: { status: "USED" } },
    ...{ wrong: ["web"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "address find",
    ...{ args: [], prints: /^ADDRESS .*\n10\.0\.1\.7 +reservation .*\n10\.0\.1\.8 +reservation / },
    json: [{ ip: "10.0.1.7" }, { ip: "10.0.1.8" }],
    ...{ wrong: ["--mac", "zz"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "address release",
    ...{ args: ["10.0.1.7"], prints: "released\n", json: { released: false, reason: "gone" } },
    ...{ wrong: [], code: 2, error: "UsageError" },
  },
  {
    path: "host add",
    ...{ args: ["web.example.com", "--from", "10.0.1.0/24"], prints: "10.0.1.1\n" },
    ...{ jsonArgs: ["db.example.com", "--ip", "10.0.1.20"], json: { kind: "host", name: "db.example.com" } },
    ...{ wrong: ["web.elsewhere.org", "--from", "10.0.1.0/24"], code: 4, error: "NotFoundError" },
  },
  {
    path: "host show",
    ...{
      args: ["web.example.com"],
      prints: /^host +web\.example\.com\n/,
      json: [{ name: "web.example.com" }],
    },
    ...{ wrong: ["nobody.example.com"], code: 4, error: "NotFoundError" },
  },
  {
    path: "host add-address",
    ...{ args: ["web.example.com", "--ip", "10.0.1.30"], prints: "10.0.1.30\n" },
    ...{ jsonArgs: ["web.example.com", "--ip", "10.0.1.31"], json: { address: { ip: "10.0.1.31" } } },
    ...{ wrong: ["web.example.com", "--ip", "x"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "host move",
    args: ["web.example.com", "--from", "10.0.1.30", "--ip", "10.0.1.32"],
    prints: /^host +web\.example\.com\n(?:.*\n)*address +10\.0\.1\.32 /,
    jsonArgs: ["web.example.com", "--from", "10.0.1.31", "--ip", "10.0.1.33"],
    json: { name: "web.example.com" },
    ...{ wrong: ["nobody.example.com", "--to", "10.0.1.0/24"], code: 4, error: "NotFoundError" },
  },
  {
    path: "host client",
    args: ["web.example.com", "--ip", "10.0.1.32", "--mac", "02:42:ac:11:00:02"],
    ...{ prints: /^address +10\.0\.1\.32 02:42:ac:11:00:02 /m, json: { name: "web.example.com" } },
    ...{ wrong: ["web.example.com", "--mac", "zz"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "host alias",
    args: ["web.example.com", "--add", "www.example.com"],
    ...{ prints: /^aliases +www\.example\.com$/m, json: { aliases: ["www.example.com"] } },
    ...{ wrong: ["web.example.com"], code: 2, error: "UsageError" },
  },
  {
    path: "host rename",
    ...{ args: ["web.example.com", "w.example.com"], prints: /^host +w\.example\.com\n/ },
    ...{ jsonArgs: ["w.example.com", "web.example.com"], json: { name: "web.example.com" } },
    ...{ wrong: ["nobody.example.com", "x.example.com"], code: 4, error: "NotFoundError" },
  },
  {
    path: "host remove",
    ...{ args: ["web.example.com"], prints: "released\n", json: { released: false, reason: "gone" } },
    ...{ wrong: ["db.example.com", "--ip", "x"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "subnet release",
    ...{ args: ["10.0.0.0/24"], prints: "released\n", json: { released: false, reason: "gone" } },
    ...{ wrong: ["10.0.1.0/24"], code: 6, error: "SubnetInUseError" },
  },
  {
    path: "pool show",
    ...{ args: ["10.0.0.0/16"], prints: /^POOL .*\n10\.0\.0\.0\/16 +0\.39 % +1 /, json: [{ subnets: 1 }] },
    ...{ wrong: ["10.9.0.0/16"], code: 4, error: "NotFoundError" },
  },
  {
    path: "pool forecast",
    args: ["--history", "history", "--within", "10.0.0.0/16"],
    prints: /^KIND .*\ncontainer +10\.0\.0\.0\/16 +0\.39 % +never\n/,
    json: [{ place: "10.0.0.0/16" }, { place: "10.0.0.0/24" }],
    ...{ wrong: ["--history", "nowhere"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "map",
    ...{ args: ["10.0.0.0/16"], prints: /1 subnet in 1 container/, json: { title: "10.0.0.0/16" } },
    ...{ wrong: ["--out", "map.png"], code: 2, error: "UsageError" },
  },
  {
    path: "apply",
    ...{ args: ["site.json"], prints: /^\+ subnet 10\.0\.5\.0\/24\n\n1 created\.\n$/ },
    json: { created: 0, unchanged: 1 },
    ...{ wrong: ["broken.json"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "renew",
    ...{ args: ["10.0.1.0/24", "--expires-in", "7d"], prints: /^10\.0\.1\.0\/24 {2}expires 20\d\d-/ },
    json: { cidr: "10.0.1.0/24", expiresAt: expect.any(String) },
    ...{ wrong: ["10.9.0.0/24", "--expires-in", "7d"], code: 4, error: "NotFoundError" },
  },
  {
    path: "audit",
    ...{ args: owner, prints: /^owner +ci\n/, json: { owner: "ci", duplicates: [] } },
    ...{ wrong: [], code: 2, error: "UsageError" },
  },
  {
    path: "collect",
    ...{ args: owner, prints: "Nothing has expired.\n", json: { released: [], kept: [] } },
    ...{ wrong: [], code: 2, error: "UsageError" },
  },
  {
    path: "types",
    ...{ args: ["--out", "grid.d.ts"], prints: /^grid\.d\.ts: \d+ extensible attributes\n$/ },
    json: { out: "grid.d.ts", attributes: expect.any(Number) },
    ...{ wrong: ["--out", "nowhere/grid.d.ts"], code: 2, error: "UsageError" },
  },
  {
    path: "container ensure",
    ...{
      args: ["10.7.0.0/16"],
      prints: "10.7.0.0/16 created\n",
      json: { cidr: "10.7.0.0/16", created: false },
    },
    ...{ wrong: ["10.7.0.0"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "container find",
    ...{ args: [], prints: /^CONTAINER .*\n10\.0\.0\.0\/16 .*\n10\.7\.0\.0\/16 +0 % +0 +10\.7\.0\.0\/16\n/ },
    json: [{ cidr: "10.0.0.0/16" }, { cidr: "10.7.0.0/16", subnets: 0 }, { cidr: "10.8.0.0/16" }],
    ...{ wrong: ["--network-view", "nowhere"], code: 4, error: "NotFoundError" },
  },
  {
    path: "view ensure",
    ...{ args: ["lab"], prints: "lab created\n", json: { name: "lab", created: false } },
    ...{ wrong: [""], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "view find",
    ...{ args: [], prints: /^NETWORK VIEW .*\ndefault +yes +default\nlab +default\.lab\n$/ },
    json: [
      { name: "default", isDefault: true },
      { name: "lab", dnsViews: ["default.lab"] },
    ],
    ...{ wrong: ["--user", "nobody"], code: 3, error: "AuthenticationError" },
  },
  {
    path: "dns add",
    ...{ args: ["A", "ftp.example.com", "10.8.5.9"], prints: "ftp.example.com A 10.8.5.9\n" },
    jsonArgs: ["CNAME", "files.example.com", "ftp.example.com"],
    json: { type: "CNAME", name: "files.example.com", value: "ftp.example.com", created: true },
    ...{ wrong: ["CNAME", "files.example.com", "db.example.com"], code: 6, error: "ConflictError" },
  },
  {
    path: "dns find",
    ...{ args: ["--type", "CNAME"], prints: /^NAME .*\nfiles\.example\.com +CNAME +ftp\.example\.com\n$/ },
    json: [{ name: "files.example.com", target: "ftp.example.com", zone: "example.com" }],
    ...{ wrong: ["--type", "X"], code: 2, error: "UsageError" },
  },
  {
    path: "dns remove",
    ...{ args: ["files.example.com"], prints: "released\n", json: { released: false, reason: "gone" } },
    ...{ wrong: ["ftp.example.com", "--ip", "x"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "range request",
    ...{ args: ["10.8.6.100-10.8.6.199"], prints: "10.8.6.100-10.8.6.199\n" },
    jsonArgs: ["--in", "10.8.6.0/24", "--size", "10", "--at", "end"],
    json: { first: "10.8.6.245", last: "10.8.6.254", subnet: "10.8.6.0/24", created: true },
    ...{ wrong: ["10.8.6.150-10.8.6.210"], code: 6, error: "ConflictError" },
  },
  {
    path: "range find",
    ...{
      args: ["--in", "10.8.6.0/24"],
      prints: /^RANGE .*\n10\.8\.6\.100-10\.8\.6\.199 +0 % +10\.8\.6\.0\/24\n/,
    },
    json: [{ first: "10.8.6.100" }, { first: "10.8.6.245" }],
    ...{ wrong: ["--in", "nowhere"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "range release",
    ...{ args: ["10.8.6.100-10.8.6.199"], prints: "released\n", json: { released: false, reason: "gone" } },
    ...{ wrong: ["10.8.6.100"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "subnet peek",
    ...{ args: ["--from", "10.7.0.0/16", "--prefix-length", "24"], prints: "10.7.0.0/24\n" },
    json: ["10.7.0.0/24"],
    ...{ wrong: ["--from", "10.9.0.0/16", "--prefix-length", "24"], code: 4, error: "NotFoundError" },
  },
  {
    path: "address peek",
    ...{ args: ["--from", "10.8.5.0/24", "--count", "2"], prints: "10.8.5.1\n10.8.5.2\n" },
    json: ["10.8.5.1", "10.8.5.2"],
    ...{ wrong: ["--from", "10.9.0.0/24"], code: 4, error: "NotFoundError" },
  },
  {
    path: "inventory",
    ...{
      args: ["--within", "10.8.5.0/24"],
      prints: /^\{"kind":"networkView"(?:.*\n)+.*"cidr":"10\.8\.5\.0\/24"/,
    },
    ...{ jsonArgs: ["--cost"], json: { requests: expect.any(Number), subnets: expect.any(Number) } },
    ...{ wrong: ["--format", "netbox"], code: 2, error: "UsageError" },
  },
  {
    path: "subnet dhcp",
    ...{ args: ["10.8.5.0/24", "--option", "domain-name=example.com"], prints: "10.8.5.0/24\n" },
    json: { cidr: "10.8.5.0/24", created: false },
    ...{ wrong: ["10.8.5.0/24"], code: 2, error: "UsageError" },
  },
  {
    path: "subnet gateway",
    ...{ args: ["10.8.5.0/24", "last"], prints: "10.8.5.254\n", json: { gateway: "10.8.5.254" } },
    ...{ wrong: ["10.9.0.0/24", "first"], code: 4, error: "NotFoundError" },
  },
  {
    path: "subnet vlan",
    ...{ args: ["10.8.5.0/24", "--vlan-view", "campus", "--name", "staff"], prints: "1\n" },
    ...{
      jsonArgs: ["10.8.5.0/24", "--id", "1", "--unassign"],
      json: { cidr: "10.8.5.0/24", unassigned: 1 },
    },
    ...{ wrong: ["10.8.5.0/24", "--vlan-view", "nowhere", "--id", "1"], code: 4, error: "NotFoundError" },
  },
  {
    path: "subnet split",
    ...{ args: ["10.8.0.0/24", "--prefix-length", "25"], prints: "10.8.0.0/25\n10.8.0.128/25\n" },
    jsonArgs: ["10.8.1.0/24", "--prefix-length", "25"],
    json: [{ cidr: "10.8.1.0/25" }, { cidr: "10.8.1.128/25" }],
    ...{ wrong: ["10.9.0.0/24", "--prefix-length", "25"], code: 4, error: "NotFoundError" },
  },
  {
    path: "subnet join",
    ...{ args: ["10.8.2.0/25", "10.8.2.128/25"], prints: "10.8.2.0/24\n" },
    ...{ jsonArgs: ["10.8.3.0/25", "10.8.3.128/25"], json: { cidr: "10.8.3.0/24", prefixLength: 24 } },
    ...{ wrong: ["10.8.4.0/24", "10.8.6.0/24"], code: 2, error: "InvalidRequestError" },
  },
  {
    path: "subnet resize",
    ...{ args: ["10.8.4.0/24", "--prefix-length", "25"], prints: "10.8.4.0/25\n" },
    ...{
      jsonArgs: ["10.8.4.0/25", "--prefix-length", "26"],
      json: { cidr: "10.8.4.0/26", prefixLength: 26 },
    },
    ...{ wrong: ["10.9.0.0/24", "--prefix-length", "25"], code: 4, error: "NotFoundError" },
  },
  {
    path: "services status",
    ...{ args: [], prints: /^MEMBER .*\n(?:infoblox.* YES +YES\n)+A restart is pending\.\n$/ },
    json: { pending: true, members: expect.anything() },
    ...{ wrong: ["--user", "nobody"], code: 3, error: "AuthenticationError" },
  },
  {
    path: "services restart",
    ...{ args: [], prints: /^MEMBER .*\n(?:infoblox.* NO +NO\n)+No restart is pending\.\n$/ },
    json: { pending: false, members: expect.anything() },
    ...{ wrong: ["--service", "NTP"], code: 2, error: "UsageError" },
  },
  ...["bash", "zsh", "fish"].map((shell) => ({
    path: "completion",
    ...{ args: [shell], prints: /detailed-exitcode/, json: { shell, script: expect.any(String) } },
    ...{ wrong: ["cmd"], code: 2, error: "UsageError" },
  })),
];

/** Commands that keep running, or whose failure is their result. They have tests of their own. */
export const others = ["doctor", "docker", "grid"];

/** Writes the files that the commands read. `seed.json` makes the grid that they work on. */
export async function writeFiles(folder: string): Promise<void> {
  const whole = [0, 1, 4, 5, 6].map((third) => `10.8.${third}.0/24`);
  const halves = [2, 3].flatMap((third) => [`10.8.${third}.0/25`, `10.8.${third}.128/25`]);
  const campus = { name: "campus", start_vlan_id: 1, end_vlan_id: 4094 };
  const seed = {
    containers: ["10.0.0.0/16", "10.8.0.0/16"],
    networks: ["10.0.0.0/24", ...whole, ...halves],
    zones: ["example.com"],
    objects: [{ type: "vlanview", values: campus }],
  };
  await writeFile(join(folder, "seed.json"), JSON.stringify(seed));
  await writeFile(join(folder, "site.json"), JSON.stringify({ subnets: [{ cidr: "10.0.5.0/24" }] }));
  await writeFile(join(folder, "broken.json"), JSON.stringify({ subnets: [{ cidr: "10.0.5" }] }));
}
