import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const texts = (answer: { status: number; json: { text: string } }) => [answer.status, answer.json.text];

const seed = {
  containers: [{ network: "10.0.0.0/8", extattrs: { Site: "HQ" } }, "2001:db8::/32"],
  networks: [
    { network: "10.9.0.0/29", extattrs: { Site: "HQ" } },
    { network: "2001:db8::/64", extattrs: { Site: "HQ" } },
  ],
  zones: ["acme.org"],
};

function setUp() {
  const asked = new Asked({ seed });
  const ref: string = asked.get("network?network=10.9.0.0/29").json[0]._ref;
  return { asked, ref };
}

/** The function object of an in-body call. */
const call = (name: string, member: string, object: string, rest: object = {}) => ({
  _object_function: name,
  _result_field: member,
  _object: object,
  ...rest,
});

describe("call form", () => {
  it("takes parameters from the body or from the URI", () => {
    const { asked, ref } = setUp();
    const expected = { ips: ["10.9.0.1", "10.9.0.2"] };
    expect(asked.post(`${ref}?_function=next_available_ip`, { num: 2 }).json).toEqual(expected);
    expect(asked.post(`${ref}?_function=next_available_ip&num=2`).json).toEqual(expected);
    expect(asked.post(`${ref}?_function=next_available_ip&exclude=10.9.0.1`).json).toEqual({
      ips: ["10.9.0.2"],
    });
  });

  it.each([
    ["GET", "", "next_available_ip", {}, "Function next_available_ip illegal with this method"],
    [
      "POST",
      "network",
      "next_available_network",
      {},
      "Function next_available_network illegal with this method",
    ],
    ["POST", "", "nothing", {}, "Function nothing is not valid for this object"],
    ["POST", "", "next_available_network", {}, "required function parameter missing: cidr"],
    ["POST", "", "next_available_ip", { num: "x" }, 'Invalid value for num: "x": Must be integer type'],
    ["POST", "", "next_available_ip", { nothing: 1 }, "Unknown argument/field: 'nothing'"],
  ])("%s %s?_function=%3$s with %4$j is refused", (method, target, name, body, text) => {
    const { asked, ref } = setUp();
    const answer = asked.ask(
      method,
      `${target || ref}?_function=${name}`,
      method === "GET" ? undefined : body,
    );
    expect(texts(answer)).toEqual([400, text]);
  });

  it("says that a function which it doesn't have is not modelled", () => {
    const asked = new Asked();
    const [grid] = asked.get("grid").json;
    const { status, json } = asked.post(`${grid._ref}?_function=start_discovery`, { objects: ["x"] });
    expect([status, json.text]).toEqual([501, "not modelled by FakeGrid: function start_discovery of grid"]);
  });

  it("restarts services", () => {
    const asked = new Asked();
    const [grid] = asked.get("grid").json;
    const call = (body: object) => asked.post(`${grid._ref}?_function=restartservices`, body);
    const body = { restart_option: "RESTART_IF_NEEDED", service_option: "ALL" };
    expect([call(body).status, call(body).json.text]).toEqual([400, "'member_order' required"]);
    expect(call({ ...body, member_order: "SIMULTANEOUSLY" }).json).toEqual({});
    expect(call({ restart_option: "RESTART_IF_NEEDED", services: ["ALL"] }).json).toEqual({});
    expect(asked.post(`${grid._ref}?_function=restartservices`, { restart_option: "NEVER" }).status).toBe(
      400,
    );
  });

  it("wraps the grid's own words when nothing is left", () => {
    const { asked, ref } = setUp();
    const answer = asked.post(`${ref}?_function=next_available_ip`, { num: 7 });
    const text = "Cannot find 7 available IP address(es) in this network.";
    expect(answer.json).toEqual({
      Error: `AdmConDataError: None (IBDataError: IB.Data:${text})`,
      code: "Client.Ibap.Data",
      text,
    });
  });
});

describe("in-body strings", () => {
  it("takes the next address of a network, a range, or a reference to either", () => {
    const { asked, ref } = setUp();
    asked.create("range", { start_addr: "10.9.0.4", end_addr: "10.9.0.5" });
    const made = (what: string) =>
      asked.post("fixedaddress?_return_fields=ipv4addr", {
        ipv4addr: `func:nextavailableip:${what}`,
        mac: "00:00:00:00:00:00",
      }).json.ipv4addr;
    expect(made("10.9.0.0/29")).toBe("10.9.0.1");
    expect(made("10.9.0.0/29,default")).toBe("10.9.0.2");
    expect(made(ref)).toBe("10.9.0.3");
    expect(made("10.9.0.4-10.9.0.5")).toBe("10.9.0.4");
  });

  it("gives two addresses of one host two values", () => {
    const { asked } = setUp();
    const ipv4addrs = [
      { ipv4addr: "func:nextavailableip:10.9.0.0/29" },
      { ipv4addr: "func:nextavailableip:10.9.0.0/29" },
    ];
    const host = asked.post("record:host?_return_fields=ipv4addrs", { name: "h.acme.org", ipv4addrs }).json;
    expect(host.ipv4addrs.map((one: { ipv4addr: string }) => one.ipv4addr)).toEqual(["10.9.0.1", "10.9.0.2"]);
  });

  it("takes the next network, and on update the next address", () => {
    const { asked } = setUp();
    const network = asked.post("network?_return_fields=network", {
      network: "func:nextavailablenetwork:10.0.0.0/8,default,24",
    });
    expect(network.json.network).toBe("10.0.0.0/24");
    const record = asked.create("record:a", { name: "a.acme.org", ipv4addr: "10.1.1.1" });
    const updated = asked.put(record, { ipv4addr: "func:nextavailableip:10.9.0.0/29" }).json;
    expect(asked.get(updated).json.ipv4addr).toBe("10.9.0.1");
  });

  it("names what matches no network", () => {
    const answer = new Asked().post("fixedaddress", {
      ipv4addr: "func:nextavailableip:172.18.67.16/29",
      mac: "",
    });
    expect(texts(answer)).toEqual([
      400,
      "172.18.67.16/29,default does not match any unique networks/ranges (ipv4addr)",
    ]);
  });

  it("leaves other texts that begin alike alone", () => {
    const asked = new Asked();
    asked.create("network", { network: "10.9.0.0/24", comment: "func:not a function" });
    expect(asked.get("network").json[0].comment).toBe("func:not a function");
  });
});

