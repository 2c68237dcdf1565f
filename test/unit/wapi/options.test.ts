import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { WapiClient } from "../../../src/wapi/client.js";

const enough = { url: "https://grid.example.com", username: "automation", password: "Gr1d-password" };

describe("options of a client", () => {
  it("are refused where they are misspelt, with the name that is meant", () => {
    const misspelt = { ...enough, timeoutt: 5_000 };
    expect(() => new WapiClient(misspelt)).toThrow(InvalidRequestError);
    expect(() => new WapiClient(misspelt)).toThrow(/unknown option; did you mean timeout\?/);
  });

  it("of a child are those that it can have of its own", async () => {
    await using wapi = new WapiClient(enough);
    const elsewhere: object = { url: "https://other.example.com" };
    expect(() => wapi.with(elsewhere)).toThrow(/unknown option .*"url"/);
    expect(wapi.with({ timeout: 5_000, pageSize: 100 })).toBeInstanceOf(WapiClient);
  });
});
