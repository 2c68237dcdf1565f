import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GridRequest } from "../../../../src/grid/protocol/pages.js";
import {
  innerCall,
  numberOption,
  parseTarget,
  pathVersion,
  readCall,
  speaks,
  switchOption,
  textOption,
} from "../../../../src/grid/protocol/wire.js";

function request(url: string, body = "", headers: Record<string, string> = {}): GridRequest {
  return {
    method: body === "" ? "GET" : "POST",
    url,
    headers,
    body: Buffer.from(body),
    address: "127.0.0.1",
  };
}

describe("pathVersion and speaks", () => {
  it.each([
    ["/wapi/v2.12/network", "2.12"],
    ["/wapi/v2.12.3?_schema", "2.12.3"],
    ["/wapidoc/", undefined],
    ["/wapi/latest/network", undefined],
  ])("%s has version %s", (url, version) => {
    expect(pathVersion(url)).toBe(version);
  });

  it("knows versions up to the grid's own", () => {
    expect([speaks("2.9.7", "2.12"), speaks("2.13", "2.12"), speaks("2.99", "2.14")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("parseTarget", () => {
  it.each([
    ["", { kind: "root" }],
    ["network", { kind: "type", type: "network" }],
    ["record%3Ahost", { kind: "type", type: "record:host" }],
    [
      "network/ZG5z:10.0.0.0/24/default",
      { kind: "object", type: "network", ref: "network/ZG5z:10.0.0.0/24/default" },
    ],
    ["zone_auth%2FZG5z%3Aa%252Fb", { kind: "object", type: "zone_auth", ref: "zone_auth/ZG5z:a%2Fb" }],
  ])("reads %s", (path, target) => {
    expect(parseTarget(path, "2.12")).toEqual(target);
  });
});

describe("readCall", () => {
  it("parts options from arguments, in the URI and in the body", () => {
    const call = readCall(
      request(
        "/wapi/v2.12/network?comment=a%20b&_max_results=5&_return_fields=a&_return_fields=b",
        '{"_paging": 1, "name": "x"}',
      ),
      "2.12",
    );
    expect(call.uriArgs).toEqual([["comment", "a b"]]);
    expect(call.body).toEqual({ name: "x" });
    expect(numberOption(call.options, "_max_results")).toBe(5);
    expect(switchOption(call.options, "_paging")).toBe(true);
    expect(textOption(call.options, "_return_fields")).toBe("a,b");
  });

  it("decodes every argument that a form encoder writes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string())), (pairs) => {
        fc.pre(pairs.every(([name]) => !name.startsWith("_")));
        const query = new URLSearchParams(pairs).toString();
        expect(readCall(request(`/wapi/v2.12/network?${query}`), "2.12").uriArgs).toEqual(pairs);
      }),
    );
  });

  it("takes no number for an option that wants one", () => {
    const { options } = readCall(request("/wapi/v2.12/network?_max_results=many"), "2.12");
    expect(() => numberOption(options, "_max_results")).toThrow(
      "Error converting argument _max_results: Invalid value, must be an integer",
    );
  });

  it("knows no method but the four", () => {
    expect(() => innerCall("POST", "2.12", "network", { _method: "PATCH" }, {})).toThrow(/_method/);
    expect(innerCall("POST", "2.12", "network", {}, { _method: "GET" }).method).toBe("GET");
  });
});

describe("a body that no grid could keep", () => {
  const deep = `{"network": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`;

  it.each([
    ["nests deeply", deep],
    ["nests deeply and is broken", "[".repeat(100_000)],
    ["has half a character in a value", '{"name": "a\\ud800b"}'],
    ["has half a character in a name", '{"\\uDFFF": 1}'],
    ["has two halves the wrong way round", '{"name": "\\udc00\\ud800"}'],
  ])("is refused when it %s", (_, body) => {
    expect(() => readCall(request("/wapi/v2.12/network", body), "2.12")).toThrow(/JSON Decoding/);
  });

  it.each([
    '{"name": "\\ud83d\\ude00"}',
    '{"name": "\\\\ud800"}',
    '{"name": "[[[[\\"[[[["}',
    JSON.stringify({ a: "[".repeat(200) }),
  ])("is read when it only looks so: %s", (body) =>
    expect(readCall(request("/wapi/v2.12/network", body), "2.12").body).toEqual(JSON.parse(body)),
  );
});
