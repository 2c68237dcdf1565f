import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = { zones: ["acme.org", "10.9.0.0/24"], networks: ["10.9.0.0/24"] };
const texts = ({ status, json }: ReturnType<Asked["get"]>) => [status, json.text];

describe("addresses of records", () => {
  it.each([
    ["record:a?ipv4addr=", 'Invalid value for ipv4addr: "": Invalid IPv4 address'],
    ["record:aaaa?ipv6addr=", 'Invalid value for ipv6addr: "": Invalid IPv6 address'],
    ["record:ptr?ipv4addr=", 'Invalid value for ipv4addr: "": Invalid IPv4 address'],
    ["record:a?ipv4addr=10.0.0.300", 'Invalid value for ipv4addr: "10.0.0.300": Invalid IPv4 address'],
    ["record:aaaa?ipv6addr=10.0.0.1", 'Invalid value for ipv6addr: "10.0.0.1": Invalid IPv6 address'],
  ])("are searched for by what is one: %s", (target, text) => {
    expect(texts(new Asked({ seed }).get(target))).toEqual([400, text]);
  });

  it.each([
    ["record:a", { name: "a.acme.org", ipv4addr: "x" }, "ipv4addr", 4],
    ["record:aaaa", { name: "a.acme.org", ipv6addr: "10.0.0.1" }, "ipv6addr", 6],
    ["record:ptr", { ptrdname: "a.acme.org", ipv4addr: "x" }, "ipv4addr", 4],
    ["record:host", { name: "a.acme.org", ipv4addrs: [{ ipv4addr: "x" }] }, "ipv4addr", 4],
  ])("are refused in a create of %s in the words for their family", (type, body, field, family) => {
    const { json } = new Asked({ seed }).post(type, body);
    expect(json.text).toMatch(
      new RegExp(`^Invalid value for ${field}: "[^"]*": Invalid IPv${family} address$`),
    );
  });

  it("find nothing by the text of an in-body function", () => {
    const grid = new Asked({ seed });
    expect(grid.get("record:host?ipv4addr=func:nextavailableip:10.9.0.0/24").text).toBe("[]");
  });

  it("of a PTR are one, and an empty text in place of the other", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("record:ptr", { ipv4addr: "10.9.0.5", ptrdname: "a.acme.org" });
    const fields = "_return_fields=ipv4addr,ipv6addr,name";
    expect(grid.get(`${ref}?${fields}`).json).toEqual({
      _ref: ref,
      ipv4addr: "10.9.0.5",
      ipv6addr: "",
      name: "5.0.9.10.in-addr.arpa",
    });
  });

  it("of a PTR lie in a reverse zone", () => {
    expect(
      texts(new Asked({ seed }).post("record:ptr", { ipv4addr: "10.1.0.5", ptrdname: "a.acme.org" })),
    ).toEqual([400, "An invalid IP address or reverse zone was specified."]);
  });
});

describe("rows of IPv4 addresses", () => {
  const row = (grid: Asked, query: string) => grid.get(`ipv4address?${query}`).json[0];

  it("leave out what is empty, but for the MAC address", () => {
    const grid = new Asked({ seed });
    grid.create("fixedaddress", {
      ipv4addr: "10.9.0.5",
      match_client: "CLIENT_ID",
      dhcp_client_identifier: "abc",
    });
    const unused = row(grid, "ip_address=10.9.0.6");
    expect(unused).toMatchObject({ mac_address: "" });
    expect(unused).not.toHaveProperty("dhcp_client_identifier");
    expect(unused).not.toHaveProperty("username");
    expect(row(grid, "ip_address=10.9.0.5").dhcp_client_identifier).toBe("abc");
    expect(row(grid, "ip_address=10.9.0.6&_return_fields=comment,conflict_types")).toMatchObject({
      comment: "",
      conflict_types: ["NONE"],
    });
  });

  it("have no lease state for an A record alone", () => {
    const grid = new Asked({ seed });
    grid.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.7" });
    grid.create("record:host", { name: "h.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.8" }] });
    expect(row(grid, "ip_address=10.9.0.7")).not.toHaveProperty("lease_state");
    expect(row(grid, "ip_address=10.9.0.8")).toMatchObject({ lease_state: "FREE" });
  });

  it("are of either type where one is asked for twice", () => {
    const grid = new Asked({ seed });
    grid.create("fixedaddress", { ipv4addr: "10.9.0.5", mac: "02:00:00:00:00:05" });
    grid.create("record:host", { name: "h.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.8" }] });
    grid.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.7" });
    const found = (query: string) =>
      grid
        .get(`ipv4address?network=10.9.0.0/24&${query}`)
        .json.map((one: { ip_address: string }) => one.ip_address);
    expect(found("types=FA&types=HOST")).toEqual(["10.9.0.5", "10.9.0.8"]);
    expect(found("names=h.acme.org&names=a.acme.org")).toEqual(["10.9.0.7", "10.9.0.8"]);
    expect(grid.get("network?network=10.9.0.0/24&network=10.8.0.0/24").status).toBe(400);
  });
});
