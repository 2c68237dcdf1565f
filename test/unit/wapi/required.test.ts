import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { createBody, updateBody } from "../../../src/wapi/body.js";
import { typeFacts } from "../../../src/wapi/type-facts.js";

const facts = (type: string, version = "2.12") => typeFacts(type, version);

describe("a create", () => {
  it("needs one of several fields, and says which", () => {
    const incomplete = () => createBody(facts("record:host"), { name: "web.example.com" });
    expect(incomplete).toThrow(InvalidRequestError);
    expect(incomplete).toThrow(
      'create.ipv4addrs: a record:host needs ipv4addrs or ipv6addrs (valid: {"ipv4addrs":"…"})',
    );
    const complete = { name: "web.example.com", ipv6addrs: [{ ipv6addr: "2001:db8::7" }] };
    expect(createBody(facts("record:host"), complete)).toEqual(complete);
    expect(() => createBody(facts("record:host"), { ...complete, ipv6addrs: undefined })).toThrow(
      /ipv4addrs or ipv6addrs/,
    );
  });

  it("needs what the value of another field calls for", () => {
    const fixed = { ipv4addr: "10.0.0.7", match_client: "MAC_ADDRESS" };
    expect(() => createBody(facts("fixedaddress"), fixed)).toThrow(
      'create.mac: a fixedaddress with match_client: "MAC_ADDRESS" needs mac',
    );
    const prefix = { address_type: "PREFIX", duid: "00:01" };
    expect(() => createBody(facts("ipv6fixedaddress"), prefix)).toThrow(/ipv6prefix and ipv6prefix_bits/);
    const reserved = { ...fixed, match_client: "RESERVED" };
    expect(createBody(facts("fixedaddress"), reserved)).toEqual(reserved);
  });

  it("needs only what the version in use has", () => {
    const fixed = { ipv6addr: "2001:db8::7" };
    expect(() => createBody(facts("ipv6fixedaddress", "2.7"), fixed)).toThrow(/needs duid \(/);
    expect(() => createBody(facts("ipv6fixedaddress", "2.14"), fixed)).toThrow(/needs duid or mac_address/);
  });

  it("is left to the grid where a field is always required: grids are less strict than clients", () => {
    expect(createBody(facts("network"), { comment: "blue" })).toEqual({ comment: "blue" });
  });
});

describe("an update", () => {
  it("needs none of them: the object has them already", () => {
    const change = { match_client: "MAC_ADDRESS" };
    expect(updateBody(facts("fixedaddress"), change)).toEqual(change);
  });
});
