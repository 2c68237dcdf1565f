import { describe, expect, it } from "vitest";
import { ConflictError, ConnectionError, InfobloxError, NotGridMasterError } from "../../../src/errors.js";
import type { AttemptOutcome } from "../../../src/transport/attempts.js";
import { Call } from "../../../src/transport/call.js";
import { Circuit } from "../../../src/transport/circuit.js";
import { transportSettings } from "../../../src/transport/options.js";
import { Session } from "../../../src/transport/session.js";
import { FakeClock } from "./fake-clock.js";
import { identityOf } from "./identity-of.js";

const clock = new FakeClock();
const settings = transportSettings({ url: "https://grid", username: "admin", password: "Gr1d-password" }, {});
const place = { method: "GET", path: "/wapi/v2.12/network" } as const;

function newCall(): Call {
  const address = { base: "https://grid", session: new Session("cookie", identityOf(undefined), clock) };
  const call = new Call(1, { ...place, writes: false }, settings, clock, address);
  call.end();
  return call;
}

const down: AttemptOutcome = {
  kind: "unsent",
  error: new ConnectionError("refused", place),
  isLasting: false,
};
const up: AttemptOutcome = { kind: "answered", status: 200, headers: {}, data: [] };

function opened(failures = 2): Circuit {
  const circuit = new Circuit({ failures, resetAfter: 5000 }, clock);
  for (let time = 0; time < failures; time++) circuit.record(down);
  return circuit;
}

describe("Circuit", () => {
  it("opens after so many calls in a row without an answer, and says so once", () => {
    const circuit = new Circuit({ failures: 3, resetAfter: 5000 }, clock);
    expect([down, down, up, down, down].map((outcome) => circuit.record(outcome))).toEqual(
      Array(5).fill(undefined),
    );
    expect(circuit.enter(newCall())).toBeUndefined();
    expect([circuit.record(down), circuit.record(down)]).toEqual(["opened", undefined]);
    expect(circuit.enter(newCall())).toMatchObject({ name: "CircuitOpenError", retryAfter: 5000 });
  });

  it.each<[string, AttemptOutcome]>([
    [
      "a refusal of the grid",
      { kind: "refused", error: new ConflictError("taken", { ...place, status: 400 }) },
    ],
    ["an answer", up],
  ])("is closed by %s, also to a call that was under way", (_, outcome) => {
    const circuit = opened();
    expect(circuit.record(outcome)).toBe("closed");
    expect(circuit.enter(newCall())).toBeUndefined();
  });

  it.each<[string, AttemptOutcome]>([
    ["an abort", { kind: "stopped", sent: true, by: "signal" }],
    [
      "a node that is not the master",
      { kind: "elsewhere", error: new NotGridMasterError("no", { ...place, status: 200 }) },
    ],
    ["a certificate that is not trusted", { kind: "refused", error: new InfobloxError("not trusted") }],
  ])("is neither opened nor closed by %s", (_, outcome) => {
    const closed = new Circuit({ failures: 1, resetAfter: 5000 }, clock);
    expect(closed.record(outcome)).toBeUndefined();
    expect(closed.enter(newCall())).toBeUndefined();
    const circuit = opened();
    expect(circuit.record(outcome)).toBeUndefined();
    expect(circuit.enter(newCall())).toBeDefined();
  });

  it("lets one call through when its time is over, and the next when that one is", () => {
    const circuit = opened();
    clock.time += 5000;
    const [first, second] = [newCall(), newCall()];
    expect(circuit.enter(first)).toBeUndefined();
    expect(circuit.enter(second)).toMatchObject({
      retryAfter: 0,
      hint: expect.stringContaining("Another call"),
    });
    circuit.leave(first);
    expect(circuit.enter(second)).toBeUndefined();
    circuit.record(down);
    circuit.leave(second);
    expect(circuit.enter(newCall())).toMatchObject({ retryAfter: 5000 });
  });

  it("never opens when it is turned off", () => {
    const circuit = new Circuit(false, clock);
    for (let time = 0; time < 100; time++) expect(circuit.record(down)).toBeUndefined();
    expect(circuit.enter(newCall())).toBeUndefined();
  });
});
