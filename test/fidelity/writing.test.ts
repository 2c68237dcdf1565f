import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const texts = (answer: { status: number; json: { text: string } }) => [answer.status, answer.json.text];

function withNetwork(assumptions = {}) {
  const asked = new Asked({ assumptions, seed: { zones: ["acme.org"] } });
  const ref = asked.create("network", {
    network: "10.9.0.0/24",
    comment: "x",
    extattrs: { Site: { value: "HQ" }, Region: { value: "East" } },
  });
  const read = () => asked.get(`${ref}?_return_fields=comment,extattrs,options,bootfile,use_bootfile`).json;
  return { asked, ref, read };
}

describe("rules", () => {
  it("tolerates what clients send beside: _ref, null for structures, empty lists, empty texts", () => {
    const { asked, ref } = withNetwork();
    expect(asked.put(ref, { _ref: ref, network: "10.9.0.0/24", comment: "" }).status).toBe(200);
    const range = {
      start_addr: "10.9.0.10",
      end_addr: "10.9.0.20",
      member: null,
      ms_server: null,
      options: [],
      name: "",
    };
    expect(asked.post("range", range).status).toBe(201);
  });

  it("leaves nothing behind when a create fails", () => {
    const { asked } = withNetwork();
    const before = asked.grid.store.snapshot();
    const host = {
      name: "a",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: "10.9.0.5" }, { ipv4addr: "10.9.0.x" }],
    };
    expect(asked.post("record:host", host).status).toBe(400);
    expect(asked.grid.store.snapshot()).toEqual(before);
  });

  it("answers a create with the object where fields are asked for", () => {
    const { status, json } = new Asked().post(
      "network?_return_fields%2B=network_container&_return_as_object=1",
      {
        network: "10.9.0.0/24",
      },
    );
    expect(status).toBe(201);
    expect(json.result).toMatchObject({
      network: "10.9.0.0/24",
      network_container: "/",
      network_view: "default",
    });
  });

  it("keeps the fields that an update doesn't name", () => {
    const { asked, ref, read } = withNetwork();
    asked.put(ref, { bootfile: "a" });
    expect(read()).toMatchObject({ comment: "x", bootfile: "a" });
  });

  it("replaces lists, structures and attributes completely", () => {
    const { asked, ref, read } = withNetwork();
    asked.put(ref, { extattrs: { Site: { value: "Lab" } } });
    expect(read().extattrs).toEqual({ Site: { value: "Lab" } });
    asked.put(ref, { extattrs: {} });
    expect(read().extattrs).toEqual({});
  });

  it("adds and removes attributes with extattrs+ and extattrs-", () => {
    const { asked, ref, read } = withNetwork();
    asked.put(ref, { "extattrs+": { Building: { value: "B" } } });
    expect(Object.keys(read().extattrs)).toEqual(["Site", "Region", "Building"]);
    asked.put(ref, { "extattrs-": { Site: {}, Region: {} } });
    expect(read().extattrs).toEqual({ Building: { value: "B" } });
  });

  it("adds and removes elements of lists", () => {
    const { asked } = withNetwork();
    const host = asked.create("record:host", {
      name: "h.acme.org",
      ipv4addrs: [{ ipv4addr: "10.9.0.5" }],
      aliases: ["a.acme.org"],
    });
    const addresses = () =>
      asked
        .get(`${host}?_return_fields=ipv4addrs`)
        .json.ipv4addrs.map((one: { ipv4addr: string }) => one.ipv4addr);
    asked.put(host, { "ipv4addrs+": [{ ipv4addr: "10.9.0.6" }] });
    expect(addresses()).toEqual(["10.9.0.5", "10.9.0.6"]);
    asked.put(host, { "ipv4addrs-": [{ ipv4addr: "10.9.0.5" }] });
    expect(addresses()).toEqual(["10.9.0.6"]);
    asked.put(host, { "aliases+": ["b.acme.org"] });
    asked.put(host, { "aliases-": ["a.acme.org"] });
    expect(asked.get(`${host}?_return_fields=aliases`).json.aliases).toEqual(["b.acme.org"]);
  });

  it.each([
    ["POST", { network: "10.8.0.0/24", network_container: "/" }, "Field is not writable: network_container"],
    ["POST", { network: "10.8.0.0/24", contains_address: "1" }, "Field is not writable: contains_address"],
    ["POST", { network: "10.8.0.0/24", nothing: "1" }, "Unknown argument/field: 'nothing'"],
    ["PUT", { network_view: "default" }, "Field is not allowed for update: network_view"],
    ["PUT", { template: "x" }, "Field is not allowed for update: template"],
  ])("%s %j is refused", (method, body, text) => {
    const { asked, ref } = withNetwork();
    expect(texts(asked.ask(method, method === "POST" ? "network" : ref, body))).toEqual([400, text]);
  });

  it("refuses the view of a record on update", () => {
    const { asked } = withNetwork();
    const ref = asked.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.1" });
    expect(texts(asked.put(ref, { view: "default" }))).toEqual([
      400,
      "Field is not allowed for update: view",
    ]);
  });

  it("raises the use flag when a value is set, unless it is said", () => {
    const { asked, ref, read } = withNetwork();
    asked.put(ref, { bootfile: "a" });
    expect(read().use_bootfile).toBe(true);
    asked.put(ref, { bootfile: "b", use_bootfile: false });
    expect(read()).toMatchObject({ bootfile: "b", use_bootfile: false });
  });

  it.each([
    [{ ttlRaisesUseTtl: true }, "record:cname", true],
    [{ ttlRaisesUseTtl: false }, "record:cname", false],
    [{ hostTtlRaisesUseTtl: false }, "record:host", false],
    [{ hostTtlRaisesUseTtl: true }, "record:host", true],
  ])("with %j, a ttl on %s makes use_ttl %s", (assumptions, type, raised) => {
    const { asked } = withNetwork(assumptions);
    const data =
      type === "record:host" ? { ipv4addrs: [{ ipv4addr: "10.9.0.5" }] } : { canonical: "x.acme.org" };
    const ref = asked.create(type, { name: "a.acme.org", ...data });
    asked.put(ref, { ttl: 20 });
    expect(asked.get(`${ref}?_return_fields=ttl,use_ttl`).json).toMatchObject({ ttl: 20, use_ttl: raised });
  });

  it("keeps a ttl that isn't used", () => {
    const { asked } = withNetwork();
    const record = { name: "a.acme.org", canonical: "x.acme.org", ttl: 20, use_ttl: false };
    const ref = asked.create("record:cname", record);
    expect(asked.get(`${ref}?_return_fields=ttl,use_ttl`).json).toMatchObject({ ttl: 20, use_ttl: false });
  });

  it("refuses blanks around a text", () => {
    const { asked, ref } = withNetwork();
    expect(texts(asked.put(ref, { comment: " x" }))).toEqual([
      400,
      'Invalid value for comment: " x": leading or trailing whitespace is not allowed.',
    ]);
    expect(asked.put(ref, { comment: "c".repeat(256) }).status).toBe(200);
    expect(asked.put(ref, { comment: "c".repeat(257) }).status).toBe(400);
  });

  it("takes the arguments of a delete from the URI", () => {
    const asked = new Asked({ seed: { containers: ["10.0.0.0/8"], networks: ["10.9.0.0/24"] } });
    const [container] = asked.get("networkcontainer").json;
    expect(asked.delete(`${container._ref}?remove_subnets=false`).status).toBe(200);
    expect(asked.get("network").json).toHaveLength(1);
    expect(texts(asked.delete(`${asked.get("network").json[0]._ref}?nothing=1`))).toEqual([
      400,
      "Unknown argument/field: 'nothing'",
    ]);
  });
});

