import { describe, expect, it } from "vitest";
import { readCorrections, readFacts } from "../../../scripts/facts/files.js";
import {
  existsAt,
  fieldsAt,
  isObjectType,
  knownVersions,
  objectSchema,
  objectTypes,
  primitives,
  structSchema,
  suggest,
} from "../../../src/schema/schema.js";

const facts = readFacts();

function fields(type: string) {
  const schema = objectSchema(type);
  if (schema === undefined) throw new Error(`${type} is not an object type`);
  return schema.fields;
}

function named(
  type: string,
  keep: (field: { readonly standard: boolean; readonly required: boolean }) => boolean,
) {
  return [...fields(type).values()].filter(keep).map((field) => field.name);
}

describe("object types", () => {
  it("are 280, with 243 structs", () => {
    expect(objectTypes()).toHaveLength(280);
    expect(facts.structs).toHaveLength(243);
  });

  it("are known by exact name only", () => {
    expect(isObjectType("record:host")).toBe(true);
    expect(isObjectType("record:Host")).toBe(false);
    expect(isObjectType("toString")).toBe(false);
    expect(objectSchema("constructor")).toBeUndefined();
    expect(structSchema("__proto__")).toBeUndefined();
  });

  it("are parsed once", () => {
    expect(objectSchema("network")).toBe(objectSchema("network"));
  });

  it("are those that a version has", () => {
    expect(isObjectType("vlan", "2.9.7")).toBe(false);
    expect(isObjectType("vlan", "2.10")).toBe(true);
    expect(objectTypes("2.7")).not.toContain("record:svcb");
    expect(objectTypes("2.14")).toEqual(objectTypes());
  });
});

describe("fields", () => {
  it("are those that a version has: neither newer nor gone before", () => {
    const view = objectSchema("view");
    const at = (version: string) => new Set(view && fieldsAt(view, version).keys());
    expect(at("2.12.3")).toContain("lame_ttl");
    expect(at("2.13")).not.toContain("lame_ttl");
    expect(at("2.12")).not.toContain("uuid");
    expect(at("2.14")).toContain("uuid");
  });

  it("of the patch versions of the last version that has them are there too", () => {
    expect(existsAt({ until: "2.1" }, "2.1.9")).toBe(true);
    expect(existsAt({ until: "2.1" }, "2.10")).toBe(false);
  });

  it("all have a type that is described, and say how another object is named", () => {
    const structs = new Set(facts.structs.map((struct) => struct.type));
    const all = [...facts.objects, ...facts.structs].flatMap((entry) =>
      entry.fields.map((field) => ({ ...field, of: entry.type })),
    );
    const unknown = all.filter(
      ({ types }) =>
        !types.length ||
        !types.every((type) => primitives.has(type) || structs.has(type) || isObjectType(type)),
    );
    const unlinked = all.filter(
      ({ types, link }) => types.every((type) => isObjectType(type)) !== Boolean(link),
    );
    expect(unknown).toEqual([]);
    expect(unlinked).toEqual([]);
  });

  it("can be searched exactly when they have the letter and a modifier", () => {
    const odd = facts.objects.flatMap((object) =>
      object.fields.filter((field) => Boolean(field.supports?.includes("s")) !== Boolean(field.searchableBy)),
    );
    expect(odd).toEqual([]);
  });

  it("never come without asking where they can't be read", () => {
    const odd = facts.objects.flatMap((object) =>
      object.fields.filter((field) => (field.standard || field.always) && !field.supports?.includes("r")),
    );
    expect(odd).toEqual([]);
  });

  it("have a default of their own type, within their values", () => {
    const odd = facts.objects.flatMap((object) =>
      object.fields.filter(({ default: value, enumValues, allowedValues, isArray }) => {
        const closed = enumValues ?? allowedValues;
        return typeof value === "string" && value !== "" && closed && !isArray && !closed.includes(value);
      }),
    );
    expect(odd.map((field) => field.name)).toEqual([]);
  });

  it("began in a version that exists", () => {
    const since = new Set(
      facts.objects.flatMap((object) => object.fields.flatMap((field) => field.since ?? [])),
    );
    expect(knownVersions).toEqual(expect.arrayContaining([...since]));
  });
});

