import { describe, expect, it } from "vitest";
import type { Assumptions } from "../../src/grid/model/assumptions.js";
import { Asked } from "./asking.js";

const site = (value: unknown) => ({ extattrs: { Site: { value } } });

function grid(...definitions: readonly object[]): Asked {
  return defining({}, definitions);
}

/** One that insists on required attributes on creates, too. */
function strict(...definitions: readonly object[]): Asked {
  return defining({ requiredAttributes: "always" }, definitions);
}

function defining(assumptions: Partial<Assumptions>, definitions: readonly object[]): Asked {
  const asked = new Asked({ seed: { zones: ["acme.org"] }, assumptions });
  for (const definition of definitions) asked.create("extensibleattributedef", definition);
  return asked;
}

function network(asked: Asked, extattrs: object, cidr = "10.9.0.0/24"): string {
  return asked.create("network", { network: cidr, extattrs });
}

function attributes(asked: Asked, ref: string) {
  return asked.get(`${ref}?_return_fields=extattrs`).json.extattrs;
}

function refusal(asked: Asked, extattrs: unknown): string {
  const { status, json } = asked.post("network", { network: "10.9.0.0/24", extattrs });
  expect(status).toBe(400);
  return json.text;
}

describe("extensible attributes", () => {
  it("are replaced as a whole, added to, taken from, and cleared", () => {
    const asked = grid();
    const ref = network(asked, { Site: { value: "HQ" }, Region: { value: "East" } });
    asked.put(ref, { "extattrs+": { Country: { value: "US" } } });
    expect(Object.keys(attributes(asked, ref))).toEqual(["Site", "Region", "Country"]);
    asked.put(ref, { "extattrs-": { Site: {} } });
    expect(Object.keys(attributes(asked, ref))).toEqual(["Region", "Country"]);
    asked.put(ref, site("B"));
    expect(attributes(asked, ref)).toEqual({ Site: { value: "B" } });
    asked.put(ref, { comment: "kept" });
    expect(attributes(asked, ref)).toEqual({ Site: { value: "B" } });
    asked.put(ref, { extattrs: {} });
    expect(attributes(asked, ref)).toEqual({});
  });

  it("must be defined", () => {
    expect(refusal(grid(), { Nope: { value: "x" } })).toBe("Unknown extensible attribute: Nope");
    expect(grid().get("network?*Nope=x").json.text).toBe("Unknown extensible attribute: Nope");
  });

  it("must be a dict of dicts", () => {
    expect(refusal(grid(), "x")).toBe('Field "extattrs" should be a dict');
    expect(refusal(grid(), { Site: "HQ" })).toBe('Bad value for extensible attribute "Site"');
  });

  it.each([
    ["STRING", "text", 7],
    ["INTEGER", 7, "seven"],
    ["DATE", "2011-11-23T11:01:00Z", "yesterday"],
    ["DATE", "2024-02-29T00:00:00Z", 1_700_000_000],
    ["DATE", "2011-11-23T11:01:00Z", "2011-02-29T11:01:00Z"],
    ["DATE", "2011-11-23T11:01:00Z", "2011-11-23"],
    ["EMAIL", "a@acme.org", "acme.org"],
    ["URL", "https://acme.org", "two words"],
    ["ENUM", "one", "three"],
  ])("of type %s take %j and refuse %j", (type, good, bad) => {
    const asked = grid({
      name: "X",
      type,
      ...(type === "ENUM" ? { list_values: [{ value: "one" }, { value: "two" }] } : {}),
    });
    expect(refusal(asked, { X: { value: bad } })).toBe('Bad value for extensible attribute "X"');
    expect(attributes(asked, network(asked, { X: { value: good } }))).toEqual({ X: { value: good } });
  });

  it("keep numbers that come as text as numbers", () => {
    const asked = grid({ name: "Rack", type: "INTEGER" });
    expect(attributes(asked, network(asked, { Rack: { value: "7" } }))).toEqual({ Rack: { value: 7 } });
  });

  it("keep to the bounds of their definition", () => {
    const asked = grid(
      { name: "Rack", type: "INTEGER", min: 1, max: 9 },
      { name: "Code", type: "STRING", max: 3 },
    );
    for (const extattrs of [{ Rack: { value: 0 } }, { Rack: { value: 10 } }, { Code: { value: "four" } }]) {
      expect(refusal(asked, extattrs)).toMatch(/^Bad value for extensible attribute/);
    }
  });

  it("hold several values only where the definition says so", () => {
    const asked = grid({ name: "Floors", type: "STRING", flags: "V" });
    const ref = network(asked, { Floors: { value: ["1", "2"] } });
    expect(attributes(asked, ref)).toEqual({ Floors: { value: ["1", "2"] } });
    expect(asked.get("network?*Floors=2").json).toHaveLength(1);
    expect(asked.put(ref, site(["a", "b"])).json.text).toBe('Bad value for extensible attribute "Site"');
  });

  it("are insisted on where the definition says so, on the types it names", () => {
    const asked = strict({ name: "Owner", type: "STRING", flags: "M", allowed_object_types: ["Network"] });
    expect(refusal(asked, {})).toContain("Owner");
    const ref = network(asked, { Owner: { value: "me" } });
    expect(asked.put(ref, { comment: "without saying it again" }).status).toBe(200);
    asked.create("record:a", { name: "www.acme.org", ipv4addr: "10.9.0.6" });
    const misplaced = { name: "x.acme.org", ipv4addr: "10.9.0.7", extattrs: { Owner: { value: "me" } } };
    expect(asked.post("record:a", misplaced).status).toBe(400);
  });

  it.each([
    ["a create without them is let pass", grid, 201],
    ["one is refused, where that is assumed", strict, 400],
  ])("are kept once an object has them: %s", (_what, gridOf, status) => {
    const asked = gridOf({ name: "Owner", type: "STRING", flags: "M" });
    const without = { network: "10.8.0.0/24" };
    expect(asked.post("network", without).status).toBe(status);
    const ref = network(asked, { Owner: { value: "me" }, Site: { value: "HQ" } });
    for (const body of [{ extattrs: {} }, { "extattrs-": { Owner: {} } }, site("B")]) {
      expect(asked.put(ref, body).json.text).toContain("Owner");
    }
    expect(asked.put(ref, { "extattrs-": { Site: {} } }).status).toBe(200);
    expect(asked.put(ref, { extattrs: { Owner: { value: "you" } } }).status).toBe(200);
  });

  it("are searched by date as by text", () => {
    const asked = grid({ name: "Due", type: "DATE" });
    network(asked, { Due: { value: "2026-01-02T03:04:05Z" } });
    const found = (query: string) => asked.get(`network?${query}`).json;
    expect(found("*Due=2026-01-02T03:04:05Z")).toHaveLength(1);
    expect(found("*Due<=2026-01-01T00:00:00Z")).toEqual([]);
    expect(found("*Due>=2026-01-01T00:00:00Z")).toHaveLength(1);
  });

  it("say where they don't belong in the words that the grid has for it", () => {
    const asked = grid({ name: "Rack", type: "STRING", allowed_object_types: ["HostRecord"] });
    const { text, code } = asked.post("network", {
      network: "10.9.0.0/24",
      extattrs: { Rack: { value: "7" } },
    }).json;
    expect([code, text]).toEqual([
      "Client.Ibap.Data.Conflict",
      "Extensible attribute 'Rack' is not allowed for this operation",
    ]);
  });

  it("don't stand in the way of what the grid makes by itself", () => {
    const asked = strict({ name: "Owner", type: "STRING", flags: "M" });
    const view = { name: "corp", extattrs: { Owner: { value: "me" } } };
    expect(asked.post("networkview", view).status).toBe(201);
    expect(asked.get("view?name=default.corp").json).toHaveLength(1);
  });
});

