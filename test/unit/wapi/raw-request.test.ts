import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { scriptedGrid } from "./scripted-grid.js";

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
