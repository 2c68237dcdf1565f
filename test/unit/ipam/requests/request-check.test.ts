import { describe, expect, it } from "vitest";
import { InvalidRequestError } from "../../../../src/errors.js";
import { checkAddressRequest } from "../../../../src/ipam/addresses/schemas.js";
import { checkBulkRequest } from "../../../../src/ipam/bulk/schemas.js";
import { checkSubnetRequest } from "../../../../src/ipam/subnets/schemas.js";

const subnet = { from: "10.0.0.0/16", prefixLength: 24 };

describe("requestCheck", () => {
  it("gives a valid request back as it was", async () => {
    const request = {
      ...subnet,
      exclude: ["10.0.0.0/24", "10.0.1.1-10.0.1.9"],
      gateway: "first",
      comment: "blue",
    };
    await expect(checkSubnetRequest("requestSubnet", request)).resolves.toEqual(request);
  });

  it.each([
    [
      "prefixLength",
      { ...subnet, prefixLength: 24.5 },
      /^prefixLength: must be a whole number \(got 24.5; valid: 24\)/,
    ],
    [
      "prefixLength",
      { ...subnet, prefixLength: "24" },
      /^prefixLength: must be a whole number \(got "24"; valid: 24\)/,
    ],
    ["prefixLength", { ...subnet, prefixLength: 129 }, /no address has more than 128 bits/],
    ["cidr", { cidr: "10.0.0.1/24" }, /host bits set.*valid: "10.0.0.0\/24"/],
    [
      "exclude[1]",
      { ...subnet, exclude: ["10.0.0.1", "10.0.0.300"] },
      /^exclude\[1\]: not an address, CIDR or range/,
    ],
    ["exclude", { ...subnet, exclude: "10.0.0.9-10.0.0.1" }, /^exclude: not an address, CIDR or range/],
    ["gateway", { ...subnet, gateway: "middle" }, /^gateway: not an IP address|^gateway: must be/],
    ["comment", { ...subnet, comment: " blue" }, /^comment: has blanks at its ends.*valid: "blue"/],
    ["networkView", { ...subnet, networkView: "" }, /^networkView: must be the name of a view/],
    ["requestId", { ...subnet, requestId: "" }, /^requestId: an id is 1 to 255 printable characters/],
    ["extattrs", { ...subnet, extattrs: "Site" }, /^extattrs: must be an object.*valid: \{"Site":"Paris"\}/],
    ["signal", { ...subnet, signal: {} }, /^signal: must be an AbortSignal/],
    [
      "prefixlength",
      { ...subnet, prefixlength: 24 },
      /^prefixlength: no option of requestSubnet.*valid: "prefixLength"/,
    ],
    [
      "hosts",
      { ...subnet, hosts: [] },
      // What looks like it is an option elsewhere only: all that are options here.
      /^hosts: no option of requestSubnet, which takes signal, .*\(got \[\]\)$/,
    ],
  ])("names %s, the value and a valid one", async (field, request, message) => {
    const error = await checkSubnetRequest("requestSubnet", request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ field, message: expect.stringMatching(message), status: 0 });
  });

  it.each([
    ["mac", "02:42:ac:11:00", /not a MAC address/],
    ["mac", "00:00:00:00:00:00", /leave mac out/],
    ["duid", "xyz", /not a DUID/],
    ["ip", "10.0.0.256", /not an IP address/],
    ["ip", "10.0.0.5/24", /without a prefix length.*valid: "10.0.0.5"/],
    ["as", "server", /must be host, fixed or reservation/],
    ["ttl", -1, /ttl: /],
    ["ifInUse", "maybe", /must be fail or allow/],
    ["name", " web", /has blanks at its ends.*valid: "web"/],
  ])("refuses the %s %j of an address", async (field, value, message) => {
    const request = { from: "10.0.0.0/24", [field]: value };
    await expect(checkAddressRequest("requestAddress", request)).rejects.toThrow(message);
  });

  it.each(["02:42:ac:11:00:02", "02-42-AC-11-00-02", "0242.ac11.0002", "0242ac110002"])(
    "takes the MAC %s",
    async (mac) => {
      await expect(
        checkAddressRequest("requestAddress", { from: "10.0.0.0/24", mac }),
      ).resolves.toMatchObject({
        mac,
      });
    },
  );

  it.each([0, -3, 1.5, 100_001])("refuses a count of %s", async (count) => {
    await expect(checkBulkRequest("requestAddresses", { from: "10.0.0.0/24", count })).rejects.toMatchObject({
      field: "count",
    });
  });

  it("names what a request lacks", async () => {
    await expect(checkBulkRequest("requestAddresses", { count: 2 })).rejects.toThrow(/^from: is needed/);
  });

  it("refuses what is no request at all", async () => {
    await expect(checkSubnetRequest("requestSubnet", undefined)).rejects.toBeInstanceOf(InvalidRequestError);
    await expect(checkSubnetRequest("findSubnets", "10.0.0.0/8")).rejects.toBeInstanceOf(InvalidRequestError);
  });
});