describe("what the IPAM core is known for", () => {
  it.each([
    ["networkview", "comment is_default name", "name"],
    ["network", "comment network network_view", "network"],
    ["ipv6networkcontainer", "comment network network_view", "network"],
    ["range", "comment end_addr network network_view start_addr", "end_addr start_addr"],
    ["fixedaddress", "ipv4addr network_view", "ipv4addr"],
    ["ipv6fixedaddress", "duid ipv6addr network_view", ""],
    ["record:host", "ipv4addrs ipv6addrs name view", "name"],
    ["record:host_ipv4addr", "configure_for_dhcp host ipv4addr mac", "ipv4addr"],
    ["record:a", "ipv4addr name view", "ipv4addr name"],
    ["record:mx", "mail_exchanger name preference view", "mail_exchanger name preference"],
    ["record:https", "name priority target_name view", "name priority target_name"],
    ["extensibleattributedef", "comment default_value name type", "name type"],
    ["zone_auth", "fqdn view", "fqdn"],
    ["nsgroup", "comment name", "name"],
    ["grid", "", ""],
  ])("%s comes with its standard fields and asks for the required ones", (type, standard, required) => {
    expect(objectSchema(type)?.standardFields).toEqual(named(type, (field) => field.standard));
    expect(named(type, (field) => field.standard).join(" ")).toBe(standard);
    expect(named(type, (field) => field.required).join(" ")).toBe(required);
  });

  it("hosts are found by addresses, MAC, DUID, alias and network, though none of these is a field", () => {
    const arguments_ = [...fields("record:host").values()].filter((field) => field.searchOnly);
    expect(arguments_.map((field) => field.name)).toEqual([
      "alias",
      "duid",
      "ipv4addr",
      "ipv6addr",
      "mac",
      "network",
    ]);
    expect(fields("record:host").get("ipv4addr")).toMatchObject({ searchableBy: "=~", supports: "s" });
    expect(fields("record:host").get("configure_for_dns")?.searchableBy).toBe("");
  });

  it("a network is found by an address in it, and a range not by its name", () => {
    expect(fields("network").get("contains_address")).toMatchObject({ searchOnly: true, searchableBy: "=" });
    expect(fields("range").get("name")?.searchableBy).toBe("");
    expect(fields("ipv6range").get("name")?.searchableBy).toBe("=~");
  });

  it("host addresses are embedded, shared networks hold objects, zones of an LBDN are bare references", () => {
    expect(fields("record:host").get("ipv4addrs")?.link).toBe("embedded");
    expect(fields("sharednetwork").get("networks")?.link).toBe("object");
    expect(fields("dtc:lbdn").get("auth_zones")?.link).toBe("ref");
    expect(fields("ipv4address").get("objects")).toMatchObject({ isArray: true, link: "ref" });
  });

  it("an absent list of host addresses is no surprise, an absent list of a network's options would be", () => {
    expect(fields("record:host").get("ipv6addrs")?.always).toBe(false);
    expect(fields("network").get("options")?.always).toBe(true);
    expect(fields("network").get("comment")?.always).toBe(false);
    expect(fields("ipv4address").get("mac_address")?.always).toBe(true);
  });

  it("next_available_network needs a prefix length and answers with networks", () => {
    const call = objectSchema("networkcontainer")?.functions.get("next_available_network");
    expect(call?.parameters?.filter((parameter) => parameter.required).map(({ name }) => name)).toEqual([
      "cidr",
    ]);
    expect(call?.results).toMatchObject([{ name: "networks", isArray: true }]);
  });

  it("structs are known by name", () => {
    expect(structSchema("dhcpmember")?.fields.get("name")?.types).toEqual(["string"]);
  });
});

describe("corrections", () => {
  it("name types that exist, and say why", () => {
    for (const correction of readCorrections()) {
      expect(correction.types.filter((type) => !isObjectType(type))).toEqual([]);
      expect(correction.reason).not.toBe("");
    }
  });
});

describe("suggestions", () => {
  it("are the closest name", () => {
    expect(suggest("netwrok", objectTypes())).toBe("network");
    expect(suggest("record:hosts", objectTypes())).toBe("record:host");
    expect(suggest("Network", objectTypes())).toBe("network");
  });

  it("are none where nothing is close", () => {
    expect(suggest("zzzzzz", objectTypes())).toBeUndefined();
  });
});
