import { type Ref, WapiClient } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;

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
