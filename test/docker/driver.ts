/** The driver as a process of its own, which can be killed. */

import { resolve } from "node:path";
import type { FakeGrid } from "infoblox-ipam/testing";
import type { Machine, Program } from "./machine.js";

const root = resolve(import.meta.dirname, "../..");

/** The driver's unique name on this machine. */
export function driverName(engine: string): string {
  return `infoblox-ipam-${process.pid}-${engine}`;
}

export async function startDriver(
  machine: Machine,
  grid: FakeGrid,
  engine: string,
  ...args: readonly string[]
): Promise<Program> {
  const { username, password, url } = grid.clientOptions;
  const driver = machine.start(
    process.execPath,
    [
      ...["--import", "tsx", resolve(root, "src/cli/main.ts"), "docker", "--engine-id", engine],
      ...["--socket", `/run/docker/plugins/${driverName(engine)}.sock`],
      ...["--url", String(url), "--user", String(username), "--allow-insecure-http", ...args],
    ],
    { INFOBLOX_PASSWORD: String(password), NO_COLOR: "1" },
  );
  await driver.waitFor(/is listening on/);
  return driver;
}
