import { describe, expect, it } from "vitest";
import { Asked, envelope, protocolEnvelope } from "./asking.js";

describe("URL", () => {
  it("answers a version that it doesn't know in plain text", () => {
    const { status, text, headers } = new Asked({ version: "2.5" }).get("/wapi/v2.7/network");
    expect([status, text]).toEqual([400, "Version 2.7 not supported"]);
    expect(headers["Content-Type"]).toBe("text/plain");
  });

  it("knows no field that is newer than the version asked for", () => {
    const asked = new Asked();
    expect(asked.get("network?_return_fields=uuid", { version: "2.14" }).status).toBe(200);
    const { status, text } = asked.get("network?_return_fields=uuid", { version: "2.12" });
    expect([status, text]).toEqual([400, protocolEnvelope("Unknown argument/field: 'uuid'")]);
  });

  it("knows no type that is newer than the version asked for", () => {
    const asked = new Asked();
    expect(asked.get("record:dname", { version: "2.5" }).json.text).toBe(
      "Unknown object type (record:dname)",
    );
    expect(asked.get("record:dname", { version: "2.12" }).status).toBe(200);
  });
});

describe("versions between those that are documented", () => {
  it("know what came with the next one", () => {
    const asked = new Asked();
    const fields = "adminuser?_return_fields=ssh_keys";
    expect(asked.get(fields, { version: "2.12" }).status).toBe(400);
    expect(asked.get(fields, { version: "2.12.3" }).status).toBe(200);
    expect(asked.get("view?_return_fields=lame_ttl", { version: "2.12.3" }).status).toBe(
      asked.get("view?_return_fields=lame_ttl", { version: "2.12" }).status,
    );
  });

  it("know a type by the name that it had then", () => {
    const asked = new Asked();
    expect(asked.get("hsm:safenetgroup", { version: "2.12.1" }).text).toBe("[]");
    expect(asked.get("grid:threatanalytics", { version: "2.12.1" }).json).toHaveLength(1);
    expect(asked.get("grid:threatanalytics", { version: "2.14" }).json.text).toBe(
      "Unknown object type (grid:threatanalytics)",
    );
  });

  it("have service records from 2.13.7 on: the schema of a 2.12.1 grid has none", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"] } });
    const body = { name: "s.acme.org", priority: 1, target_name: "www.acme.org" };
    for (const type of ["record:https", "record:svcb"]) {
      expect(asked.post(type, body, { version: "2.12.1" }).json.text).toBe(`Unknown object type (${type})`);
      expect(asked.post(type, body, { version: "2.13.7" }).status).toBe(201);
    }
  });
});

describe("authentication", () => {
  it("ends the session on logout", () => {
    expect(new Asked().post("logout").status).toBe(200);
  });
});

describe("bodies", () => {
  it("takes the fields of a create from the URI", () => {
    const asked = new Asked();
    expect(asked.post("network?network=10.9.0.0%2F24&comment=x+y").status).toBe(201);
    expect(asked.get("network").json[0].comment).toBe("x y");
  });

  it("takes the fields of an update from the URI", () => {
    const asked = new Asked();
    const ref = asked.create("network", { network: "10.9.0.0/24" });
    expect(asked.put(`${ref}?comment=z`).status).toBe(200);
    expect(asked.get(ref).json.comment).toBe("z");
  });

  it("converts numbers of the URI", () => {
    const asked = new Asked();
    expect(asked.post("vlanview?name=v&start_vlan_id=1&end_vlan_id=9").status).toBe(201);
    expect(asked.get("vlanview").json[0].end_vlan_id).toBe(9);
  });

  it("takes form arguments, as curl -d sends them", () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const asked = new Asked();
    expect(asked.post("network", "network=10.9.0.0/24&comment=form", { headers }).status).toBe(201);
    expect(asked.post("network", '{"network": "10.9.1.0/24"}', { headers }).status).toBe(201);
  });

  it("takes the search arguments of a GET from a JSON body", () => {
    const { status, json } = new Asked().ask("GET", "view", { name: "default" });
    expect([status, json.length, json[0].name]).toEqual([200, 1, "default"]);
    expect(new Asked().ask("GET", "view", { name: "nowhere" }).text).toBe("[]");
  });

  it("takes no structure from the URI", () => {
    const { status, json } = new Asked().post("network?network=10.9.0.0/24&extattrs=x");
    expect([status, json.text]).toEqual([
      400,
      "Error converting argument extattrs: Type not supported in query string",
    ]);
  });

  it("prints JSON with four blanks", () => {
    expect(new Asked().get("grid").text).toBe(
      '[\n    {\n        "_ref": "grid/b25lLmNsdXN0ZXIkMA:Infoblox"\n    }\n]',
    );
  });

  it("lays the error body out as grids do, with its length", () => {
    const { text, headers } = new Asked().get("record");
    expect(text).toBe(
      '{ "Error": "AdmConProtoError: Unknown object type (record)", \n' +
        '  "code": "Client.Ibap.Proto", \n' +
        '  "text": "Unknown object type (record)"\n}',
    );
    expect(headers["Content-Length"]).toBe(String(text.length));
  });

  it("names broken JSON by a code of its own", () => {
    const { status, json } = new Asked().post("network", "{network:");
    expect([status, json.code]).toEqual([400, "Client.Ibap.Proto.JSONDecoding"]);
    expect(json.text).toMatch(/^JSON Decoding: /);
    expect(new Asked().post("network", "{").text).toBe(envelope(json.Error, json.code, json.text));
  });
});
