import { describe, expect, it } from "vitest";
import { Asked, protocolEnvelope } from "./asking.js";

const cidr = "10.9.0.0/24";

function withNetwork(): Asked & { readonly network: string } {
  const asked = new Asked();
  return Object.assign(asked, { network: asked.create("network", { network: cidr, comment: "x" }) });
}

describe("status and body", () => {
  it("answers an empty search with two bytes", () => {
    const { status, text } = new Asked().get("network?network=10.0.0.0/8");
    expect([status, text]).toEqual([200, "[]"]);
  });

  it("answers a create with 201 and the bare reference as JSON", () => {
    const { status, text, headers } = new Asked().post("network", { network: cidr });
    expect(status).toBe(201);
    expect(text).toBe('"network/ZG5zLm5ldHdvcmskMTAuOS4wLjAvMjQvMA:10.9.0.0/24/default"');
    expect(headers["Content-Type"]).toBe("application/json");
  });

  it("answers an update and a delete with 200 and the bare reference", () => {
    const asked = withNetwork();
    const updated = asked.put(asked.network, { comment: "y" });
    expect([updated.status, updated.json]).toEqual([200, asked.network]);
    const deleted = asked.delete(asked.network);
    expect([deleted.status, deleted.json]).toEqual([200, asked.network]);
  });

  it("answers a function call with 200 and an object", () => {
    const asked = withNetwork();
    const { status, json } = asked.post(`${asked.network}?_function=next_available_ip`, { num: 2 });
    expect([status, json]).toEqual([200, { ips: ["10.9.0.1", "10.9.0.2"] }]);
  });

  it.each(["GET", "POST", "PUT", "DELETE"])("refuses an unknown type on %s with 400, not 404", (method) => {
    const { status, text } = new Asked().ask(method, "nonexistent_ref", method === "GET" ? undefined : {});
    expect(status).toBe(400);
    expect(text).toBe(protocolEnvelope("Unknown object type (nonexistent_ref)"));
  });

  it("answers 404 for a well-formed reference to nothing", () => {
    const asked = withNetwork();
    asked.delete(asked.network);
    const { status, json } = asked.get(asked.network);
    expect([status, json.code]).toEqual([404, "Client.Ibap.Data.NotFound"]);
    expect(json.text).toBe(`Reference ${asked.network} not found`);
  });

  it("answers 400 for a duplicate", () => {
    const asked = withNetwork();
    const { status, json } = asked.post("network", { network: cidr });
    expect(status).toBe(400);
    expect(json.text).toBe(`The network ${cidr} already exists.  Select another network.`);
  });
});
