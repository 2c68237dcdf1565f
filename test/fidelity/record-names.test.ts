import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = { zones: ["test.loc", "bücher.org", "10.9.0.0/24"], networks: ["10.9.0.0/24"] };

/** What a grid says to a create: its text, or nothing. */
function answer(grid: Asked, type: string, body: object): [status: number, code?: string, text?: string] {
  const { status, json } = grid.post(type, body);
  return status === 201 ? [status] : [status, json.code, json.text];
}

const bodies: Readonly<Record<string, object>> = {
  "record:a": { ipv4addr: "10.9.0.5" },
  "record:aaaa": { ipv6addr: "2001:db8::5" },
  "record:caa": { ca_flag: 0, ca_tag: "issue", ca_value: "ca.test.loc" },
  "record:cname": { canonical: "other.test.loc" },
  "record:dname": { target: "other.test.loc" },
  "record:host": { ipv4addrs: [{ ipv4addr: "10.9.0.5" }] },
  "record:mx": { mail_exchanger: "mx.test.loc", preference: 10 },
  "record:naptr": { order: 1, preference: 1, replacement: "." },
  "record:ptr": { ptrdname: "other.test.loc" },
  "record:srv": { priority: 1, weight: 1, port: 1, target: "other.test.loc" },
  "record:txt": { text: "text" },
};
const conflict = "Client.Ibap.Data.Conflict";

describe("names of records", () => {
  it.each(["@", "ä", "yo p", "a/b", "x.a!"])("%j is none by the policy of a grid", (relative) => {
    const refused = [400, conflict, `RR name '${relative}' does not comply with policy 'Allow Underscore'`];
    for (const [type, body] of Object.entries(bodies)) {
      expect(answer(new Asked({ seed }), type, { ...body, name: `${relative}.test.loc` }), type).toEqual(
        refused,
      );
    }
  });

  it.each(["_dmarc", "*", "*.a", "a-b", "x1", ""])("%j is one", (relative) => {
    const name = relative === "" ? "test.loc" : `${relative}.test.loc`;
    expect(answer(new Asked({ seed }), "record:a", { ...bodies["record:a"], name })).toEqual([201]);
  });

  it("may begin with a hyphen where a host has it", () => {
    const grid = new Asked({ seed });
    expect(answer(grid, "record:host", { ...bodies["record:host"], name: "-x.test.loc" })).toEqual([201]);
    expect(answer(grid, "record:host", { ...bodies["record:host"], name: "x-.test.loc" })[0]).toBe(400);
    expect(answer(grid, "record:a", { ...bodies["record:a"], name: "-x.test.loc" })[0]).toBe(400);
  });

  it("may stand in a zone that isn't ASCII, and below a prefix of RFC 2317", () => {
    const grid = new Asked({ seed: { ...seed, zones: [...seed.zones, "10.8.0.128/25"] } });
    const ref = grid.create("record:a", { name: "www.bücher.org", ipv4addr: "10.9.0.5" });
    expect(grid.get(`${ref}?_return_fields=dns_name`).json.dns_name).toBe("www.xn--bcher-kva.org");
    grid.create("record:ptr", { ipv4addr: "10.8.0.130", ptrdname: "x.test.loc" });
  });

  it("has at most 253 characters", () => {
    const labels = ["a".repeat(63), "b".repeat(63), "c".repeat(63)].join(".");
    const name = (length: number) => `${"d".repeat(length - labels.length - 10)}.${labels}.test.loc`;
    expect(name(253)).toHaveLength(253);
    const grid = new Asked({ seed });
    expect(answer(grid, "record:a", { ...bodies["record:a"], name: name(253) })).toEqual([201]);
    expect(answer(grid, "record:a", { ...bodies["record:a"], name: name(254) })).toEqual([
      400,
      conflict,
      "A fully qualified DNS name cannot be longer than 255 characters",
    ]);
  });

  const others = Object.keys(bodies).filter((type) => type !== "record:cname");
  it.each(others)("of a CNAME is that of no %s, in either order", (type) => {
    const [name, exists] = ["x.test.loc", [400, conflict, "The record 'x.test.loc' already exists."]];
    for (const [first = "", second = ""] of [
      [type, "record:cname"],
      ["record:cname", type],
    ]) {
      const grid = new Asked({ seed });
      grid.create(first, { ...bodies[first], name });
      expect(answer(grid, second, { ...bodies[second], name })).toEqual(exists);
    }
  });

  it("of a CNAME isn't that of its zone", () => {
    expect(
      answer(new Asked({ seed }), "record:cname", { ...bodies["record:cname"], name: "test.loc" }),
    ).toEqual([400, conflict, "Zone 'test.loc' cannot have an empty CNAME."]);
  });
});

describe("texts of TXT records", () => {
  it.each([
    ["x".repeat(255), 201],
    ["x".repeat(256), 400],
    [`"${"x".repeat(255)}" "${"x".repeat(255)}"`, 201],
    [`"${"x".repeat(255)}" "${"x".repeat(255)}" abc`, 400],
    [`${"x ".repeat(200)}x`, 201],
    [`"${"ä".repeat(128)}"`, 400],
  ])("have strings of 255 bytes and 512 in all: %#", (text, status) => {
    expect(new Asked({ seed }).post("record:txt", { name: "t.test.loc", text }).status).toBe(status);
  });
});
