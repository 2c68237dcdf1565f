import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const fixed = { ipv4addr: "10.9.0.7", mac: "00:11:22:33:44:55" };
const seed = { networks: ["10.9.0.0/24", "2001:db8::/64"], zones: ["acme.org"] };

class Restarts {
  readonly asked: Asked;
  readonly #grid: string;

  constructor(options: ConstructorParameters<typeof Asked>[0] = {}) {
    this.asked = new Asked({ seed, ...options });
    this.#grid = this.asked.get("grid").json[0]._ref;
  }

  call(name: string, parameters: object = {}) {
    return this.asked.post(`${this.#grid}?_function=${name}`, parameters);
  }

  /** Of the first member, as when anyone last asked for it: DNS and DHCP. */
  shown(): readonly [string, string] {
    const [{ dns_status, dhcp_status }] = this.asked.get("restartservicestatus").json;
    return [dns_status, dhcp_status];
  }

  now() {
    expect(this.call("requestrestartservicestatus")).toMatchObject({ status: 200, json: {} });
    return this.shown();
  }

  requests() {
    const fields = "member,service,needed,forced,state,result";
    return this.asked.get(`grid:servicerestart:request?_return_fields=${fields}`).json;
  }

  summary() {
    return this.asked.get("grid:servicerestart:status").json[0];
  }

  changes() {
    return this.asked.get("grid:servicerestart:request:changedobject").json;
  }
}

