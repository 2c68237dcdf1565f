import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Call } from "../../../src/transport/call.js";
import { transportSettings } from "../../../src/transport/options.js";
import type { TransportRequest } from "../../../src/transport/request.js";
import { Session } from "../../../src/transport/session.js";
import { FakeClock } from "./fake-clock.js";
import { identityOf } from "./identity-of.js";

const settings = transportSettings({ url: "https://grid", username: "admin", password: "Gr1d-password" }, {});

const clock = new FakeClock();

function start(request: Partial<TransportRequest> = {}): Call {
  const call = new Call(
    1,
    { method: "GET", path: "/wapi/v2.12/network", writes: false, ...request },
    settings,
    clock,
    { base: "https://grid", session: new Session("cookie", identityOf(undefined), clock) },
  );
  call.end();
  return call;
}

describe("Call", () => {
  it("encodes the query so that nothing in it is taken for a separator or a blank", () => {
    const query = [
      ["_return_fields+", "a,b"],
      ["*Site name", "R&D=50% #1 + ümlaut"],
      ["_return_fields+", "c"],
    ] as const;
    expect(start({ query }).target).toBe(
      "/wapi/v2.12/network?_return_fields%2B=a%2Cb&*Site%20name=R%26D%3D50%25%20%231%20%2B%20%C3%BCmlaut&_return_fields%2B=c",
    );
  });

  it("sends any name and value as data: what the grid decodes is what was given", () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(pairs, (query) => {
        const url = new URL(start({ query }).target, "https://grid");
        expect(url.pathname).toBe("/wapi/v2.12/network");
        expect(url.hash).toBe("");
        const decoded = url.search
          .slice(1)
          .split("&")
          .map((pair) => pair.split("=").map(decodeURIComponent));
        expect(decoded).toEqual(query);
      }),
    );
  });

  it.each([
    "network",
    "",
    "//evil.example.com/wapi",
    "https://evil.example.com/",
    "/wapi/v2.12/../../admin",
    "/wapi/v2.12/%2e%2E/admin",
    "/wapi/./x",
    "/wapi/v2.12/network?_max_results=1",
    "/wapi/v2.12/network#x",
    "/wapi\\..\\admin",
    "/wapi/a b",
    "/wapi/a\nb",
    "/wapi/a\u0000b",
  ])("refuses the path %j, which leads elsewhere", (path) => {
    expect(() => start({ path })).toThrow(/^path: /);
  });

  it("lets no path through that a URL parser would change", () => {
    const part = fc.oneof(
      fc.constantFrom("/", ".", "..", "%2e", "\\", "?", "#", "@", ":", "wapi", "\t"),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const path = `/${parts.join("")}`;
        let target: string;
        try {
          ({ target } = start({ path }));
        } catch {
          return;
        }
        const { origin, pathname, search, hash } = new URL(`https://grid.example.com${target}`);
        const segments = (text: string) => text.split("/").length;
        expect({ origin, search, hash }).toEqual({
          origin: "https://grid.example.com",
          search: "",
          hash: "",
        });
        expect(segments(pathname)).toBe(segments(path));
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses half a character, which has no encoding", () => {
    expect(() => start({ query: [["comment", "\ud800"]] })).toThrow(/^query: /);
  });

  it("refuses a body that JSON can't hold", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(() => start({ body: circle })).toThrow(/^body: /);
    expect(() => start({ body: { count: 10n } })).toThrow(/^body: /);
  });

  it.each([{ timeout: 0 }, { deadline: Number.NaN }, { maxRetries: -1 }])("refuses %o", (limits) => {
    expect(() => start(limits)).toThrow(/^(timeout|deadline|maxRetries): /);
  });

  it("announces JSON only where there is a body", () => {
    expect(start().headers).not.toHaveProperty("content-type");
    expect(start({ body: null })).toMatchObject({
      body: "null",
      headers: { "content-type": "application/json" },
    });
  });
});
