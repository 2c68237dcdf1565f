import fc from "fast-check";
import { expect, it } from "vitest";
import { Asked } from "../../../fidelity/asking.js";

/** Requests around a small address plan: many succeed, many are refused, for all kinds of reasons. */
const cidr = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(24, 26, 28, 30, 33))
  .map(([net, length]) => `10.0.${net}.0/${length}`);
const address = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 300 }))
  .map(([net, host]) => `10.0.${net}.${host}`);
const name = fc.constantFrom("a.acme.org", "b.acme.org", "c.nowhere.org", "-bad", "");
const attributes = fc.constantFrom(
  {},
  { Site: { value: "HQ" } },
  { Nope: { value: 1 } },
  { VLAN: { value: "x" } },
);

const request = fc.oneof(
  fc.record({
    method: fc.constant("POST"),
    target: fc.constantFrom("network", "networkcontainer"),
    body: fc.record({ network: cidr, extattrs: attributes }),
  }),
  fc.record({
    method: fc.constant("POST"),
    target: fc.constant("range"),
    body: fc.record({ start_addr: address, end_addr: address }),
  }),
  fc.record({
    method: fc.constant("POST"),
    target: fc.constant("fixedaddress"),
    body: fc.record({ ipv4addr: address, mac: fc.constantFrom("00:11:22:33:44:55", "x", "") }),
  }),
  fc.record({
    method: fc.constant("POST"),
    target: fc.constant("record:a"),
    body: fc.record({ name, ipv4addr: address }),
  }),
  fc.record({
    method: fc.constant("POST"),
    target: fc.constant("record:host"),
    body: fc.record({
      name,
      ipv4addrs: fc.array(
        fc.record({ ipv4addr: fc.oneof(address, fc.constant("func:nextavailableip:10.0.1.0/30")) }),
        { maxLength: 4 },
      ),
    }),
  }),
  fc.record({
    method: fc.constant("PUT"),
    target: fc.constantFrom("any"),
    body: fc.record({ comment: fc.constantFrom("x", " bad", ""), extattrs: attributes }),
  }),
  fc.record({ method: fc.constant("DELETE"), target: fc.constantFrom("any"), body: fc.constant(undefined) }),
  fc.record({
    method: fc.constant("POST"),
    target: fc.constant("request"),
    body: fc.array(
      fc.record({
        method: fc.constant("POST"),
        object: fc.constant("network"),
        data: fc.record({ network: cidr }),
      }),
      { maxLength: 3 },
    ),
  }),
);

it("whatever is asked, a refused request leaves everything as it was", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(request, fc.nat()), { maxLength: 30 }), (requests) => {
      const asked = new Asked({ seed: { zones: ["acme.org"] } });
      for (const [{ method, target, body }, pick] of requests) {
        const before = asked.grid.store.snapshot();
        const entity = before.entities[pick % before.entities.length];
        const path = target === "any" && entity ? asked.grid.ref(entity) : target;
        if (asked.ask(method, path, body).status >= 400) expect(asked.grid.store.snapshot()).toEqual(before);
      }
    }),
    { numRuns: 60 },
  );
});

it("whatever was asked, going back to a snapshot brings back the same answers", () => {
  const questions = [
    "network",
    "networkcontainer",
    "range",
    "fixedaddress",
    "record:a",
    "record:host",
    "ipv4address?ip_address=10.0.1.1",
  ];
  fc.assert(
    fc.property(
      fc.array(request, { maxLength: 15 }),
      fc.array(request, { maxLength: 15 }),
      (first, second) => {
        const asked = new Asked({ seed: { zones: ["acme.org"] } });
        const act = ({ method, target, body }: { method: string; target: string; body: unknown }) =>
          target === "any" || asked.ask(method, target, body);
        first.forEach(act);
        const answers = () => questions.map((question) => asked.get(question).text);
        const before = answers();
        const snapshot = asked.grid.store.snapshot();
        second.forEach(act);
        asked.grid.store.restore(snapshot);
        expect(answers()).toEqual(before);
        // And what comes next is decided by what is there, not by what was.
        const next = "func:nextavailablenetwork:10.0.0.0/8,default,24";
        expect(asked.post("network", { network: next }).status).toBeGreaterThanOrEqual(200);
      },
    ),
    { numRuns: 40 },
  );
});
