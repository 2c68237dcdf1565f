/**
 * Measures what `adaptive` changes on an overloaded grid with far more clients than it can serve. It is a simulation in
 * virtual time, with the library's own transport on a clock that jumps from event to event.
 *
 *     npx tsx bench/adaptive.ts
 *
 * The grid works on 20 requests at once, 50 ms each. With more, each takes proportionally longer. From 60 on, it
 * answers 503.
 */

import { setImmediate as macrotask } from "node:timers/promises";
import type { Clock } from "../src/transport/clock.js";
import { type HttpFunction, transportSettings } from "../src/transport/options.js";
import { Transport } from "../src/transport/transport.js";
import { sized } from "./short.js";

const knee = 20;
const most = 60;
const serviceMs = 50;
const clients = sized(200, 40);
const callers = 4;
const callsPerCaller = sized(20, 3);

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when no work is left. */
class VirtualTime implements Clock {
  #now = 0;
  #seed = 1;
  readonly #sleepers: Sleeper[] = [];

  now = (): number => this.#now;
  wallTime = (): number => this.#now;
  /** A linear congruential generator: each run is the same. */
  random = (): number => {
    this.#seed = (this.#seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.#seed / 2 ** 32;
  };

  sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      const at = this.#now + Math.max(0, milliseconds);
      const later = this.#sleepers.findIndex((sleeper) => sleeper.at > at);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, { at, wake });
    });

  async during(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    work.then(done, done);
    while (!isDone) {
      await macrotask();
      const next = this.#sleepers.shift();
      if (next === undefined) continue;
      this.#now = next.at;
      next.wake();
    }
  }
}

interface Measured {
  readonly served: number;
  readonly refused: number;
  readonly failed: number;
  readonly seconds: number;
  readonly worstMs: number;
  readonly mostAtOnce: number;
}

async function measure(adaptive: boolean): Promise<Measured> {
  const time = new VirtualTime();
  let [running, served, refused, failed, worstMs, mostAtOnce] = [0, 0, 0, 0, 0, 0];
  const answer = (status: number) => ({
    status,
    statusText: "",
    headers: { "content-type": "application/json" },
    data: Buffer.from(status === 200 ? "[]" : "busy"),
    config: {} as never,
  });
  const grid: HttpFunction = async () => {
    if (running >= most) {
      refused += 1;
      await time.sleep(5);
      return answer(503);
    }
    running += 1;
    mostAtOnce = Math.max(mostAtOnce, running);
    await time.sleep(serviceMs * Math.max(1, running / knee));
    running -= 1;
    served += 1;
    return answer(200);
  };
  const settings = transportSettings(
    { url: "https://grid", username: "u", password: "p", session: "basic", adaptive, transport: grid },
    {},
  );
  const caller = async (transport: Transport) => {
    for (let calls = 0; calls < callsPerCaller; calls += 1) {
      const started = time.now();
      await transport.send({ method: "GET", path: "/wapi/v2.12/network", writes: false }).catch(() => {
        failed += 1;
      });
      worstMs = Math.max(worstMs, time.now() - started);
    }
  };
  const all = Array.from({ length: clients }, () => {
    const transport = new Transport(settings, time);
    return Array.from({ length: callers }, () => caller(transport));
  });
  await time.during(Promise.all(all.flat()));
  return { served, refused, failed, seconds: time.now() / 1_000, worstMs, mostAtOnce };
}

const ideal = (clients * callers * callsPerCaller * serviceMs) / knee / 1_000;
console.log(
  `${clients} clients, ${callers} callers each, ${callsPerCaller} calls each; no less than ${ideal.toFixed(1)} s`,
);
console.log("adaptive   served   503s   503s per call   failed calls   seconds   slowest call");
for (const adaptive of [false, true]) {
  const { served, refused, failed, seconds, worstMs } = await measure(adaptive);
  const columns = [
    String(adaptive).padEnd(8),
    String(served).padStart(8),
    String(refused).padStart(6),
    (refused / (served + failed)).toFixed(2).padStart(15),
    String(failed).padStart(14),
    seconds.toFixed(1).padStart(9),
    `${(worstMs / 1_000).toFixed(1)} s`.padStart(14),
  ];
  console.log(columns.join(" "));
}
