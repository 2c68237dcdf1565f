/** A grid, and command lines that go to it. */

import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { type Session, type SessionOptions, session } from "./session.js";

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GridSession extends AsyncDisposable {
  readonly grid: FakeGrid;
  /** Runs to the end, with the variables that lead to the grid. */
  run(...args: readonly string[]): Promise<Ended>;
  /** The JSON that it prints with `--json`; fails unless it ends with 0. */
  json<T = Record<string, unknown>>(...args: readonly string[]): Promise<T>;
}

export async function gridSession(options: FakeGridOptions = {}): Promise<GridSession> {
  const grid = await FakeGrid.listen({ setup: true, tls: false, ...options });
  const run = (...args: readonly string[]) => ended(session(args, { env: environment(grid) }));
  return {
    grid,
    run,
    async json<T>(...args: readonly string[]) {
      const { exitCode, stdout, stderr } = await run(...args, "--json");
      if (exitCode !== 0) throw new Error(`ended with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
    [Symbol.asyncDispose]: () => grid.close(),
  };
}

/** What a user would set. */
export function environment(grid: FakeGrid): NonNullable<SessionOptions["env"]> {
  return {
    INFOBLOX_URL: grid.url,
    INFOBLOX_ALLOW_INSECURE_HTTP: "true",
    INFOBLOX_USERNAME: "admin",
    INFOBLOX_PASSWORD: "infoblox",
  };
}

export async function ended({ exitCode, stdout, stderr }: Session): Promise<Ended> {
  return { exitCode: await exitCode, stdout: stdout(), stderr: stderr() };
}
