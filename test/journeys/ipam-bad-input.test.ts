import { AbortedError, InvalidRequestError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const next = { from: "10.0.0.0/16", prefixLength: 24 };

behindEveryDoor("bad input", (visit) => {
  it.each([
    [
      { ...next, from: "10.0.0.5/16" },
      "from",
      /host bits set.*got "10\.0\.0\.5\/16"; valid: "10\.0\.0\.0\/16"/,
    ],
    [{ ...next, from: ["10.0.0.0/16", "10.0.0"] }, "from[1]", /not a CIDR/],
    [{ ...next, from: ["10.0.0.0/16", "2001:db8::/32"] }, "from[1]", /is IPv6, but from\[0\] is IPv4/],
    [{ ...next, from: [] }, "from", /names no source/],
    [{ ...next, from: "record:host/ZG5z:web" }, "from", /refers to a record:host/],
    [{ ...next, from: {} }, "from", /not a source/],
    [{ prefixLength: 24 }, "from", /is needed, unless cidr gives the subnet.*valid: "10\.0\.0\.0\/16"/],
    [{ from: "10.0.0.0/16" }, "prefixLength", /is needed, unless cidr gives the subnet.*valid: 24/],
    [{ ...next, prefixLength: 33 }, "prefixLength", /an IPv4 prefix length is at most 32.*got 33; valid: 24/],
    [
      { ...next, prefixLength: 16 },
      "prefixLength",
      /must be longer than that of the container 10\.0\.0\.0\/16.*valid: 24/,
    ],
    [{ ...next, prefixLength: -1 }, "prefixLength", /must be at least 1/],
    [
      { from: "2001:db8::/32", prefixLength: 24 },
      "prefixLength",
      /longer than that of the container.*valid: 64/,
    ],
    [{ ...next, cidr: "10.0.7.0/25" }, "prefixLength", /cidr gives \/25/],
    [{ cidr: "10.0.7.1/24" }, "cidr", /host bits set.*valid: "10\.0\.7\.0\/24"/],
    [{ cidr: "10.9.0.0/24", from: "10.0.0.0/16" }, "cidr", /does not lie in 10\.0\.0\.0\/16/],
    [{ cidr: "2001:db8::/64", from: "10.0.0.0/16" }, "cidr", /does not lie in 10\.0\.0\.0\/16/],
    [{ cidr: "10.0.7.0/24", exclude: "10.0.7.9" }, "cidr", /is excluded by the same request/],
    [{ ...next, exclude: "2001:db8::/64" }, "exclude[0]", /is IPv6 in an IPv4 request/],
    [
      { ...next, prefixLength: 32, exclude: "10.0.0.0/18" },
      "exclude",
      /stands for 16384 subnets of \/32, and at most 4096/,
    ],
    [{ ...next, gateway: "10.0.0.1" }, "gateway", /only with cidr.*valid: "first"/],
    [
      { cidr: "10.0.7.0/24", gateway: "10.0.8.1" },
      "gateway",
      /no host address of 10\.0\.7\.0\/24.*valid: "10\.0\.7\.1"/,
    ],
    [{ cidr: "10.0.7.0/24", gateway: "10.0.7.255" }, "gateway", /no host address/],
    [{ ...next, prefixLength: 31, gateway: "first" }, "gateway", /a \/31 has no room for one/],
    [{ ...next, comment: "x".repeat(257) }, "comment", /longer than 256 characters/],
    [{ ...next, networkView: "" }, "networkView", /must be the name of a view/],
    [{ ...next, prefix: 24 }, "prefix", /no option of requestSubnet.*valid: "prefixLength"/],
    [undefined, "requestSubnet", /is needed|must be/],
  ])("%j is refused by name, value and example, and nothing is sent", async (request, field, message) => {
    const { ipam, requestsOf } = await visit();
    const count = await requestsOf(async () => {
      const error = await ipam.requestSubnet(request as never).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect(error).toMatchObject({ field, message: expect.stringMatching(message), status: 0 });
    });
    expect(count).toBe(0);
  });

  it("a misspelt option is refused by every call", async () => {
    const { ipam, requestsOf } = await visit();
    const wrong = { netwrokView: "lab" } as never;
    const calls = [
      () => ipam.requestAddress(wrong),
      () => ipam.requestAddresses(wrong),
      () => ipam.releaseSubnet("10.0.0.0/24", wrong),
      () => ipam.releaseAddress("10.0.0.5", wrong),
      () => ipam.lookup("10.0.0.5", wrong),
      () => ipam.utilization("10.0.0.0/24", wrong),
      () => ipam.findSubnets(wrong),
      () => ipam.peekAddresses("10.0.0.0/24", 1, wrong),
      () => ipam.peekSubnets("10.0.0.0/16", wrong),
      () => ipam.setup(wrong),
    ];
    const count = await requestsOf(async () => {
      for (const call of calls) await expect(call()).rejects.toThrow(InvalidRequestError);
    });
    expect(count).toBe(0);
    await expect(ipam.lookup("10.0.0.5", wrong)).rejects.toThrow(
      /^netwrokView: no option of lookup \(got "lab"; valid: "networkView"\)/,
    );
  });

  it("text from outside arrives as data, never as a function or another search", async () => {
    const { ipam, wapi } = await visit({ seed: { networks: ["10.0.0.0/24"], attributes: ["Request ID"] } });
    const hostile = [
      "func:nextavailableip:10.0.0.0/24",
      "##STATE:X:##",
      "a&b=c#d?e/../f",
      '"quoted" \\ <tag>',
      "+%2B*",
    ];
    for (const text of hostile) {
      const made = await ipam.requestAddress({
        from: "10.0.0.0/24",
        comment: text,
        requestId: text,
        name: text,
        as: "reservation",
      });
      expect(made).toMatchObject({ comment: text, name: text, extattrs: { "Request ID": text } });
      expect(await ipam.requestAddress({ from: "10.0.0.0/24", requestId: text })).toMatchObject({
        ref: made.ref,
      });
    }
    expect(await wapi.find("fixedaddress")).toHaveLength(hostile.length);
    for (const text of hostile)
      expect(await ipam.releaseAddress({ requestId: text })).toMatchObject({ released: true });
    for (const ip of ["func:nextavailableip:10.0.0.0/24", "10.0.0.1 "]) {
      await expect(ipam.requestAddress({ ip })).rejects.toThrow(/^ip: not an IP address/);
    }
  });
});

behindEveryDoor("a signal", (visit) => {
  it("that is aborted before a call keeps it from sending anything", async () => {
    const { ipam, requestsOf } = await visit();
    const signal = AbortSignal.abort();
    const calls = [
      () => ipam.requestSubnet({ ...next, signal }),
      () => ipam.requestAddress({ from: "10.0.0.0/24", signal }),
      () => ipam.requestAddresses({ from: "10.0.0.0/24", count: 2, signal }),
      () => ipam.releaseSubnet("10.0.0.0/24", { signal }),
      () => ipam.releaseAddress("10.0.0.5", { signal }),
      () => ipam.lookup("10.0.0.5", { signal }),
      () => ipam.utilization("10.0.0.0/24", { signal }),
      () => ipam.findSubnets({ signal }),
      () => ipam.peekAddresses("10.0.0.0/24", 1, { signal }),
      () => ipam.peekSubnets("10.0.0.0/16", { prefixLength: 24, signal }),
      () => ipam.setup({ signal }),
    ];
    const count = await requestsOf(async () => {
      for (const call of calls) await expect(call()).rejects.toThrow(AbortedError);
    });
    expect(count).toBe(0);
  });
});
