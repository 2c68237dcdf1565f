import { describe, expect, it } from "vitest";
import { Asked } from "../../../fidelity/asking.js";

describe("roaming hosts", () => {
  it("are told by what their families need", () => {
    const asked = new Asked();
    expect(asked.post("roaminghost", { name: "a" }).json.text).toBe("field for create missing: match_client");
    expect(asked.post("roaminghost", { name: "a", match_client: "MAC_ADDRESS" }).json.text).toBe(
      "field for create missing: mac",
    );
    const six = { address_type: "IPV6", ipv6_match_option: "DUID" };
    expect(asked.post("roaminghost", { name: "a", ...six }).json.text).toBe(
      "field for create missing: ipv6_duid",
    );
    expect(asked.post("roaminghost", { name: "a", ...six, ipv6_duid: "00:01" }).status).toBe(201);
  });

  it("are found by MAC, whatever its spelling, and have each name once per view", () => {
    const asked = new Asked({ seed: { networkViews: ["lab"] } });
    const host = { name: "a", match_client: "MAC_ADDRESS", mac: "AA-BB-CC-00-00-01" };
    asked.create("roaminghost", host);
    expect(asked.get("roaminghost?mac=aabb.cc00.0001").json).toHaveLength(1);
    expect(asked.post("roaminghost", host).status).toBe(400);
    expect(asked.post("roaminghost", { ...host, network_view: "lab" }).status).toBe(201);
  });
});
