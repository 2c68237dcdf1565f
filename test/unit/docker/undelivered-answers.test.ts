import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import type { IpamDriver } from "infoblox-ipam/docker";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UndeliveredAnswers } from "../../../src/docker/undelivered-answers.js";

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const pool = { path: "/IpamDriver.RequestPool", body: { AddressSpace: "local/default" } };
const address = { path: "/IpamDriver.RequestAddress", body: { PoolID: "pool-1" } };

let released: unknown[];
let answers: UndeliveredAnswers;

beforeEach(() => {
  vi.useFakeTimers();
  released = [];
  const release = async (call: unknown) => {
    released.push(call);
    return {};
  };
  const driver = { releasePool: release, releaseAddress: release } as unknown as IpamDriver;
  answers = new UndeliveredAnswers(driver, silent);
});
afterEach(() => {
  vi.useRealTimers();
});

/** A call that is answered; its connection ends before that, or after. */
async function answered({ path, body }: typeof pool | typeof address, answer: unknown, isDelivered: boolean) {
  const response = Object.assign(new EventEmitter(), { destroyed: false, writableFinished: isDelivered });
  answers.watch(path, body, Promise.resolve(answer), response as unknown as ServerResponse);
  response.emit("close");
  await vi.advanceTimersByTimeAsync(0);
}

describe("what a lost answer was about", () => {
  it.each([
    [pool, { PoolID: "pool-1", Pool: "10.1.0.0/24" }, { PoolID: "pool-1" }],
    [address, { Address: "10.1.0.2/24" }, { PoolID: "pool-1", Address: "10.1.0.2" }],
  ])(
    "is rolled back when nobody has repeated the call within a minute: $path",
    async (call, answer, release) => {
      await answered(call, answer, false);
      await vi.advanceTimersByTimeAsync(59_000);
      expect(released).toEqual([]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(released).toEqual([release]);
    },
  );

  it("stays where the call was repeated", async () => {
    await answered(address, { Address: "10.1.0.2/24" }, false);
    expect(await answers.repeated(address.path)).toEqual({ Address: "10.1.0.2/24" });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(released).toEqual([]);
  });

  it("stays where the engine has asked anew, and got the same", async () => {
    await answered(address, { Address: "10.1.0.2/24" }, false);
    await answered(address, { Address: "10.1.0.2/24" }, true);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(released).toEqual([]);
  });

  it("is rolled back when the server closes, as the next process knows nothing of the call", async () => {
    await answered(pool, { PoolID: "pool-1", Pool: "10.1.0.0/24" }, false);
    await answers.close();
    expect(released).toEqual([{ PoolID: "pool-1" }]);
  });
});