describe("extensible attributes", () => {
  it.each([
    [{ Nope: { value: "x" } }, "Unknown extensible attribute: Nope"],
    [{ VLAN: { value: "x" } }, 'Bad value for extensible attribute "VLAN"'],
    [{ "Cloud API Owned": { value: "maybe" } }, 'Bad value for extensible attribute "Cloud API Owned"'],
    ["x", 'Field "extattrs" should be a dict'],
  ])("%j is refused", (extattrs, text) => {
    expect(texts(new Asked().post("network", { network: "10.9.0.0/24", extattrs }))).toEqual([400, text]);
  });

  it("takes numbers as text and gives numbers", () => {
    const asked = new Asked();
    const ref = asked.create("network", { network: "10.9.0.0/24", extattrs: { VLAN: { value: "120" } } });
    expect(asked.get(`${ref}?_return_fields=extattrs`).json.extattrs).toEqual({ VLAN: { value: 120 } });
  });
});

describe("structures", () => {
  it("tells structs of mixed lists apart by _struct, and shows it", () => {
    const asked = new Asked();
    const members = [{ _struct: "dhcpmember", name: "infoblox.localdomain" }];
    const ref = asked.create("network", { network: "10.9.0.0/24", members });
    expect(asked.get(`${ref}?_return_fields=members`).json.members[0]).toMatchObject(members[0] ?? {});
  });

  it("fills in what a DHCP option leaves out", () => {
    const asked = new Asked();
    const options = [{ name: "routers", value: "10.9.0.1" }];
    const ref = asked.create("network", { network: "10.9.0.0/24", options });
    expect(asked.get(`${ref}?_return_fields=options`).json.options).toContainEqual({
      name: "routers",
      num: 3,
      use_option: true,
      value: "10.9.0.1",
      vendor_class: "DHCP",
    });
  });
});
