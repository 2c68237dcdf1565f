import type { Ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { Refusal, ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;

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
