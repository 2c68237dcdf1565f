import { describe, expect, it } from "vitest";
import { Clock } from "../../../../src/grid/controls/clock.js";
import { type Fault, Faults } from "../../../../src/grid/controls/faults.js";

const post = { method: "POST", url: "/wapi/v2.12/network?_return_fields=network", object: "network" };
const get = { method: "GET", url: "/wapi/v2.12/record:host", object: "record:host" };
const untouched = { delay: 0, commits: 1, outcome: "answer" };

function faults(clock = new Clock()) {
  return new Faults(clock);
}

describe("faults", () => {
  it("leaves every request alone when none is set", () => {
    expect(faults().plan(post)).toEqual(untouched);
  });

  it("strikes the next matching request once, and no other", () => {
    const set = faults();
    set.next({ on: "POST", fail: "reset-after-commit" });
    expect(set.plan(get)).toEqual(untouched);
    expect(set.plan(post)).toEqual({ delay: 0, commits: 1, outcome: "reset" });
    expect(set.plan(post)).toEqual(untouched);
  });

  it("lets as many matching requests pass as asked", () => {
    const set = faults();
    set.next({ object: "network", after: 2, status: 503, retryAfter: 2 });
    const outcomes = [post, get, post, post, post].map((subject) => set.plan(subject).outcome);
    expect(outcomes).toEqual(["answer", "answer", "answer", "status", "answer"]);
  });

  it("matches by path, also with a global pattern that would otherwise remember its place", () => {
    const set = faults();
    set.always({ path: /record:host/g, fail: "truncate" });
    expect([get, get, post].map((subject) => set.plan(subject).outcome)).toEqual([
      "truncate",
      "truncate",
      "answer",
    ]);
    set.clear();
    set.always({ path: "_return_fields", delay: 50 });
    expect(set.plan(post)).toEqual({ delay: 50, commits: 1, outcome: "answer" });
  });

  it.each([
    ["refuse", 0, "refuse"],
    ["reset-before-commit", 0, "reset"],
    ["reset-after-commit", 1, "reset"],
    ["timeout-before-commit", 0, "hang"],
    ["timeout-after-commit", 1, "hang"],
    ["truncate", 1, "truncate"],
    ["not-json", 1, "not-json"],
    ["duplicate", 2, "answer"],
    ["twice", 2, "answer"],
    ["late", 1, "reset"],
    ["wrong-json", 1, "wrong-json"],
    ["half-open", 0, "half-open"],
    ["redirect", 0, "redirect"],
    ["read-only", 0, "read-only"],
  ] as const)("%s commits %i times", (fail, commits, outcome) => {
    const set = faults();
    set.next({ fail });
    expect(set.plan(post)).toMatchObject({ delay: 0, commits, outcome });
  });

  it("ends a fault with its time on the grid's clock", () => {
    const clock = new Clock();
    clock.freeze(0);
    const set = faults(clock);
    set.during(5_000, { on: ["POST", "PUT"], fail: "read-only" });
    expect(set.plan(post).outcome).toBe("read-only");
    clock.advance(5_000);
    expect(set.plan(post).outcome).toBe("answer");
  });

  it("draws the same faults from the same seed, and about as many as asked", () => {
    const run = (seed: number) => {
      const set = faults();
      set.seed(seed);
      set.always({ probability: 0.25, fail: "reset-before-commit" });
      return Array.from({ length: 2_000 }, () => set.plan(post).outcome === "reset");
    };
    expect(run(7)).toEqual(run(7));
    expect(run(7)).not.toEqual(run(8));
    const struck = run(7).filter(Boolean).length;
    expect(struck).toBeGreaterThan(400);
    expect(struck).toBeLessThan(600);
  });

  it("strikes the first request on a connection that has carried one", () => {
    const set = faults();
    set.next({ fail: "reset-at-reuse" });
    expect(set.plan(post)).toEqual(untouched);
    expect(set.plan({ ...post, reused: true })).toMatchObject({ commits: 0, outcome: "reset" });
    expect(set.plan({ ...post, reused: true })).toEqual(untouched);
  });

  it("does what was asked for before a status that says otherwise", () => {
    const set = faults();
    set.next({ status: 503, afterCommit: true, retryAfter: 1 });
    expect(set.plan(post)).toEqual({ delay: 0, commits: 1, outcome: "status", status: 503, retryAfter: 1 });
  });

  it("delivers late what it holds back: by the clock, or all of it when it is told to", async () => {
    const clock = new Clock();
    clock.freeze(0);
    const set = faults(clock);
    const delivered: string[] = [];
    set.hold(() => delivered.push("held"), "held");
    set.hold(() => delivered.push("soon"), 100);
    set.hold(() => delivered.push("later"), 900);
    clock.advance(100);
    await Promise.resolve();
    expect([delivered, set.late]).toEqual([["soon"], 2]);
    expect(await set.deliverLate()).toBe(2);
    clock.advance(900);
    await Promise.resolve();
    expect(delivered).toEqual(["soon", "held", "later"]);
    expect(await set.deliverLate()).toBe(0);
  });

  it.each([
    [{ fail: "reset-after-commit", lateBy: 5 }, /^lateBy: this fault does not use it/],
    [{ fail: "late", lateBy: -1 }, /^lateBy: -1 is not valid/],
    [{ fail: "late", clientSees: "nothing" }, /^clientSees: "nothing" is not valid/],
    [{ fail: "duplicate", answer: "first" }, /^answer: this fault does not use it/],
    [{ fail: "twice", answer: "second", lateBy: 5 }, /^answer: a late second delivery can't answer/],
    [{ status: 503, cutAt: 3 }, /^cutAt: this fault does not use it/],
    [{ delay: 5, afterCommit: true }, /^afterCommit: this fault does not use it/],
    [{ fail: "not-json", body: {} }, /^body: this fault does not use it/],
  ] as const)("refuses %j", (fault, message) => {
    expect(() => faults().next(fault as Fault)).toThrow(message);
  });

  it("refuses a fault that does nothing, or that it doesn't know", () => {
    expect(() => faults().next({ on: "POST" })).toThrow(/needs fail, status or delay/);
    expect(() => faults().next({ fail: "explode" as "refuse" })).toThrow(/no such failure "explode"/);
    expect(() => faults().next({ status: 418 as 503 })).toThrow(/no fault answers 418; one of 401, 403/);
    expect(() => faults().next({ on: ["POST", "PATCH"], delay: 1 })).toThrow(/no such method "PATCH"/);
  });
});
