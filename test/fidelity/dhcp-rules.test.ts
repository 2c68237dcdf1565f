import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const texts = ({ status, json }: ReturnType<Asked["get"]>) => [status, json.code, json.text];

describe("the client of a fixed address", () => {
  it("is one in a network, told by its identifier too", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24", "10.8.0.0/24"] } });
    const client = (ipv4addr: string, id = "abc") => ({
      ipv4addr,
      match_client: "CLIENT_ID",
      dhcp_client_identifier: id,
    });
    grid.create("fixedaddress", client("10.9.0.5"));
    expect(texts(grid.post("fixedaddress", client("10.9.0.6")))).toEqual([
      400,
      "Client.Ibap.Data.Conflict",
      "Client identifier abc is used in two fixed addresses 10.9.0.5 and 10.9.0.6, which are in the same network 10.9.0.0/24.",
    ]);
    grid.create("fixedaddress", client("10.8.0.6"));
    const other = grid.create("fixedaddress", client("10.9.0.7", "def"));
    expect(grid.put(other, { dhcp_client_identifier: "abc" }).status).toBe(400);
  });

  it("may be written with one dash", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const ref = grid.create("fixedaddress", { ipv4addr: "10.9.0.5", mac: "AABBCC-DDEEFF" });
    expect(grid.get(`${ref}?_return_fields=mac`).json.mac).toBe("aa:bb:cc:dd:ee:ff");
    expect(grid.post("fixedaddress", { ipv4addr: "10.9.0.6", mac: "aabb-ccddeeff" }).status).toBe(400);
  });
});

describe("a network that members serve", () => {
  it("isn't turned into a container", () => {
    const grid = new Asked();
    const members = [{ _struct: "dhcpmember", name: "infoblox.localdomain" }];
    const served = grid.create("network", { network: "10.9.0.0/24", members });
    expect(grid.post("network", { network: "10.9.0.0/26" }).status).toBe(400);
    expect(grid.put(served, { members: [] }).status).toBe(200);
    expect(grid.post("network", { network: "10.9.0.0/26" }).status).toBe(201);
  });
});

describe("DHCP options", () => {
  const post = (option: object, type = "network") =>
    texts(
      new Asked().post(type, {
        network: type === "network" ? "10.9.0.0/24" : "2001:db8::/64",
        options: [option],
      }),
    );

  it.each([
    [{ name: "ntp-servers", value: "10.9.0.1", use_option: true }, "ntp-servers"],
    [{ num: 42, value: "10.9.0.1", use_option: false }, "ntp-servers"],
    [{ name: "tftp-server-name", value: "x", use_option: true }, "tftp-server-name"],
  ])("have a switch only where they are special ones: %j", (option, name) => {
    expect(post(option)).toEqual([400, "Client.Ibap.Proto", `Option ${name} can not have a use_option flag`]);
  });

  it.each([
    [{ name: "routers", value: "10.9.0.1", use_option: true }, "network"],
    [{ num: 51, value: "3600", use_option: false }, "network"],
    [{ name: "domain-name-servers", value: "2001:db8::1" }, "ipv6network"],
    [{ name: "domain-name-servers", value: "2001:db8::1", use_option: true }, "ipv6network"],
  ])("are taken: %j on %s", (option, type) => {
    expect(post(option, type)[0]).toBe(201);
  });

  it("of IPv6 networks aren't routers", () => {
    expect(post({ name: "routers", value: "2001:db8::1" }, "ipv6network")).toEqual([
      400,
      "Client.Ibap.Data.Conflict",
      "Set the option DHCP.routers from the General Properties section.",
    ]);
  });
});
