import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { WapiClient } from "../../../src/wapi/client.js";
import { unsupportedVersion } from "../../../src/wapi/version.js";
import { Refusal, scriptedGrid } from "./scripted-grid.js";

const schema = (...supported_versions: string[]) => ({ requested_version: "1.0", supported_versions });

describe("an error about versions", () => {
  it("names the newest of the grid's, not all sixty", () => {
    const offered = Array.from({ length: 12 }, (_, minor) => `2.${minor}`);
    expect(unsupportedVersion("3.0", offered, undefined).message).toContain(
      "it has 2.11, 2.10, 2.9, 2.8, 2.7, 2.6, 2.5, 2.4 and 4 older ones.",
    );
    expect(unsupportedVersion("3.0", ["2.7", "2.9"], undefined).message).toContain("it has 2.9, 2.7.");
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

  it("is waited for no longer than the call's deadline, and nothing is sent after that", async () => {
    await using wapi = new WapiClient({
      url: "https://grid.example.com",
      username: "admin",
      password: "Gr1d-password",
      transport: ({ signal }) =>
        new Promise((_, reject) => signal?.addEventListener?.("abort", () => reject(new Error("slow")))),
      timeout: 100,
      maxRetries: 0,
    });
    await expect(wapi.create("networkview", { name: "x" }, { deadline: 10 })).rejects.toMatchObject({
      name: "TimeoutError",
      path: "/wapi/v1.0/",
    });
    await expect(wapi.find("network", { deadline: -1 })).rejects.toMatchObject({ field: "deadline" });
  });

  it("is an error that names both sides where nothing fits", async () => {
    const { wapi } = scriptedGrid([schema("9.0", "9.1")], { wapiVersion: undefined });
    await expect(wapi.find("network")).rejects.toThrow(/it has 9\.1, 9\.0, the client knows up to 2\.\d+/);
  });

  it("is an error that names those the grid has, where it lacks the one that was set", async () => {
    const { wapi } = scriptedGrid([new Refusal(400, "Version 2.13 not supported"), schema("2.9", "2.12")], {
      wapiVersion: "v2.13",
    });
    await expect(wapi.find("network")).rejects.toMatchObject({
      name: "InvalidRequestError",
      field: "wapiVersion",
      message: expect.stringContaining("it has 2.12, 2.9"),
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
