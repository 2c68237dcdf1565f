import { describe, expect, it } from "vitest";
import { type Block, parseBlock } from "../../../../src/cidr.js";
import { gatewayIn, parseGateway } from "../../../../src/ipam/subnets/gateway.js";

describe("gatewayIn", () => {
  it.each([
    ["10.0.7.0/24", "first", "10.0.7.1"],
    ["10.0.7.0/24", "last", "10.0.7.254"],
    ["10.0.7.0/30", "last", "10.0.7.2"],
    ["2001:db8::/64", "first", "2001:db8::1"],
    ["2001:db8::/64", "last", "2001:db8::ffff:ffff:ffff:ffff"],
    ["10.0.7.0/24", "10.0.7.77", "10.0.7.77"],
  ])("in %s, %s is %s", (cidr, text, ip) => {
    const gateway = parseGateway(text);
    if (gateway === undefined) throw new Error("unreachable");
    expect(gatewayIn(parseBlock(cidr) as Block, gateway)).toBe(ip);
  });

  it.each(["10.0.7.0", "10.0.7.255", "10.0.8.1", "2001:db8::1"])("%s can't be one of 10.0.7.0/24", (text) => {
    const gateway = parseGateway(text);
    if (gateway === undefined) throw new Error("unreachable");
    expect(() => gatewayIn(parseBlock("10.0.7.0/24") as Block, gateway)).toThrow(
      /^gateway: no host address of 10\.0\.7\.0\/24/,
    );
  });
});

it("no gateway is wanted by false, or by saying nothing", () => {
  expect(parseGateway(false)).toBeUndefined();
  expect(parseGateway(undefined)).toBeUndefined();
});
