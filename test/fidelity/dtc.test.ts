import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

function parts() {
  const asked = new Asked({ seed: { zones: ["acme.org"] } });
  const server = asked.create("dtc:server", { name: "s1", host: "10.0.0.1" });
  const pool = asked.create("dtc:pool", {
    name: "p1",
    lb_preferred_method: "ROUND_ROBIN",
    servers: [{ server, ratio: 4 }],
    monitors: [asked.get("dtc:monitor:icmp").json[0]._ref],
  });
  return { asked, server, pool };
}

const lbdn = (more: object = {}) => ({ name: "l1", lb_method: "ROUND_ROBIN", ...more });

describe("DTC", () => {
  it("shows pools with the references of their servers and monitors, and the defaults", () => {
    const { asked, server, pool } = parts();
    const fields = "servers,monitors,lb_alternate_method,availability,auto_consolidated_monitors";
    expect(asked.get(`${pool}?_return_fields=${fields}`).json).toEqual({
      _ref: pool,
      auto_consolidated_monitors: false,
      availability: "ALL",
      lb_alternate_method: "NONE",
      monitors: ["dtc:monitor:icmp/ZG5zLmlkbnNfbW9uaXRvcl9pY21wJGljbXA:icmp"],
      servers: [{ ratio: 4, server }],
    });
  });

  it("shows the references of the day after a rename", () => {
    const { asked, server, pool } = parts();
    const renamed = asked.put(server, { name: "s2" }).json;
    expect(renamed).toMatch(/:s2$/);
    expect(asked.get(`${pool}?_return_fields=servers`).json.servers[0].server).toBe(renamed);
    expect(asked.get(server).status).toBe(404);
  });

  it("takes a server out of its pools, and a pool out of its names, when it goes", () => {
    const { asked, server, pool } = parts();
    const name = asked.create("dtc:lbdn", lbdn({ pools: [{ pool, ratio: 3 }] }));
    asked.delete(server);
    expect(asked.get(`${pool}?_return_fields=servers`).json.servers).toEqual([]);
    asked.delete(pool);
    expect(asked.get(`${name}?_return_fields=pools`).json.pools).toEqual([]);
  });

  it("doesn't take back the NONE that it shows for the alternate method", () => {
    const { asked, pool } = parts();
    expect(asked.put(pool, { lb_alternate_method: "NONE" }).json.text).toBe(
      'Invalid value for lb_alternate_method ("NONE") valid values are: GLOBAL_AVAILABILITY, RATIO, ROUND_ROBIN, TOPOLOGY, ALL_AVAILABLE, DYNAMIC_RATIO',
    );
    expect(asked.put(pool, { lb_alternate_method: "RATIO" }).status).toBe(200);
  });

  it("wants what a method needs", () => {
    const { asked } = parts();
    const pool = (body: object) => asked.post("dtc:pool", { name: "p2", ...body });
    expect(pool({}).json.text).toBe("field for create missing: lb_preferred_method");
    expect(pool({ lb_preferred_method: "TOPOLOGY" }).json.text).toContain("lb_preferred_topology");
    expect(pool({ lb_preferred_method: "DYNAMIC_RATIO" }).json.text).toContain("lb_dynamic_ratio_preferred");
    expect(asked.post("dtc:lbdn", { name: "l" }).json.text).toBe("field for create missing: lb_method");
  });

  it("wants patterns where a name is linked to a zone", () => {
    const { asked } = parts();
    const zones = { auth_zones: [asked.get("zone_auth").json[0]._ref] };
    const without = asked.post("dtc:lbdn", lbdn({ ...zones, patterns: [] }));
    expect(without.json.text).toBe("At least one pattern is required for an LBDN that is linked to a zone.");
    const ref = asked.create("dtc:lbdn", lbdn({ ...zones, patterns: ["*.acme.org"] }));
    expect(asked.put(ref, { patterns: [] }).status).toBe(400);
    expect(asked.put(ref, { patterns: [], auth_zones: [] }).status).toBe(200);
  });

  it("wants as many monitors as a quorum needs", () => {
    const { asked, pool } = parts();
    const quorum = (body: object) => asked.put(pool, { availability: "QUORUM", ...body });
    const { status, json } = quorum({ monitors: [] });
    expect([status, json.code]).toEqual([400, "Client.Ibap.Data"]);
    expect(json.text).toBe(
      "The pool 'p1' contains only 0 effective monitors but requires at least 1 for its availability",
    );
    expect(quorum({ quorum: 2 }).json.text).toContain("only 1 effective monitors but requires at least 2");
    expect(quorum({ quorum: 1 }).status).toBe(200);
    const create = { name: "p2", lb_preferred_method: "ROUND_ROBIN", availability: "QUORUM" };
    expect(asked.post("dtc:pool", create).status).toBe(400);
  });

  it("wants a TTL where its switch is on", () => {
    const { asked, pool } = parts();
    expect(asked.put(pool, { use_ttl: true }).json.text).toBe("Enter a ttl value");
    expect(asked.put(pool, { ttl: 20 }).status).toBe(200);
    expect(asked.get(`${pool}?_return_fields=ttl,use_ttl`).json).toMatchObject({ ttl: 20, use_ttl: true });
  });

  it("shows names with bare references of zones, weighted pools, and the defaults", () => {
    const { asked, pool } = parts();
    const [{ _ref: zone }] = asked.get("zone_auth").json;
    const ref = asked.create(
      "dtc:lbdn",
      lbdn({ auth_zones: [zone], pools: [{ pool, ratio: 3 }], patterns: ["*acme.org"] }),
    );
    expect(
      asked.get(`${ref}?_return_fields=auth_zones,pools,patterns,types,priority,persistence`).json,
    ).toEqual({
      _ref: ref,
      auth_zones: [zone],
      patterns: ["*acme.org"],
      persistence: 0,
      pools: [{ pool, ratio: 3 }],
      priority: 1,
      types: ["A", "AAAA"],
    });
    expect(asked.put(ref, { name: "TestLBDN1111" }).json).toMatch(/:TestLBDN1111$/);
  });

  it("keeps one pool of a name enabled", () => {
    const { asked, pool } = parts();
    asked.create("dtc:lbdn", lbdn({ pools: [{ pool, ratio: 1 }] }));
    const text = "Cannot disable all the pools in an LBDN. At least one pool must be enabled.";
    expect(asked.put(pool, { disable: true }).json.text).toBe(text);
    const off = asked.create("dtc:pool", { name: "p2", lb_preferred_method: "ROUND_ROBIN", disable: true });
    expect(asked.post("dtc:lbdn", lbdn({ name: "l2", pools: [{ pool: off, ratio: 1 }] })).json.text).toBe(
      text,
    );
  });

  it("takes consolidated monitors with the names of members", () => {
    const { asked, pool } = parts();
    const [{ _ref: monitor }] = asked.get("dtc:monitor:http").json;
    const consolidated_monitors = [
      { availability: "ANY", full_health_communication: true, members: ["infoblox.localdomain"], monitor },
    ];
    expect(asked.put(pool, { consolidated_monitors }).status).toBe(200);
    expect(asked.get(`${pool}?_return_fields=consolidated_monitors`).json).toMatchObject({
      consolidated_monitors,
    });
  });

  it("refuses references of other types", () => {
    const { asked, pool } = parts();
    const servers = [{ server: pool, ratio: 1 }];
    expect(asked.put(pool, { servers }).json.text).toBe(`Invalid reference: ${pool}`);
  });

  it("keeps the rules of a topology as objects of their own", () => {
    const { asked, server, pool } = parts();
    const rules = [
      {
        dest_type: "SERVER",
        destination_link: server,
        sources: [{ source_op: "IS", source_type: "SUBNET", source_value: "10.0.0.0/8" }],
      },
      { dest_type: "SERVER", destination_link: server },
    ];
    const ref = asked.create("dtc:topology", { name: "t1" });
    expect(asked.put(ref, { rules }).status).toBe(200);
    const shown = asked.get(`${ref}?_return_fields=rules`).json.rules;
    expect(shown).toHaveLength(2);
    const rule = asked.get(
      `${shown[0]._ref}?_return_fields=dest_type,destination_link,sources,topology`,
    ).json;
    expect(rule).toMatchObject({
      dest_type: "SERVER",
      destination_link: server,
      topology: "t1",
      sources: rules[0]?.sources,
    });
    asked.put(ref, { rules: [shown[1], { dest_type: "SERVER", destination_link: server }, shown[0]] });
    const sorted = asked.get(`${ref}?_return_fields=rules`).json.rules;
    expect([sorted[0], sorted[2], sorted.length]).toEqual([shown[1], shown[0], 3]);
    asked.put(ref, { rules: [shown[0]] });
    expect(asked.get(`${ref}?_return_fields=rules`).json.rules).toEqual([shown[0]]);
    expect(asked.get("dtc:topology:rule?topology=t1&_return_fields=dest_type").json).toMatchObject([
      { dest_type: "SERVER" },
    ]);
    expect(asked.put(pool, { lb_preferred_method: "TOPOLOGY", lb_preferred_topology: ref }).status).toBe(200);
    expect(asked.get(`${pool}?_return_fields=lb_preferred_topology`).json.lb_preferred_topology).toBe(ref);
    asked.delete(pool);
    asked.delete(ref);
    expect(asked.get("dtc:topology:rule").json).toEqual([]);
  });

  it("knows a server by its records", () => {
    const { asked, server } = parts();
    const record = asked.create("dtc:record:a", { dtc_server: "s1", ipv4addr: "10.0.0.9" });
    expect(asked.get(record).json).toEqual({ _ref: record, dtc_server: "s1", ipv4addr: "10.0.0.9" });
    expect(asked.get("dtc:allrecords?dtc_server=s1").json).toMatchObject([
      { dtc_server: "s1", type: "dtc:record:a" },
    ]);
    asked.delete(server);
    expect(asked.get("dtc:record:a").json).toEqual([]);
  });

  it("lists servers, pools and names as objects", () => {
    const { asked } = parts();
    asked.create("dtc:lbdn", lbdn());
    expect(asked.get("dtc:object").json.map(({ name }: { name: string }) => name)).toEqual([
      "s1",
      "p1",
      "l1",
    ]);
  });

  it("gives monitors the defaults of their protocol", () => {
    const asked = new Asked();
    const ports = {
      "dtc:monitor:http": 80,
      "dtc:monitor:pdp": 2123,
      "dtc:monitor:sip": 5060,
      "dtc:monitor:snmp": 161,
    };
    for (const [type, port] of Object.entries(ports)) {
      const ref = asked.create(type, { name: "m" });
      expect(asked.get(`${ref}?_return_fields=port,interval,timeout,retry_up,retry_down`).json).toEqual({
        _ref: ref,
        interval: 5,
        port,
        retry_down: 1,
        retry_up: 1,
        timeout: 15,
      });
    }
  });
});
