import { describe, expect, it } from "vitest";
import { Asked } from "../../../fidelity/asking.js";

describe("templates", () => {
  it("give a network its settings, wherever the request says nothing itself", () => {
    const asked = new Asked();
    asked.create("networktemplate", {
      name: "branch",
      high_water_mark: 80,
      low_water_mark: 5,
      extattrs: { Site: { value: "HQ" }, Region: { value: "East" } },
    });
    const ref = asked.create("network", {
      network: "10.0.0.0/24",
      template: "branch",
      low_water_mark: 7,
      extattrs: { Site: { value: "Lab" } },
    });
    expect(asked.get(`${ref}?_return_fields=high_water_mark,low_water_mark,extattrs`).json).toMatchObject({
      high_water_mark: 80,
      low_water_mark: 7,
      extattrs: { Site: { value: "Lab" }, Region: { value: "East" } },
    });
  });

  it("reserve the addresses of fixed address templates", () => {
    const asked = new Asked();
    asked.create("fixedaddresstemplate", { name: "gateways", offset: 1, number_of_addresses: 2 });
    asked.create("networktemplate", { name: "branch", fixed_address_templates: ["gateways"] });
    asked.create("network", { network: "10.0.0.0/24", template: "branch" });
    expect(asked.get("fixedaddress?_return_fields=ipv4addr,match_client").json).toMatchObject([
      { ipv4addr: "10.0.0.1", match_client: "RESERVED" },
      { ipv4addr: "10.0.0.2", match_client: "RESERVED" },
    ]);
  });

  it("make nothing when the new network turns out to be a container", () => {
    const asked = new Asked({ seed: { networks: ["10.0.0.0/25"] } });
    asked.create("rangetemplate", { name: "dynamic", offset: 10, number_of_addresses: 5 });
    asked.create("networktemplate", { name: "branch", range_templates: ["dynamic"] });
    expect(asked.post("network", { network: "10.0.0.0/24", template: "branch" }).status).toBe(201);
    expect(asked.get("range").json).toEqual([]);
  });

  it("undo the network where a range of theirs has no place in it", () => {
    const asked = new Asked();
    asked.create("rangetemplate", { name: "dynamic", offset: 200, number_of_addresses: 100 });
    asked.create("networktemplate", { name: "branch", range_templates: ["dynamic"] });
    expect(asked.post("network", { network: "10.0.0.0/24", template: "branch" }).status).toBe(400);
    expect(asked.get("network").json).toEqual([]);
  });

  it("name only templates that exist", () => {
    expect(new Asked().post("networktemplate", { name: "branch", range_templates: ["none"] }).status).toBe(
      404,
    );
  });

  it("work for IPv6 networks and ranges", () => {
    const asked = new Asked();
    asked.create("ipv6rangetemplate", { name: "dynamic", offset: 16, number_of_addresses: 16 });
    asked.create("ipv6networktemplate", { name: "branch", range_templates: ["dynamic"] });
    asked.create("ipv6network", { network: "2001:db8::/64", template: "branch" });
    expect(asked.get("ipv6range").json).toMatchObject([
      { start_addr: "2001:db8::10", end_addr: "2001:db8::1f" },
    ]);
  });
});
