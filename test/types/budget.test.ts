import { describe, expect, it } from "vitest";
import { compile } from "./compiling.js";

const types = [
  "networkview",
  "network",
  "networkcontainer",
  "ipv6network",
  "ipv6networkcontainer",
  "range",
  "ipv6range",
];
const others = [
  "fixedaddress",
  "ipv6fixedaddress",
  "record:host",
  "record:a",
  "record:aaaa",
  "record:ptr",
  "record:cname",
];
const rest = ["view", "zone_auth", "lease", "sharednetwork", "member", "vlan"];

const calls = [...types, ...others, ...rest].flatMap((type) => [
  `await wapi.find("${type}");`,
  `for await (const row of wapi.iterate("${type}", { fields: ["uuid"] })) console.log(row._ref, row.uuid);`,
  `declare const ref_${type.replace(":", "_")}: Ref<"${type}">;`,
  `await wapi.get(ref_${type.replace(":", "_")}, { addFields: ["uuid"] });`,
  `await wapi.update(ref_${type.replace(":", "_")}, {});`,
]);

describe("the types", () => {
  it("cost a program that uses 20 object types less than 90,000 instantiations", () => {
    const program = `import { type Ref, WapiClient } from "infoblox-ipam";\ndeclare const wapi: WapiClient;\n`;
    const { errors, instantiations } = compile({ "calls.ts": program + calls.join("\n") });
    expect(errors).toEqual([]);
    expect(instantiations).toBeLessThan(90_000);
  });

  it("cost a function that is generic over the object type less than 60,000 instantiations", () => {
    const program = `
      import type { ObjectType, Row, WapiClient, Where } from "infoblox-ipam";
      declare const wapi: WapiClient;
      export async function first<T extends ObjectType>(type: T, where: Where<T>): Promise<Row<T> | undefined> {
        return (await wapi.find(type, { where, limit: 1 }))[0];
      }`;
    const { errors, instantiations } = compile({ "generic.ts": program });
    expect(errors).toEqual([]);
    expect(instantiations).toBeLessThan(60_000);
  });

  it("cost less than 100 more for a call that differs in its fields only", () => {
    const fields = [
      "network",
      "comment",
      "members",
      "options",
      "extattrs",
      "disable",
      "utilization",
      "network_view",
    ];
    const pairs = fields.flatMap((a) =>
      fields.map((b) => `await wapi.find("network", { fields: ["${a}", "${b}"] });`),
    );
    const program = `import { WapiClient } from "infoblox-ipam";\ndeclare const wapi: WapiClient;\n`;
    const few = compile({ "calls.ts": program + pairs.slice(0, 1).join("\n") });
    const many = compile({ "calls.ts": program + pairs.join("\n") });
    expect(many.errors).toEqual([]);
    expect((many.instantiations - few.instantiations) / pairs.length).toBeLessThan(100);
  });
});