describe("service changes need restartservices", () => {
  it("show no status until someone requests it, and then that of this moment", () => {
    const restarts = new Restarts();
    expect(restarts.shown()).toEqual(["NO_REQUEST", "NO_REQUEST"]);
    expect(restarts.now()).toEqual(["NO", "NO"]);
    restarts.asked.create("fixedaddress", fixed);
    expect(restarts.shown()).toEqual(["NO", "NO"]);
    expect(restarts.now()).toEqual(["NO", "YES"]);
  });

  it.each([
    ["a network", "network", { network: "10.8.0.0/24" }, ["NO", "YES"]],
    ["an IPv6 network", "ipv6network", { network: "2001:db8:1::/64" }, ["NO", "YES"]],
    ["a range", "range", { start_addr: "10.9.0.10", end_addr: "10.9.0.20" }, ["NO", "YES"]],
    ["a zone", "zone_auth", { fqdn: "new.org" }, ["YES", "NO"]],
    [
      "a host in DHCP",
      "record:host",
      { name: "h.acme.org", ipv4addrs: [{ ...fixed, configure_for_dhcp: true }] },
      ["NO", "YES"],
    ],
    [
      "a host that is in DNS alone",
      "record:host",
      { name: "h.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.7", configure_for_dhcp: false }] },
      ["NO", "NO"],
    ],
    ["an attribute definition", "extensibleattributedef", { name: "Floor", type: "STRING" }, ["NO", "NO"]],
  ])("are pending after %s was made, changed or deleted", (_, type, body, expected) => {
    const restarts = new Restarts();
    const ref = restarts.asked.create(type, body);
    expect(restarts.now()).toEqual(expected);
    restarts.call("restartservices");
    const changed = restarts.asked.put(ref, { comment: "changed" }).json;
    if (type !== "record:host") expect(restarts.now()).toEqual(expected);
    restarts.call("restartservices");
    restarts.asked.delete(changed);
    expect(restarts.now()).toEqual(expected);
  });

  it.each([true, false])("are pending after a record was made, if recordsNeedRestart is %s", (needed) => {
    const restarts = new Restarts({ assumptions: { recordsNeedRestart: needed } });
    restarts.asked.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.7" });
    expect(restarts.now()).toEqual([needed ? "YES" : "NO", "NO"]);
  });

  it("are not pending after a change that was refused", () => {
    const restarts = new Restarts();
    expect(restarts.asked.post("fixedaddress", { ...fixed, mac: "x" }).status).toBe(400);
    expect(restarts.now()).toEqual(["NO", "NO"]);
  });

  it("are done by restartservices: only where needed, unless forced", () => {
    const restarts = new Restarts();
    restarts.asked.create("fixedaddress", fixed);
    expect(restarts.summary()).toMatchObject({ parent: "Infoblox", pending_restart: 2 });
    expect(restarts.call("restartservices", { restart_option: "RESTART_IF_NEEDED" }).json).toEqual({});
    expect(restarts.shown()).toEqual(["NO", "NO"]);
    expect(restarts.requests().slice(0, 2)).toMatchObject([
      {
        member: "infoblox.localdomain",
        service: "DNS",
        needed: "NO",
        result: "NORESTART",
        state: "FINISHED",
      },
      { member: "infoblox.localdomain", service: "DHCPV4", needed: "YES", forced: false, result: "SUCCESS" },
    ]);
    expect(restarts.summary()).toMatchObject({ finished: 6, success: 2, no_restart: 4, pending_restart: 0 });
    restarts.call("restartservices", { restart_option: "FORCE_RESTART" });
    expect(restarts.requests()).toHaveLength(6);
    expect(restarts.summary()).toMatchObject({ success: 6, no_restart: 0 });
  });

  it("are done for the services and members named", () => {
    const restarts = new Restarts();
    restarts.asked.create("fixedaddress", fixed);
    restarts.asked.create("zone_auth", { fqdn: "new.org" });
    restarts.call("restartservices", { services: ["DNS"] });
    expect(restarts.now()).toEqual(["NO", "YES"]);
    restarts.call("restartservices", { members: ["infoblox-2.localdomain"], services: ["DHCPV4"] });
    expect(restarts.now()).toEqual(["NO", "YES"]);
    const [{ _ref: member }] = restarts.asked.get("member").json;
    restarts.asked.post(`${member}?_function=restartservices`, { service_option: "DHCP" });
    expect(restarts.now()).toEqual(["NO", "NO"]);
    const unknown = restarts.call("restartservices", { members: ["nobody"] });
    expect([unknown.status, unknown.json.text]).toEqual([404, "Grid Member nobody not found"]);
  });

  it("are done for the members of a restart group", () => {
    const restarts = new Restarts();
    const group = { name: "first", service: "DHCP", members: ["infoblox.localdomain"] };
    restarts.asked.create("grid:servicerestart:group", group);
    restarts.asked.create("fixedaddress", fixed);
    restarts.call("restartservices", { groups: ["first"] });
    expect(restarts.summary().pending_restart).toBe(1);
    expect(restarts.call("restartservices", { groups: ["second"] }).status).toBe(404);
  });

  it("are under way for as long as the grid is told", () => {
    const restarts = new Restarts({ restartSeconds: 30 });
    const { clock } = restarts.asked;
    clock.freeze();
    restarts.asked.create("fixedaddress", fixed);
    restarts.call("restartservices");
    expect(restarts.shown()).toEqual(["NO", "RESTART_PENDING"]);
    const [, dhcp] = restarts.requests();
    expect(dhcp.state).toBe("PROCESSING");
    expect(dhcp).not.toHaveProperty("result");
    expect(restarts.summary()).toMatchObject({ processing: 2, finished: 4 });
    clock.advance(30_000);
    expect(restarts.shown()).toEqual(["NO", "NO"]);
    expect(restarts.requests()[1]).toMatchObject({ state: "FINISHED", result: "SUCCESS" });
  });

  it("concern no service that is switched off", () => {
    const restarts = new Restarts();
    const [{ _ref: dns }] = restarts.asked.get("member:dns").json;
    restarts.asked.put(dns, { enable_dns: false });
    expect(restarts.now()).toEqual(["DISABLED", "NO"]);
    restarts.call("restartservices", { restart_option: "FORCE_RESTART" });
    expect(restarts.requests()).toHaveLength(5);
  });

  it("list what changed, until nothing is pending", () => {
    const restarts = new Restarts();
    const ref = restarts.asked.create("fixedaddress", fixed);
    restarts.asked.put(ref, { comment: "c" });
    expect(restarts.changes()).toMatchObject([
      { action: "CREATED", object_type: "fixedaddress", object_name: "10.9.0.7/default", user_name: "admin" },
      { action: "MODIFIED", changed_properties: ["comment"] },
    ]);
    restarts.call("restartservices");
    expect(restarts.changes()).toEqual([]);
  });
});
