import { inspect } from "node:util";
import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { scriptedGrid } from "./scripted-grid.js";

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
