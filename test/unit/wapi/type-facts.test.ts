import { InvalidRequestError, type Ref, type WapiClient } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;

describe("names from plain JavaScript", () => {
  const wrong: readonly [string, (wapi: WapiClient) => Promise<unknown>, RegExp][] = [
    ["type", (wapi) => wapi.find("netwrok" as "network"), /unknown object type; did you mean network\?/],
    ["path", (wapi) => wapi.find("network/../x" as "network"), /unknown object type/],
    ["field", (wapi) => wapi.find("network", { fields: ["netwrok" as "network"] }), /did you mean network\?/],
    ["unreadable", (wapi) => wapi.find("network", { fields: ["template" as "network"] }), /never returns/],
    [
      "nested",
      (wapi) => wapi.find("record:host", { fields: ["ipv4addrs.macc" as "name"] }),
      /did you mean mac\?/,
    ],
    [
      "unreadable part",
      (wapi) => wapi.find("ldap_auth_service", { fields: ["servers.bind_password" as "servers"] }),
      /never returns this sub-field/,
    ],
    ["no parts", (wapi) => wapi.find("network", { fields: ["network.x" as "network"] }), /no sub-fields/],
    [
      "injected",
      (wapi) => wapi.find("network", { fields: ["network&_x" as "network"] }),
      /not the name of a field/,
    ],
    ["both", (wapi) => wapi.find("network", { fields: ["network"], addFields: ["disable"] }), /exactly/],
    ["create", (wapi) => wapi.create("network", { netwrok: "x" } as never), /did you mean network\?/],
    ["read-only", (wapi) => wapi.create("network", { utilization: 1 } as never), /doesn't take this field/],
    ["create-only", (wapi) => wapi.update(net, { network_view: "x" } as never), /doesn't take this field/],
    ["no object", (wapi) => wapi.create("network", [] as never), /must be an object/],
    ["restricted", (wapi) => wapi.create("grid", {} as never), /offers no create/],
    [
      "function",
      (wapi) => wapi.call(net, "next_available_ipp" as "resize", {} as never),
      /next_available_ip\?/,
    ],
    ["parameter", (wapi) => wapi.call(net, "next_available_ip", { numm: 1 } as never), /did you mean num\?/],
    ["needed", (wapi) => wapi.call(net, "next_available_network", {} as never), /needs it/],
    ["where", (wapi) => wapi.find("network", { where: null as never }), /must be an object of criteria/],
    ["option", (wapi) => wapi.find("network", { were: { network: "x" } } as object), /did you mean where\?/],
    ["write option", (wapi) => wapi.update(net, {}, { field: ["x"] } as object), /did you mean fields\?/],
    ["batch option", (wapi) => wapi.batch([], { timeuot: 1 } as object), /unknown option/],
    ["delete", (wapi) => wapi.delete(net, { args: { comment: "x" } as never }), /doesn't take it/],
  ];
  it.each(wrong)("are refused before anything is sent: %s", async (_name, call, message) => {
    const { wapi, sent } = scriptedGrid();
    await expect(call(wapi)).rejects.toThrow(message);
    await expect(call(wapi)).rejects.toThrow(InvalidRequestError);
    expect(sent).toEqual([]);
  });
});
