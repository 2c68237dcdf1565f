import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { Ipam } from "../../../../src/ipam/ipam.js";
import { WapiClient } from "../../../../src/wapi/client.js";

const enough = { url: "https://grid.example.com", username: "automation", password: "Gr1d-password" };

describe("options of an Ipam", () => {
  it("are refused where they are misspelt: another network view would be another address space", async () => {
    await using wapi = new WapiClient(enough);
    const misspelt: object = { networkVeiw: "lab" };
    expect(() => new Ipam(wapi, misspelt)).toThrow(InvalidRequestError);
    expect(() => new Ipam(wapi, misspelt)).toThrow(/did you mean networkView\?/);
    expect(() => new Ipam({ ...enough, ...misspelt })).toThrow(/unknown option/);
  });

  it("are told from those of its own client", async () => {
    const markers = {
      requestIdMarker: "comment",
      attemptAttribute: false,
      lastChangeAttribute: false,
    } as const;
    await using ipam = new Ipam({ ...enough, ...markers, expiresAtAttribute: false });
    expect(ipam.attributes).toEqual([]);
  });
});
