import { listChange, nextAvailableIp, type Ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { createBody, updateBody } from "../../../src/wapi/body.js";
import { typeFacts } from "../../../src/wapi/type-facts.js";
import { ref } from "./scripted-grid.js";

const host = typeFacts("record:host", "2.12");
const network = typeFacts("network", "2.12");

describe("createBody", () => {
  it("leaves out what is undefined, however deep, and keeps everything else", () => {
    const options = [{ name: "routers", value: "10.0.0.1", num: undefined }];
    const values = { network: "10.0.0.0/24", comment: undefined, options, email_list: [], disable: false };
    expect(createBody(network, values)).toEqual({
      network: "10.0.0.0/24",
      options: [{ name: "routers", value: "10.0.0.1" }],
      email_list: [],
      disable: false,
    });
  });

  it("refuses a change of a list, for there is none yet", () => {
    expect(() => createBody(host, { aliases: listChange<string>({ add: ["www"] }) })).toThrow(
      /a list that exists/,
    );
  });

  it("knows the fields of sub-objects", () => {
    const ipv4addrs = [{ ipv4addr: "10.0.0.7", macc: "02:00:00:00:00:01" }];
    expect(() => createBody(host, { name: "web", ipv4addrs })).toThrow(/did you mean mac\?/);
  });
});

describe("a type that is newer than the facts", () => {
  const unknown = typeFacts("future:thing", "2.99");

  it.each([
    { name: "func:nextavailableip:10.0.0.0/24" },
    { name: " FUNC:nextavailableip:10.0.0.0/24" },
    { parts: [{ ip: "func:nextavailableip:10.0.0.0/24" }] },
    { ip: { _object_function: "next_available_ip", _object: "network" } },
  ])("takes no text or object that would become a function: %j", (values) => {
    expect(() => createBody(unknown, values)).toThrow(
      /must be a plain value, or one made by nextAvailableIp/,
    );
    expect(() => updateBody(unknown, values)).toThrow(/must be a plain value/);
  });

  it("takes plain values, and functions of ours", () => {
    const ip = nextAvailableIp({ network: "10.0.0.0/24" });
    expect(createBody(unknown, { name: "a function: func", ip })).toEqual({
      name: "a function: func",
      ip: "func:nextavailableip:10.0.0.0/24,default",
    });
  });
});

describe("updateBody", () => {
  it("adds to lists and removes from them", () => {
    const ipv4addrs = listChange<object>({
      add: [{ ipv4addr: nextAvailableIp({ network: "10.0.0.0/24" }) }],
      remove: [{ ipv4addr: "10.0.0.7" }],
    });
    expect(updateBody(host, { ipv4addrs, aliases: listChange<string>({ add: ["www"] }) })).toEqual({
      "ipv4addrs+": [{ ipv4addr: "func:nextavailableip:10.0.0.0/24,default" }],
      "ipv4addrs-": [{ ipv4addr: "10.0.0.7" }],
      "aliases+": ["www"],
    });
    expect(() => updateBody(host, { comment: listChange<string>({ add: ["x"] }) })).toThrow(
      /a list that exists/,
    );
  });

  it("takes a row as it was read, but for its reference", () => {
    const row = { _ref: ref("network", "10.0.0.0/24/default") as Ref<"network">, comment: "blue" };
    expect(updateBody(network, row)).toEqual({ comment: "blue" });
  });

  it("takes the reference of a sub-object", () => {
    const address = { _ref: ref("record:host_ipv4addr", "10.0.0.7/web/default"), ipv4addr: "10.0.0.7" };
    expect(updateBody(host, { ipv4addrs: [address] })).toEqual({ ipv4addrs: [address] });
  });
});
