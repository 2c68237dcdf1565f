import type { Ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;

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

  it("are checked for references and addresses, unless told otherwise", async () => {
    const { wapi } = scriptedGrid([
      { result: [{ ...row, comment: 7, newer_than_us: true }] },
      { result: [{ ...row, network: { cidr: "10.0.0.0/24" } }] },
      { result: [{ network: "10.0.0.0/24" }] },
      { result: [{ ...row, _ref: ref("range", "10.0.0.1/10.0.0.9/default") }] },
      { result: { network: "10.0.0.0/24" } },
    ]);
    expect(await wapi.find("network", { addFields: ["comment"] })).toHaveLength(1);
    await expect(wapi.find("network")).rejects.toThrow(/network must be a string, and is {"cidr"/);
    await expect(wapi.find("network")).rejects.toThrow(/an object has no reference/);
    await expect(wapi.find("network")).rejects.toThrow(
      /an object of type network was expected, one of type range arrived/,
    );
    await expect(wapi.find("network")).rejects.toThrow(/a list was expected/);
  });

  it("are taken as they are where asked", async () => {
    const { wapi } = scriptedGrid([{ result: [{ network: 7 }] }], { validate: "off" });
    expect(await wapi.find("network")).toEqual([{ network: 7 }]);
  });
});
