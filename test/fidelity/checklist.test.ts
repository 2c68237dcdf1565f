import { describe, expect, it } from "vitest";
import { Asked, protocolEnvelope } from "./asking.js";

const cidr = "10.9.0.0/24";

function withNetwork(): Asked & { readonly network: string } {
  const asked = new Asked();
  return Object.assign(asked, { network: asked.create("network", { network: cidr, comment: "x" }) });
}

describe("checklist", () => {
  it("0.1 answers an empty search with two bytes", () => {
    const { status, text } = new Asked().get("network?network=10.0.0.0/8");
    expect([status, text]).toEqual([200, "[]"]);
  });

  it("0.2 answers a create with 201 and the bare reference as JSON", () => {
    const { status, text, headers } = new Asked().post("network", { network: cidr });
    expect(status).toBe(201);
    expect(text).toBe('"network/ZG5zLm5ldHdvcmskMTAuOS4wLjAvMjQvMA:10.9.0.0/24/default"');
    expect(headers["Content-Type"]).toBe("application/json");
  });

  it("0.2 answers an update and a delete with 200 and the bare reference", () => {
    const asked = withNetwork();
    const updated = asked.put(asked.network, { comment: "y" });
    expect([updated.status, updated.json]).toEqual([200, asked.network]);
    const deleted = asked.delete(asked.network);
    expect([deleted.status, deleted.json]).toEqual([200, asked.network]);
  });

  it("0.2 answers a function call with 200 and an object", () => {
    const asked = withNetwork();
    const { status, json } = asked.post(`${asked.network}?_function=next_available_ip`, { num: 2 });
    expect([status, json]).toEqual([200, { ips: ["10.9.0.1", "10.9.0.2"] }]);
  });

  it.each(["GET", "POST", "PUT", "DELETE"])(
    "0.3 refuses an unknown type on %s with 400, not 404",
    (method) => {
      const { status, text } = new Asked().ask(method, "nonexistent_ref", method === "GET" ? undefined : {});
      expect(status).toBe(400);
      expect(text).toBe(protocolEnvelope("Unknown object type (nonexistent_ref)"));
    },
  );

  it("0.4 answers 404 for a well-formed reference to nothing", () => {
    const asked = withNetwork();
    asked.delete(asked.network);
    const { status, json } = asked.get(asked.network);
    expect([status, json.code]).toEqual([404, "Client.Ibap.Data.NotFound"]);
    expect(json.text).toBe(`Reference ${asked.network} not found`);
  });

  it("0.4 answers 400 for a duplicate", () => {
    const asked = withNetwork();
    const { status, json } = asked.post("network", { network: cidr });
    expect(status).toBe(400);
    expect(json.text).toBe(`The network ${cidr} already exists.  Select another network.`);
  });

  it("0.5 gives ids of word characters only, whatever the name", () => {
    const asked = new Asked();
    for (const name of ["a~b?>", "Zürich", "x=y", "100%"]) {
      const ref = asked.create("networkview", { name });
      expect(ref).toMatch(/^networkview\/\w+:/);
      expect(asked.get(ref).json.name).toBe(name);
    }
  });

  it("0.6 encodes colons, slashes inside a part and blanks of the name part", () => {
    const asked = new Asked();
    expect(asked.create("ipv6network", { network: "1::/16" })).toMatch(/:1%3A%3A\/16\/default$/);
    expect(asked.create("zone_auth", { fqdn: "192.168.252.0/24", zone_format: "IPV4" })).toMatch(
      /:192\.168\.252\.0%2F24\/default$/,
    );
    asked.create("network", { network: cidr });
    const host = { name: "web1", configure_for_dns: false, ipv4addrs: [{ ipv4addr: "10.9.0.5" }] };
    expect(asked.create("record:host", host)).toMatch(/:web1\/%20$/);
  });

  it.each([
    ["raw", (ref: string) => ref],
    ["with the colon encoded", (ref: string) => ref.replaceAll(":", "%3A")],
    ["encoded twice", (ref: string) => ref.replaceAll("%", "%25").replaceAll(":", "%3A")],
    ["with the slash encoded", (ref: string) => ref.replaceAll("%", "%25").replaceAll("/", "%2F")],
    ["without its name part", (ref: string) => ref.slice(0, ref.indexOf(":", 8))],
  ])("0.7 takes a reference in the path %s", (_, encode) => {
    const asked = new Asked();
    const ref = asked.create("ipv6network", { network: "1::/16" });
    expect(asked.get(encode(ref)).json.network).toBe("1::/16");
    asked.create("zone_auth", { fqdn: "acme.org" });
    const host = asked.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.1" });
    const encodedType = host.replace("record:a", "record%3Aa");
    expect(asked.get(encodedType).json.name).toBe("a.acme.org");
  });

  it("0.8 tolerates what clients send beside: _ref, null for structures, empty lists, empty texts", () => {
    const asked = withNetwork();
    expect(asked.put(asked.network, { _ref: asked.network, network: cidr, comment: "" }).status).toBe(200);
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

  it("0.10 leaves nothing behind when a create fails", () => {
    const asked = withNetwork();
    const before = asked.grid.store.snapshot();
    const host = {
      name: "a",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: "10.9.0.5" }, { ipv4addr: "10.9.0.x" }],
    };
    expect(asked.post("record:host", host).status).toBe(400);
    expect(asked.grid.store.snapshot()).toEqual(before);
  });
});