describe("search by attribute", () => {
  function filled(): Asked {
    const asked = grid({ name: "Rack", type: "INTEGER" });
    network(asked, { Site: { value: "HQ" }, Rack: { value: 7 } }, "10.0.0.0/24");
    network(asked, { Site: { value: "hq" }, Rack: { value: 12 } }, "10.0.1.0/24");
    network(asked, { Rack: { value: 40 } }, "10.0.2.0/24");
    network(asked, {}, "10.0.3.0/24");
    return asked;
  }

  it.each([
    ["*Site=HQ", [0]],
    ["*Site:=hq", [0, 1]],
    ["*Site~=^h", [1]],
    ["*Site~:=^h", [0, 1]],
    ["*Site!=HQ", [1]],
    ["*Rack=7", [0]],
    ["*Rack=007", [0]],
    ["*Rack>=12", [1, 2]],
    ["*Rack<=12", [0, 1]],
    ["*Rack>=10&*Site:=HQ", [1]],
    ["%2ASite=HQ", [0]],
  ])("%s finds networks %j", (query, expected) => {
    const found = filled()
      .get(`network?${query}`)
      .json.map((row: { network: string }) => Number(row.network.split(".")[2]));
    expect(found).toEqual(expected);
  });
});

describe("inheritance", () => {
  const inheritable = { name: "Zone", type: "STRING", flags: "I" };
  const zone = (value: string, more: object = {}) => ({ Zone: { value, ...more } });

  /** A container with the attribute, a network in it, and a range, a fixed address and a host in that. */
  function family() {
    const asked = grid(inheritable);
    const container = asked.create("networkcontainer", { network: "10.0.0.0/8", extattrs: zone("red") });
    const inside = network(asked, {});
    const range = asked.create("range", { start_addr: "10.9.0.100", end_addr: "10.9.0.200" });
    const fixed = asked.create("fixedaddress", { ipv4addr: "10.9.0.150", mac: "00:00:00:00:00:01" });
    const host = asked.create("record:host", {
      name: "h.acme.org",
      ipv4addrs: [{ ipv4addr: "10.9.0.5", use_for_ea_inheritance: true }],
    });
    return { asked, container, network: inside, range, fixed, host };
  }

  it("runs from container to network, range, fixed address and marked host, and names the source", () => {
    const { asked, container, ...below } = family();
    for (const ref of Object.values(below)) {
      expect(attributes(asked, ref)).toEqual(zone("red", { inheritance_source: { _ref: container } }));
    }
    expect(attributes(asked, container)).toEqual(zone("red"));
  });

  it("leaves out hosts without a marked address, and attributes without the flag", () => {
    const { asked, container } = family();
    const unmarked = { name: "u.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.6" }] };
    expect(attributes(asked, asked.create("record:host", unmarked))).toEqual({});
    asked.put(container, { "extattrs+": { Site: { value: "HQ" } } });
    expect(attributes(asked, network(asked, {}, "10.8.0.0/24"))).toEqual(
      zone("red", { inheritance_source: { _ref: container } }),
    );
  });

  it("follows a change above, and finds what was inherited in searches", () => {
    const { asked, container, network: inside, host } = family();
    asked.put(container, { extattrs: zone("blue") });
    expect(attributes(asked, host).Zone.value).toBe("blue");
    expect(asked.get("network?*Zone=blue").json).toMatchObject([{ _ref: inside }]);
    expect(asked.get("network?*Zone=red").json).toEqual([]);
  });

  it("gives way to a value of the object's own, until it inherits again", () => {
    const { asked, container, network: inside } = family();
    asked.put(inside, { extattrs: zone("green", { inheritance_operation: "OVERRIDE" }) });
    expect(attributes(asked, inside)).toEqual(zone("green"));
    asked.put(container, { extattrs: zone("blue") });
    expect(attributes(asked, inside)).toEqual(zone("green"));
    asked.put(inside, { extattrs: { Zone: { inheritance_operation: "INHERIT" } } });
    expect(attributes(asked, inside)).toEqual(zone("blue", { inheritance_source: { _ref: container } }));
    asked.put(inside, { extattrs: { Zone: { inheritance_operation: "DELETE" } } });
    expect(attributes(asked, inside)).toEqual({});
  });

  it("stays when a client sends back what it read", () => {
    const { asked, container, network: inside } = family();
    asked.put(inside, { extattrs: attributes(asked, inside) });
    expect(attributes(asked, inside)).toEqual(zone("red", { inheritance_source: { _ref: container } }));
  });

  it("leaves the value as the object's own when it goes above, or takes it along on demand", () => {
    const kept = family();
    kept.asked.put(kept.container, { extattrs: {} });
    expect(attributes(kept.asked, kept.network)).toEqual(zone("red"));
    const removed = family();
    const action = { descendants_action: { option_delete_ea: "REMOVE" } };
    removed.asked.put(removed.container, {
      extattrs: { Zone: { inheritance_operation: "DELETE", ...action } },
    });
    expect(attributes(removed.asked, removed.network)).toEqual({});
  });

  it("is imposed on objects below as the request says", () => {
    const asked = grid(inheritable);
    const container = asked.create("networkcontainer", { network: "10.0.0.0/8" });
    const has = network(asked, zone("own"), "10.1.0.0/24");
    const lacks = network(asked, {}, "10.2.0.0/24");
    const impose = (option_with_ea: string, option_without_ea: string) =>
      asked.put(container, {
        extattrs: zone("red", { descendants_action: { option_with_ea, option_without_ea } }),
      });
    impose("RETAIN", "NOT_INHERIT");
    expect([attributes(asked, has), attributes(asked, lacks)]).toEqual([zone("own"), {}]);
    impose("CONVERT", "INHERIT");
    const inherited = zone("red", { inheritance_source: { _ref: container } });
    expect([attributes(asked, has), attributes(asked, lacks)]).toEqual([zone("red"), inherited]);
    impose("INHERIT", "NOT_INHERIT");
    expect(attributes(asked, has)).toEqual(inherited);
  });

  it("satisfies a mandatory attribute", () => {
    const asked = strict({
      ...inheritable,
      flags: "IM",
      allowed_object_types: ["Network", "NetworkContainer"],
    });
    asked.create("networkcontainer", { network: "10.0.0.0/8", extattrs: zone("red") });
    expect(asked.post("network", { network: "10.9.0.0/24" }).status).toBe(201);
    expect(asked.post("network", { network: "11.0.0.0/24" }).status).toBe(400);
  });
});

