import { connect } from "node:net";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

let grid: FakeGrid;
beforeEach(async () => {
  grid = await FakeGrid.listen({ tls: false });
});
afterEach(() => grid.close());

const admin = { Authorization: `Basic ${Buffer.from("admin:infoblox").toString("base64")}` };
const ask = (target: string, init: RequestInit = {}) =>
  fetch(`${grid.url}/wapi/v2.12/${target}`, { headers: admin, ...init });

describe("every answer", () => {
  it.each([
    ["a list", "network", admin, 200],
    ["a refusal", "network?nothing=1", admin, 400],
    ["the page of who didn't log in", "network", {}, 401],
    ["a stray page", "../../elsewhere", admin, 404],
  ])("is kept by nobody: %s", async (_what, target, headers, status) => {
    const answer = await ask(target, { headers: headers as Record<string, string> });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("cache-control")).toBe("no-cache, no-store");
    expect(answer.headers.get("pragma")).toBe("no-cache");
  });

  it("comes over a connection that is kept for long", async () => {
    const { port } = grid;
    const socket = connect(port, "127.0.0.1");
    const head = `GET /wapi/v2.12/networkview HTTP/1.1\r\nHost: x\r\nAuthorization: ${admin.Authorization}\r\n\r\n`;
    const text = await new Promise<string>((done) => {
      let heard = "";
      socket.on("data", (data) => {
        heard += data.toString();
        if (heard.endsWith("0\r\n\r\n")) done(heard);
      });
      socket.write(head);
    });
    socket.destroy();
    expect(text).toMatch(/transfer-encoding: chunked/i);
    expect(Number(/keep-alive: timeout=(\d+)/i.exec(text)?.[1])).toBeGreaterThan(60);
  });
});

describe("pages", () => {
  it("are Apache's", async () => {
    const page = await (await ask("network", { headers: {} })).text();
    expect(page).toContain("<title>401 Authorization Required</title>");
    expect(page).toContain("<h1>Authorization Required</h1>");
    expect(page).toMatch(/could not verify that you\s+are authorized to access the document\s+requested/);
    grid.faults.next({ status: 403 });
    const forbidden = await (await ask("network")).text();
    expect(forbidden).toContain("<h1>Forbidden</h1>");
    expect(forbidden).toMatch(
      /You don't have permission to access \/wapi\/v2.12\/network\s+on this server\./,
    );
  });
});

describe("requests", () => {
  it("to delete something are looked at without their body", async () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24", "10.8.0.0/24"] } });
    const [one, other] = asked.get("network").json.map(({ _ref }: { _ref: string }) => _ref);
    expect(asked.ask("DELETE", one, { nonsense: 1 }).status).toBe(200);
    expect(asked.ask("DELETE", other, "no JSON").status).toBe(200);
    expect(asked.delete(`network/x?remove_subnets=1`).status).toBe(400);
  });

  it.each(["7", '"text"', "true", "[]", '[{"network":"10.0.0.0/24"}]'])(
    "hold an object, or they are refused: %s",
    (body) => {
      const { json } = new Asked().post("network", body);
      expect([json.code, json.text]).toEqual(["Client.Ibap.Proto", "Input is not an object"]);
      expect(new Asked().post("request", `[${body}]`).json.text).toBe("Input is not an object");
    },
  );

  it("assign states from members of lists, and answer nothing to an assignment", () => {
    const asked = new Asked({ seed: { zones: ["acme.org"], networks: ["10.9.0.0/24"] } });
    const name = "h.acme.org";
    asked.create("record:host", { name, ipv4addrs: [{ ipv4addr: "10.9.0.5" }, { ipv4addr: "10.9.0.6" }] });
    const steps = [
      { method: "STATE:ASSIGN", data: { A: "x" } },
      {
        method: "GET",
        object: "record:host",
        data: { name },
        assign_state: { B: "ipv4addrs[1].ipv4addr", C: "ipv4addrs[0]" },
        discard: true,
      },
      { method: "STATE:DISPLAY" },
    ];
    const { status, json } = asked.post("request", steps);
    expect(status).toBe(201);
    expect(json).toMatchObject([{ A: "x", B: "10.9.0.6", C: { ipv4addr: "10.9.0.5" } }]);
    const missing = {
      method: "GET",
      object: "record:host",
      data: { name },
      assign_state: { D: "ipv4addrs[2]" },
    };
    expect(asked.post("request", [missing]).status).toBe(400);
  });
});

describe("answers as XML", () => {
  it("hold what JSON does", () => {
    const asked = new Asked({
      seed: { networks: [{ network: "10.9.0.0/24", comment: "a < b & c", extattrs: { Site: "HQ" } }] },
    });
    const { status, text, headers } = asked.get(
      "network?_return_type=xml-pretty&_return_fields=network,comment,disable,extattrs,netmask",
    );
    expect([status, headers["Content-Type"]]).toEqual([200, "application/xml"]);
    const lines = text.split("\n").map((line) => line.trim());
    expect(lines[1]).toBe("<list>");
    expect(lines.at(-1)).toBe("</list>");
    for (const line of [
      "<network>10.9.0.0/24</network>",
      "<comment>a &#60; b &#38; c</comment>",
      '<disable type="boolean">false</disable>',
      '<netmask type="int">24</netmask>',
      "<value>HQ</value>",
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.find((line) => /^<_ref>network\/.*\/default<\/_ref>$/.test(line))).toBeDefined();
    expect(asked.get("network?_return_type=xml").text).not.toContain("\n");
    expect(asked.get("network?_return_type=xml&network=10.1.0.0/24").text).toContain("<list></list>");
  });
});
