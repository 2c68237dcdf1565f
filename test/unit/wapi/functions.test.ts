import type { Ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { Refusal, ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;
const grid = ref("grid", "Infoblox") as Ref<"grid">;

describe("call", () => {
  it("posts the parameters to the object, or to a type that has no objects", async () => {
    const { wapi, sent } = scriptedGrid([{ ips: ["10.0.0.1"] }, { token: "t", url: "u" }]);
    expect(await wapi.call(net, "next_available_ip", { num: 1, exclude: undefined })).toEqual({
      ips: ["10.0.0.1"],
    });
    expect(await wapi.call("fileop", "uploadinit")).toEqual({ token: "t", url: "u" });
    expect(sent).toEqual([
      {
        method: "POST",
        path: `/wapi/v2.12/${net}`,
        query: { _function: "next_available_ip" },
        body: { num: 1 },
      },
      { method: "POST", path: "/wapi/v2.12/fileop", query: { _function: "uploadinit" }, body: {} },
    ]);
  });

  it("is repeated after a failure where the function only looks, and not where it acts", async () => {
    const lost = () => {
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    };
    const looking = scriptedGrid([lost, { ips: ["10.0.0.1"] }], { maxRetries: 1 });
    expect(await looking.wapi.call(net, "next_available_ip")).toEqual({ ips: ["10.0.0.1"] });
    const acting = scriptedGrid([lost, {}], { maxRetries: 1 });
    await expect(acting.wapi.call(grid, "restartservices", {})).rejects.toMatchObject({
      name: "UncertainWriteError",
    });
    expect(acting.sent).toHaveLength(1);
  });

  it("says so where the addresses are missing from the answer", async () => {
    const { wapi } = scriptedGrid([{}, { ips: [] }]);
    await expect(wapi.call(net, "next_available_ip")).rejects.toThrow(/returned no ips/);
    await expect(wapi.call(net, "next_available_ip")).rejects.toThrow(/returned no ips/);
  });

  it("passes the grid's own refusal on", async () => {
    const text = "Cannot find 1 available IP address(es) in this network.";
    const { wapi } = scriptedGrid([
      new Refusal(400, { Error: `AdmConDataError: ${text}`, code: "Client.Ibap.Data", text }),
    ]);
    await expect(wapi.call(net, "next_available_ip")).rejects.toMatchObject({ status: 400, text });
  });

  it.each([null, 7, "num=3"])("refuses %j as parameters", async (parameters) => {
    const { wapi, sent } = scriptedGrid();
    await expect(wapi.call(net, "next_available_ip", parameters as never)).rejects.toThrow(
      /parameters by name/,
    );
    expect(sent).toEqual([]);
  });
});