describe("definitions", () => {
  it("take their flags in one order only", () => {
    const asked = grid();
    const define = (flags: string) =>
      asked.post("extensibleattributedef", { name: `F${flags}`, type: "STRING", flags });
    expect(define("CR").status).toBe(201);
    expect(define("RC").status).toBe(400);
    expect(define("ACGILMPRSV").status).toBe(201);
  });

  it("keep their type and bounds", () => {
    const asked = grid();
    const ref = asked.create("extensibleattributedef", { name: "Rack", type: "INTEGER", min: 1, max: 9 });
    const text = (change: object) => asked.put(ref, change).json.text;
    expect(text({ type: "STRING" })).toBe("Type of extensible attribute definition cannot be modified");
    expect(text({ min: 2 })).toBe("Minimum value cannot be modified");
    expect(asked.put(ref, { type: "INTEGER", min: 1, comment: "same" }).status).toBe(200);
  });

  it("carry a new name to the objects that hold the attribute, and take it from them when they go", () => {
    const asked = grid();
    const holder = network(asked, { Site: { value: "HQ" }, Region: { value: "East" } });
    const [{ _ref }] = asked.get("extensibleattributedef?name=Site").json;
    const renamed = asked.put(_ref, { name: "Place" }).json;
    expect(renamed).not.toBe(_ref);
    expect(attributes(asked, holder)).toEqual({ Region: { value: "East" }, Place: { value: "HQ" } });
    expect(asked.get("network?*Place=HQ").json).toHaveLength(1);
    asked.delete(renamed);
    expect(attributes(asked, holder)).toEqual({ Region: { value: "East" } });
  });

  it("must lose the flag R before they go", () => {
    const asked = grid();
    const ref = asked.create("extensibleattributedef", { name: "Kept", type: "STRING", flags: "CR" });
    expect(asked.delete(ref).status).toBe(400);
    asked.put(ref, { flags: "C" });
    expect(asked.delete(ref).status).toBe(200);
  });

  it("are unique by name", () => {
    expect(grid().post("extensibleattributedef", { name: "Site", type: "STRING" }).json.text).toBe(
      "Duplicate object 'Site' of type 'extensible_attributes_def' already exists in the database.",
    );
  });

  it("are managed by superusers only", () => {
    const asked = grid();
    asked.create("admingroup", { name: "team" });
    asked.create("adminuser", { name: "admin2", password: "infoblox", admin_groups: ["team"] });
    const definition = { name: "X", type: "STRING" };
    const as = (user: string) => asked.post("extensibleattributedef", definition, { user }).json;
    expect(as("admin2")).toMatchObject({
      code: "Client.Ibap.Data.Conflict",
      text: "Cannot create extensible attribute definition 'X'. Only superusers can manage extensible attribute definition",
    });
    expect(as("admin")).toMatch(/:X$/);
  });
});
