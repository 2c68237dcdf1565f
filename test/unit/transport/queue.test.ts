import { describe, expect, it } from "vitest";
import { RequestQueue } from "../../../src/transport/queue.js";

/** Enters, and fails the test where the turn doesn't come. */
async function enter(queue: RequestQueue, signal?: AbortSignal): Promise<() => void> {
  const leave = await queue.enter(signal);
  if (!leave) throw new Error("no turn");
  return leave;
}

describe("RequestQueue", () => {
  it("lets as many through as it may, and no more", async () => {
    const queue = new RequestQueue({ limit: 2 });
    await enter(queue);
    await enter(queue);
    void queue.enter(undefined);
    expect({ running: queue.running, waiting: queue.waiting }).toEqual({ running: 2, waiting: 1 });
  });

  it("serves in order of arrival, and whoever comes later can't slip in when a turn is handed on", async () => {
    const queue = new RequestQueue({ limit: 1 });
    const order: string[] = [];
    const visit = async (name: string) => {
      const leave = await enter(queue);
      order.push(name);
      leave();
    };
    const leave = await enter(queue);
    const early = [visit("first"), visit("second"), visit("third")];
    leave();
    await Promise.all([...early, visit("late")]);
    expect(order).toEqual(["first", "second", "third", "late"]);
    expect(queue.running).toBe(0);
  });

  it("frees the place of one who gives up waiting, and keeps the others' order", async () => {
    const queue = new RequestQueue({ limit: 1 });
    const leave = await enter(queue);
    const controller = new AbortController();
    const impatient = queue.enter(controller.signal);
    const patient = enter(queue);
    controller.abort();
    expect(await impatient).toBe(false);
    expect(queue.waiting).toBe(1);
    leave();
    (await patient)();
    expect({ running: queue.running, waiting: queue.waiting }).toEqual({ running: 0, waiting: 0 });
  });

  it("gives no turn to an aborted signal", async () => {
    expect(await new RequestQueue({ limit: 1 }).enter(AbortSignal.abort())).toBe(false);
  });

  it("never runs more than its limit, whatever comes and goes", async () => {
    const queue = new RequestQueue({ limit: 3 });
    let most = 0;
    const visit = async (index: number) => {
      const controller = new AbortController();
      if (index % 5 === 0) queueMicrotask(() => controller.abort());
      const leave = await queue.enter(controller.signal);
      if (!leave) return;
      most = Math.max(most, queue.running);
      await new Promise((resolve) => setImmediate(resolve));
      leave();
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => visit(index)));
    expect({ most, running: queue.running, waiting: queue.waiting }).toEqual({
      most: 3,
      running: 0,
      waiting: 0,
    });
  });
});
