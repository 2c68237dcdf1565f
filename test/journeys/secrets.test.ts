import { format, inspect } from "node:util";
import { Ipam, type RequestEvent, type ResponseEvent, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

const password = "Gr1d-p@ss/word-1";

/** Everything that a program may print of a value. */
function printed(value: unknown): string {
  const whole = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true } as const;
  const error = value instanceof Error ? [String(value), value.stack, inspect(value.cause, whole)] : [];
  return [
    inspect(value, whole),
    format("%s %o %O", value, value, value),
    JSON.stringify(value),
    ...error,
  ].join("\n");
}

describe("no secret is seen", () => {
  it("in a client, its children, an Ipam, their answers, events, log lines and errors", async () => {
    await using grid = await FakeGrid.listen({ setup: true, user: "robot", password });
    const seen: unknown[] = [];
    const see = (...values: unknown[]) => void seen.push(...values);
    const onEvent = (event: RequestEvent | ResponseEvent) => see(event);
    const logger = { debug: see, info: see, warn: see, error: see };
    await using wapi = new WapiClient({
      ...grid.clientOptions,
      logger,
      onRequest: onEvent,
      onResponse: onEvent,
    });
    const ipam = new Ipam(wapi, { ownerMarker: "none" });
    see(wapi, ipam, wapi.with({ timeout: 1000 }), wapi.iterate("network"));
    see(await wapi.find("network").withResponse());
    see(await wapi.delete("network/ZG5zLm5ldHdvcmskMTA:x" as never).catch((error: unknown) => error));
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    see(await wapi.create("network", { network: "10.0.0.0/24" }).catch((error: unknown) => error));
    see(wapi, ipam, grid.requests, inspect(grid));
    await using stranger = new WapiClient({ ...grid.clientOptions, password: `${password}2`, logger });
    see(await stranger.find("network").catch((error: unknown) => error));

    const text = seen.map(printed).join("\n");
    expect(text).toContain("UncertainWriteError");
    expect(text).toContain("AuthenticationError");
    const basic = (word: string) => Buffer.from(`robot:${word}`).toString("base64");
    for (const secret of [password, encodeURIComponent(password), basic(password), basic(`${password}2`)]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/ibapauth=(?!\[redacted\])/i);
  });
});
