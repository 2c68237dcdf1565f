import { describe, expect, it } from "vitest";
import { Asked, envelope } from "./asking.js";

describe("envelope", () => {
  it.each([
    [
      "an error of syntax",
      "POST",
      "network",
      {},
      400,
      "AdmConProtoError: field for create missing: network",
      "Client.Ibap.Proto",
    ],
    [
      "a conflict",
      "POST",
      "record:a",
      { name: "a.nowhere.org", ipv4addr: "10.0.0.1" },
      400,
      "AdmConDataError: None (IBDataConflictError: IB.Data.Conflict:The action is not allowed. A parent was not found.)",
      "Client.Ibap.Data.Conflict",
    ],
    [
      "something missing",
      "GET",
      "network/ZG5zLm5ldHdvcmskMQ",
      undefined,
      404,
      "AdmConDataNotFoundError: Reference network/ZG5zLm5ldHdvcmskMQ not found",
      "Client.Ibap.Data.NotFound",
    ],
  ])("wraps %s", (_, method, target, body, status, explanation, code) => {
    const answer = new Asked().ask(method, target, body);
    expect(answer.status).toBe(status);
    expect(answer.text).toBe(envelope(explanation, code, answer.json.text));
  });
});

describe("syntax and value errors", () => {
  const zone = { fqdn: "acme.org" };
  it.each([
    ["zone_auth", {}, "field for create missing: fqdn"],
    ["zone_forward", { fqdn: "acme.org", forward_to: [{ name: "ns" }] }, "Required field missing: address"],
    ["networkview", { name: 10 }, "Invalid value for name: 10: Must be string type"],
    [
      "vlanview",
      { name: "v", start_vlan_id: true, end_vlan_id: 5 },
      "Invalid value for start_vlan_id: true: Must be integer type",
    ],
    ["zone_auth", { ...zone, disable: "x" }, 'Invalid value for disable: "x": Must be boolean type'],
    [
      "zone_auth",
      { ...zone, notify_delay: 10123646444 },
      /^Invalid value for notify_delay: 10123646444: Invalid value, must be between \d+ and \d+$/,
    ],
    [
      "record:a",
      { name: "a.acme.org", ipv4addr: "10.39.A.45" },
      'Invalid value for ipv4addr: "10.39.A.45": Invalid IPv4 address',
    ],
    [
      "networkview",
      { name: "v", comment: " x" },
      'Invalid value for comment: " x": leading or trailing whitespace is not allowed.',
    ],
    [
      "record:a",
      { name: "a.acme.org", ipv4addr: "10.0.0.1", creator: "lkpij" },
      'Invalid value for creator ("lkpij") valid values are: STATIC, DYNAMIC, SYSTEM',
    ],
    ["zone_auth", { ...zone, grid_primary: "x" }, "List value expected for field: grid_primary"],
    ["network", { network: "10.0.0.0/24", cloud_info: true }, "Structure expected in cloud_info (True)"],
    ["sharednetwork", { name: "s", networks: [5] }, 'Field "networks" must be a string reference'],
  ])("POST %s %j", (type, body, text) => {
    const { status, json } = new Asked().post(type, body);
    expect(status).toBe(400);
    expect(json.text).toEqual(typeof text === "string" ? text : expect.stringMatching(text));
  });
});

describe("not found", () => {
  it.each([
    ["GET", "zone_auth?view=yop", undefined, "View yop not found"],
    ["POST", "zone_auth", { fqdn: "acme.org", view: "yop" }, "View yop not found"],
    ["POST", "network", { network: "10.0.0.0/24", network_view: "x" }, "Network View x not found"],
  ])("%s %s %j", (method, target, body, text) => {
    const { status, json } = new Asked().ask(method, target, body);
    expect([status, json.code, json.text]).toEqual([404, "Client.Ibap.Data.NotFound", text]);
  });
});

describe("data and conflict texts", () => {
  it("names a generic duplicate by the grid's inner type", () => {
    const asked = new Asked();
    asked.create("natgroup", { name: "natgroup1" });
    const { status, json } = asked.post("natgroup", { name: "natgroup1" });
    expect([status, json.code]).toEqual([400, "Client.Ibap.Data.Conflict"]);
    expect(json.text).toMatch(
      /^Duplicate object 'natgroup1' of type 'nat_?group' already exists in the database\.$/,
    );
  });

  it("refuses scheduling where a type doesn't have it", () => {
    const { status, json } = new Asked().post("extensibleattributedef?_schedinfo.scheduled_time=9999999999", {
      name: "X",
      type: "STRING",
    });
    expect([status, json.code, json.text]).toEqual([
      400,
      "Client.Ibap.Data.Conflict",
      "extensibleattributedef does not support scheduling.",
    ]);
  });

  it.each([
    ["record:cname", { name: "c.acme.org", canonical: "x..acme.org" }, "Invalid domain name"],
    [
      "record:mx",
      { name: "acme.org", mail_exchanger: `${"m".repeat(64)}.org`, preference: 1 },
      "A domain label is longer than 63 characters.",
    ],
    ["record:ptr", { name: "p.acme.org", ptrdname: "two words.org" }, "Invalid domain name"],
  ])("%s refuses to lead to a name that is none", (type, body, text) => {
    const { status, json } = new Asked({ seed: { zones: ["acme.org"] } }).post(type, body);
    expect([status, json.text]).toEqual([400, text]);
  });

  it("lets a record lead to the root", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"] } });
    asked.create("record:naptr", { name: "n.acme.org", order: 1, preference: 1, replacement: "." });
    asked.create("record:srv", { name: "_x._tcp.acme.org", port: 0, priority: 0, weight: 0, target: "." });
  });
});
