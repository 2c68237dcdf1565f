import { inspect } from "node:util";
import { InvalidRequestError, type Ref, ServerError, WapiClient } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { Refusal, ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;
const view = ref("networkview", "default/true") as Ref<"networkview">;
const schema = (...supported_versions: string[]) => ({ requested_version: "1.0", supported_versions });

describe("find", () => {
  it("asks for one page with one request, and for nothing that the grid gives anyway", async () => {
    const { wapi, sent } = scriptedGrid([{ result: [{ _ref: net, network: "10.0.0.0/24" }] }]);
    expect(await wapi.find("network", { where: { network_view: "default" } })).toEqual([
      { _ref: net, network: "10.0.0.0/24" },
    ]);
    expect(sent).toEqual([
      {
        method: "GET",
        path: "/wapi/v2.12/network",
        query: { network_view: "default", _paging: "1", _return_as_object: "1", _max_results: "1000" },
        body: undefined,
      },
    ]);
  });

  it("reads all pages, repeating the question with the id of the next", async () => {
    const page = (next: string | undefined, ...names: string[]) => ({
      result: names.map((name) => ({ _ref: ref("network", name) })),
      ...(next && { next_page_id: next }),
    });
    const { wapi, sent } = scriptedGrid([page("78a1", "a", "b"), page("78a2", "c"), page(undefined, "d")]);
    const rows = await wapi.find("network", { fields: ["network"], pageSize: 2 });
    expect(rows).toHaveLength(4);
    expect(sent.map(({ query }) => query["_page_id"])).toEqual([undefined, "78a1", "78a2"]);
    expect(sent.map(({ query }) => query["_return_fields"])).toEqual(["network", "network", "network"]);
  });

  it("stops at the limit, and asks for no more than that", async () => {
    const rows = Array.from({ length: 3 }, (_, index) => ({ _ref: ref("network", String(index)) }));
    const { wapi, sent } = scriptedGrid([{ result: rows, next_page_id: "78a1" }]);
    expect(await wapi.find("network", { limit: 3 })).toHaveLength(3);
    expect(sent.map(({ query }) => query["_max_results"])).toEqual(["3"]);
  });

  it("cuts the last page to the limit", async () => {
    const rows = [1, 2].map((index) => ({ _ref: ref("network", String(index)) }));
    const { wapi } = scriptedGrid([
      { result: rows, next_page_id: "78a1" },
      { result: rows, next_page_id: "78a2" },
    ]);
    expect(await wapi.find("network", { limit: 3, pageSize: 2 })).toHaveLength(3);
  });

  it("has the grid refuse more than failAbove, in one request that isn't paged", async () => {
    const { wapi, sent } = scriptedGrid([{ result: [] }]);
    await wapi.find("network", { failAbove: 500 });
    expect(sent[0]?.query).toEqual({ _max_results: "-500", _return_as_object: "1" });
  });

  it.each([
    { limit: 0 },
    { limit: -1 },
    { limit: 1.5 },
    { failAbove: 0 },
    { pageSize: 0 },
    { limit: 1, failAbove: 2 },
  ])("refuses %j before anything is sent", async (limits) => {
    const { wapi, sent } = scriptedGrid();
    await expect(wapi.find("network", limits)).rejects.toThrow(InvalidRequestError);
    expect(sent).toEqual([]);
  });

  it("sends a search that is too long for a URL in a body, still as a read", async () => {
    const { wapi, sent } = scriptedGrid([new Refusal(503, "busy"), { result: [] }], { maxRetries: 1 });
    const pattern = "x".repeat(5_000);
    await wapi.find("network", { where: { comment: { matches: pattern } }, fields: ["network"], limit: 10 });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual({
      method: "POST",
      path: "/wapi/v2.12/network",
      query: { _method: "GET", _paging: "1", _return_as_object: "1", _max_results: "10" },
      body: { "comment~": pattern, _return_fields: "network" },
    });
  });

  it("sends a search by structure in a body", async () => {
    const { wapi, sent } = scriptedGrid([{ result: [] }]);
    await wapi.find("range", { where: { member: { equals: { name: "infoblox.localdomain" } } } });
    expect(sent[0]).toMatchObject({ method: "POST", body: { member: { name: "infoblox.localdomain" } } });
  });

  it("says so where the answer is no list, holds other objects, or leads in circles", async () => {
    const answers = [{ result: {} }, { result: [{ _ref: view }] }, { result: [{ network: "10.0.0.0/24" }] }];
    for (const answer of answers) {
      const { wapi } = scriptedGrid([answer]);
      await expect(wapi.find("network")).rejects.toThrow(ServerError);
    }
    const circle = { result: [{ _ref: net }], next_page_id: "78a1" };
    const { wapi } = scriptedGrid([circle, circle, circle]);
    await expect(wapi.find("network")).rejects.toThrow(/leads to itself/);
  });
});

describe("findOne", () => {
  it("asks for two at most, and gives undefined where there is none", async () => {
    const { wapi, sent } = scriptedGrid([{ result: [] }, { result: [{ _ref: view, name: "default" }] }]);
    expect(await wapi.findOne("networkview", { where: { name: "x" } })).toBeUndefined();
    expect(await wapi.findOne("networkview", { where: { name: "default" } })).toMatchObject({
      name: "default",
    });
    expect(sent.map(({ query }) => query["_max_results"])).toEqual(["2", "2"]);
  });

  it("names the candidates where there are several", async () => {
    const { wapi } = scriptedGrid([
      { result: [{ _ref: net }, { _ref: ref("network", "10.0.0.0/24/blue") }] },
    ]);
    await expect(wapi.findOne("network", { where: { network: "10.0.0.0/24" } })).rejects.toMatchObject({
      name: "AmbiguousTargetError",
      candidates: [net, ref("network", "10.0.0.0/24/blue")],
    });
  });
});

describe("iterate", () => {
  const page = (next: string | undefined) => ({ result: [{ _ref: net }, { _ref: net }], next_page_id: next });

  it("asks for a page only when the one before is used up, and for none after a break", async () => {
    const { wapi, sent } = scriptedGrid([page("78a1"), page("78a2"), page(undefined)]);
    const listing = wapi.iterate("network", { pageSize: 2 });
    expect(sent).toHaveLength(0);
    let seen = 0;
    for await (const _row of listing) {
      seen += 1;
      expect(sent).toHaveLength(Math.ceil(seen / 2));
      if (seen === 3) break;
    }
    expect(sent).toHaveLength(2);
  });

  it("gives whole pages too", async () => {
    const { wapi } = scriptedGrid([page("78a1"), page(undefined)]);
    const sizes: number[] = [];
    for await (const rows of wapi.iterate("network", { pageSize: 2 }).pages()) sizes.push(rows.length);
    expect(sizes).toEqual([2, 2]);
  });

  it("ends with an error at the first object after an abort", async () => {
    const { wapi } = scriptedGrid([page("78a1"), page(undefined)]);
    const abort = new AbortController();
    let seen = 0;
    const loop = async () => {
      for await (const _row of wapi.iterate("network", { signal: abort.signal })) {
        seen += 1;
        abort.abort();
      }
    };
    await expect(loop()).rejects.toMatchObject({ name: "AbortedError" });
    expect(seen).toBe(1);
  });
});

describe("get", () => {
  it("reads an object by the reference as the grid wrote it", async () => {
    const host = "record:host/ZG5zLmhvc3Q:web%201/%20" as Ref<"record:host">;
    const { wapi, sent } = scriptedGrid([{ _ref: host, name: "web 1" }]);
    expect(await wapi.get(host, { fields: ["name", "ipv4addrs.mac"] })).toEqual({
      _ref: host,
      name: "web 1",
    });
    expect(sent).toEqual([
      {
        method: "GET",
        path: "/wapi/v2.12/record:host/ZG5zLmhvc3Q:web%201/%20",
        query: { _return_fields: "name,ipv4addrs.mac" },
        body: undefined,
      },
    ]);
  });

  it.each([
    "network/ZG5z?_function=delete",
    "network/ZG5z:../../logout",
    "network/ZG5z:a/%2e%2e/b",
    "network/ZG5z#x",
    "//evil.example.com/x",
    "network",
    "network/../x",
    "network/a b",
    "",
    7,
  ])("refuses %j, which is no reference", async (text) => {
    const { wapi, sent } = scriptedGrid();
    await expect(wapi.get(text as Ref<"network">)).rejects.toThrow(InvalidRequestError);
    expect(sent).toEqual([]);
  });
});

describe("create and update", () => {
  it("ask for the object in the same request", async () => {
    const { wapi, sent } = scriptedGrid([
      { result: { _ref: net, network: "10.0.0.0/24", network_view: "default" } },
      { result: { _ref: net, comment: "blue" } },
    ]);
    expect(await wapi.create("network", { network: "10.0.0.0/24" })).toMatchObject({
      network: "10.0.0.0/24",
    });
    expect(await wapi.update(net, { comment: "blue" }, { fields: ["comment"] })).toEqual({
      _ref: net,
      comment: "blue",
    });
    expect(sent).toEqual([
      {
        method: "POST",
        path: "/wapi/v2.12/network",
        query: { _return_fields: "comment,network,network_view", _return_as_object: "1" },
        body: { network: "10.0.0.0/24" },
      },
      {
        method: "PUT",
        path: `/wapi/v2.12/${net}`,
        query: { _return_fields: "comment", _return_as_object: "1" },
        body: { comment: "blue" },
      },
    ]);
  });

  it("give the reference alone where no field is asked for", async () => {
    const { wapi, sent } = scriptedGrid([net]);
    expect(await wapi.create("network", { network: "10.0.0.0/24" }, { fields: [] })).toEqual({ _ref: net });
    expect(sent[0]?.query).toEqual({});
  });

  it("never repeat a write whose answer was lost", async () => {
    let posts = 0;
    const wapi = new WapiClient({
      ...{ url: "https://grid.example.com", username: "a", password: "bcd", wapiVersion: "2.12" },
      transport: async () => {
        posts += 1;
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      },
    });
    await expect(wapi.create("network", { network: "10.0.0.0/24" })).rejects.toMatchObject({
      name: "UncertainWriteError",
    });
    expect(posts).toBe(1);
  });
});

describe("delete", () => {
  it("puts its arguments in the URL and gives the reference", async () => {
    const container = ref("networkcontainer", "10.0.0.0/8/default") as Ref<"networkcontainer">;
    const { wapi, sent } = scriptedGrid([container]);
    expect(await wapi.delete(container, { args: { remove_subnets: false } })).toBe(container);
    expect(sent).toEqual([
      {
        method: "DELETE",
        path: `/wapi/v2.12/${container}`,
        query: { remove_subnets: "false" },
        body: undefined,
      },
    ]);
  });
});

describe("withResponse", () => {
  it("gives status, headers and attempts beside the data", async () => {
    const { wapi } = scriptedGrid([{ result: [] }]);
    const { data, status, headers, attempts } = await wapi.find("network").withResponse();
    expect({ data, status, attempts }).toEqual({ data: [], status: 200, attempts: 1 });
    expect(headers["x-served-by"]).toBe("script");
  });

  it("leaves no rejection unhandled when only the response is awaited", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const { wapi } = scriptedGrid([
      new Refusal(404, { Error: "x", code: "Client.Ibap.Data.NotFound", text: "x" }),
    ]);
    await expect(wapi.get(net).withResponse()).rejects.toMatchObject({ name: "NotFoundError" });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
});

describe("request", () => {
  it("sends what isn't typed yet, below the version in use", async () => {
    const { wapi, sent } = scriptedGrid([{ fields: [] }, "ok", {}]);
    await wapi.request({ path: "network", query: { _schema: 1, unset: undefined } });
    await wapi.request({ method: "POST", path: "/wapi/v2.9/network", body: { network: "10.0.0.0/24" } });
    await wapi.request({ path: "", query: { _schema: 1 } });
    expect(sent.map(({ method, path, query }) => ({ method, path, query }))).toEqual([
      { method: "GET", path: "/wapi/v2.12/network", query: { _schema: "1" } },
      { method: "POST", path: "/wapi/v2.9/network", query: {} },
      { method: "GET", path: "/wapi/v2.12/", query: { _schema: "1" } },
    ]);
  });

  it.each([
    { path: 7 },
    { path: "../logout" },
    { path: "network?x=1" },
    { path: "network", method: "PATCH" },
  ])("refuses %j", async (raw) => {
    const { wapi, sent } = scriptedGrid();
    await expect(wapi.request(raw as unknown as { path: string })).rejects.toThrow(InvalidRequestError);
    expect(sent).toEqual([]);
  });
});

describe("the version in use", () => {
  it("is asked once, whoever asks first, and is the newest that both sides know", async () => {
    const { wapi, sent } = scriptedGrid(
      [schema("1.0", "2.9", "2.12.3", "2.12", "2.11", "9.0"), { result: [] }, { result: [] }, { result: [] }],
      { wapiVersion: undefined },
    );
    await Promise.all([
      wapi.find("network"),
      wapi.with({ timeout: 5_000 }).find("network"),
      wapi.find("range"),
    ]);
    expect(sent.map(({ path }) => path)).toEqual([
      "/wapi/v1.0/",
      "/wapi/v2.12.3/network",
      "/wapi/v2.12.3/network",
      "/wapi/v2.12.3/range",
    ]);
    expect(sent[0]?.query).toEqual({ _schema: "1" });
  });

  it("is asked again after a failure", async () => {
    const { wapi } = scriptedGrid([new Refusal(503, "busy"), schema("2.12"), { result: [] }], {
      wapiVersion: undefined,
    });
    await expect(wapi.find("network")).rejects.toMatchObject({ name: "ServerError" });
    expect(await wapi.find("network")).toEqual([]);
  });

  it("isn't lost to others when one caller gives up", async () => {
    const { wapi } = scriptedGrid([schema("2.12"), { result: [] }], { wapiVersion: undefined });
    const abort = new AbortController();
    const first = wapi.find("network", { signal: abort.signal });
    const second = wapi.find("network");
    abort.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortedError" });
    expect(await second).toEqual([]);
  });

  it("is an error that names both sides where nothing fits", async () => {
    const { wapi } = scriptedGrid([schema("9.0", "9.1")], { wapiVersion: undefined });
    await expect(wapi.find("network")).rejects.toThrow(/it has 9\.0, 9\.1, the client knows up to 2\.\d+/);
  });

  it("is an error that names those the grid has, where it lacks the one that was set", async () => {
    const { wapi } = scriptedGrid([new Refusal(400, "Version 2.13 not supported"), schema("2.9", "2.12")], {
      wapiVersion: "v2.13",
    });
    await expect(wapi.find("network")).rejects.toMatchObject({
      name: "InvalidRequestError",
      field: "wapiVersion",
      message: expect.stringContaining("it has 2.9, 2.12"),
    });
  });

  it.each(["2", "2.x", "latest", "2.12/../x", ""])("can't be %j", (wapiVersion) => {
    expect(() => scriptedGrid([], { wapiVersion })).toThrow(InvalidRequestError);
  });

  it("decides which fields and types there are", async () => {
    const { wapi, sent } = scriptedGrid([], { wapiVersion: "2.9" });
    await expect(wapi.find("vlan")).rejects.toThrow(/exists from WAPI 2\.10 on, and this client speaks 2\.9/);
    await expect(wapi.find("network", { fields: ["cloud_shared"] })).rejects.toThrow(/2\.13\.6/);
    expect(sent).toEqual([]);
  });

  it("leaves names to the grid where that is newer than the facts", async () => {
    const { wapi, sent } = scriptedGrid([{ result: [] }, { result: [] }], { wapiVersion: "9.9" });
    await wapi.find("hologram" as "network", { fields: ["colour" as "network"] });
    await wapi.find("network", { where: { colour: "blue" } as object });
    expect(sent.map(({ path, query }) => [path, query["_return_fields"], query["colour"]])).toEqual([
      ["/wapi/v9.9/hologram", "colour", undefined],
      ["/wapi/v9.9/network", undefined, "blue"],
    ]);
  });
});

describe("with, close and display", () => {
  it("gives a child with settings of its own", async () => {
    const { wapi, sent } = scriptedGrid([{ result: [] }]);
    await wapi.with({ pageSize: 10 }).find("network");
    expect(sent[0]?.query["_max_results"]).toBe("10");
    expect(() => wapi.with({ validate: "maybe" as "off" })).toThrow(InvalidRequestError);
  });

  it("sends nothing when there is no session to end", async () => {
    const { wapi, sent } = scriptedGrid();
    await wapi.close();
    await wapi[Symbol.asyncDispose]();
    expect(sent).toEqual([]);
  });

  it("shows address, version and user, and no secret", () => {
    const { wapi } = scriptedGrid();
    expect(JSON.parse(JSON.stringify(wapi))).toEqual({
      url: "https://grid.example.com",
      wapiVersion: "2.12",
      username: "automation",
    });
    expect(inspect(wapi, { depth: 9, showHidden: true })).not.toContain("s3cret");
  });
});

describe("answers", () => {
  const row = { _ref: net, network: "10.0.0.0/24", network_view: "default" };

  it("are checked whole where asked, unknown fields allowed", async () => {
    const { wapi } = scriptedGrid(
      [
        { result: [{ ...row, newer_than_us: { any: "thing" } }] },
        { result: [{ ...row, network: 7 }] },
        { result: [{ _ref: net, network_view: "default" }] },
        { result: [{ ...row, extattrs: { Site: "Paris" } }] },
      ],
      { validate: "strict" },
    );
    expect(await wapi.find("network")).toHaveLength(1);
    await expect(wapi.find("network")).rejects.toThrow(/object 0, network: /);
    await expect(wapi.find("network")).rejects.toThrow(/lacks network/);
    await expect(wapi.find("network", { fields: ["extattrs"] })).rejects.toThrow(/extattrs\.Site/);
  });

  it("are taken as they are where asked", async () => {
    const { wapi } = scriptedGrid([{ result: [{ network: 7 }] }], { validate: "off" });
    expect(await wapi.find("network")).toEqual([{ network: 7 }]);
  });
});

describe("names from plain JavaScript", () => {
  const wrong: readonly [string, (wapi: WapiClient) => Promise<unknown>, RegExp][] = [
    ["type", (wapi) => wapi.find("netwrok" as "network"), /unknown object type; did you mean network\?/],
    ["path", (wapi) => wapi.find("network/../x" as "network"), /unknown object type/],
    ["field", (wapi) => wapi.find("network", { fields: ["netwrok" as "network"] }), /did you mean network\?/],
    ["unreadable", (wapi) => wapi.find("network", { fields: ["template" as "network"] }), /never returns/],
    [
      "nested",
      (wapi) => wapi.find("record:host", { fields: ["ipv4addrs.macc" as "name"] }),
      /did you mean mac\?/,
    ],
    ["no parts", (wapi) => wapi.find("network", { fields: ["network.x" as "network"] }), /no sub-fields/],
    [
      "injected",
      (wapi) => wapi.find("network", { fields: ["network&_x" as "network"] }),
      /not the name of a field/,
    ],
    ["both", (wapi) => wapi.find("network", { fields: ["network"], addFields: ["disable"] }), /exactly/],
    ["create", (wapi) => wapi.create("network", { netwrok: "x" } as never), /did you mean network\?/],
    ["read-only", (wapi) => wapi.create("network", { utilization: 1 } as never), /doesn't take this field/],
    ["create-only", (wapi) => wapi.update(net, { network_view: "x" } as never), /doesn't take this field/],
    ["no object", (wapi) => wapi.create("network", [] as never), /must be an object/],
    ["restricted", (wapi) => wapi.create("grid", {} as never), /offers no create/],
    [
      "function",
      (wapi) => wapi.call(net, "next_available_ipp" as "resize", {} as never),
      /next_available_ip\?/,
    ],
    ["parameter", (wapi) => wapi.call(net, "next_available_ip", { numm: 1 } as never), /did you mean num\?/],
    ["needed", (wapi) => wapi.call(net, "next_available_network", {} as never), /needs it/],
    ["delete", (wapi) => wapi.delete(net, { args: { comment: "x" } as never }), /doesn't take it/],
  ];
  it.each(wrong)("are refused before anything is sent: %s", async (_name, call, message) => {
    const { wapi, sent } = scriptedGrid();
    await expect(call(wapi)).rejects.toThrow(message);
    await expect(call(wapi)).rejects.toThrow(InvalidRequestError);
    expect(sent).toEqual([]);
  });
});
