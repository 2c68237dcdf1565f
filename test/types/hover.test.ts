import { describe, expect, it } from "vitest";
import { hovers } from "./compiling.js";

describe("an editor", { timeout: 60_000 }, () => {
  it("shows our comments on fields: in rows, creates, updates and searches", () => {
    const shown = hovers(`
      import { type Creatable, type Updatable, WapiClient, type Where } from "infoblox-ipam";
      declare const wapi: WapiClient;
      declare const created: Creatable<"network">;
      declare const updated: Updatable<"network">;
      declare const searched: Where<"network">;
      const [found] = await wapi.find("network", { fields: ["authority"] });
      console.log(found?.authority, created.bootfile, updated.comment, searched.contains_address);`);
    for (const name of ["authority", "bootfile", "comment", "contains_address", "find"]) {
      expect(shown.get(name), name).toMatch(/\w+ \w+/);
    }
  });
});
