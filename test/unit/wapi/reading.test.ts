import { InvalidRequestError, type Ref, ServerError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { Refusal, ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;
const view = ref("networkview", "default/true") as Ref<"networkview">;

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

  it("stops where a longer circle or ever new empty pages never end", async () => {
    const page = (next: string, ...result: object[]) => ({ result, next_page_id: next });
    const row = { _ref: net, network: "10.0.0.0/24" };
    const circle = [page("a", row), page("b", row), page("c", row), page("a", row), page("b", row)];
    const turning = scriptedGrid(circle);
    await expect(turning.wapi.find("network")).rejects.toThrow(/leads to itself, or to one before it/);
    expect(turning.sent).toHaveLength(4);
    const empty = scriptedGrid(Array.from({ length: 50 }, (_, index) => page(`p${index}`)));
    await expect(empty.wapi.find("network")).rejects.toThrow(/pages in a row are empty/);
    expect(empty.sent.length).toBeLessThan(20);
    const gaps = scriptedGrid([page("a"), page("b", row), page("c"), { result: [row] }]);
    expect(await gaps.wapi.find("network")).toHaveLength(2);
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
