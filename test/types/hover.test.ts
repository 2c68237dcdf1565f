import { describe, expect, it } from "vitest";
import { readDocs, readFacts } from "../../scripts/facts/files.js";
import { compile, completions, hovers, tooltips } from "./compiling.js";

describe("an editor", () => {
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

describe("an editor, while a call is written", () => {
  it("offers every field that can be read, not the standard ones alone", () => {
    const offered = completions(`
      import { type Ref, WapiClient } from "infoblox-ipam";
      declare const wapi: WapiClient;
      declare const ref: Ref<"network">;
      await wapi.find("network", { fields: [/*?*/ ""] });
      await wapi.find("network", { fields: ["comment", /*?*/ ""] });
      await wapi.find("network", { addFields: [/*?*/ ""] });
      await wapi.findOne("network", { fields: [/*?*/ ""] });
      wapi.iterate("network", { fields: [/*?*/ ""] });
      await wapi.get(ref, { fields: [/*?*/ ""] });
      await wapi.create("network", { network: "10.0.0.0/24" }, { fields: [/*?*/ ""] });
      await wapi.update(ref, { comment: "blue" }, { fields: [/*?*/ ""] });`);
    const readable = readFacts()
      .objects.find(({ type }) => type === "network")
      ?.fields.filter(({ supports }) => supports?.includes("r"))
      .map(({ name }) => name);
    expect(offered).toHaveLength(8);
    for (const names of offered) expect(names).toEqual(expect.arrayContaining(readable ?? [""]));
  });
});

describe("the compiler", () => {
  it("says what is missing, and what to do instead", () => {
    const { errors } = compile({
      "wrong.ts": `
        import type { Ipam, WapiClient } from "infoblox-ipam";
        declare const ipam: Ipam;
        declare const wapi: WapiClient;
        await ipam.requestAddress({ from: "10.0.0.0/24", as: "fixed" });
        await ipam.requestAddress({ ip: "10.0.0.7", as: "host" });
        await ipam.requestAddress({ name: "web.example.com" });
        ipam.plan().subnet("blue", { cidr: "10.0.0.0/24" }).address("blue", { ip: "10.0.0.1" });
        await wapi.get("network/ZG5z:10.0.0.0/24");`,
    });
    expect(errors).toHaveLength(5);
    for (const [index, said] of [
      "Property 'mac' is missing in type '{ from: string; as: \"fixed\"; }'",
      "Property 'name' is missing in type '{ ip: string; as: \"host\"; }'",
      "Property 'from' is missing in type '{ name: string; }'",
      'The plan has a step \\"blue\\" already: choose another name.',
      "~ref: comes in an answer, or from ref(type, text)",
    ].entries()) {
      expect(errors[index]).toContain(said);
    }
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
