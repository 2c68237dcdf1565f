import fc from "fast-check";
import { isRef, isRow, parseRef, type Ref, ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { refPath } from "../../../src/wapi/ref.js";

describe("parseRef", () => {
  it.each([
    [
      "network/ZG5zLm5l:10.0.0.0/24/default",
      { type: "network", id: "ZG5zLm5l", name: "10.0.0.0/24/default" },
    ],
    ["ipv6network/ZG5z:1%3A%3A/16/default", { type: "ipv6network", id: "ZG5z", name: "1%3A%3A/16/default" }],
    ["record:host_ipv4addr/ZG5z", { type: "record:host_ipv4addr", id: "ZG5z", name: undefined }],
    ["zone_auth/ZG5z:./default", { type: "zone_auth", id: "ZG5z", name: "./default" }],
    ["record:host/ZG5z:web1/%20", { type: "record:host", id: "ZG5z", name: "web1/%20" }],
    ["permission/b25l:DNS%20Admin/WRITE", { type: "permission", id: "b25l", name: "DNS%20Admin/WRITE" }],
  ])("takes %s apart", (text, parts) => {
    expect(parseRef(text)).toEqual(parts);
  });

  it.each([
    "",
    "network",
    "10.0.0.0/24",
    "network/",
    "/network/x",
    "Network/ZG5z",
    "https://x/y",
    "network/ZG5z?a=b",
  ])("finds none in %j", (text) => {
    expect(parseRef(text)).toBeUndefined();
  });
});

describe("ref, isRef and isRow", () => {
  const text = "network/ZG5z:10.0.0.0/24/default";

  it("take a reference of the type that is asked for, and no other", () => {
    expect(ref("network", text)).toBe(text);
    expect(() => ref("record:host", text)).toThrow(/not a reference of type record:host/);
    expect(() => ref("network", "10.0.0.0/24")).toThrow(/not a WAPI reference/);
    expect([isRef("network", text), isRef("networkview", text)]).toEqual([true, false]);
    expect([isRow("network", { _ref: text as Ref }), isRow("range", { _ref: text as Ref })]).toEqual([
      true,
      false,
    ]);
  });
});

describe("a reference in a path", () => {
  it("keeps what the grid wrote, and encodes what a URL can't hold", () => {
    expect(refPath("record:host/ZG5z:a%20b/%20")).toBe("record:host/ZG5z:a%20b/%20");
    expect(refPath("zone_auth/ZG5z:bücher.example/100%")).toBe("zone_auth/ZG5z:b%C3%BCcher.example/100%25");
  });

  it("never leads to another path, query or host, whatever the text", () => {
    const parts = fc.constantFrom(
      "..",
      ".",
      "/",
      "%2e",
      "%2F",
      "?",
      "#",
      "\\",
      "@",
      "//",
      ":",
      "a",
      "é",
      "\n",
      "%",
      "logout",
    );
    const hostile = fc.array(parts, { maxLength: 12 }).map((chosen) => `network/ZG5z:${chosen.join("")}`);
    fc.assert(
      fc.property(hostile, (text) => {
        if (parseRef(text) === undefined) return;
        const url = new URL(`https://grid.example.com/wapi/v2.12/${refPath(text)}`);
        expect(url.host).toBe("grid.example.com");
        expect(url.search + url.hash).toBe("");
        expect(url.pathname.startsWith("/wapi/v2.12/network/ZG5z:")).toBe(true);
      }),
    );
  });
});
