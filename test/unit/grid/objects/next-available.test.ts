import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatBlock, hostSpan, parseBlock, type Span } from "../../../../src/cidr.js";
import { Asked } from "../../../fidelity/asking.js";

/** Blocks of a /22. */
const block = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 22, max: 30 }))
  .map(([c, d, length]) => {
    const size = 2 ** (32 - length);
    const value = Math.floor((c * 256 + d) / size) * size;
    return `10.0.${value >> 8}.${value & 255}/${length}`;
  });

describe("next available addresses", () => {
  const usage = fc.record({
    fixed: fc.uniqueArray(fc.integer({ min: 1, max: 62 }), { maxLength: 12 }),
    records: fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 12 }),
    range: fc.option(fc.tuple(fc.integer({ min: 0, max: 63 }), fc.integer({ min: 0, max: 20 })), {
      nil: undefined,
    }),
    exclude: fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 6 }),
    prefixLength: fc.integer({ min: 26, max: 32 }),
  });

  it("are the lowest that nothing uses, ranges and excluded ones left out, until there is none", () => {
    fc.assert(
      fc.property(usage, ({ fixed, records, range, exclude, prefixLength }) => {
        const network = parseBlock(`10.0.0.0/${prefixLength}`);
        if (!network) throw new Error("no network");
        const inside = (last: number) => BigInt(last) <= network.last - network.first;
        const asked = new Asked({ seed: { networks: [formatBlock(network)], zones: ["acme.org"] } });
        const used = new Set<number>();
        for (const last of fixed.filter(inside)) {
          asked.create("fixedaddress", { ipv4addr: `10.0.0.${last}`, mac: "00:00:00:00:00:00" });
          used.add(last);
        }
        for (const last of records.filter(inside)) {
          asked.create("record:a", { name: `h${last}.acme.org`, ipv4addr: `10.0.0.${last}` });
          used.add(last);
        }
        if (range && inside(range[0] + range[1])) {
          asked.create("range", {
            start_addr: `10.0.0.${range[0]}`,
            end_addr: `10.0.0.${range[0] + range[1]}`,
          });
          for (let last = range[0]; last <= range[0] + range[1]; last++) used.add(last);
        }
        for (const last of exclude) used.add(last);
        const hosts = hostSpan(network);
        const expected: string[] = [];
        for (let value = hosts.first; value <= hosts.last; value++) {
          const last = Number(value - network.first);
          if (!used.has(last)) expected.push(`10.0.0.${last}`);
        }
        const [{ _ref }] = asked.get("network").json;
        const excluded = exclude.map((last) => `10.0.0.${last}`);
        const got: string[] = [];
        for (;;) {
          const answer = asked.post(`${_ref}?_function=next_available_ip`, {
            num: 1,
            exclude: [...excluded, ...got],
          });
          if (answer.status !== 200) {
            expect(answer.json.text).toBe("Cannot find 1 available IP address(es) in this network.");
            break;
          }
          got.push(...answer.json.ips);
        }
        expect(got).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("in a range are those that nothing uses, leases and exclusions left out", () => {
    const asked = new Asked({ seed: { networks: ["10.0.0.0/24"] } });
    const range = asked.create("range", {
      start_addr: "10.0.0.10",
      end_addr: "10.0.0.20",
      exclude: [{ start_address: "10.0.0.12", end_address: "10.0.0.17" }],
    });
    asked.create("fixedaddress", { ipv4addr: "10.0.0.10", mac: "02:00:00:00:00:01" });
    const links = { networkView: asked.grid.first("networkview").id };
    asked.grid.create("lease", { address: "10.0.0.18", binding_state: "ACTIVE" }, links);
    asked.grid.create("lease", { address: "10.0.0.19", binding_state: "FREE" }, links);
    const next = (num: number) => asked.post(`${range}?_function=next_available_ip`, { num }).json;
    expect(next(3)).toEqual({ ips: ["10.0.0.11", "10.0.0.19", "10.0.0.20"] });
    expect(next(4).text).toContain("Cannot find 4 available IP address(es)");
  });

  it("are handed out one after the other in a /8, a /64 and a /31", () => {
    const asked = new Asked({ seed: { networks: ["10.0.0.0/8", "2001:db8::/64", "192.0.2.0/31"] } });
    const reserve = (network: string) =>
      asked.post("fixedaddress?_return_fields=ipv4addr", {
        ipv4addr: `func:nextavailableip:${network}`,
        mac: "00:00:00:00:00:00",
      }).json;
    expect([reserve("10.0.0.0/8").ipv4addr, reserve("10.0.0.0/8").ipv4addr]).toEqual([
      "10.0.0.1",
      "10.0.0.2",
    ]);
    expect([reserve("192.0.2.0/31").ipv4addr, reserve("192.0.2.0/31").ipv4addr]).toEqual([
      "192.0.2.0",
      "192.0.2.1",
    ]);
    expect(reserve("192.0.2.0/31").text).toContain("Cannot find 1 available IP address(es)");
    const [{ _ref }] = asked.get("ipv6network").json;
    expect(asked.post(`${_ref}?_function=next_available_ip`, { num: 2 }).json).toEqual({
      ips: ["2001:db8::1", "2001:db8::2"],
    });
  });

  it("are 1 to 20 at a time", () => {
    const asked = new Asked({ seed: { networks: ["10.0.0.0/24"] } });
    const [{ _ref }] = asked.get("network").json;
    for (const num of [0, 21]) {
      expect(asked.post(`${_ref}?_function=next_available_ip`, { num }).json.text).toMatch(
        /Requested number .* must be between 1 and 20/,
      );
    }
    expect(asked.post(`${_ref}?_function=next_available_ip`, { num: 20 }).json.ips).toHaveLength(20);
  });
});

describe("next available networks", () => {
  it("are the lowest aligned blocks that no network and no exclusion touches", () => {
    const problem = fc.record({
      taken: fc.array(block, { maxLength: 6 }),
      exclude: fc.array(block, { maxLength: 3 }),
      cidr: fc.integer({ min: 23, max: 30 }),
    });
    fc.assert(
      fc.property(problem, ({ taken, exclude, cidr }) => {
        const asked = new Asked({ seed: { containers: ["10.0.0.0/22"] } });
        for (const network of taken) asked.post("networkcontainer", { network });
        const [{ _ref }] = asked.get("networkcontainer?network=10.0.0.0/22").json;
        const blocked = [...taken.filter((each) => each !== "10.0.0.0/22"), ...exclude].map(
          (each) => parseBlock(each) as Span,
        );
        const free: string[] = [];
        const size = 2 ** (32 - cidr);
        for (let value = 0; value < 1024; value += size) {
          const candidate = parseBlock(`10.0.${value >> 8}.${value & 255}/${cidr}`) as Span;
          if (!blocked.some((other) => other.first <= candidate.last && candidate.first <= other.last)) {
            free.push(`10.0.${value >> 8}.${value & 255}/${cidr}`);
          }
        }
        const next = (num: number) =>
          asked.post(`${_ref}?_function=next_available_network`, { cidr, num, exclude }).json;
        const num = Math.min(free.length, 20);
        if (num > 0) expect(next(num)).toEqual({ networks: free.slice(0, num) });
        if (free.length < 20)
          expect(next(free.length + 1).text).toBe("Can not find requested number of networks");
      }),
      { numRuns: 80 },
    );
  });

  it("are longer than the network they lie in", () => {
    const asked = new Asked({ seed: { containers: ["10.0.0.0/22"] } });
    const [{ _ref }] = asked.get("networkcontainer").json;
    for (const cidr of [22, 8, 33]) {
      expect(asked.post(`${_ref}?_function=next_available_network`, { cidr }).status).toBe(400);
    }
    expect(asked.post(`${_ref}?_function=next_available_network`, {}).json.text).toBe(
      "required function parameter missing: cidr",
    );
  });

  it.each([
    [true, 400],
    [false, 200],
  ])(
    "with nextNetworkIsCapped %s are answered %i when more than 20 are wanted",
    (nextNetworkIsCapped, status) => {
      const asked = new Asked({
        assumptions: { nextNetworkIsCapped },
        seed: { containers: ["10.0.0.0/22"] },
      });
      const [{ _ref }] = asked.get("networkcontainer").json;
      expect(asked.post(`${_ref}?_function=next_available_network`, { cidr: 30, num: 21 }).status).toBe(
        status,
      );
    },
  );

  it("turn the leaf that they lie in into a container once one is taken", () => {
    const asked = new Asked({ seed: { networks: ["10.0.0.0/22"] } });
    asked.post("network", { network: "func:nextavailablenetwork:10.0.0.0/22,default,24" });
    expect(asked.get("networkcontainer").json).toMatchObject([{ network: "10.0.0.0/22" }]);
    expect(asked.get("network").json).toMatchObject([{ network: "10.0.0.0/24" }]);
  });
});
