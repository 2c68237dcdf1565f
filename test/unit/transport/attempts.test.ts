import { describe, expect, it } from "vitest";
import { ConnectionError, NotGridMasterError, ServerError } from "../../../src/errors.js";
import { decide, type Progress, parseRetryAfter, type Unanswered } from "../../../src/transport/attempts.js";

const place = { method: "POST", path: "/wapi/v2.12/network" };
const lostConnection = new ConnectionError("reset", place);
const notMaster = new NotGridMasterError("not the master", { ...place, status: 200 });
const serverError = new ServerError("busy", { ...place, status: 503 });

const unsent: Unanswered = { kind: "unsent", error: lostConnection, isLasting: false };
const nameUnknown: Unanswered = { kind: "unsent", error: lostConnection, isLasting: true };
const lost: Unanswered = { kind: "lost", error: lostConnection };
const refused: Unanswered = { kind: "refused", error: serverError };
const elsewhere: Unanswered = { kind: "elsewhere", error: notMaster };
const busy = (retryAfter?: number): Unanswered => ({ kind: "busy", error: serverError, retryAfter });

function progress(own: Partial<Progress> = {}): Progress {
  return {
    ...place,
    writes: false,
    attempts: 1,
    retries: 0,
    losses: 0,
    maxRetries: 3,
    remaining: Number.POSITIVE_INFINITY,
    patience: 0,
    addresses: 1,
    unable: 0,
    hasServed: false,
    random: 0.5,
    ...own,
  };
}