describe("object form", () => {
  it("takes a network out of the container with an attribute", () => {
    const { asked } = setUp();
    const body = {
      network: call("next_available_network", "networks", "networkcontainer", {
        _object_parameters: { "*Site": "HQ" },
        _parameters: { cidr: 26 },
      }),
      network_view: "default",
      comment: "x",
      extattrs: { Region: { value: "East" } },
    };
    expect(asked.post("network?_return_fields=network,comment", body).json).toMatchObject({
      network: "10.0.0.0/26",
      comment: "x",
    });
  });

  it("applies what stands beside the function to the host's address", () => {
    const { asked } = setUp();
    const ipv4addr = call("next_available_ip", "ips", "network", {
      _object_parameters: { "*Site": "HQ", network_view: "default" },
      _parameters: { exclude: ["10.9.0.1"] },
      use_for_ea_inheritance: false,
      configure_for_dhcp: false,
      mac: "00:11:22:33:44:55",
    });
    const body = {
      name: "web2.acme.org",
      configure_for_dns: true,
      comment: "",
      extattrs: {},
      ipv4addrs: [{ ipv4addr }],
    };
    const host = asked.post("record:host?_return_fields=ipv4addrs", body).json;
    expect(host.ipv4addrs[0]).toMatchObject({
      ipv4addr: "10.9.0.2",
      mac: "00:11:22:33:44:55",
      configure_for_dhcp: false,
    });
  });

  it("takes null for parameters, and both families at once without DNS", () => {
    const { asked } = setUp();
    const parameters = { _object_parameters: { "*Site": "HQ" }, _parameters: null };
    const body = {
      name: "both",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: call("next_available_ip", "ips", "network", parameters) }],
      ipv6addrs: [{ ipv6addr: call("next_available_ip", "ips", "ipv6network", parameters) }],
    };
    expect(asked.post("record:host", body).status).toBe(201);
    expect(asked.get("record:host?_return_fields=ipv4addrs,ipv6addrs").json[0]).toMatchObject({
      ipv4addrs: [{ ipv4addr: "10.9.0.1" }],
      ipv6addrs: [{ ipv6addr: "2001:db8::1" }],
    });
  });

  it("takes a reference in place of a search, for records too", () => {
    const { asked, ref } = setUp();
    const ipv4addr = { _object_function: "next_available_ip", _result_field: "ips", _object_ref: ref };
    const made = asked.post("record:a?_return_fields=ipv4addr", { name: "a.acme.org", ipv4addr });
    expect(made.json.ipv4addr).toBe("10.9.0.1");
  });

  it("goes on to the next match when the first is full", () => {
    const { asked } = setUp();
    asked.create("network", { network: "10.9.1.0/30", extattrs: { Region: { value: "R" } } });
    asked.create("network", { network: "10.9.2.0/30", extattrs: { Region: { value: "R" } } });
    const next = () =>
      asked.post("record:a?_return_fields=ipv4addr", {
        name: "a.acme.org",
        ipv4addr: call("next_available_ip", "ips", "network", { _object_parameters: { "*Region": "R" } }),
      }).json.ipv4addr;
    expect([next(), next(), next()]).toEqual(["10.9.1.1", "10.9.1.2", "10.9.2.1"]);
  });

  it.each([true, false])(
    "names a leaf as the parent, if leafParentIsConverted is %s",
    (leafParentIsConverted) => {
      const asked = new Asked({ assumptions: { leafParentIsConverted } });
      asked.create("network", { network: "10.9.0.0/24" });
      const network = call("next_available_network", "networks", "network", {
        _object_parameters: { network: "10.9.0.0/24" },
        _parameters: { cidr: 26 },
      });
      expect(asked.post("network", { network }).status).toBe(leafParentIsConverted ? 201 : 400);
      const kept = leafParentIsConverted ? "networkcontainer" : "network";
      expect(asked.get(`${kept}?network=10.9.0.0/24`).json).toHaveLength(1);
    },
  );

  it.each([
    [
      { "*Site": "Nowhere" },
      'The search parameters {"*Site": "Nowhere"} for object network did not return any result',
    ],
    [{ Site: "HQ" }, "Unknown argument/field: 'Site'"],
  ])("with the search %j is refused", (parameters, text) => {
    const { asked } = setUp();
    const ipv4addr = call("next_available_ip", "ips", "network", { _object_parameters: parameters });
    expect(texts(asked.post("record:a", { name: "a.acme.org", ipv4addr }))).toEqual([400, text]);
  });
});
