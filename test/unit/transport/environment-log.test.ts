import { describe, expect, it } from "vitest";
import { environmentLogger } from "../../../src/transport/environment-log.js";
import { transportSettings } from "../../../src/transport/options.js";

function linesAt(level: string): string[] {
  const lines: string[] = [];
  const logger = environmentLogger({ INFOBLOX_LOG: level }, (line) => lines.push(line));
  logger?.debug("a request", { id: 1 });
  logger?.info("news");
  logger?.warn("a retry");
  logger?.error("a broken hook");
  return lines.map((line) => line.replace(/^\S+Z infoblox-ipam /, "").trimEnd());
}

describe("INFOBLOX_LOG", () => {
  it("logs from its level up, a line each", () => {
    expect(linesAt("debug")).toEqual([
      'debug a request {"id":1}',
      "info news",
      "warn a retry",
      "error a broken hook",
    ]);
    expect(linesAt("WARN")).toEqual(["warn a retry", "error a broken hook"]);
    expect(linesAt("error")).toEqual(["error a broken hook"]);
  });

  it("begins each line with the time", () => {
    const lines: string[] = [];
    environmentLogger({ INFOBLOX_LOG: "info" }, (line) => lines.push(line))?.info("news");
    expect(lines).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z infoblox-ipam info news\n$/)]);
  });

  it("is no logger where it is unset or empty, and refused where it says something else", () => {
    expect(environmentLogger({})).toBeUndefined();
    expect(environmentLogger({ INFOBLOX_LOG: " " })).toBeUndefined();
    expect(() => environmentLogger({ INFOBLOX_LOG: "verbose" })).toThrow(
      /^INFOBLOX_LOG: must be one of debug, info, warn, error \(got "verbose"/,
    );
  });

  it("counts where no logger is given", () => {
    const grid = { url: "https://grid", username: "admin", password: "Gr1d-password" };
    const env = { INFOBLOX_LOG: "warn" };
    expect(transportSettings(grid, env).logger).toBeDefined();
    expect(transportSettings({ ...grid, logger: console }, env).logger).toBe(console);
    expect(transportSettings(grid, {}).logger).toBeUndefined();
  });
});
