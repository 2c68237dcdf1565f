import { describe, expect, it } from "vitest";
import { stopAfterWrites } from "../../../src/cli/stopping.js";

function stoppable() {
  const stop = new AbortController();
  let said = "";
  const stderr = { write: (text: string) => (said += text) };
  return { ...stopAfterWrites({ stop: stop.signal, stderr }), stop, said: () => said };
}

const get = { id: 1, method: "GET" };
const post = { id: 2, method: "POST" };

describe("Ctrl-C", () => {
  it("stops at once where nothing is written", () => {
    const { signal, stop, onRequest, said } = stoppable();
    onRequest(get);
    stop.abort();
    expect([signal.aborted, said()]).toEqual([true, ""]);
  });

  it("lets a write be answered first, and says so", () => {
    const { signal, stop, onRequest, onResponse, said } = stoppable();
    onRequest(post);
    stop.abort();
    expect([signal.aborted, said()]).toEqual([false, expect.stringContaining("Ctrl-C again")]);
    onResponse(post);
    expect(signal.aborted).toBe(true);
  });

  it("isn't asked for by a write that was answered", () => {
    const { signal, onRequest, onResponse } = stoppable();
    onRequest(post);
    onResponse(post);
    expect(signal.aborted).toBe(false);
  });

  it("before the command began stops it, too", () => {
    expect(stopAfterWrites({ stop: AbortSignal.abort(), stderr: { write: () => {} } }).signal.aborted).toBe(
      true,
    );
  });
});
