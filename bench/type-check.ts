/**
 * Measures what the types cost a user: `tsc --noEmit` on a program of some 200 lines with 20 object types, compared
 * with an empty file, in turn. It uses the built declarations: run `npm run build` first.
 *
 *   npx tsx bench/type-check.ts [--check] [--runs 5]
 *
 * `--check` fails if the shortest time is more than a multiple of an empty file's. Machines differ: the empty file, which
 * takes Node, the compiler and Node's own types, shows how fast this one is. What else the machine does makes times longer,
 * never shorter.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** The allowed multiple: if an empty file takes a second, two seconds. */
const budget = 2;

const { values } = parseArgs({
  options: { check: { type: "boolean" }, runs: { type: "string", default: "5" } },
});
const root = resolve(import.meta.dirname, "..");
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");

/** Object types with a search, fields to read, and the body of a create. */
const uses: readonly (readonly [type: string, search: string, fields: readonly string[], create: string])[] =
  [
    ["networkview", `{ name: "a" }`, ["name", "comment"], `{ name: "a" }`],
    ["network", `{ network: "10.0.0.0/24" }`, ["network", "members"], `{ network: "10.0.0.0/24" }`],
    [
      "networkcontainer",
      `{ network: "10.0.0.0/8" }`,
      ["network", "utilization"],
      `{ network: "10.0.0.0/8" }`,
    ],
    ["ipv6network", `{ network: "2001:db8::/64" }`, ["network", "extattrs"], `{ network: "2001:db8::/64" }`],
    ["ipv6networkcontainer", `{ network_view: "a" }`, ["network", "comment"], `{ network: "2001:db8::/32" }`],
    [
      "range",
      `{ start_addr: "10.0.0.9" }`,
      ["start_addr", "end_addr"],
      `{ start_addr: "10.0.0.9", end_addr: "10.0.0.19" }`,
    ],
    [
      "fixedaddress",
      `{ ipv4addr: "10.0.0.7" }`,
      ["ipv4addr", "mac"],
      `{ ipv4addr: "10.0.0.7", mac: "02:00:00:00:00:01" }`,
    ],
    [
      "record:host",
      `{ name: "a.example.com" }`,
      ["name", "ipv4addrs"],
      `{ name: "a.example.com", ipv4addrs: [{ ipv4addr: "10.0.0.8" }] }`,
    ],
    [
      "record:a",
      `{ name: "a.example.com" }`,
      ["name", "ipv4addr"],
      `{ name: "a.example.com", ipv4addr: "10.0.0.8" }`,
    ],
    [
      "record:aaaa",
      `{ name: "a.example.com" }`,
      ["name", "ipv6addr"],
      `{ name: "a.example.com", ipv6addr: "2001:db8::1" }`,
    ],
    [
      "record:ptr",
      `{ ptrdname: "a.example.com" }`,
      ["ptrdname"],
      `{ ptrdname: "a.example.com", ipv4addr: "10.0.0.8" }`,
    ],
    [
      "record:cname",
      `{ canonical: "a.example.com" }`,
      ["name", "canonical"],
      `{ name: "b.example.com", canonical: "a.example.com" }`,
    ],
    [
      "record:mx",
      `{ mail_exchanger: "m.example.com" }`,
      ["name", "preference"],
      `{ name: "example.com", mail_exchanger: "m.example.com", preference: 10 }`,
    ],
    ["record:txt", `{ text: "a" }`, ["name", "text"], `{ name: "a.example.com", text: "a" }`],
    ["view", `{ name: "a" }`, ["name", "is_default"], `{ name: "a" }`],
    ["zone_auth", `{ fqdn: "example.com" }`, ["fqdn", "view"], `{ fqdn: "example.com" }`],
    [
      "zone_forward",
      `{ fqdn: "example.com" }`,
      ["fqdn"],
      `{ fqdn: "example.com", forward_to: [{ name: "n", address: "10.0.0.1" }] }`,
    ],
    ["extensibleattributedef", `{ name: "Site" }`, ["name", "type"], `{ name: "Site", type: "STRING" }`],
    ["vlanview", `{ name: "a" }`, ["name"], `{ name: "a", start_vlan_id: 1, end_vlan_id: 9 }`],
    ["nsgroup", `{ name: "a" }`, ["name"], `{ name: "a" }`],
  ];

const program = [
  `import { WapiClient } from "infoblox-ipam";`,
  `const wapi = new WapiClient({ url: "https://grid.example.com", username: "u", password: "p" });`,
  ...uses.flatMap(([type, search, fields, create], index) => {
    const names = fields.map((field) => JSON.stringify(field)).join(", ");
    return [
      `export async function use${index}(): Promise<readonly unknown[]> {`,
      `  const rows = await wapi.find("${type}", { where: ${search}, fields: [${names}] });`,
      `  for await (const row of wapi.iterate("${type}", { fields: [${names}] })) rows.push(row);`,
      `  const made = await wapi.create("${type}", ${create}, { fields: [${names}] });`,
      `  const again = await wapi.get(made._ref, { fields: [${names}] });`,
      `  await wapi.update(made._ref, {});`,
      `  await wapi.delete(made._ref);`,
      `  return [rows[0]?.["${fields[0]}"], again["${fields[0]}"]];`,
      `}`,
    ];
  }),
].join("\n");

const folder = mkdtempSync(join(tmpdir(), "type-check-"));
mkdirSync(join(folder, "node_modules"));
symlinkSync(root, join(folder, "node_modules/infoblox-ipam"), "dir");
const empty = project("empty", "export {};\n");
const full = project("full", program);

const whole: number[] = [];
const bare: number[] = [];
for (let run = -1; run < Number(values.runs); run += 1) {
  const [ofFull, ofEmpty] = [seconds(full), seconds(empty)];
  // The first round only warms the disk's cache.
  if (run < 0) continue;
  whole.push(ofFull);
  bare.push(ofEmpty);
}
rmSync(folder, { recursive: true });

const shortest = Math.min(...bare);
const cost = Math.min(...whole) - shortest;
const share = cost / shortest;
console.log(
  `${program.split("\n").length} lines, ${uses.length} object types: ${cost.toFixed(2)} s more than the ` +
    `${shortest.toFixed(2)} s of an empty file, ${share.toFixed(2)} times that ` +
    `(shortest of ${whole.length}; budget ${budget} times)`,
);
if (values.check && !(share < budget)) process.exitCode = 1;

function project(name: string, source: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, "package.json"), `{ "type": "module" }`);
  writeFileSync(join(path, "main.ts"), source);
  const compilerOptions = {
    ...{
      module: "nodenext",
      target: "es2023",
      lib: ["es2023", "esnext.disposable"],
      strict: true,
      noEmit: true,
    },
    // Most projects set this. The package's own check compiles the declarations without it.
    ...{ skipLibCheck: true, types: ["node"], typeRoots: [join(root, "node_modules/@types")] },
  };
  writeFileSync(join(path, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  return path;
}

function seconds(path: string): number {
  const started = performance.now();
  execFileSync(process.execPath, [tsc, "-p", path], { stdio: "inherit" });
  return (performance.now() - started) / 1000;
}