describe("decide", () => {
  it.each([
    ["a read that never arrived", unsent, false, "retry"],
    ["a write that never arrived", unsent, true, "retry"],
    ["a read whose answer was lost", lost, false, "retry"],
    ["a write whose answer was lost", lost, true, "UncertainWriteError"],
    ["a read that a busy grid turned away", busy(), false, "retry"],
    ["a write that a busy grid turned away", busy(), true, "retry"],
    ["a read that was refused", refused, false, "ServerError"],
    ["a write that was refused", refused, true, "ServerError"],
    ["a read at a node that isn't the master", elsewhere, false, "NotGridMasterError"],
    ["a write at a node that isn't the master", elsewhere, true, "NotGridMasterError"],
    ["a read aborted before it was sent", stopped(false, "signal"), false, "AbortedError"],
    ["a read aborted on the way", stopped(true, "signal"), false, "AbortedError"],
    ["a write aborted before it was sent", stopped(false, "signal"), true, "AbortedError"],
    ["a write aborted on the way", stopped(true, "signal"), true, "UncertainWriteError"],
    ["a read past its deadline", stopped(true, "deadline"), false, "TimeoutError"],
    ["a write past its deadline, unsent", stopped(false, "deadline"), true, "TimeoutError"],
    ["a write past its deadline, on the way", stopped(true, "deadline"), true, "UncertainWriteError"],
  ] as const)("decides on %s", (_, outcome, writes, expected) => {
    const step = decide(outcome, progress({ writes }));
    expect(step.kind === "throw" ? step.error.name : step.kind).toBe(expected);
  });

  it("says of an uncertain write where to look, and keeps what happened as its cause", () => {
    const hintFor = (method: string) => {
      const step = decide(lost, progress({ method, writes: true }));
      if (step.kind !== "throw") throw new Error("no error");
      expect(step.error.cause).toBe(lostConnection);
      return step.error.hint;
    };
    expect(hintFor("POST")).toMatch(/search for what it would have made/);
    expect(hintFor("PUT")).toMatch(/read the object and compare/);
    expect(hintFor("DELETE")).toMatch(/isn't found, it was deleted/);
  });

  it("backs off exponentially, with full jitter, up to five seconds", () => {
    const pauses = [0, 1, 2, 3, 10].map((retries) => {
      const step = decide(lost, progress({ retries, maxRetries: 20, random: 0.5 }));
      return step.kind === "retry" ? step.after : undefined;
    });
    expect(pauses).toEqual([100, 200, 400, 800, 2500]);
    expect(decide(lost, progress({ random: 0 }))).toMatchObject({ after: 0 });
  });

  it("gives up after maxRetries, with the last error", () => {
    expect(decide(lost, progress({ retries: 3, losses: 3 }))).toEqual({
      kind: "throw",
      error: lostConnection,
    });
    expect(decide(lost, progress({ maxRetries: 0 }))).toEqual({ kind: "throw", error: lostConnection });
  });

  it.each([
    ["one that never arrived", unsent],
    ["a busy grid", busy()],
    ["an address that was the master's a moment ago", elsewhere],
  ])("waits on after maxRetries for %s while there is patience: nothing was written", (_, outcome) => {
    const waiting = { writes: true, retries: 9, patience: 20_000, hasServed: true };
    expect(decide(outcome, progress(waiting))).toMatchObject({ kind: "retry", after: 2500 });
    expect(decide(outcome, progress({ ...waiting, patience: 1000 }))).toMatchObject({ after: 500 });
    expect(decide(outcome, progress({ ...waiting, patience: 100 })).kind).toBe("throw");
    expect(decide(outcome, progress({ ...waiting, maxRetries: 0 })).kind).toBe("throw");
  });

  it("counts a read's lost answers apart from the waiting before them", () => {
    expect(decide(lost, progress({ retries: 9, losses: 2, patience: 20_000 })).kind).toBe("retry");
    expect(decide(lost, progress({ retries: 9, losses: 3, patience: 20_000 })).kind).toBe("throw");
  });

  it("doesn't wait for what no waiting mends: an unknown name, a single address that never was the master's", () => {
    const patient = { retries: 3, patience: 20_000 };
    expect(decide(nameUnknown, progress(patient)).kind).toBe("throw");
    expect(decide(nameUnknown, progress({ ...patient, retries: 0 })).kind).toBe("retry");
    expect(decide(elsewhere, progress({ ...patient, retries: 0 })).kind).toBe("throw");
  });

  it("waits as long as Retry-After asks, and a little more", () => {
    expect(decide(busy(2000), progress())).toEqual({ kind: "retry", after: 2100, move: false });
  });

  it("gives up at once when the pause would pass the deadline", () => {
    expect(decide(busy(2000), progress({ remaining: 1500 })).kind).toBe("throw");
    expect(decide(busy(2000), progress({ remaining: 2500 })).kind).toBe("retry");
  });

  it("waits no hours where there is no deadline", () => {
    expect(decide(busy(3_600_000), progress()).kind).toBe("throw");
    expect(decide(busy(60_000), progress()).kind).toBe("retry");
  });

  it.each([unsent, elsewhere])("asks each further address at once, for a write too: %#", (outcome) => {
    const two = { addresses: 2, writes: true };
    expect(decide(outcome, progress(two))).toEqual({ kind: "move" });
    expect(decide(outcome, progress({ ...two, unable: 1 }))).toMatchObject({ kind: "retry", move: true });
  });

  it("goes to another address for a read whose answer was lost, but stays with a busy grid for a while", () => {
    expect(decide(lost, progress({ addresses: 2 }))).toMatchObject({ kind: "retry", move: true });
    expect(decide(busy(), progress({ addresses: 2 }))).toMatchObject({ kind: "retry", move: false });
    expect(decide(busy(), progress({ addresses: 2, retries: 1 }))).toMatchObject({ move: true });
  });
});

describe("parseRetryAfter", () => {
  const now = Date.UTC(2026, 0, 1);

  it.each([
    [{}, undefined],
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }, 9000],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
  ])("reads %o as %s ms", (headers, expected) => {
    expect(parseRetryAfter(headers, now)).toBe(expected);
  });

  it("measures a date by the grid's own clock, which may be wrong", () => {
    const headers = {
      date: "Thu, 01 Jan 2015 00:00:00 GMT",
      "retry-after": "Thu, 01 Jan 2015 00:00:05 GMT",
    };
    expect(parseRetryAfter(headers, now)).toBe(5000);
  });
});

function stopped(sent: boolean, by: "signal" | "deadline"): Unanswered {
  return { kind: "stopped", sent, by };
}
