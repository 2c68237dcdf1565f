import { describe, expect, it } from "vitest";
import { readDocs, readFacts } from "../../scripts/facts/files.js";
import { hovers, tooltips } from "./compiling.js";

describe("an editor", { timeout: 60_000 }, () => {
  it("shows our comments on fields: in rows, creates, updates and searches", () => {
    const shown = hovers(`
      import { type Creatable, type Updatable, WapiClient, type Where } from "infoblox-ipam";
      declare const wapi: WapiClient;
      declare const created: Creatable<"network">;
      declare const updated: Updatable<"network">;
      declare const searched: Where<"network">;
      const [found] = await wapi.find("network", { fields: ["authority"] });
      console.log(found?.authority, created.bootfile, updated.comment, searched.contains_address);`);
    for (const name of ["authority", "bootfile", "comment", "contains_address", "find"]) {
      expect(shown.get(name), name).toMatch(/\w+ \w+/);
    }
  });

  it("shows them where calls are written, with a type that can be read", () => {
    const shown = tooltips(`
      import { type Ref, WapiClient } from "infoblox-ipam";
      declare const wapi: WapiClient;
      declare const ref: Ref<"network">;
      const /*?*/ nets = await wapi.find("network", { fields: ["network", "comment"] });
      const /*?*/ hosts = await wapi.find("record:host", { fields: ["ipv4addrs.mac"] });
      await wapi.create("network", { network: "10.0.0.0/24", /*?*/ bootfile: "boot" });
      await wapi.update(ref, { /*?*/ comment: "blue" });
      await wapi.find("network", { where: { /*?*/ contains_address: "10.0.0.7" } });
      await wapi.call(ref, "next_available_ip", { /*?*/ num: 3 });`);
    expect(shown).toMatchInlineSnapshot(`
      [
        "const nets: {
          readonly _ref: Ref<"network">;
          readonly network: string;
          readonly comment?: string;
      }[]",
        "const hosts: {
          readonly _ref: Ref<"record:host">;
          readonly ipv4addrs?: {
              readonly _ref: Ref<"record:host_ipv4addr">;
              readonly mac?: string;
          }[];
      }[]",
        "(property) bootfile?: string | undefined
      Name of the file that PXE clients boot from. Holds while \`use_bootfile\` is true.",
        "(property) comment?: string | undefined
      Free text, at most 256 characters; left out of answers when empty.",
        "(property) contains_address?: string | OperatorsOf<string, "=">
      Finds the network that this address lies in; search only.",
        "(property) num?: number | undefined",
      ]
    `);
  });
});

describe("the fields of the IPAM core", () => {
  const core = [
    ...[
      "networkview",
      "network",
      "ipv6network",
      "networkcontainer",
      "ipv6networkcontainer",
      "range",
      "ipv6range",
    ],
    ...["fixedaddress", "ipv6fixedaddress", "record:host", "record:host_ipv4addr", "record:host_ipv6addr"],
  ];
  const docs = readDocs();
  const { objects } = readFacts();

  it.each(core)("have a comment each: %s", (type) => {
    const fields = objects.find((object) => object.type === type)?.fields ?? [];
    const switches = new Set(fields.map(({ overriddenBy }) => overriddenBy));
    const bare = fields.filter(({ name }) => !docs[type]?.[name] && !switches.has(name));
    expect(fields.length).toBeGreaterThan(10);
    expect(bare.map(({ name }) => name)).toEqual([]);
  });
});
